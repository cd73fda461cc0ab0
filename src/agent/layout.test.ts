import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digestOfBytes } from '../oci/digest.ts';
import { diffIdOf, inspectLayout } from './layout.ts';

const layers = [`sha256:${'1'.repeat(64)}`, `sha256:${'2'.repeat(64)}`];
const manifest = Buffer.from(
  JSON.stringify({ config: { digest: layers[0] }, layers: layers.map((layer) => ({ digest: layer })) }),
);
const digest = digestOfBytes(manifest);
const blob = (of: string) => join(folder, 'blobs', ...of.split(':'));
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'layout-'));
  await mkdir(join(folder, 'blobs', 'sha256'), { recursive: true });
  await writeFile(join(folder, 'index.json'), JSON.stringify({ manifests: [{ digest }] }));
  await writeFile(blob(digest), manifest);
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe('inspectLayout', () => {
  it('accepts plain files and returns the digest and the layers', async () => {
    expect(await inspectLayout(folder)).toEqual({ ok: true, digest, manifest, layers });
  });

  it('refuses a manifest that is not the one of its name', async () => {
    await writeFile(blob(digest), JSON.stringify({ layers: [] }));
    expect(await inspectLayout(folder)).toEqual({ ok: false, message: `the layout has no image manifest ${digest}` });
  });

  it('refuses an index in place of an image, which crane would push as it is', async () => {
    const index = Buffer.from(JSON.stringify({ manifests: [{ digest }] }));
    await writeFile(blob(digestOfBytes(index)), index);
    await writeFile(join(folder, 'index.json'), JSON.stringify({ manifests: [{ digest: digestOfBytes(index) }] }));
    expect(await inspectLayout(folder)).toMatchObject({ ok: false });
  });

  it('reads no manifest that is larger than registries accept', async () => {
    const large = Buffer.concat([manifest, Buffer.alloc(4_194_304, ' ')]);
    await writeFile(blob(digestOfBytes(large)), large);
    await writeFile(join(folder, 'index.json'), JSON.stringify({ manifests: [{ digest: digestOfBytes(large) }] }));
    expect(await inspectLayout(folder)).toMatchObject({ ok: false });
  });

  it('refuses a link, which crane would follow', async () => {
    await symlink('/etc/passwd', join(folder, 'blobs', 'sha256', 'b'));
    expect(await inspectLayout(folder)).toMatchObject({
      ok: false,
      message: '"b" in the layout is neither a file nor a folder',
    });
  });

  it.each([
    ['no image', { manifests: [] }],
    ['two images', { manifests: [{ digest }, { digest }] }],
    ['no digest', { manifests: [{ digest: 'x' }] }],
  ])('refuses %s', async (_, index) => {
    await writeFile(join(folder, 'index.json'), JSON.stringify(index));
    expect(await inspectLayout(folder)).toMatchObject({ ok: false });
  });

  it('refuses a missing layout', async () => {
    expect(await inspectLayout(join(folder, 'nothing'))).toMatchObject({ ok: false });
  });
});

describe('the archive of a layer', () => {
  const archive = Buffer.from('an archive '.repeat(10_000));
  const compressed = gzipSync(archive);

  async function of(content: Buffer, name = digestOfBytes(content)): Promise<string | null> {
    await writeFile(blob(name), content);
    return diffIdOf(folder, name);
  }

  it('has its own digest, however it is compressed', async () => {
    expect(await of(compressed)).toBe(digestOfBytes(archive));
    expect(await of(gzipSync(archive, { level: 0 }))).toBe(digestOfBytes(archive));
  });

  it.each([
    ['is not compressed', archive, undefined],
    ['ends too early', compressed.subarray(0, -20), undefined],
    ['is not what its name says', compressed, digestOfBytes(archive)],
  ])('has none when the blob %s', async (_, content, name) => {
    expect(await of(content, name)).toBeNull();
  });

  it('has none when there is no blob', async () => {
    expect(await diffIdOf(folder, digest.replace(/.$/, '0'))).toBeNull();
  });
});

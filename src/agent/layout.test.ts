import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digestOfBytes } from '../oci/digest.ts';
import { inspectLayout } from './layout.ts';

const layers = [`sha256:${'1'.repeat(64)}`, `sha256:${'2'.repeat(64)}`];
const manifest = Buffer.from(JSON.stringify({ layers: layers.map((layer) => ({ digest: layer })) }));
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
    expect(await inspectLayout(folder)).toEqual({ ok: true, digest, layers });
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

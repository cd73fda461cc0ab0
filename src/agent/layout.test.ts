import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inspectLayout } from './layout.ts';

const digest = `sha256:${'a'.repeat(64)}`;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'layout-'));
  await mkdir(join(folder, 'blobs', 'sha256'), { recursive: true });
  await writeFile(join(folder, 'index.json'), JSON.stringify({ manifests: [{ digest }] }));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe('inspectLayout', () => {
  it('accepts plain files and returns the digest', async () => {
    expect(await inspectLayout(folder)).toEqual({ ok: true, digest });
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

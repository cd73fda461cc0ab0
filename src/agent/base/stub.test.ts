import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { tarOf, writeStub } from './stub.ts';

const run = promisify(execFile);
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imagespec-stub-'));
});

afterEach(() => rm(folder, { recursive: true }));

it('writes archives that tar reads, also where a file ends with its block', async () => {
  const path = join(folder, 'a.tar');
  const files = { 'one.json': 'é'.repeat(256), 'two.json': '', 'three.json': 'x'.repeat(513) };
  await writeFile(path, tarOf(files));
  await run('tar', ['-xf', path, '-C', folder]);
  for (const [name, text] of Object.entries(files)) {
    expect(await readFile(join(folder, name), 'utf8')).toBe(text);
  }
});

it('leaves nothing of the base but its configuration, and never grows too old', async () => {
  const digest = `sha256:${'f'.repeat(64)}`;
  await writeStub(folder, {
    base: `registry.example.com/base@${digest}`,
    places: [],
    manifest: { config: { mediaType: 'x', digest, size: 1 }, layers: [] },
    config: {
      config: { Env: ['A=b'], OnBuild: [] },
      rootfs: { type: 'layers', diff_ids: [digest] },
      history: [{ created_by: 'base' }],
    },
  });
  await run('tar', ['-xf', join(folder, digest), '-C', folder]);
  expect(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'))).toEqual([
    { Config: 'config.json', RepoTags: [], Layers: [] },
  ]);
  expect(JSON.parse(await readFile(join(folder, 'config.json'), 'utf8'))).toEqual({
    config: { Env: ['A=b'], OnBuild: [] },
    rootfs: { type: 'layers', diff_ids: [] },
    history: [{ comment: `imagespec base ${digest}`, empty_layer: true }],
  });
  expect((await stat(join(folder, digest))).mtime.getUTCFullYear()).toBe(2100);
  expect(await readFile(join(folder, 'Dockerfile'), 'utf8')).toBe('FROM scratch\n');
});

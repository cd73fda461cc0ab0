import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { mirroredLists } from './mirrors.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'apt-lists-'));
  await mkdir(join(folder, 'sources.list.d'));
});

afterEach(() => rm(folder, { recursive: true }));

const mirrors = [{ url: 'http://archive.example.com/ubuntu/', mirror: 'https://mirror.example.com/u' }];

/** Runs the commands in a real shell, with `folder` for /etc/apt; returns the copies. */
async function copies(): Promise<Readonly<Record<string, string>>> {
  const script = `${mirroredLists(mirrors).join(' && ').replaceAll('/etc/apt', folder)} && printf %s "$lists"`;
  const { stdout } = await promisify(execFile)('sh', ['-e', '-c', script]);
  const files = await readdir(stdout, { recursive: true, withFileTypes: true });
  const read = await Promise.all(
    files
      .filter((file) => file.isFile())
      .map(async (file) => [file.name, await readFile(join(file.parentPath, file.name), 'utf8')] as const),
  );
  await rm(stdout, { recursive: true });
  return Object.fromEntries(read);
}

it('swaps the address of an archive, and nothing that only looks like it', async () => {
  const list = [
    'deb http://archive.example.com/ubuntu noble main',
    'deb http://archive.example.com/ubuntu/ noble universe',
    'deb http://archive.example.com/ubuntu-ports noble main',
    'deb http://archiveXexample.com/ubuntu noble main\n',
  ].join('\n');
  await writeFile(join(folder, 'sources.list'), list);
  await writeFile(
    join(folder, 'sources.list.d', 'x.sources'),
    'URIs: http://b.example http://archive.example.com/ubuntu\n',
  );
  expect(await copies()).toEqual({
    'sources.list': [
      'deb https://mirror.example.com/u noble main',
      'deb https://mirror.example.com/u/ noble universe',
      'deb http://archive.example.com/ubuntu-ports noble main',
      'deb http://archiveXexample.com/ubuntu noble main\n',
    ].join('\n'),
    'x.sources': 'URIs: http://b.example https://mirror.example.com/u\n',
  });
  expect(await readFile(join(folder, 'sources.list'), 'utf8')).toBe(list);
});

it('gives apt an empty list where the image has none', async () => {
  expect(await copies()).toEqual({ 'sources.list': '' });
});

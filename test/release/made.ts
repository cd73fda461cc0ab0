import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { run } from '../../tools/cluster/artifacts/run.ts';
import { root } from '../../tools/release/project.ts';

/** The folder into which a release is made. */
export const out = join(root, 'release');
/** This machine's platform of the command line. */
export const ownTarget = `linux-${process.arch}`;

/** Runs `npm run release` without npm, and reads its list of artefacts. */
export async function makeRelease(argv: readonly string[]): Promise<readonly string[]> {
  await run(process.execPath, [join(root, 'tools', 'release', 'release.ts'), ...argv], { cwd: root });
  return (await readFile(join(out, 'pushed.txt'), 'utf8')).trim().split('\n');
}

/** A file of the release. */
export function fileOf(name: string): Promise<string> {
  return readFile(join(out, name), 'utf8');
}

/** Names and checksums of the files, from checksums.txt. */
export async function sums(): Promise<ReadonlyMap<string, string>> {
  const lines = (await fileOf('checksums.txt')).trim().split('\n');
  return new Map(lines.map((line) => z.tuple([z.string(), z.string()]).parse(line.split('  ').toReversed())));
}

/** The command line of this platform, unpacked from its archive into a folder of its own. */
export async function unpackProgram(): Promise<{ readonly program: string; readonly remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'imagespec-program-'));
  const own = process.arch === 'arm64' ? 'arm64' : 'amd64';
  const archive = [...(await sums()).keys()].find((name) => name.endsWith(`_linux_${own}.tar.gz`));
  if (archive === undefined) {
    throw new Error(`checksums.txt names no archive for linux/${own}`);
  }
  await run('tar', ['-C', folder, '-xzf', join(out, archive)]);
  return { program: join(folder, 'kubectl-imagespec'), remove: () => rm(folder, { recursive: true }) };
}

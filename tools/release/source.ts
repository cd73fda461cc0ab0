import { run } from '../cluster/artifacts/run.ts';
import { root } from './project.ts';

/** The commit that a release is made from. */
export interface Commit {
  readonly hash: string;
  /** RFC 3339 in UTC: the time of everything in the release, so that it is the same whenever it is made. */
  readonly time: string;
  /** Paths that differ from the commit. */
  readonly changed: readonly string[];
  /** Tags of the commit. */
  readonly tags: readonly string[];
}

/** Asks git. */
export async function readCommit(): Promise<Commit> {
  const git = async (...argv: readonly string[]) => (await run('git', ['-C', root, ...argv])).trimEnd();
  const [hash = '', seconds = ''] = (await git('log', '-1', '--format=%H %ct')).split(' ');
  const lines = (text: string) => text.split('\n').filter((line) => line !== '');
  return {
    hash,
    time: new Date(Number(seconds) * 1000).toISOString().replace('.000Z', 'Z'),
    changed: lines(await git('status', '--porcelain')).map((line) => line.slice(3)),
    tags: lines(await git('tag', '--points-at', 'HEAD')),
  };
}

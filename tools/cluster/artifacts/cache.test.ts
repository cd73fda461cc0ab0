import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cached } from './cache.ts';

let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'imagespec-cache-'));
  vi.stubEnv('XDG_CACHE_HOME', home);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(home, { recursive: true, force: true });
});

/** A build that writes `content`, and counts its calls. */
function writing(content: string) {
  return vi.fn<(folder: string) => Promise<void>>((folder) => writeFile(join(folder, 'file'), content));
}

function entries(): Promise<string[]> {
  return readdir(join(home, 'imagespec-operator'));
}

describe('cached', () => {
  it('builds once for the same inputs and again for others', async () => {
    const build = writing('one');
    const first = await cached('thing', ['a'], build);
    expect(await cached('thing', ['a'], build)).toBe(first);
    expect(build).toHaveBeenCalledTimes(1);
    expect(await cached('thing', ['b'], writing('two'))).not.toBe(first);
    expect(await readFile(join(first, 'file'), 'utf8')).toBe('one');
  });

  it('does not take two inputs for one that reads the same when joined', async () => {
    expect(await cached('thing', ['ab', 'c'], writing('1'))).not.toBe(await cached('thing', ['a', 'bc'], writing('2')));
  });

  it('lets one build and the other wait, when two want the same concurrently', async () => {
    const build = writing('same');
    const [one, two] = await Promise.all([cached('thing', ['a'], build), cached('thing', ['a'], build)]);
    expect(one).toBe(two);
    expect(build).toHaveBeenCalledTimes(1);
    expect(await readFile(join(one, 'file'), 'utf8')).toBe('same');
    expect(await entries()).toHaveLength(1);
  });

  it('leaves nothing of a build that failed, and builds again', async () => {
    const broken = cached('thing', ['a'], async (folder) => {
      await writeFile(join(folder, 'file'), 'half');
      throw new Error('no network');
    });
    await expect(broken).rejects.toThrow('no network');
    expect(await entries()).toEqual([]);
    const entry = await cached('thing', ['a'], writing('whole'));
    expect(await readFile(join(entry, 'file'), 'utf8')).toBe('whole');
  });

  it('keeps the two entries of a name that were used last', async () => {
    const paths: string[] = [];
    for (const [index, input] of ['a', 'b', 'c'].entries()) {
      const path = await cached('thing', [input], writing(input));
      await utimes(path, new Date(), new Date(Date.now() - (10 - index) * 60_000));
      paths.push(path);
    }
    await cached('other', ['a'], writing('a'));
    const kept = (await entries()).filter((entry) => entry.startsWith('thing-'));
    expect(kept.toSorted()).toEqual(
      paths
        .slice(1)
        .map((path) => path.slice(path.lastIndexOf('/') + 1))
        .toSorted(),
    );
  });

  it('removes leftovers of a killed build, but not a running build', async () => {
    const root = join(home, 'imagespec-operator');
    await Promise.all(['.thing-dead', '.thing-alive'].map((name) => mkdir(join(root, name), { recursive: true })));
    const twoDaysAgo = new Date(Date.now() - 2 * 24 * 60 * 60 * 1000);
    await utimes(join(root, '.thing-dead'), twoDaysAgo, twoDaysAgo);
    await cached('other', ['a'], writing('a'));
    expect((await entries()).filter((entry) => entry.startsWith('.'))).toEqual(['.thing-alive']);
  });
});

import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type ReportProgress, say, stage } from '../progress.ts';
import { withHostLock } from '../supervision/host-lock.ts';

/** Cache folder for expensive artifacts, outside of every checkout: this user's XDG cache folder. */
function cacheFolder(): string {
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'imagespec-operator');
}

/** Number of kept entries of one name; older ones are deleted, so that the cache does not grow with every change. */
const keptPerName = 2;

/** No build takes this long: an older draft was left by a killed process. */
const draftLifetimeMs = 24 * 60 * 60 * 1000;

/** Hash of everything that determines an entry's content. */
function contentKey(inputs: readonly string[]): string {
  const hash = createHash('sha256');
  for (const input of inputs) {
    hash.update(`${input.length}:`).update(input);
  }
  return hash.digest('hex').slice(0, 16);
}

/**
 * The folder `NAME-KEY` of the cache; `build` makes a missing one. `build` writes into a folder beside it, which is
 * renamed when complete: a crash leaves nothing half done. Of two processes that want the same entry, one builds and
 * the other waits.
 */
export async function cached(
  name: string,
  inputs: readonly string[],
  build: (folder: string, report: ReportProgress) => Promise<void>,
): Promise<string> {
  const root = cacheFolder();
  const folder = join(root, `${name}-${contentKey(inputs)}`);
  if (await exists(folder)) {
    const now = new Date();
    await utimes(folder, now, now);
    say(`✓ ${name} (cached)`);
    return folder;
  }
  return withHostLock(`cache-${contentKey([folder])}`, async () => {
    if (!(await exists(folder))) {
      await make(root, name, folder, build);
    }
    return folder;
  });
}

async function make(
  root: string,
  name: string,
  folder: string,
  build: (folder: string, report: ReportProgress) => Promise<void>,
): Promise<void> {
  const draft = join(root, `.${name}-${randomUUID()}`);
  await mkdir(draft, { recursive: true });
  try {
    await stage(name, (report) => build(draft, report));
    await rename(draft, folder);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  await prune(root, name);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Removes all but the last used entries of this name, and leftovers of killed builds of any name. */
async function prune(root: string, name: string): Promise<void> {
  const form = new RegExp(`^${name}-[0-9a-f]{16}$`);
  const entries = await Promise.all(
    (await readdir(root)).map(async (entry) => {
      const path = join(root, entry);
      // Another process may prune or finish concurrently: a deleted entry needs no removal.
      return { entry, path, used: (await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now() };
    }),
  );
  const old = entries
    .filter(({ entry }) => form.test(entry))
    .toSorted((a, b) => b.used - a.used)
    .slice(keptPerName);
  const dead = entries.filter(({ entry, used }) => entry.startsWith('.') && used < Date.now() - draftLifetimeMs);
  await Promise.all([...old, ...dead].map(({ path }) => rm(path, { recursive: true, force: true })));
}

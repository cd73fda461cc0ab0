import { dirname, join } from 'node:path';

/** Literals of a call that follow each other: `'..', '..', 'deploy', 'samples'`. A literal alone is such a row too. */
const literalRow = /'[^'\n]{1,200}'(?:\s*,\s*'[^'\n]{1,200}')*|"[^"\n]{1,200}"|`[^`$\n]{1,200}`/g;

/** What may stand in a path of this repository; steps alone lead nowhere. */
const pathPattern = /^(?=.*\w)[\w@./-]+$/;

/** Files of a repository by their own path and by each folder above them. */
export type PathIndex = ReadonlyMap<string, readonly string[]>;

/** @param files paths from the root of the repository */
export function indexOf(files: readonly string[]): PathIndex {
  const index = new Map<string, string[]>();
  const add = (key: string, file: string) => {
    const list = index.get(key) ?? [];
    list.push(file);
    index.set(key, list);
  };
  for (const file of files) {
    add(file, file);
    for (let folder = dirname(file); folder !== '.'; folder = dirname(folder)) add(folder, file);
  }
  return index;
}

/**
 * Files of the repository that a file names in its strings. Paths begin at the root or at the file's own folder; of a named
 * folder all files count. Steps upwards at the front are left out: `join(root, …)` and `join(import.meta.dirname, '..', …)`
 * then read alike.
 *
 * @param path of the file whose text this is
 */
export function pathsNamed(path: string, text: string, index: PathIndex): readonly string[] {
  const found = new Set<string>();
  for (const [row] of text.matchAll(literalRow)) {
    for (const candidate of candidates(path, row)) {
      for (const file of index.get(candidate) ?? []) {
        if (file !== path) found.add(file);
      }
    }
  }
  return [...found];
}

function candidates(path: string, row: string): readonly string[] {
  const parts = [...row.matchAll(/['"`]([^'"`]*)['"`]/g)].map(([, part = '']) => part);
  return [parts.join('/'), ...parts].flatMap((written) => placesOf(path, written));
}

function placesOf(path: string, written: string): readonly string[] {
  const climbed = written.replace(/^(?:\.{1,2}\/)+/, '');
  // One word alone is a word: a path has a slash, an extension, or steps towards it.
  const isWord = !climbed.includes('/') && !climbed.includes('.') && climbed === written;
  return isWord || !pathPattern.test(climbed)
    ? []
    : [climbed, join(dirname(path), written), join(dirname(path), climbed)];
}

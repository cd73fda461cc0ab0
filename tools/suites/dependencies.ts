import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { join, matchesGlob, relative } from 'node:path';
import { rolldown } from 'rolldown';
import { run } from '../cluster/artifacts/run.ts';
import { indexOf, pathsNamed } from './pathsNamed.ts';
import { type Suite, setups } from './suites.ts';

/** Files of the repository and what each leads to, by path from its root. */
export interface Tree {
  readonly files: readonly string[];
  /** Files that a file imports or names. */
  readonly leadsTo: ReadonlyMap<string, readonly string[]>;
  /** Hash of each file's content. */
  readonly content: ReadonlyMap<string, string>;
}

/** Files that change no test's result unless a test reads them: what people read, and what the suites themselves record. */
const inert = ['**/*.md', '*.md', 'LICENSE', 'docs/images/**', 'test/records/**', '.gitignore', '.github/**'];

/**
 * Reads the work tree as it is. The bundler's own module graph gives imports; paths that a file names in its strings give
 * other files (`join(root, 'deploy', 'samples')`, `'rolldown.config.ts'`).
 */
export async function readTree(root: string): Promise<Tree> {
  const listed = await run('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root });
  const texts = new Map<string, string>();
  for (const path of listed.trim().split('\n')) {
    // A file that was deleted and not yet committed is listed too.
    const text = await readFile(join(root, path), 'latin1').catch(() => undefined);
    if (text !== undefined) texts.set(path, text);
  }
  const files = [...texts.keys()];
  const imports = await moduleGraph(
    root,
    files.filter((path) => path.endsWith('.ts')),
  );
  const index = indexOf(files);
  const leadsTo = new Map(
    [...texts].map(([path, text]) => [
      path,
      // A page that names a file does not use it.
      path.endsWith('.md')
        ? []
        : [...(imports.get(path) ?? []), ...pathsNamed(path, text, index)].filter((to) => texts.has(to)),
    ]),
  );
  const content = new Map([...texts].map(([path, text]) => [path, hashOf([text])]));
  return { files, leadsTo, content };
}

async function moduleGraph(root: string, input: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const graph = new Map<string, readonly string[]>();
  const inRoot = (id: string) => relative(root, id);
  const bundle = await rolldown({
    cwd: root,
    input: input.map((path) => join(root, path)),
    external: (id) => isBuiltin(id) || !/^[./]/.test(id),
    treeshake: false,
    logLevel: 'silent',
    plugins: [
      {
        name: 'graph',
        moduleParsed: ({ id, importedIds, dynamicallyImportedIds }) => {
          graph.set(inRoot(id), [...importedIds, ...dynamicallyImportedIds].map(inRoot));
        },
      },
    ],
  });
  await bundle.generate();
  await bundle.close();
  return graph;
}

/** Every suite depends on these: the runner's configuration, and the versions of all packages. */
const common = ['vitest.config.ts', 'package-lock.json'];

/** Everything that a suite's tests lead to, its test files and what makes its ground included. */
export function claimedBy({ include, ground }: Pick<Suite, 'include' | 'ground'>, tree: Tree): ReadonlySet<string> {
  const claimed = new Set<string>();
  const tests = tree.files.filter((path) => include.some((pattern) => matchesGlob(path, pattern)));
  const open = [...tests, ...setups[ground]];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (!claimed.has(path)) {
      claimed.add(path);
      open.push(...(tree.leadsTo.get(path) ?? []));
    }
  }
  return claimed;
}

/**
 * A hash for each suite of everything that may change its result: what its tests lead to, and every file that no suite's
 * tests lead to.
 */
export function hashesOf(suites: readonly Suite[], tree: Tree): ReadonlyMap<string, string> {
  const claims = suites.map((suite) => claimedBy(suite, tree));
  const isInert = (path: string) => inert.some((pattern) => matchesGlob(path, pattern));
  const unclaimed = tree.files.filter((path) => !isInert(path) && claims.every((claimed) => !claimed.has(path)));
  return new Map(
    suites.map(({ name, ...suite }, index) => {
      const paths = [...new Set([...common, ...(claims[index] ?? []), ...unclaimed])].toSorted();
      const { include, needs, retry } = suite;
      const contents = paths.flatMap((path) => [path, tree.content.get(path) ?? '']);
      return [name, hashOf([JSON.stringify({ include, needs, retry }), ...contents])];
    }),
  );
}

function hashOf(parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) {
    hash.update(`${part.length}:`).update(part);
  }
  return hash.digest('hex').slice(0, 16);
}

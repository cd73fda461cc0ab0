import { describe, expect, it } from 'vitest';
import { claimedBy, hashesOf, type Tree } from './dependencies.ts';
import { indexOf, pathsNamed } from './pathsNamed.ts';
import type { Suite } from './suites.ts';

const files = [
  'deploy/samples/a.yaml',
  'deploy/samples/b.yaml',
  'src/main.ts',
  'rolldown.config.ts',
  'test/x/serve.py',
];

describe('paths that a file names', () => {
  it.each<[string, string, readonly string[]]>([
    ['a folder in parts', "join(import.meta.dirname, '..', '..', 'deploy', 'samples')", files.slice(0, 2)],
    ['a file in parts', "join(root, 'deploy', 'samples', 'a.yaml')", ['deploy/samples/a.yaml']],
    ['a path in one', "input: 'src/main.ts'", ['src/main.ts']],
    ['a file at the root', "run(['--config', 'rolldown.config.ts'])", ['rolldown.config.ts']],
    ['a file beside it', "new URL('serve.py', import.meta.url)", ['test/x/serve.py']],
    ['a folder with steps towards it', "join(here, '..', 'deploy')", files.slice(0, 2)],
    ['a word that is a folder too', "expect('deploy')", []],
    ['what is not there', "'deploy/other.yaml'", []],
  ])('%s', (_, text, found) => {
    expect(pathsNamed('test/x/a.test.ts', text, indexOf(files))).toEqual(found);
  });
});

const suite = (name: string): Suite => ({
  name,
  proves: '',
  include: [`test/${name}/*.test.ts`],
  ground: 'own',
  needs: [],
  retry: 0,
});
const [one, two] = [suite('one'), suite('two')];

/** Two suites that share `src/b.ts`; nothing leads to `schema.json`. */
function tree(changes: Readonly<Record<string, string>> = {}): Tree {
  const content = {
    'test/one/a.test.ts': '1',
    'test/two/a.test.ts': '2',
    'src/a.ts': '3',
    'src/b.ts': '4',
    'schema.json': '5',
    'docs/page.md': '6',
    'vitest.config.ts': '7',
    ...changes,
  };
  const leadsTo = new Map([
    ['test/one/a.test.ts', ['src/a.ts', 'src/b.ts']],
    ['test/two/a.test.ts', ['src/b.ts']],
    // A circle ends.
    ['src/b.ts', ['src/b.ts', 'test/two/a.test.ts']],
  ]);
  return { files: Object.keys(content), leadsTo, content: new Map(Object.entries(content)) };
}

function changedBy(change: Readonly<Record<string, string>>): readonly string[] {
  const [before, after] = [hashesOf([one, two], tree()), hashesOf([one, two], tree(change))];
  return ['one', 'two'].filter((name) => before.get(name) !== after.get(name));
}

describe('what changes the hash of a suite', () => {
  it.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
    ['a module of one suite', { 'src/a.ts': 'x' }, ['one']],
    ['a module of both', { 'src/b.ts': 'x' }, ['one', 'two']],
    ['a test file', { 'test/one/a.test.ts': 'x' }, ['one']],
    ['a file that nothing leads to', { 'schema.json': 'x' }, ['one', 'two']],
    ['a new file that nothing leads to', { Dockerfile: 'x' }, ['one', 'two']],
    ['a page that no test reads', { 'docs/page.md': 'x' }, []],
    ['the configuration of the runner', { 'vitest.config.ts': 'x' }, ['one', 'two']],
    ['a record', { 'test/records/one.json': 'x' }, []],
  ])('%s', (_, change, suites) => {
    expect(changedBy(change)).toEqual(suites);
  });

  it('what its ground is made by counts for a suite on a node', () => {
    expect(claimedBy({ ...one, ground: 'node' }, tree())).toContain('test/node/setup.ts');
  });
});

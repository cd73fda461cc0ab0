import { expect, it } from 'vitest';
import { tooLong, uses } from './check.ts';

it('names each unwanted word with its file, its line and the word to write', () => {
  expect(uses('docs/a.md', 'The registry answers.\nNobody told the user, and nobody asked.')).toEqual([
    'docs/a.md:2: "Nobody": write the name of the actor',
    'docs/a.md:2: "told": write reports, shows, says',
    'docs/a.md:2: "nobody": write the name of the actor',
  ]);
});

it.each([
  ['at\nonce', 1, 'at once'],
  ['/**\n * It starts at\n * once.\n */', 2, 'at once'],
  ['// an own\n// Dockerfile', 1, 'own Dockerfile'],
  ['# the registry was\n  # asked', 1, 'was asked'],
])('finds a phrase across two lines: %j', (text, line, words) => {
  expect(uses('a.ts', text)).toEqual([expect.stringContaining(`a.ts:${line}: "${words}": `)]);
});

it.each(['recommended, commend, toldo, atonce', 'artifacts/', 'policy.ownDockerfiles', 'at * once'])(
  'accepts other words: %s',
  (text) => {
    expect(uses('a.ts', text)).toEqual([]);
  },
);

const long =
  'The operator reads a spec once for each edit and does other work while it waits for answers from registries elsewhere.';

it.each([
  ['a doc comment', `const a = 1;\n/** ${long} */`, 2],
  ['a doc comment of several lines', `/**\n * Short.\n * ${long.replace(' does', '\n * does')}\n */`, 3],
  ['a tag of a doc comment', `/**\n * Short words\n * @param a ${long}\n */`, 3],
  ['a comment of the code', `  // ${long}`, 1],
])('finds a long sentence in %s', (_, text, line) => {
  expect(tooLong('a.ts', text)).toEqual([expect.stringContaining(`a.ts:${line}: `)]);
});

it.each([
  ['a text of the code', `const text =\n  '${long}';`],
  [
    'two tags',
    '/**\n * @param first the first of all the numbers that the caller has to give here\n * @param second the second of all the numbers that the caller gives\n */',
  ],
])('takes %s as no long sentence', (_, text) => {
  expect(tooLong('a.ts', text)).toEqual([]);
});

import { expect, it } from 'vitest';
import { uses } from './check.ts';

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

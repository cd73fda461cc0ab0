import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { examplesFolder } from '../../../test/support/failure-examples.ts';
import { growth, linearAtMost } from '../../../test/support/growth.ts';
import { failureTable } from './table.ts';

const steps = [...failureTable.causesOfSteps, ...failureTable.otherSteps, ...failureTable.builder];
const patterns = [
  ...steps.flatMap(({ id, example, match, also }) =>
    [match, also].flatMap((pattern) => (pattern === undefined ? [] : [{ id, example, pattern }])),
  ),
  ...failureTable.packages.flatMap(({ id, example, match, also, names }) =>
    [match, also, names].flatMap((pattern) => (pattern === undefined ? [] : [{ id, example, pattern }])),
  ),
];

/** What the pattern finds in its example: each beginning up to the end of a word, and the whole. */
function beginnings(pattern: RegExp, example: string): readonly string[] {
  const text = readFileSync(join(examplesFolder, example), 'utf8');
  const found = new RegExp(pattern, pattern.flags.replace('g', '')).exec(text)?.[0] ?? '';
  const cuts = [...found.matchAll(/[\s:('"‘]+/g)].map((cut) => found.slice(0, cut.index + cut[0].length));
  return [...new Set([...cuts.slice(0, 6), found, `${found}\n`])].filter(
    (cut) => cut.trim() !== '' && cut.length <= 250,
  );
}

// A step can print anything, as often as it likes. The operator reads the end of its log in its one thread.
it.each(patterns.map(({ id, pattern, example }) => [id, pattern, example] as const))(
  '%s takes at most as many times longer as the log is longer: %s',
  (_, pattern, example) => {
    const global = new RegExp(pattern, pattern.global ? pattern.flags : `${pattern.flags}g`);
    const slow = beginnings(pattern, example).filter((unit) => {
      const work = (length: number) => unit.repeat(Math.ceil(length / unit.length)).replace(global, '');
      return growth(work, 2000) > linearAtMost;
    });
    expect(slow).toEqual([]);
  },
);

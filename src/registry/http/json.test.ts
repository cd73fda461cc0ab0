import { expect, it } from 'vitest';
import { mostValues, parseJson } from './json.ts';

it('parses what JSON.parse parses', () => {
  const value = { text: 'a,[{"\\é', list: [1, null, { deep: [[]] }] };
  expect(parseJson(Buffer.from(JSON.stringify(value)))).toEqual(value);
  expect(parseJson(Buffer.from('{'))).toBeUndefined();
});

// Counted: the list, its first entry, and each entry behind a comma. Every object opens one more.
it.each([
  ['entries of a list', (values: number) => `[${'0,'.repeat(values - 2)}0]`],
  ['lists in lists', (values: number) => `${'['.repeat(values - 1)}${']'.repeat(values - 1)}`],
  ['members', (values: number) => `{${'"a":0,'.repeat(values - 2)}"a":0}`],
])('parses up to a number of values: %s', (_, text) => {
  expect(parseJson(Buffer.from(text(mostValues)))).toBeDefined();
  expect(parseJson(Buffer.from(text(mostValues + 1)))).toBeUndefined();
});

it('does not count what stands in texts', () => {
  const text = `"\\"${',[{'.repeat(mostValues)}`;
  expect(parseJson(Buffer.from(JSON.stringify([text])))).toEqual([text]);
});

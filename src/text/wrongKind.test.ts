import { expect, it } from 'vitest';
import { kindOf, type ValueKind, wantedInstead, wantedKind } from './wrongKind.ts';

it.each<[ValueKind, unknown, string | undefined, string]>([
  ['text', 3.1, '3.10', 'holds a number; put it in quotes: "3.10"'],
  ['text', 3.1, undefined, 'holds a number; put it in quotes: "3.1"'],
  [
    'text',
    true,
    'yes',
    'holds true or false; put it in quotes: "yes" (YAML reads yes, no, on and off as true and false)',
  ],
  ['text', ['a'], undefined, 'holds a list; write text'],
  ['text', null, undefined, 'is empty; write text'],
  ['list', 'numpy', undefined, 'holds text; write a list: ["numpy"]'],
  ['list', { a: 1 }, undefined, 'holds fields; write a list, each entry on a line that starts with "- "'],
  ['table', 'a', undefined, 'holds text; write fields, each on a line NAME: VALUE'],
  ['whole number', '5', undefined, 'holds text; write it without quotes: 5'],
  ['whole number', 'five', undefined, 'holds text; write a whole number'],
  ['yes or no', 'true', undefined, 'holds text; write true or false, without quotes'],
  ['text', new Date(0), undefined, 'holds a date; write text'],
])('where %s belongs and %j stands, written %j: %s', (kind, value, written, words) => {
  expect(`${kindOf(value)}; ${wantedInstead(kind, value, written)}`).toBe(words);
});

it('shows no value where it is not to be shown', () => {
  expect(['text', 'list'].map((kind) => wantedKind(kind === 'text' ? 'text' : 'list'))).toEqual([
    'write text, in quotes',
    'write a list, each entry on a line that starts with "- "',
  ]);
});

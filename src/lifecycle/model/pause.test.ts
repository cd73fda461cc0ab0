import { expect, it } from 'vitest';
import { doubled } from './pause.ts';

it.each([
  [0, 5],
  [1, 5],
  [2, 10],
  [3, 20],
  [7, 300],
  [Number.MAX_SAFE_INTEGER, 300],
])('pauses after %i failures for %i', (failures, expected) => {
  expect(doubled(failures, { first: 5, longest: 300 })).toBe(expected);
});

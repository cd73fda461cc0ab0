import { expect, it } from 'vitest';
import { quantityOf } from './quantity.ts';

it.each([
  ['1', 1],
  ['500m', 0.5],
  ['1.5', 1.5],
  ['2Gi', 2_147_483_648],
  ['2G', 2_000_000_000],
  ['1e3', 1000],
  ['1E', 1e18],
  ['.5', 0.5],
])('%s is %d', (text, amount) => {
  expect(quantityOf(text)).toBe(amount);
});

it.each(['', 'x', '1x', '-1', '1 Gi', '0x1'])('%j is none', (text) => {
  expect(quantityOf(text)).toBeUndefined();
});

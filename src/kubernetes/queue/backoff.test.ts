import { expect, it } from 'vitest';
import { backoffDelay } from './backoff.ts';

const backoff = { baseMs: 100, capMs: 1_000 };

it.each([
  { failures: 1, random: 0, delay: 50 },
  { failures: 1, random: 1, delay: 100 },
  { failures: 3, random: 0.5, delay: 300 },
  { failures: 5, random: 1, delay: 1_000 },
  { failures: 5_000, random: 1, delay: 1_000 },
])('waits $delay ms after $failures failures with random $random', ({ failures, random, delay }) => {
  expect(backoffDelay(backoff, failures, () => random)).toBe(delay);
});

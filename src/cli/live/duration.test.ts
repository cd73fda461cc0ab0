import { describe, expect, it } from 'vitest';
import { durationOf } from './duration.ts';

describe('--request-timeout', () => {
  it.each([
    ['30s', 30_000],
    ['30', 30_000],
    ['1m30s', 90_000],
    ['1h', 3_600_000],
    ['500ms', 500],
    ['0', 86_400_000],
    ['999999h', 86_400_000],
  ])('%s', (text, milliseconds) => {
    expect(durationOf(text)).toBe(milliseconds);
  });

  it.each(['', 's', '1x', '1m 30s', '-1s', '1.5s'])('refuses "%s"', (text) => {
    expect(() => durationOf(text)).toThrow('write a duration such as 30s or 2m');
  });
});

import { expect, it } from 'vitest';
import { Turnstile } from './turnstile.ts';

it('lets one through in each turn of the event loop, groups by turns, with all else between them', async () => {
  const turnstile = new Turnstile();
  const seen: string[] = [];
  let isOver = false;
  const meanwhile = (): void => {
    seen.push('-');
    if (!isOver) {
      setImmediate(meanwhile);
    }
  };
  setImmediate(meanwhile);
  await Promise.all(
    ['a', 'b', 'c'].map(async (name) => {
      for (const round of [1, 2]) {
        await turnstile.enter(name === 'c' ? 'other' : 'one');
        seen.push(`${name}${round}`);
      }
    }),
  );
  isOver = true;
  expect(seen.filter((one) => one !== '-')).toEqual(['a1', 'c1', 'b1', 'c2', 'a2', 'b2']);
  expect(seen.join(' ')).not.toMatch(/\d \w/);
});

import { expect, it } from 'vitest';
import { turns } from './turns.ts';

it('runs as many as are allowed, in their order, and goes on after a failure', async () => {
  const atMostTwo = turns(2);
  const begun: number[] = [];
  const ends = [1, 2, 3, 4].map(() => Promise.withResolvers<void>());
  const works = ends.map(({ promise }, index) =>
    atMostTwo(async () => {
      begun.push(index);
      await promise;
      return index;
    }),
  );
  expect(begun).toEqual([0, 1]);
  ends[1]?.reject(new Error('no luck'));
  await expect(works[1]).rejects.toThrow('no luck');
  expect(begun).toEqual([0, 1, 2]);
  for (const { resolve } of ends) {
    resolve();
  }
  expect(await Promise.all([works[0], works[2], works[3]])).toEqual([0, 2, 3]);
  expect(begun).toEqual([0, 1, 2, 3]);
});

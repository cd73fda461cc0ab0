import { expect, it } from 'vitest';
import { boundedLabel } from './boundedLabel.ts';

it('keeps the known values and the first others, and gives the rest one name', () => {
  const label = boundedLabel(['known'], 2);
  const values = ['a', 'b', 'c', 'a', 'known', 'd', 'b'];
  expect(values.map(label)).toEqual(['a', 'b', 'other', 'a', 'known', 'other', 'b']);
});

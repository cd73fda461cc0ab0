import { expect, it } from 'vitest';
import { acceptedPackages } from '../../../test/support/inputs/packages.ts';
import { isDirectReference } from './grammar.ts';
import { readRequirement } from './requirement.ts';

const entries = acceptedPackages.flatMap(([manager, entry]) => (manager === 'pip' ? [entry] : []));

it.each(entries)('%s: the pattern of direct references agrees with the grammar', (entry) => {
  expect(isDirectReference(entry)).toBe(readRequirement(entry)?.is === 'url');
});

it('the table has both', () => {
  expect(new Set(entries.map(isDirectReference))).toEqual(new Set([true, false]));
});

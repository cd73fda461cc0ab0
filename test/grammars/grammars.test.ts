import { describe, expect, it } from 'vitest';
import { packageFault } from '../../src/packages/entries/packageFault.ts';
import { differences } from '../support/grammars/differences.ts';
import { aptEntry, condaEntry, pipEntry, seeded } from '../support/grammars/generate.ts';
import { aptReadings, realAnswers } from '../support/grammars/reference.ts';
import { acceptedPackages } from '../support/inputs/packages.ts';

const count = 5000;

function generated(make: (random: () => number) => string, seed: number): readonly string[] {
  const random = seeded(seed);
  return Array.from({ length: count }, () => make(random));
}

describe.each([
  ['pip', pipEntry, 7],
  ['conda', condaEntry, 11],
] as const)('%s, beside the real parser', (manager, make, seed) => {
  it(`agrees on ${count} strings, but for what is listed with its reason`, async () => {
    const entries = [
      ...generated(make, seed),
      ...acceptedPackages.filter(([known]) => known === manager).map(([, entry]) => entry),
    ];
    const real = await realAnswers(manager, entries);
    const unexplained = entries.filter((entry, index) => {
      const ours = packageFault(manager, entry) === undefined ? 'takes' : 'refuses';
      const explained = differences.some(
        (row) => row.manager === manager && row.ours === ours && row.entries.test(entry),
      );
      return (ours === 'takes') !== real[index] && !explained;
    });
    expect(unexplained).toEqual([]);
    // Neither side answers the same to everything.
    expect(real.filter(Boolean).length).toBeGreaterThan(count / 10);
    expect(real.filter((taken) => !taken).length).toBeGreaterThan(count / 10);
  });
});

describe('apt, beside the real apt-get', () => {
  it('reads every entry that is taken as the package that it names', async () => {
    const taken = [
      ...new Set([
        ...generated(aptEntry, 13).filter((entry) => packageFault('apt', entry) === undefined),
        ...acceptedPackages.filter(([manager]) => manager === 'apt').map(([, entry]) => entry),
      ]),
    ];
    expect(taken.length).toBeGreaterThan(50);
    const readings = await Promise.all(taken.map((entry) => aptReadings([entry])));
    const nameOf = (entry: string) => (/[=/]/.test(entry) ? entry.replace(/[=/].*$/, '') : entry.replace(/\+$/, ''));
    // Of a package that it does not know, apt takes a "+" at the end for "install it"; of one that it knows, for the name's.
    expect(readings.map(([reading]) => reading)).toEqual(taken.map(nameOf));
    expect(readings.every((found) => found.length === 1)).toBe(true);
  });
});

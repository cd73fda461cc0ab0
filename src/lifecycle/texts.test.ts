import { array, assert, constantFrom, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { simulate } from '../../test/support/simulator/simulator.ts';

/** Characters of one and two units, and half characters, which the API server stores as another one. */
const units = ['x', '🔭', '\uD83D', '\uDD2D'] as const;

/** A rebuild, a retry and a cancellation with this value. */
function askedFor(token: string) {
  return simulate(
    {
      acts: [
        { do: 'ask', requests: { rebuild: token } },
        { do: 'ask', requests: { retry: token } },
        { do: 'ask', requests: { cancel: token } },
      ],
    },
    0,
  );
}

const plain = askedFor('now');

describe('a request with any text as value', () => {
  it.each(units.flatMap((unit) => Array.from({ length: 6 }, (_, cut) => [unit, 1021 + cut] as const)))(
    'is answered once: %j after %i letters',
    (unit, before) => {
      for (const token of [`${'x'.repeat(before)}${unit}`, `${'x'.repeat(before)}${unit}${unit}yz`]) {
        const { writes, jobs } = askedFor(token);
        expect({ writes, jobs }).toEqual({ writes: plain.writes, jobs: plain.jobs });
      }
    },
  );

  it('is answered once', () => {
    const anyToken = array(constantFrom(...units), { minLength: 1, maxLength: 1100 }).map((parts) => parts.join(''));
    assert(
      property(anyToken, (token) => {
        expect(askedFor(token).writes).toEqual(plain.writes);
      }),
      { numRuns: 20 },
    );
  });
});

describe('changes between two specs in any characters', () => {
  it.each(units)('come to rest: %j', (unit) => {
    const args = Array.from({ length: 40 }, (_, number) => ({ name: `A${number}`, value: unit.repeat(600) }));
    const { steps } = simulate({ acts: [{ do: 'edit', spec: { args } }] }, 0);
    expect(steps).toBeLessThan(100);
  });
});

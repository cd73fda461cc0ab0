import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { faults } from '../../../test/support/simulator/storedStatus.ts';
import type { Condition, ImageSpecStatus } from '../../api/imagespec.generated.ts';
import { statusBounds } from '../../api/statusBounds.generated.ts';
import { fitStatus } from './fit.ts';

const now = '2026-11-24T12:00:00Z';
const digest = `sha256:${'a'.repeat(64)}`;

function condition(message: string): Condition {
  return { type: 'Ready', status: 'True', reason: 'Fine', message, observedGeneration: 1, lastTransitionTime: now };
}

function statusWith(message: string): ImageSpecStatus {
  return {
    observedGeneration: 1,
    conditions: [condition(message)],
    base: { image: 'debian', digest, user: message, resolvedTime: now },
    bases: [{ image: 'debian', digest }],
    failure: { reason: 'RunFailed', message, packages: [message], log: message },
    lastHandledRebuild: message,
  };
}

describe('a status within the bounds of the CRD', () => {
  it('stays unchanged', () => {
    const status = statusWith('fine');
    expect(fitStatus(status)).toEqual(status);
  });

  it.each([
    ['a message', 4096, (status: ImageSpecStatus) => status.conditions?.[0]?.message],
    ['a user', 256, (status: ImageSpecStatus) => status.base?.user],
    ['a package', 1024, (status: ImageSpecStatus) => status.failure?.packages?.[0]],
  ])('%s has %i characters at most, as the API server counts', (_, most, textOf) => {
    for (const character of ['x', '🔭', '\uD83D']) {
      const shown = textOf(fitStatus(statusWith(character.repeat(most))));
      expect(shown).toBe(character.repeat(most).toWellFormed());
      expect(textOf(fitStatus(statusWith(character.repeat(most + 1))))).toBe(shown);
    }
  });

  it('drops unknown fields, and objects that lack a required field', () => {
    const status = { ...statusWith('fine'), later: 1, bases: [Object({ image: 'debian' })], image: '' };
    const { image: _, ...others } = { ...statusWith('fine'), bases: [] };
    expect(fitStatus(status)).toEqual(others);
  });

  it('has no two equal entries after a cut', () => {
    const image = (end: string) => ({ image: `${'x'.repeat(512)}${end}`, digest });
    expect(fitStatus({ ...statusWith('fine'), bases: [image('a'), image('b')] }).bases).toHaveLength(1);
  });

  it('keeps lists up to their bounds', () => {
    const bases = Array.from({ length: 71 }, (_, number) => ({ image: `r.example/x/${number}`, digest }));
    expect(fitStatus({ ...statusWith('fine'), bases }).bases).toEqual(bases.slice(0, 64));
  });

  it('is accepted and stored unchanged with any texts', () => {
    const anyText = fc.string({
      unit: fc.oneof(fc.constantFrom('\uD83D', '\uDD2D', '🔭', 'x'), fc.string()),
      maxLength: 9000,
    });
    const anyStatus = fc.record({
      observedGeneration: fc.integer(),
      conditions: fc.array(anyText.map(condition), { maxLength: 20 }),
      failure: fc.record({
        reason: anyText,
        message: anyText,
        packages: fc.array(anyText, { maxLength: 70 }),
        log: anyText,
      }),
      bases: fc.array(fc.record({ image: anyText, digest: anyText }), { maxLength: 70 }),
      lastHandledRetry: anyText,
    });
    fc.assert(
      fc.property(anyStatus, (status) => {
        const fitted = fitStatus(status);
        expect(faults(fitted, statusBounds, 'status')).toEqual([]);
        expect(fitStatus(fitted)).toEqual(fitted);
      }),
      { numRuns: 50 },
    );
  });
});

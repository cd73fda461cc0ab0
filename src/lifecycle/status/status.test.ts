import { expect, it } from 'vitest';
import { base, hash, observation, spec } from '../../../test/support/observations.ts';
import { statusIn } from '../../../test/support/passes.ts';
import { noon } from '../../../test/support/pods.ts';
import { toRfc3339 } from '../../api/time.ts';
import { causeOf, firstRecord } from '../model/record.ts';
import type { Goal } from '../model/situation.ts';

it('shows no base when the last stage starts from scratch, also after an earlier base', () => {
  const goal: Goal = { spec, bases: [base], finalBase: null, available: null, inputHash: hash };
  const before = { ...base, resolvedTime: toRfc3339(noon) };
  const seen = observation({ status: { observedGeneration: 1, base: before } });
  const status = statusIn(seen, { is: 'queued', goal, build: firstRecord(seen, goal, causeOf(seen, goal)) });
  expect(status.base).toBeUndefined();
  expect(status.bases).toEqual([{ image: base.image, digest: base.digest }]);
  expect(statusIn(seen, { is: 'suspended', goal: null }).base).toEqual(before);
});

const emoji = '\u{1F600}';

/** Every text in a value. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') {
    return [value];
  }
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

// The API server stores half a character as another one, so each pass would write such a status again.
it.each([0, 1])('cuts no character in two, after %i letters', (letters) => {
  const long = `${'x'.repeat(letters)}${emoji.repeat(5000)}`;
  const requests = { rebuild: long, retry: long, launch: long, cancel: long };
  const seen = observation({ requests });
  const failure = { reason: 'RunFailed', message: long, packages: [long], log: long } as const;
  const goal: Goal = { spec, bases: [base], finalBase: base, available: null, inputHash: hash };
  const build = firstRecord(seen, goal, causeOf(seen, goal));
  const status = statusIn(seen, { is: 'stalled', goal, failure, build, until: null });
  const texts = textsIn(status).filter((text) => text.includes(emoji));
  expect(texts.length).toBeGreaterThanOrEqual(8);
  expect(texts.filter((text) => !text.isWellFormed())).toEqual([]);
  expect(Math.max(...texts.map((text) => text.length))).toBeLessThanOrEqual(8192);
});

it.each([
  ['NodeLost', true],
  ['PushFailed', true],
  ['BaseImageNotFound', true],
  ['BaseImageUnsupported', true],
  ['RunFailed', false],
] as const)('announces the next attempt after %s, if there is one: %s', (reason, expected) => {
  const failure = { reason, message: 'x', packages: [] } as const;
  const status = statusIn(observation({}), { is: 'stalled', goal: null, failure, build: null, until: noon });
  expect(status.failure?.nextAttemptTime).toBe(expected ? toRfc3339(noon) : undefined);
});

it('writes only the fields of a base that the CRD has', () => {
  // Wider than its type, as after a new field in it.
  const wider = { ...base, created: '2026-11-24T00:00:00Z' };
  const goal: Goal = { spec, bases: [wider], finalBase: wider, available: null, inputHash: hash };
  const seen = observation({});
  const status = statusIn(seen, { is: 'queued', goal, build: firstRecord(seen, goal, causeOf(seen, goal)) });
  expect(status.base).toEqual({ ...base, resolvedTime: toRfc3339(noon) });
  expect(status.bases).toEqual([{ image: base.image, digest: base.digest }]);
});

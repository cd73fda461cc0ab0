import { expect, it } from 'vitest';
import { base, hash, observation, spec } from '../../../test/support/observations.ts';
import { noon } from '../../../test/support/pods.ts';
import { toRfc3339 } from '../../api/time.ts';
import { causeOf, firstRecord } from '../model/record.ts';
import type { Goal } from '../model/situation.ts';
import { statusOf } from './status.ts';

it('shows no base where the last stage starts from scratch, also when there was one before', () => {
  const goal: Goal = { spec, bases: [base], finalBase: null, available: null, inputHash: hash };
  const before = { ...base, resolvedTime: toRfc3339(noon) };
  const seen = observation({ status: { observedGeneration: 1, base: before } });
  const status = statusOf(seen, { is: 'queued', goal, build: firstRecord(seen, goal, causeOf(seen, goal)) });
  expect(status.base).toBeUndefined();
  expect(status.bases).toEqual([{ image: base.image, digest: base.digest }]);
  expect(statusOf(seen, { is: 'suspended', goal: null }).base).toEqual(before);
});

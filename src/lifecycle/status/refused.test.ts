import { expect, it } from 'vitest';
import { observation } from '../../../test/support/observations.ts';
import { follow } from '../../../test/support/passes.ts';
import { failureOf } from '../../api/failure.ts';
import { seconds } from '../../api/time.ts';
import { decide } from '../decide.ts';
import type { FailedEffect } from '../model/failedEffect.ts';
import type { Observation } from '../model/observation.ts';

const words = 'status.failure.message: Too long: may not be more than 4096 bytes';
const wrong = observation({
  plan: { ok: false, failure: failureOf('InvalidSpec', 'spec.packages.pip[0] is an option') },
});
const refused: FailedEffect = {
  do: 'writeStatus',
  target: 'whole',
  is: 'refused',
  reason: null,
  message: words,
  at: wrong.now,
  failures: 1,
};
const seen: Observation = { ...wrong, failedEffects: [refused] };

it("writes a refused status as conditions, with the API server's message and the cause", () => {
  const { decision } = decide(seen);
  expect(decision).toMatchObject({ next: 'act', effect: { do: 'writeStatus', part: 'conditions' } });
  const status = decision.next === 'act' && decision.effect.do === 'writeStatus' ? decision.effect.status : {};
  const { conditions, ...others } = { conditions: [], ...status };
  expect(conditions).toContainEqual(
    expect.objectContaining({
      type: 'Ready',
      status: 'False',
      reason: 'InvalidSpec',
      message: expect.stringMatching(/the API server refuses the status: .*Too long.*; spec\.packages\.pip\[0\]/),
    }),
  );
  const { conditions: _, ...before } = wrong.status;
  expect(others).toEqual(before);
});

it('rests until the next attempt to write the whole status', () => {
  const { seen: after, decision } = follow(seen);
  expect(decision).toMatchObject({ next: 'rest', until: expect.any(Number) });
  const later = { ...after, now: after.now + seconds(3600) };
  expect(decide(later).decision).toMatchObject({ effect: { do: 'writeStatus', part: 'whole' } });
});

it('does not repeat conditions that are refused too', () => {
  const both = { ...seen, failedEffects: [refused, { ...refused, target: 'conditions' }] };
  expect(decide(both).decision).toMatchObject({ next: 'rest', until: expect.any(Number) });
});

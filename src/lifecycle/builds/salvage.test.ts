import { expect, it } from 'vitest';
import { hash, image, observation, pushedPod, resolved, run, spec } from '../../../test/support/observations.ts';
import { follow } from '../../../test/support/passes.ts';
import { goodAnswers, may, planOf, ready } from '../../../test/support/resting.ts';
import { decide } from '../decide.ts';
import { settingsOf } from '../model/record.ts';

it('keeps the image of an older build that pushed before its stop, and reuses it when the spec returns', () => {
  const other = { ...spec, platform: 'linux/arm64' };
  const { seen } = follow({
    ...observation({ status: resolved, builds: [run(pushedPod)], answers: may }),
    plan: planOf({ platform: 'linux/arm64' }),
  });
  expect(seen.status.history).toMatchObject([{ number: 1, result: 'Succeeded', image, inputHash: hash }]);
  expect(settingsOf(other)).not.toBe(settingsOf(spec));
  const back = { ...seen, builds: [], plan: planOf({}), answers: [...may, ...goodAnswers] };
  expect(ready(follow(back).seen.status)).toBe('ImageReused');
});

it('reuses the image of an earlier build with a Job, under a new number', () => {
  const { seen } = follow(
    observation({ status: resolved, builds: [run(pushedPod)], answers: [...may, ...goodAnswers] }),
  );
  const { build: first, ...rest } = seen.status;
  if (first === undefined) {
    throw new Error('the first build is not in the status');
  }
  const between = { ...rest, build: { ...first, number: 2, inputHash: 'f'.repeat(64), jobUID: 'another' } };
  const back = follow({ ...seen, status: between });
  expect(ready(back.seen.status)).toBe('ImageReused');
  expect(back.seen.status.build).toMatchObject({ number: 3, inputHash: hash, image });
});

it('passes over a Job whose entry the history has dropped', () => {
  const history = [6, 5, 4, 3, 2].map((number) => ({
    number,
    result: 'Succeeded' as const,
    reason: 'BuildSucceeded' as const,
    inputHash: 'f'.repeat(64),
    reasons: ['SpecChanged' as const],
    completionTime: '2026-11-25T12:00:00Z',
  }));
  const status = { ...resolved, history };
  const seen = {
    ...observation({ status, builds: [run(pushedPod)], answers: may }),
    plan: planOf({ platform: 'linux/arm64' }),
  };
  expect(decide(seen).situation.is).not.toBe('salvaged');
});

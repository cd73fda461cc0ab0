import { describe, expect, it } from 'vitest';
import { failedEffect, observation, resolved, run } from '../../../test/support/observations.ts';
import { follow } from '../../../test/support/passes.ts';
import { noon } from '../../../test/support/pods.ts';
import { created, may, ready } from '../../../test/support/resting.ts';

describe('a Pod that does not appear or does not end', () => {
  const job = { namespace: 'vision', name: 'imagespec-1', uid: 'job-1' };
  const refusal = (message: string | null) =>
    observation({
      status: resolved,
      builds: [run(null)],
      answers: [
        { question: { ask: 'podRefusal', job }, reply: { is: 'known', value: message }, at: noon, failures: 0 },
      ],
    });

  it.each([
    ['quota', 'Error creating: pods "x" is forbidden: exceeded quota: small, requested: pods=1', 'QuotaExceeded'],
    [
      'Pod Security',
      'Error creating: pods "x" is forbidden: violates PodSecurity "restricted:latest"',
      'BuildPodRefused',
    ],
    ['nothing', null, 'Building'],
  ])('%s', (_, message, reason) => {
    expect(ready(follow(refusal(message)).seen.status)).toBe(reason);
  });

  it('treats a node that does not end its Pod as lost', () => {
    const deleted = (deletedAt: number) => observation({ status: resolved, builds: [run({ deletedAt })] });
    expect(ready(follow(deleted(noon - 30_000)).seen.status)).toBe('Building');
    const { seen } = follow(deleted(noon - 61_000));
    expect([ready(seen.status), seen.status.failure?.reason]).toEqual(['Retrying', 'NodeLost']);
  });

  it('reports a refused Job, and goes on without a request', () => {
    const first = observation({ answers: may });
    const { decision } = follow(first);
    const name =
      decision.next === 'act' && decision.effect.do === 'createJob' ? (decision.effect.job.metadata?.name ?? '') : '';
    const message = 'jobs.batch "x" is forbidden: exceeded quota: jobs';
    const failedEffects = [failedEffect('createJob', name, { message })];
    expect(ready(follow({ ...first, failedEffects }).seen.status)).toBe('QuotaExceeded');
    expect(created({ ...first, failedEffects, now: noon + 31_000 })).toMatchObject({ number: 1 });
  });
});

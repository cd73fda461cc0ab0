import { describe, expect, it } from 'vitest';
import { answer, failedEffect, spec } from '../../test/support/observations.ts';
import { condition, follow } from '../../test/support/passes.ts';
import { noon } from '../../test/support/pods.ts';
import { created, failed, good, may, planOf } from '../../test/support/resting.ts';
import { evicted } from '../../test/support/rows.ts';
import { failureOf } from '../api/failure.ts';
import { jobName } from '../kaniko/identity.ts';
import type { Observation } from './model/observation.ts';
import type { Reply } from './model/question.ts';

/** A recorded eviction, an hour ago: the Job is gone, and the next attempt is due. */
const due = { ...follow(evicted).seen, builds: [], now: noon + 3_600_000 };
const answers = may.map((one) => Object.assign({}, one, { at: due.now }));

/** Other replies about the access to the output repository. */
function access(reply: Reply<true>): Observation['answers'] {
  const question = { ask: 'pushAccess', repository: spec.repository, secret: spec.pushSecret } as const;
  return [...answers.filter((one) => one.question.ask !== 'pushAccess'), { question, reply, at: due.now, failures: 1 }];
}

const missingSecret = access({ is: 'secretMissing', secret: 'push', key: '.dockerconfigjson' });
const denied = access({ is: 'failed', failure: failureOf('PushUnauthorized', '403: no access') });
/** The API server refuses the Job of the next attempt. */
const refusedJob = failedEffect('createJob', jobName(due.self.uid, created({ ...due, answers })), {
  message: 'jobs.batch "x" is forbidden: violates PodSecurity "restricted:latest"',
  at: due.now,
});

describe('preparation of the next attempt', () => {
  it.each<readonly [string, string, Partial<Observation>]>([
    ['a suspended resource', 'Unknown Suspended', { plan: planOf({ suspend: true }), answers }],
    ['a missing Secret', 'Unknown WaitingForSecret', { answers: missingSecret }],
    ['no access to the output repository', 'False PushUnauthorized', { answers: denied }],
    ['a refused Job', 'False BuildPodRefused', { answers, failedEffects: [refusedJob] }],
    ['a reached limit of builds', 'Unknown Queued', { answers, buildTurn: 'wait' }],
  ])('keeps the last failure, and goes on once the obstacle is gone: %s', (_, ready, changes) => {
    const held = follow({ ...due, ...changes });
    expect(condition(held.seen.status, 'Ready')).toBe(ready);
    // The next passes change nothing.
    const later = follow({ ...due, ...changes, status: held.seen.status, now: due.now + 15_000 });
    expect(later.seen.status).toEqual(held.seen.status);
    expect(created({ ...due, answers, status: held.seen.status })).toMatchObject({ number: 1, attempt: 2 });
  });

  it.each([
    ['no access to the output repository', { answers: denied }],
    ['a missing Secret', { answers: missingSecret }],
  ])('keeps the failure and its place in the history, and a requested retry open: %s', (_, changes) => {
    const before = { ...failed, requests: { rebuild: null, retry: 'now', launch: null, cancel: null }, now: due.now };
    const held = follow({ ...before, ...changes });
    expect(held.seen.status.failure).toEqual(failed.status.failure);
    expect(held.seen.status.history).toEqual(failed.status.history);
    expect(held.seen.status.lastHandledRetry).toBeUndefined();
    expect(created({ ...before, status: held.seen.status, answers })).toMatchObject({ number: 1, attempt: 2 });
  });

  it('shows each obstacle to the build of a lost image, because no attempt has failed', () => {
    const lost = { ...good, now: due.now };
    const missing = answer({ present: false, confirm: null }, due.now);
    const first = follow({ ...lost, answers: [...denied, ...missing] });
    expect(first.seen.status.failure?.reason).toBe('PushUnauthorized');
    const other = access({ is: 'failed', failure: failureOf('PushFailed', '404: no such repository') });
    const second = follow({ ...lost, status: first.seen.status, answers: [...other, ...missing] });
    expect(second.seen.status.failure?.reason).toBe('PushFailed');
  });

  it('a suspended ImageSpec keeps a rebuild for later, and shows it', () => {
    const requests = { rebuild: 'now', retry: null, launch: null, cancel: null };
    const suspended = follow({ ...good, plan: planOf({ suspend: true }), requests });
    expect(condition(suspended.seen.status, 'Ready')).toBe('Unknown Suspended');
    expect([suspended.seen.status.lastHandledRebuild, suspended.decision.next]).toEqual([undefined, 'rest']);
    const resumed = { ...good, status: suspended.seen.status, requests, answers: [...good.answers, ...may] };
    expect(created(resumed)).toMatchObject({ number: 2, reasons: ['RebuildRequested'] });
  });

  it('a reverted invalid spec leaves the failure and the time of the next attempt, which the history does not hold', () => {
    const retrying = follow(evicted).seen;
    const plan = { ok: false, failure: failureOf('InvalidSpec', 'spec.packages.pip[0]: no') } as const;
    const broken = follow({ ...retrying, plan, self: { ...retrying.self, generation: 2 } }).seen;
    expect(condition(broken.status, 'Ready')).toBe('False InvalidSpec');
    const back = follow({ ...broken, plan: retrying.plan, self: { ...retrying.self, generation: 3 } }).seen;
    expect(condition(back.status, 'Ready')).toBe('Unknown Retrying');
    expect(back.status.failure).toEqual(retrying.status.failure);
  });

  it('a reverted invalid spec leaves the failure of the build', () => {
    const builds = evicted.builds.map((run) => ({ ...run, identity: { ...run.identity, attempt: 2 } }));
    const exhausted = follow({ ...evicted, builds }).seen;
    expect(condition(exhausted.status, 'Ready')).toBe('False RetriesExhausted');
    const plan = { ok: false, failure: failureOf('InvalidSpec', 'spec.packages.pip[0]: no') } as const;
    const broken = follow({ ...exhausted, plan, self: { ...exhausted.self, generation: 2 } }).seen;
    expect(condition(broken.status, 'Ready')).toBe('False InvalidSpec');
    const back = follow({ ...broken, plan: exhausted.plan, self: { ...exhausted.self, generation: 3 } }).seen;
    expect(condition(back.status, 'Ready')).toBe('False RetriesExhausted');
    expect(back.status.failure).toMatchObject({ reason: 'Evicted' });
  });
});

import { describe, expect, it } from 'vitest';
import { spec } from '../../test/support/observations.ts';
import { condition, follow } from '../../test/support/passes.ts';
import { noon } from '../../test/support/pods.ts';
import { created, good, may, planOf } from '../../test/support/resting.ts';
import { evicted } from '../../test/support/rows.ts';
import { failureOf } from '../api/failure.ts';
import type { Observation } from './model/observation.ts';

/** A recorded eviction, an hour ago: the Job is gone, and the next attempt is due. */
const due = { ...follow(evicted).seen, builds: [], now: noon + 3_600_000 };
const answers = may.map((one) => Object.assign({}, one, { at: due.now }));

const missingSecret: Observation['answers'] = [
  {
    question: { ask: 'pushAccess', repository: spec.repository, secret: spec.pushSecret },
    reply: { is: 'secretMissing', secret: 'push', key: '.dockerconfigjson' },
    at: due.now,
    failures: 1,
  },
];

describe('preparation of the next attempt', () => {
  it.each<readonly [string, string, Partial<Observation>]>([
    ['a suspended resource', 'Unknown Suspended', { plan: planOf({ suspend: true }), answers }],
    [
      'a missing Secret',
      'Unknown WaitingForSecret',
      { answers: [...answers.filter(({ question }) => question.ask !== 'pushAccess'), ...missingSecret] },
    ],
    ['a reached limit of builds', 'Unknown Queued', { answers, buildTurn: 'wait' }],
  ])('keeps the last failure, and goes on once the obstacle is gone: %s', (_, ready, changes) => {
    const held = follow({ ...due, ...changes });
    expect(condition(held.seen.status, 'Ready')).toBe(ready);
    // The next passes change nothing.
    const later = follow({ ...due, ...changes, status: held.seen.status, now: due.now + 15_000 });
    expect(later.seen.status).toEqual(held.seen.status);
    expect(created({ ...due, answers, status: held.seen.status })).toMatchObject({ number: 1, attempt: 2 });
  });

  it('a suspended ImageSpec keeps a rebuild for later, and shows it', () => {
    const requests = { rebuild: 'now', retry: null, cancel: null };
    const suspended = follow({ ...good, plan: planOf({ suspend: true }), requests });
    expect(condition(suspended.seen.status, 'Ready')).toBe('Unknown Suspended');
    expect([suspended.seen.status.lastHandledRebuild, suspended.decision.next]).toEqual([undefined, 'rest']);
    const resumed = { ...good, status: suspended.seen.status, requests, answers: [...good.answers, ...may] };
    expect(created(resumed)).toMatchObject({ number: 2, reasons: ['RebuildRequested'] });
  });

  it('a reverted invalid spec leaves the failure of the build', () => {
    const builds = evicted.builds.map((run) => ({ ...run, identity: { ...run.identity, attempt: 2 } }));
    const failed = follow({ ...evicted, builds }).seen;
    expect(condition(failed.status, 'Ready')).toBe('False RetriesExhausted');
    const plan = { ok: false, failure: failureOf('InvalidSpec', 'spec.packages.pip[0]: no') } as const;
    const broken = follow({ ...failed, plan, self: { ...failed.self, generation: 2 } }).seen;
    expect(condition(broken.status, 'Ready')).toBe('False InvalidSpec');
    const back = follow({ ...broken, plan: failed.plan, self: { ...failed.self, generation: 3 } }).seen;
    expect(condition(back.status, 'Ready')).toBe('False RetriesExhausted');
    expect(back.status.failure).toMatchObject({ reason: 'Evicted' });
  });
});

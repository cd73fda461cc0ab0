import { describe, expect, it } from 'vitest';
import {
  fixedTag,
  observation,
  pushedPod,
  questions,
  resolved,
  run,
  spec,
} from '../../../test/support/observations.ts';
import { follow } from '../../../test/support/passes.ts';
import { noon } from '../../../test/support/pods.ts';
import { created, failed, good, may, planOf, ready } from '../../../test/support/resting.ts';
import { requestMark } from '../../kaniko/identity.ts';

describe('requests', () => {
  const rebuild = { rebuild: 'now', retry: null, launch: null, cancel: null };

  it('are only recorded when the first observation of the object has them', () => {
    const first = observation({
      requests: { rebuild: 'a', retry: 'b', launch: 'd', cancel: 'c' },
      answers: may,
      buildTurn: 'wait',
    });
    const { status } = follow(first).seen;
    expect(status).toMatchObject({
      lastHandledRebuild: 'a',
      lastHandledRetry: 'b',
      lastHandledLaunch: 'd',
      lastHandledCancel: 'c',
    });
    expect(ready(status)).toBe('Queued');
  });

  it('for a rebuild start a build on the newest base, despite a present image, under a tag of its own', () => {
    const asked = { ...good, requests: rebuild };
    expect(follow({ ...asked, answers: [] }).decision).toMatchObject({ next: 'ask', questions: [{ ask: 'base' }] });
    const identity = created({ ...asked, answers: may });
    expect(identity).toMatchObject({ number: 2, reasons: ['RebuildRequested'], rebuild: requestMark('now') });
    const pushed = `${spec.repository}@sha256:${'9'.repeat(64)}`;
    const rebuilt = run(
      {
        ...pushedPod,
        containers: { push: { is: 'terminated', exitCode: 0, reason: '', message: pushed, startedAt: null } },
      },
      identity,
    );
    const builds = [{ ...rebuilt, job: { ...rebuilt.job, uid: 'job-2' } }];
    const tag = `${fixedTag}-r${requestMark('now')}`;
    const confirm = { ...questions.confirm, reference: pushed };
    const answers = [
      ...may,
      {
        question: confirm,
        reply: {
          is: 'known',
          value: { digest: pushed.slice(pushed.indexOf('@') + 1), sizeBytes: 1, inputHash: '', input: '' },
        },
        at: noon,
        failures: 0,
      } as const,
      {
        question: { ...questions.fixed, reference: tag },
        reply: { is: 'known', value: null },
        at: noon,
        failures: 0,
      } as const,
    ];
    expect(follow({ ...asked, builds, answers }).decision).toMatchObject({
      next: 'act',
      effect: { do: 'putTag', tag, mode: 'neverOverwrite' },
    });
  });

  it('for a rebuild are handled once', () => {
    const identity = created({ ...good, requests: rebuild, answers: may });
    const running = run({}, identity);
    const { seen } = follow({
      ...good,
      requests: rebuild,
      builds: [{ ...running, job: { ...running.job, uid: 'job-2' } }],
    });
    expect(seen.status).toMatchObject({
      lastHandledRebuild: 'now',
      build: { number: 2, reasons: ['RebuildRequested'] },
    });
  });

  it('for a retry start another attempt of a failed build, with all retries of infrastructure', () => {
    const identity = created({
      ...failed,
      requests: { rebuild: null, retry: 'x', launch: null, cancel: null },
      answers: may,
    });
    expect(identity).toMatchObject({ number: 1, attempt: 2, firstAttempt: 2, reasons: ['SpecChanged', 'Retry'] });
  });

  it('for a retry of a good image are only recorded', () => {
    const { seen, decision } = follow({ ...good, requests: { rebuild: null, retry: 'x', launch: null, cancel: null } });
    expect(seen.status.lastHandledRetry).toBe('x');
    expect(decision.next).toBe('rest');
  });

  it('for a cancel stop the build: the result first, then the Job', () => {
    const running = observation({ status: { ...resolved, lastHandledCancel: 'old' }, builds: [run({})] });
    const { seen, decision } = follow({
      ...running,
      requests: { rebuild: null, retry: null, launch: null, cancel: 'new' },
    });
    expect(ready(seen.status)).toBe('Cancelled');
    expect(seen.status).toMatchObject({ lastHandledCancel: 'new', history: [{ number: 1, result: 'Cancelled' }] });
    expect(decision).toMatchObject({ next: 'act', effect: { do: 'deleteJob' } });
    const after = follow({ ...seen, builds: [] });
    expect(ready(after.seen.status)).toBe('Cancelled');
    // A new display name is no reason to build, a new setting is.
    const named = { ...seen, builds: [], self: { ...seen.self, generation: 2 }, answers: may };
    expect(ready(follow({ ...named, plan: planOf({ display: { name: 'x', description: '' } }) }).seen.status)).toBe(
      'Cancelled',
    );
    expect(created({ ...named, plan: planOf({ timeoutSeconds: 900 }) })).toMatchObject({ number: 2 });
  });

  it('for a cancel without work are handled', () => {
    const { seen, decision } = follow({ ...good, requests: { rebuild: null, retry: null, launch: null, cancel: 'x' } });
    expect([ready(seen.status), seen.status.lastHandledCancel, decision.next]).toEqual(['BuildSucceeded', 'x', 'rest']);
  });
});

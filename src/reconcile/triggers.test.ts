import { describe, expect, it } from 'vitest';
import {
  answer,
  base,
  config,
  digest,
  fixedTag,
  hash,
  image,
  noon,
  observation,
  pushedPod,
  questions,
  resolved,
  run,
  spec,
} from '../../test/support/observations.ts';
import type { ImageSpecStatus } from '../api/imagespec.generated.ts';
import { annotations } from '../api/names.ts';
import { parseIdentity, requestMark } from '../build/identity.ts';
import type { EffectiveSpec } from '../spec/effective.ts';
import { inputHash } from '../spec/inputHash.ts';
import { decide } from './decide.ts';
import type { Observation } from './observation.ts';
import { settingsOf } from './record.ts';

/** Follows writes of the status until something else is to be done. */
function follow(seen: Observation): { seen: Observation; decision: ReturnType<typeof decide>['decision'] } {
  let { status } = seen;
  for (let step = 0; step < 5; step++) {
    const now = { ...seen, status };
    const { decision } = decide(now, config);
    if (decision.next !== 'act' || decision.effect.do !== 'writeStatus') {
      return { seen: now, decision };
    }
    ({ status } = decision.effect);
  }
  throw new Error('the status does not come to rest');
}

function ready(status: ImageSpecStatus): string {
  return status.conditions?.find(({ type }) => type === 'Ready')?.reason ?? '';
}

function planOf(changes: Partial<EffectiveSpec>): Observation['plan'] {
  return {
    ok: true,
    value: { spec: { ...spec, ...changes }, images: [base.image], finalImage: base.image, upstream: null },
  };
}

const { source } = spec;
if (source.is !== 'packages') {
  throw new Error('the rows build from packages');
}
const packages = source;
const may = answer({ access: true, secrets: 's', base });
const goodAnswers = answer({
  confirm: { digest, sizeBytes: 7, input: '' },
  fixed: digest,
  moving: digest,
  present: true,
});
/** Built, and at rest. */
const good = follow(observation({ status: resolved, builds: [run(pushedPod)], answers: goodAnswers })).seen;
const failedRun = run(
  {
    phase: 'Failed',
    endedAt: noon - 1000,
    containers: { build: { is: 'terminated', exitCode: 1, reason: 'Error', message: '', startedAt: null } },
  },
  { secrets: 's' },
);
const failedLog =
  'error building image: error building stage: failed to execute command: waiting for process to exit: exit status 1';
/** Failed by the user's own doing, and at rest. */
const failed = follow(
  observation({ status: resolved, builds: [failedRun], answers: answer({ log: failedLog, secrets: 's' }) }),
).seen;

/** The Job that a pass creates, by what its identity says. */
function created(seen: Observation) {
  const { decision } = follow(seen);
  if (decision.next !== 'act' || decision.effect.do !== 'createJob') {
    throw new Error(`no Job is created but: ${JSON.stringify(decision).slice(0, 300)}`);
  }
  const identity = parseIdentity(decision.effect.job.metadata?.annotations?.[annotations.build] ?? '');
  if (identity === undefined) {
    throw new Error('the Job says nothing of what it builds');
  }
  return identity;
}

describe('requests', () => {
  const rebuild = { rebuild: 'now', retry: null, cancel: null };

  it('records a value that is there when the object is first seen, and does nothing for it', () => {
    const first = observation({ requests: { rebuild: 'a', retry: 'b', cancel: 'c' }, answers: may, turn: 'wait' });
    const { status } = follow(first).seen;
    expect(status).toMatchObject({ lastHandledRebuild: 'a', lastHandledRetry: 'b', lastHandledCancel: 'c' });
    expect(ready(status)).toBe('Queued');
  });

  it('builds again for a rebuild, past what is there, on a base that is looked up anew, under a tag of its own', () => {
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
        reply: { is: 'known', value: { digest: pushed.slice(pushed.indexOf('@') + 1), sizeBytes: 1, input: '' } },
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

  it('handles a rebuild once', () => {
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

  it('tries a failed build once more for a retry, with all retries of the infrastructure again', () => {
    const identity = created({ ...failed, requests: { rebuild: null, retry: 'x', cancel: null }, answers: may });
    expect(identity).toMatchObject({ number: 1, attempt: 2, firstAttempt: 2, reasons: ['SpecChanged', 'Retry'] });
  });

  it('only records a retry of what is good', () => {
    const { seen, decision } = follow({ ...good, requests: { rebuild: null, retry: 'x', cancel: null } });
    expect(seen.status.lastHandledRetry).toBe('x');
    expect(decision.next).toBe('rest');
  });

  it('cancels what runs: the result first, then the Job', () => {
    const running = observation({ status: { ...resolved, lastHandledCancel: 'old' }, builds: [run({})] });
    const { seen, decision } = follow({ ...running, requests: { rebuild: null, retry: null, cancel: 'new' } });
    expect(ready(seen.status)).toBe('Cancelled');
    expect(seen.status).toMatchObject({ lastHandledCancel: 'new', history: [{ number: 1, result: 'Cancelled' }] });
    expect(decision).toMatchObject({ next: 'act', effect: { do: 'deleteJob' } });
    const after = follow({ ...seen, builds: [] });
    expect(ready(after.seen.status)).toBe('Cancelled');
    // Another name for people is no reason to build, another setting is.
    const named = { ...seen, builds: [], self: { ...seen.self, generation: 2 }, answers: may };
    expect(ready(follow({ ...named, plan: planOf({ display: { name: 'x', description: '' } }) }).seen.status)).toBe(
      'Cancelled',
    );
    expect(created({ ...named, plan: planOf({ timeoutSeconds: 900 }) })).toMatchObject({ number: 2 });
  });

  it('takes a cancel of nothing for handled', () => {
    const { seen, decision } = follow({ ...good, requests: { rebuild: null, retry: null, cancel: 'x' } });
    expect([ready(seen.status), seen.status.lastHandledCancel, decision.next]).toEqual(['BuildSucceeded', 'x', 'rest']);
  });
});

describe('what starts a build', () => {
  it('a base that moved, within the window, with its reason', () => {
    const moved = answer({
      access: true,
      secrets: 's',
      base: { ...base, digest: `sha256:${'7'.repeat(64)}` },
      present: true,
      confirm: null,
    });
    const policy = { policy: 'Rebuild', intervalSeconds: 300 } as const;
    const often = { ...questions.base, everySeconds: 300 };
    const value = { ...base, digest: `sha256:${'7'.repeat(64)}` };
    const answers = [...moved, { question: often, reply: { is: 'known', value }, at: noon, failures: 0 } as const];
    const followed = { ...good, plan: planOf({ baseUpdate: policy }), answers };
    expect(created(followed)).toMatchObject({ number: 2, reasons: ['BaseChanged'] });
    const closed = follow({ ...followed, baseUpdatesFrom: noon + 60_000 });
    expect(ready(closed.seen.status)).toBe('BuildSucceeded');
    expect(closed.seen.status.base?.availableDigest).toBe(`sha256:${'7'.repeat(64)}`);
    const ignored = follow({ ...followed, answers: moved, plan: planOf({}) });
    expect(ignored.seen.status.base?.availableDigest).toBeUndefined();
  });

  it('a published image that is gone, once', () => {
    const missing = [...may, ...answer({ confirm: null, present: false }, noon)];
    expect(created({ ...good, answers: missing })).toMatchObject({ number: 2, reasons: ['ImageMissing'] });
    const { status } = good;
    const since = {
      ...status,
      build: {
        ...(status.build ?? { number: 1, attempt: 1, inputHash: hash, reasons: [] }),
        completionTime: '2026-11-24T12:00:30Z',
      },
    };
    expect(follow({ ...good, builds: [], status: since, answers: missing }).decision.next).not.toBe('act');
  });

  it('a Secret that was changed after a failure', () => {
    expect(follow({ ...failed, answers: answer({ secrets: 's' }) }).decision.next).toBe('rest');
    expect(created({ ...failed, answers: answer({ secrets: 't', access: true }) })).toMatchObject({
      number: 2,
      reasons: ['Retry'],
    });
  });

  it('an edit, with what changed', () => {
    const label = JSON.stringify({
      v: 1,
      platform: 'linux/amd64',
      bases: { [base.image]: base.digest },
      pip: ['numpy'],
    });
    const edited = { ...good, self: { ...good.self, generation: 2 }, builds: [] };
    const plan = planOf({
      source: { ...packages, pip: ['astropy', 'scipy'] },
    });
    const answers = answer({ access: true, secrets: 's', confirm: { digest, sizeBytes: 7, input: label } });
    expect(created({ ...edited, plan, answers })).toMatchObject({
      reasons: ['SpecChanged'],
      changes: ['packages.pip: +astropy', 'packages.pip: +scipy', 'packages.pip: -numpy'],
    });
  });

  it('nothing while suspended: Ready stays where nothing is unbuilt', () => {
    const suspended = follow({ ...good, plan: planOf({ suspend: true }) });
    expect(ready(suspended.seen.status)).toBe('BuildSucceeded');
    const unbuilt = follow({ ...good, builds: [], plan: planOf({ suspend: true, platform: 'linux/arm64' }) });
    expect(ready(unbuilt.seen.status)).toBe('Suspended');
    expect(unbuilt.decision.next).toBe('rest');
  });
});

describe('another ImageSpec as base', () => {
  const upstream = {
    is: 'ready',
    repository: 'registry.example.com/x/base',
    digest: `sha256:${'a'.repeat(64)}`,
  } as const;
  const source: EffectiveSpec['source'] = { ...packages, base: { is: 'imageSpec', name: 'base' } };
  const plan: Observation['plan'] = {
    ok: true,
    value: { spec: { ...spec, source }, images: [], finalImage: null, upstream: 'base' },
  };
  const question = { ...questions.base, image: `${upstream.repository}@${upstream.digest}` };
  const value = { image: question.image, digest: upstream.digest, user: '1000' };
  const found = [{ question, reply: { is: 'known', value }, at: noon, failures: 0 } as const];

  it('waits for its image, builds on it, and keeps it', () => {
    const absent = follow(
      observation({ plan, upstream: { is: 'absent', message: 'ImageSpec "base" has no image yet' } }),
    );
    expect(ready(absent.seen.status)).toBe('WaitingForBase');
    expect(created(observation({ plan, upstream, answers: [...may, ...found] })).inputHash).toBe(
      inputHash({ ...spec, source }, [value]),
    );
    const built = {
      base: { image: upstream.repository, digest: upstream.digest, user: '1000', resolvedTime: '2026-11-24T11:00:00Z' },
    };
    const queued = observation({
      plan,
      status: { observedGeneration: 1, ...built, bases: [{ image: upstream.repository, digest: upstream.digest }] },
      answers: may,
    });
    const other = { ...upstream, digest: `sha256:${'b'.repeat(64)}` };
    expect(created({ ...queued, upstream: other }).inputHash).toBe(inputHash({ ...spec, source }, [value]));
  });

  it('refuses a chain that comes back', () => {
    const { seen } = follow(observation({ plan, upstream: { is: 'cycle', chain: ['astro', 'base', 'astro'] } }));
    expect(ready(seen.status)).toBe('InvalidSpec');
    expect(seen.status.failure?.message).toContain('astro → base → astro');
  });
});

describe('a Pod that does not come or does not go', () => {
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

  it('takes a node for lost that does not end its Pod', () => {
    const deleted = (deletedAt: number) => observation({ status: resolved, builds: [run({ deletedAt })] });
    expect(ready(follow(deleted(noon - 30_000)).seen.status)).toBe('Building');
    const { seen } = follow(deleted(noon - 61_000));
    expect([ready(seen.status), seen.status.failure?.reason]).toEqual(['Retrying', 'NodeLost']);
  });

  it('tells that the Job itself is refused, and goes on by itself', () => {
    const first = observation({ answers: may });
    const { decision } = follow(first);
    const name =
      decision.next === 'act' && decision.effect.do === 'createJob' ? (decision.effect.job.metadata?.name ?? '') : '';
    const refusals = [{ name, message: 'jobs.batch "x" is forbidden: exceeded quota: jobs', at: noon }];
    expect(ready(follow({ ...first, refusals }).seen.status)).toBe('QuotaExceeded');
    expect(created({ ...first, refusals, now: noon + 31_000 })).toMatchObject({ number: 1 });
  });
});

it('keeps what an older build had pushed before it could be stopped, and uses it when the spec returns', () => {
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

it('uses the image of an earlier build whose Job is still kept, under a number of its own', () => {
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

it('does not stop at a Job whose entry the history has dropped already', () => {
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
  expect(decide(seen, config).situation.is).not.toBe('salvaged');
});

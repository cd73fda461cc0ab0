import { describe, expect, it } from 'vitest';
import {
  answer,
  base,
  config,
  digest,
  failedBase,
  fixedTag,
  hash,
  image,
  movingTag,
  observation,
  pushedPod,
  questions,
  resolved,
  run,
  spec,
} from '../../test/support/observations.ts';
import { noon } from '../../test/support/pods.ts';
import { failureOf } from '../api/failure.ts';
import type { ImageSpecStatus } from '../api/imagespec.generated.ts';
import { decide } from './decide.ts';
import type { Observation } from './observation.ts';
import { statusOf } from './status.ts';

/** Everything that a reader sees of a pass: Ready, the situation, the next step. */
function summary(seen: Observation) {
  const { situation, decision } = decide(seen, config);
  const status = statusOf(seen, situation);
  const ready = status.conditions?.find(({ type }) => type === 'Ready');
  return {
    situation: situation.is,
    ready: `${ready?.status ?? ''} ${ready?.reason ?? ''}`,
    next: decision.next === 'act' ? decision.effect.do : decision.next,
    status,
    decision,
  };
}

/** The status that stands when nothing more is to be written. */
function settled(seen: Observation): ImageSpecStatus {
  const { decision } = decide(seen, config);
  return decision.next === 'act' && decision.effect.do === 'writeStatus' ? decision.effect.status : seen.status;
}

const builtAnswers = answer({ confirm: { digest, sizeBytes: 7, input: '' }, fixed: digest, moving: digest });
const built = observation({ status: resolved, builds: [run(pushedPod)], answers: builtAnswers });
const looked = answer({ present: true });
const failedLog =
  'ERROR: No matching distribution found for astropyy\nerror building image: error building stage: failed to execute command: waiting for process to exit: exit status 1';
const failedPod = {
  phase: 'Failed',
  endedAt: noon - 1000,
  containers: { build: { is: 'terminated', exitCode: 1, reason: 'Error', message: '', startedAt: null } },
} as const;
const failed = observation({ status: resolved, builds: [run(failedPod)], answers: answer({ log: failedLog }) });
const evicted = observation({
  status: resolved,
  builds: [run({ phase: 'Failed', reason: 'Evicted', message: 'low on memory', endedAt: noon - 1000 })],
});

describe('decide', () => {
  it.each<[string, Observation, { situation: string; ready: string; next: string }]>([
    ['unseen', observation({}), { situation: 'asking', ready: 'Unknown ResolvingBase', next: 'ask' }],
    [
      'invalid',
      observation({ plan: { ok: false, failure: failureOf('InvalidSpec', 'spec.packages.pip[0]: no') } }),
      { situation: 'stalled', ready: 'False InvalidSpec', next: 'writeStatus' },
    ],
    [
      'invalid while an older build runs',
      observation({ plan: { ok: false, failure: failureOf('InvalidSpec', 'no') }, builds: [run({})] }),
      { situation: 'superseded', ready: ' ', next: 'deleteJob' },
    ],
    [
      'base not found',
      observation({ answers: failedBase({ is: 'failed', failure: failureOf('BaseImageNotFound', 'x: not found') }) }),
      { situation: 'stalled', ready: 'False BaseImageNotFound', next: 'writeStatus' },
    ],
    [
      'Secret missing',
      observation({ answers: failedBase({ is: 'secretMissing', secret: 'pull', key: '.dockerconfigjson' }) }),
      { situation: 'waiting', ready: 'Unknown WaitingForSecret', next: 'writeStatus' },
    ],
    [
      'registry down',
      observation({ answers: failedBase({ is: 'failed', failure: failureOf('RegistryUnavailable', 'no answer') }) }),
      { situation: 'waiting', ready: 'Unknown Retrying', next: 'writeStatus' },
    ],
    [
      'base known',
      observation({ answers: answer({ base }) }),
      { situation: 'asking', ready: 'Unknown Pending', next: 'ask' },
    ],
    [
      'may push',
      observation({ answers: answer({ base, access: true, secrets: 's' }) }),
      { situation: 'due', ready: 'Unknown Pending', next: 'createJob' },
    ],
    [
      'may push, but others build',
      observation({ answers: answer({ base, access: true, secrets: 's' }), turn: 'wait' }),
      { situation: 'queued', ready: 'Unknown Queued', next: 'writeStatus' },
    ],
    [
      'suspended',
      observation({
        status: resolved,
        plan: {
          ok: true,
          value: { spec: { ...spec, suspend: true }, images: [base.image], finalImage: base.image, upstream: null },
        },
      }),
      { situation: 'suspended', ready: 'Unknown Suspended', next: 'writeStatus' },
    ],
    [
      'running',
      observation({ status: resolved, builds: [run({})] }),
      { situation: 'building', ready: 'Unknown Building', next: 'writeStatus' },
    ],
    [
      'running for an older spec',
      observation({ status: resolved, builds: [run({}, { inputHash: 'a'.repeat(64) })] }),
      { situation: 'superseded', ready: ' ', next: 'deleteJob' },
    ],
    [
      'pushed',
      observation({ status: resolved, builds: [run(pushedPod)] }),
      { situation: 'asking', ready: 'Unknown Building', next: 'ask' },
    ],
    [
      'confirmed',
      observation({
        status: resolved,
        builds: [run(pushedPod)],
        answers: answer({ confirm: { digest, sizeBytes: 7, input: '' }, fixed: null }),
      }),
      { situation: 'tagging', ready: 'Unknown Building', next: 'putTag' },
    ],
    ['tagged', built, { situation: 'done', ready: 'True BuildSucceeded', next: 'writeStatus' }],
    [
      'pushed, and the registry does not have it',
      observation({ status: resolved, builds: [run(pushedPod)], answers: answer({ confirm: null }) }),
      { situation: 'stalled', ready: 'False DigestMismatch', next: 'writeStatus' },
    ],
    [
      'the immutable tag names another image, as that of a resource that was deleted and made anew',
      observation({
        status: resolved,
        builds: [run(pushedPod)],
        answers: answer({
          confirm: { digest, sizeBytes: 7, input: '' },
          fixed: `sha256:${'e'.repeat(64)}`,
          own: null,
        }),
      }),
      { situation: 'tagging', ready: 'Unknown Building', next: 'putTag' },
    ],
    [
      'the immutable tag and the own one name other images',
      observation({
        status: resolved,
        builds: [run(pushedPod)],
        answers: answer({
          confirm: { digest, sizeBytes: 7, input: '' },
          fixed: `sha256:${'e'.repeat(64)}`,
          own: `sha256:${'f'.repeat(64)}`,
        }),
      }),
      { situation: 'stalled', ready: 'False DigestMismatch', next: 'writeStatus' },
    ],
    [
      'failed',
      observation({ status: resolved, builds: [run(failedPod)] }),
      { situation: 'asking', ready: 'Unknown Building', next: 'ask' },
    ],
    ['failed, log read', failed, { situation: 'stalled', ready: 'False PackageNotFound', next: 'writeStatus' }],
    ['evicted', evicted, { situation: 'waiting', ready: 'Unknown Retrying', next: 'writeStatus' }],
    [
      'timed out',
      observation({ status: resolved, builds: [run({ phase: 'Failed', reason: 'DeadlineExceeded', endedAt: noon })] }),
      { situation: 'stalled', ready: 'False BuildTimeout', next: 'writeStatus' },
    ],
    [
      'never scheduled',
      observation({
        now: noon + 600_000,
        status: resolved,
        builds: [run({ phase: 'Pending', unschedulable: '0/1 nodes' })],
      }),
      { situation: 'stalled', ready: 'False BuildTimeout', next: 'writeStatus' },
    ],
    [
      'out of memory',
      observation({
        status: resolved,
        builds: [
          run({
            phase: 'Failed',
            endedAt: noon,
            containers: {
              build: { is: 'terminated', exitCode: 137, reason: 'OOMKilled', message: '', startedAt: null },
            },
          }),
        ],
      }),
      { situation: 'stalled', ready: 'False OutOfMemory', next: 'writeStatus' },
    ],
  ])('%s', (_, seen, expected) => {
    const { situation, ready, next } = summary(seen);
    expect({ situation, ready, next }).toEqual(expected);
  });

  it('writes nothing once everything is recorded, and keeps the Job for an hour', () => {
    const status = settled(built);
    const again = { ...built, status, answers: [] };
    expect(summary({ ...again, answers: looked }).decision).toEqual({ next: 'rest', until: noon - 1000 + 3_600_000 });
    expect(summary({ ...again, answers: looked, now: noon + 3_600_000 }).next).toBe('deleteJob');
    expect(summary({ ...again, answers: looked, builds: [] }).decision).toEqual({
      next: 'rest',
      until: noon - 10 + 86_400_000,
    });
  });

  it('records image, tags, size, history and the bases', () => {
    expect(settled(built)).toMatchObject({
      observedGeneration: 1,
      image,
      imageSizeBytes: 7,
      tags: [fixedTag, movingTag],
      bases: [{ image: base.image, digest: base.digest }],
      build: { number: 1, attempt: 1, inputHash: hash, jobUID: 'job-1', image },
      history: [{ number: 1, result: 'Succeeded', reason: 'BuildSucceeded', image }],
    });
  });

  it('keeps the good image when a later build fails', () => {
    const good = settled(built);
    const seen = { ...failed, status: { ...good, build: { ...(good.build ?? never()), jobUID: 'job-0' } } };
    expect(settled(seen)).toMatchObject({ image, failure: { reason: 'PackageNotFound', packages: ['astropyy'] } });
  });

  it('tries infrastructure again after a pause, as another attempt, and gives up after the last', () => {
    const status = settled(evicted);
    expect(status.failure).toMatchObject({ reason: 'Evicted', nextAttemptTime: '2026-11-24T12:00:08Z' });
    expect(summary({ ...evicted, status }).next).toBe('rest');
    const later = {
      ...evicted,
      status,
      now: noon + 10_000,
      answers: answer({ access: true, secrets: 's' }, noon + 9000),
    };
    const { decision } = summary(later);
    expect(decision).toMatchObject({ next: 'act', effect: { do: 'createJob' } });
    const second = {
      ...evicted,
      status,
      builds: [
        {
          ...run({ phase: 'Failed', reason: 'Evicted', endedAt: noon - 1000 }, { attempt: 2 }),
          job: { namespace: 'vision', name: 'imagespec-2', uid: 'job-2' },
        },
      ],
    };
    expect(summary(second)).toMatchObject({ situation: 'stalled', ready: 'False RetriesExhausted' });
    expect(settled(second).failure).toMatchObject({ reason: 'Evicted' });
  });

  it('tries a failure of the user again only when something is changed', () => {
    const status = settled(failed);
    expect(summary({ ...failed, status, answers: answer({ secrets: 's' }) }).next).toBe('rest');
    const raised = {
      ...failed,
      status,
      plan: {
        ok: true,
        value: { spec: { ...spec, timeoutSeconds: 900 }, images: [base.image], finalImage: base.image, upstream: null },
      },
    } as const;
    expect(summary({ ...raised, answers: answer({ access: true, secrets: 's' }) }).next).toBe('createJob');
  });

  it('asks before it uses an image of its history again, and then builds nothing', () => {
    const good = settled(built);
    const reverted = {
      ...built,
      builds: [],
      answers: [],
      status: { ...good, build: { ...(good.build ?? never()), inputHash: 'c'.repeat(64), image: 'x' } },
    };
    expect(summary(reverted).decision).toMatchObject({ next: 'ask', questions: [questions.confirm] });
    expect(summary({ ...reverted, answers: answer({ confirm: { digest, sizeBytes: 7, input: '' } }) })).toMatchObject({
      ready: 'True ImageReused',
    });
  });

  it('concludes nothing while the registry or the log cannot be asked', () => {
    const down = { is: 'failed', failure: failureOf('RegistryUnavailable', 'no answer') } as const;
    const pushed = observation({ status: resolved, builds: [run(pushedPod)] });
    const asked = { ...pushed, answers: [{ question: questions.confirm, reply: down, at: noon - 1, failures: 1 }] };
    const status = settled(asked);
    expect(status.build).toMatchObject({ number: 1, attempt: 1 });
    expect(status.build?.completionTime).toBeUndefined();
    expect(summary({ ...pushed, status }).decision).toMatchObject({ next: 'ask', questions: [questions.confirm] });
    expect(summary({ ...built, status })).toMatchObject({ ready: 'True BuildSucceeded' });
  });

  it('tries a build again whose log cannot be read after three tries, as nobody knows why it failed', () => {
    const unread = { is: 'failed', failure: failureOf('NodeLost', 'no answer') } as const;
    const seen = { ...failed, answers: [{ question: questions.log, reply: unread, at: noon - 1, failures: 3 }] };
    expect(summary(seen)).toMatchObject({ situation: 'waiting', ready: 'Unknown Retrying' });
  });

  it('never builds twice when its own Job is gone before the result was read', () => {
    const building = settled(observation({ status: resolved, builds: [run({})] }));
    expect(summary(observation({ status: building }))).toMatchObject({
      situation: 'waiting',
      ready: 'Unknown Retrying',
    });
  });

  it('deletes the Job of a build that could never start, once that is recorded', () => {
    const seen = observation({
      now: noon + 600_000,
      status: resolved,
      builds: [run({ phase: 'Pending', unschedulable: '0/1 nodes' })],
    });
    expect(summary({ ...seen, status: settled(seen) }).next).toBe('deleteJob');
  });
});

function never(): never {
  throw new Error('the row is wrong');
}

import { describe, expect, it } from 'vitest';
import {
  answer,
  base,
  digest,
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
} from '../../../test/support/observations.ts';
import { noon } from '../../../test/support/pods.ts';
import { built, evicted, failed, looked, settled, summary } from '../../../test/support/rows.ts';
import { failureOf } from '../../api/failure.ts';
import { sight } from './sightings.ts';

describe('a recorded build', () => {
  it('needs no further status, and keeps the Job for an hour', () => {
    const status = settled(built);
    const sightings = sight({}, built, noon - 1000);
    const again = { ...built, status, sightings, answers: [] };
    expect(summary({ ...again, answers: looked }).decision).toEqual({ next: 'rest', until: noon - 1000 + 3_600_000 });
    expect(summary({ ...again, answers: looked, now: noon + 3_600_000 }).next).toBe('deleteJob');
    expect(summary({ ...again, answers: looked, builds: [] }).decision).toEqual({
      next: 'rest',
      until: noon - 10 + 86_400_000,
    });
  });

  it('has image, tags, size, history and bases', () => {
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

  it('gets another attempt after a failure of infrastructure and a pause, and gives up after the last attempt', () => {
    const status = settled(evicted);
    expect(status.failure).toMatchObject({ reason: 'Evicted', nextAttemptTime: '2026-11-24T12:00:09Z' });
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

  it("gets another attempt after a user's failure only when something changes", () => {
    const status = settled(failed);
    expect(summary({ ...failed, status, answers: answer({ secrets: 's' }) }).next).toBe('rest');
    const raised = {
      ...failed,
      status,
      plan: {
        ok: true,
        value: {
          spec: { ...spec, timeoutSeconds: 900 },
          images: [base.image],
          filesOnly: [],
          finalImage: base.image,
          upstream: null,
        },
      },
    } as const;
    expect(summary({ ...raised, answers: answer({ access: true, secrets: 's' }) }).next).toBe('createJob');
  });

  it('asks the registry before it reuses an image of the history, and then builds nothing', () => {
    const good = settled(built);
    const reverted = {
      ...built,
      builds: [],
      answers: [],
      status: { ...good, build: { ...(good.build ?? never()), inputHash: 'c'.repeat(64), image: 'x' } },
    };
    expect(summary(reverted).decision).toMatchObject({ next: 'ask', questions: [questions.confirm] });
    expect(
      summary({ ...reverted, answers: answer({ confirm: { digest, sizeBytes: 7, inputHash: hash, input: '' } }) }),
    ).toMatchObject({
      ready: 'True ImageReused',
    });
  });

  it('stays open while the registry or the log gives no answer', () => {
    const down = { is: 'failed', failure: failureOf('RegistryUnavailable', 'no answer') } as const;
    const pushed = observation({ status: resolved, builds: [run(pushedPod)] });
    const asked = { ...pushed, answers: [{ question: questions.confirm, reply: down, at: noon - 1, failures: 1 }] };
    const status = settled(asked);
    expect(status.build).toMatchObject({ number: 1, attempt: 1 });
    expect(status.build?.completionTime).toBeUndefined();
    expect(summary({ ...pushed, status }).decision).toMatchObject({ next: 'ask', questions: [questions.confirm] });
    expect(summary({ ...built, status })).toMatchObject({ ready: 'True BuildSucceeded' });
  });

  it('gets another attempt after three failed reads of its log, because the cause is unknown', () => {
    const unread = { is: 'failed', failure: failureOf('NodeLost', 'no answer') } as const;
    const seen = { ...failed, answers: [{ question: questions.log, reply: unread, at: noon - 1, failures: 3 }] };
    expect(summary(seen)).toMatchObject({ situation: 'waiting', ready: 'Unknown Retrying' });
  });

  it('is never built twice when its Job is gone before the operator read the result', () => {
    const building = settled(observation({ status: resolved, builds: [run({})] }));
    expect(summary(observation({ status: building }))).toMatchObject({
      situation: 'waiting',
      ready: 'Unknown Retrying',
    });
  });

  it('deletes the Job of a build that could never start', () => {
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

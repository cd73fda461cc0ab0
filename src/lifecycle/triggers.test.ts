import { describe, expect, it } from 'vitest';
import { answer, base, digest, hash, observation, questions, spec } from '../../test/support/observations.ts';
import { follow } from '../../test/support/passes.ts';
import { noon } from '../../test/support/pods.ts';
import { created, failed, good, may, packages, planOf, ready } from '../../test/support/resting.ts';
import type { EffectiveSpec } from '../imagespec/effective.ts';
import { inputHash } from '../imagespec/inputHash.ts';
import type { Observation } from './model/observation.ts';

describe('a build starts for', () => {
  it('a moved base, within the window, with its reason', () => {
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

  it('a lost image, once', () => {
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

  it('a Secret changed after a failure', () => {
    expect(follow({ ...failed, answers: answer({ secrets: 's' }) }).decision.next).toBe('rest');
    expect(created({ ...failed, answers: answer({ secrets: 't', access: true }) })).toMatchObject({
      number: 2,
      reasons: ['Retry'],
    });
  });

  it('an edit, with its changes', () => {
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
    const answers = answer({
      access: true,
      secrets: 's',
      confirm: { digest, sizeBytes: 7, inputHash: hash, input: label },
    });
    expect(created({ ...edited, plan, answers })).toMatchObject({
      reasons: ['SpecChanged'],
      changes: ['packages.pip: +astropy', 'packages.pip: +scipy', 'packages.pip: -numpy'],
    });
  });

  it('nothing while suspended; Ready stays unless there is unbuilt work', () => {
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
    value: { spec: { ...spec, source }, images: [], filesOnly: [], finalImage: null, upstream: 'base' },
  };
  const question = { ...questions.base, image: `${upstream.repository}@${upstream.digest}` };
  const value = { image: question.image, digest: upstream.digest, user: '1000' };
  const found = [{ question, reply: { is: 'known', value }, at: noon, failures: 0 } as const];

  it('has an image that the build waits for, starts from, and keeps', () => {
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

  it('must not lead back to this ImageSpec', () => {
    const { seen } = follow(observation({ plan, upstream: { is: 'cycle', chain: ['astro', 'base', 'astro'] } }));
    expect(ready(seen.status)).toBe('InvalidSpec');
    expect(seen.status.failure?.message).toContain('astro → base → astro');
  });
});

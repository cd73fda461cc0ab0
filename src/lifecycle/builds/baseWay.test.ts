import { describe, expect, it } from 'vitest';
import { answer, base, observation, resolved, run, spec } from '../../../test/support/observations.ts';
import { condition, follow } from '../../../test/support/passes.ts';
import { ended, noon } from '../../../test/support/pods.ts';
import { created, may, planOf, ready } from '../../../test/support/resting.ts';
import type { PlatformSettings } from '../../imagespec/effective.ts';
import { eventsFor } from '../status/eventsFor.ts';

const untrusted = 'tls: failed to verify certificate: x509: certificate signed by unknown authority';

/** A plan under this setting, and what a build needs to start. */
function wanted(setting: PlatformSettings['build']['base']) {
  const { platformSettings } = spec;
  return planOf({ platformSettings: { ...platformSettings, build: { ...platformSettings.build, base: setting } } });
}

const described = answer({ access: true, secrets: 's', base: { ...base, obstacle: 'None' } });

/** A mounted build whose node fails to pull the base, for so many milliseconds. */
function failing(setting: PlatformSettings['build']['base'], message: string, sinceMs: number) {
  const containers = {
    credentials: ended(0),
    builder: ended(0),
    build: { is: 'waiting', reason: 'ErrImagePull', message } as const,
  };
  const bases = [{ image: base.image, digest: base.digest, user: base.user }];
  const builds = [run({ nodeName: 'node-1', containers }, { base: 'Mounted', bases })];
  const sightings = Object.fromEntries(
    ['credentials terminated', 'builder terminated', 'build waiting'].map((fact) => [`pod-1/${fact}`, noon - sinceMs]),
  );
  return observation({
    plan: wanted(setting),
    status: resolved,
    builds,
    answers: described,
    sightings: { ...sightings, 'pod-1 there': noon - sinceMs },
  });
}

describe('the way of a build', () => {
  it('is in its Job, with the reason', () => {
    expect(created(observation({ plan: wanted('Auto'), answers: described }))).toMatchObject({
      base: 'Mounted',
      baseReason: 'the build runs on the base as the node pulled it',
    });
    expect(created(observation({ answers: may }))).toMatchObject({ base: 'Unpacked' });
  });

  it('of a base that a status kept takes one look at its registry, by its digest', () => {
    const seen = observation({
      plan: wanted('Auto'),
      status: resolved,
      answers: answer({ access: true, secrets: 's' }),
    });
    const { decision } = follow(seen);
    const image = `index.docker.io/${base.image}@${base.digest}`;
    expect(decision).toMatchObject({ next: 'ask', questions: [{ ask: 'base', image }] });
  });

  it('of a kept base that this process has seen takes none', () => {
    expect(created(observation({ plan: wanted('Auto'), status: resolved, answers: described })).base).toBe('Mounted');
  });

  it('is unpacked where nodes could not pull from this registry for another ImageSpec', () => {
    const pullTroubles = [{ registry: 'index.docker.io', message: untrusted }];
    const seen = observation({ plan: wanted('Auto'), answers: described, pullTroubles });
    expect(created(seen)).toMatchObject({ base: 'Unpacked', baseReason: expect.stringContaining(untrusted) });
  });

  it('is in the status and in the message of Built', () => {
    const pod = { containers: { build: { is: 'running', startedAt: noon } } } as const;
    const baseReason = 'the build runs on the base as the node pulled it';
    const { seen } = follow(
      observation({ status: resolved, builds: [run(pod, { base: 'Mounted', baseReason })], answers: may }),
    );
    expect(seen.status.build).toMatchObject({ base: 'Mounted', baseReason });
    const message = (type: string) => seen.status.conditions?.find((found) => found.type === type)?.message;
    expect(message('Built')).toContain(baseReason);
    expect(message('Ready')).not.toContain(baseReason);
  });
});

describe('a base that the node cannot pull', () => {
  it('Auto: the next attempt unpacks it immediately, and costs no retry', () => {
    expect(created(failing('Auto', untrusted, 0))).toMatchObject({
      number: 1,
      attempt: 2,
      firstAttempt: 2,
      base: 'Unpacked',
      baseReason: expect.stringContaining('x509'),
    });
  });

  it('Auto: what may pass is waited for until the grace is over', () => {
    const refused = 'dial tcp 10.0.0.7:443: connect: connection refused';
    expect(ready(follow(failing('Auto', refused, 299_000)).seen.status)).toBe('Building');
    expect(created(failing('Auto', refused, 301_000))).toMatchObject({ attempt: 2, base: 'Unpacked' });
  });

  it('Mounted: the build fails after the grace, and says what helps', () => {
    expect(ready(follow(failing('Mounted', untrusted, 299_000)).seen.status)).toBe('Building');
    const { status } = follow(failing('Mounted', untrusted, 301_000)).seen;
    expect(condition(status, 'Ready')).toBe('False BuilderUnavailable');
    expect(status.failure?.message).toMatch(/node node-1 cannot pull .*index\.docker\.io.*build\.base: Unpacked/);
  });

  it.each(['Auto', 'Mounted'] as const)('%s: a disk that is full is named, as unpacking needs more', (setting) => {
    const { status } = follow(failing(setting, 'write /x: no space left on device', 301_000)).seen;
    expect(condition(status, 'Ready')).toBe('False DiskFull');
  });

  it('is an Event when the next attempt unpacks it', () => {
    const build = { number: 1, attempt: 1, inputHash: 'x', reasons: ['SpecChanged'], base: 'Mounted' } as const;
    const before = { observedGeneration: 1, build };
    const after = { ...before, build: { ...build, attempt: 2, base: 'Unpacked', baseReason: 'because' } as const };
    expect(eventsFor(before, after)).toContainEqual({ type: 'Warning', reason: 'BaseNotMounted', message: 'because' });
    expect(eventsFor(after, after)).toEqual([]);
  });
});

describe('a cluster that refuses the Pod of a mounted build', () => {
  it('is never unpacked by itself', () => {
    const job = { namespace: 'vision', name: 'imagespec-1', uid: 'job-1' };
    const value = 'Error creating: admission webhook "images" denied the request: unsigned image';
    const { status } = follow(
      observation({
        plan: wanted('Auto'),
        status: resolved,
        builds: [run(null, { base: 'Mounted' })],
        answers: [{ question: { ask: 'podRefusal', job }, reply: { is: 'known', value }, at: noon, failures: 0 }],
      }),
    ).seen;
    expect(condition(status, 'Ready')).toBe('False BuildPodRefused');
    expect(status.failure?.message).toContain('build.base: Unpacked');
  });
});

import { describe, expect, it } from 'vitest';
import { answer, observation, spec } from '../../test/support/observations.ts';
import { failed, settled, summary } from '../../test/support/rows.ts';
import type { FailureReason } from '../api/reasons/failureReasons.ts';
import type { PlatformSettings } from '../imagespec/effective.ts';
import type { Observation } from './model/observation.ts';

const { platformSettings } = spec;
const { build, images } = platformSettings;

/** Settings that an administrator may correct. */
const corrections = {
  kaniko: { images: { ...images, kaniko: 'registry.example.com/kaniko:2' } },
  operator: { images: { ...images, operator: 'registry.example.com/operator:2' } },
  priorityClassName: { build: { ...build, priorityClassName: 'batch' } },
  runtimeClassName: { build: { ...build, sandbox: { runtimeClassName: 'kata', hostUsers: true } } },
  nodeSelector: { build: { ...build, placement: { ...build.placement, nodeSelector: { pool: 'builds' } } } },
  annotations: { build: { ...build, placement: { ...build.placement, annotations: { team: 'a' } } } },
  imagePullSecrets: { build: { ...build, imagePullSecrets: ['operator-image'] } },
  mirrors: { registries: { mirrors: [{ host: 'docker.io', mirror: 'mirror.example.com' }], insecure: [] } },
  insecure: { registries: { mirrors: [], insecure: ['registry.example.com'] } },
  caBundle: { caBundle: 'a certificate' },
  proxy: { proxy: { http: null, https: 'http://proxy.example.com:3128', noProxy: null } },
  indexUrl: { pip: { indexUrl: 'https://pypi.example.com/simple' } },
  channelAlias: { conda: { channelAlias: 'https://conda.example.com' } },
  aptProxy: { apt: { proxy: 'http://apt.example.com:3142', mirrors: [] } },
} as const satisfies Readonly<Record<string, Partial<PlatformSettings>>>;

/** An ImageSpec whose build failed with this reason, as the next operator process finds it. */
function failedSo(reason: FailureReason, changes: Partial<PlatformSettings>, job: 'kept' | 'gone'): Observation {
  const status = settled(failed);
  const failure = { reason, message: 'it failed' };
  const { plan } = observation({});
  if (!plan.ok) {
    throw new Error('there is a plan');
  }
  const wanted = { ...spec, platformSettings: { ...platformSettings, ...changes } };
  return {
    ...failed,
    status: {
      ...status,
      failure,
      history: (status.history ?? []).map((entry) => Object.assign({}, entry, { reason })),
    },
    builds: job === 'kept' ? failed.builds : [],
    plan: { ok: true, value: { ...plan.value, spec: wanted } },
    answers: answer({ access: true, secrets: 's' }),
  };
}

describe('a setting that an administrator corrects', () => {
  it.each<[FailureReason, keyof typeof corrections]>([
    ['BuilderUnavailable', 'kaniko'],
    ['BuilderUnavailable', 'operator'],
    ['BuilderUnavailable', 'imagePullSecrets'],
    ['BuildPodRefused', 'priorityClassName'],
    ['BuildPodRefused', 'runtimeClassName'],
    ['BuildPodRefused', 'nodeSelector'],
    ['BuildPodRefused', 'annotations'],
    ['BuilderFailed', 'kaniko'],
    ['CertificateUntrusted', 'caBundle'],
    ['RegistryUnavailable', 'insecure'],
    ['RegistryUnavailable', 'proxy'],
    ['RateLimited', 'mirrors'],
    ['BaseImageNotFound', 'mirrors'],
    ['PushFailed', 'insecure'],
    ['PackageNotFound', 'indexUrl'],
    ['PackageNotFound', 'aptProxy'],
    ['DependencyConflict', 'channelAlias'],
  ])('clears %s, which it can cause: %s', (reason, setting) => {
    for (const job of ['kept', 'gone'] as const) {
      expect(summary(failedSo(reason, {}, job)).next).not.toBe('createJob');
      const { decision } = summary(failedSo(reason, corrections[setting], job));
      expect(decision).toMatchObject({ next: 'act', effect: { do: 'createJob' } });
    }
  });

  it.each<[FailureReason, keyof typeof corrections]>([
    ['RunFailed', 'kaniko'],
    ['RunFailed', 'operator'],
    ['RunFailed', 'caBundle'],
    ['OutOfMemory', 'operator'],
    ['PackageNotFound', 'operator'],
    ['PackageNotFound', 'kaniko'],
    ['DependencyConflict', 'priorityClassName'],
    ['PushUnauthorized', 'operator'],
    ['BuilderUnavailable', 'indexUrl'],
  ])('leaves %s, which it cannot cause: %s', (reason, setting) => {
    for (const job of ['kept', 'gone'] as const) {
      expect(summary(failedSo(reason, corrections[setting], job)).next).not.toBe('createJob');
    }
  });

  it('changes nothing for a build of an operator that recorded no hash of its settings', () => {
    const seen = failedSo('BuilderUnavailable', corrections.kaniko, 'gone');
    const { platformHash: _, ...recorded } = seen.status.build ?? { platformHash: '' };
    expect(recorded).toHaveProperty('number');
    const older: Observation = { ...seen, status: JSON.parse(JSON.stringify({ ...seen.status, build: recorded })) };
    expect(summary(older).next).not.toBe('createJob');
  });

  it('starts one build: that build has the new settings', () => {
    const seen = failedSo('BuilderUnavailable', corrections.kaniko, 'gone');
    const { decision } = summary(seen);
    const job = decision.next === 'act' && decision.effect.do === 'createJob' ? decision.effect.job : undefined;
    expect(job?.spec?.template.spec?.initContainers?.map(({ image }) => image)).toContain(
      corrections.kaniko.images.kaniko,
    );
    const identity: unknown = JSON.parse(job?.metadata?.annotations?.['imagespec.dev/build'] ?? '{}');
    expect(identity).toMatchObject({ number: 2, attempt: 1, reasons: ['Retry'] });
    expect(identity).not.toMatchObject({ platform: seen.status.build?.platformHash });
  });
});

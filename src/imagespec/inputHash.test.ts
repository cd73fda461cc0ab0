import { describe, expect, it } from 'vitest';
import { noPackages } from '../../test/support/noPackages.ts';
import { spec as anySpec } from '../../test/support/observations.ts';
import type { EffectiveSpec, Source } from './effective.ts';
import { immutableTag, inputHash } from './inputHash.ts';

const packages = {
  is: 'packages',
  ...noPackages,
  base: { is: 'image', reference: 'jupyter/minimal-notebook' },
  credentialsSecret: null,
  pip: ['astropy', 'numpy'],
  env: [],
} satisfies Source;

const spec: EffectiveSpec = {
  source: packages,
  platform: 'linux/amd64',
  args: [],
  pullSecret: null,
  registrySecrets: [],
  pushMode: 'Isolated',
  cache: null,
  repository: 'registry.example.com/imagespecs/a/b',
  repositoryBound: 'Open',
  movingTag: 'latest',
  pushSecret: null,
  timeoutSeconds: 3600,
  retries: 3,
  resources: { requests: {}, limits: {} },
  nodeSelector: {},
  tolerations: [],
  serviceAccountName: null,
  hub: anySpec.hub,
  verify: [],
  baseUpdate: anySpec.baseUpdate,
  display: anySpec.display,
  platformSettings: anySpec.platformSettings,
  suspend: false,
  historyLimit: 5,
};
const bases = [{ image: 'jupyter/minimal-notebook', digest: `sha256:${'a'.repeat(64)}`, user: '1000' }];

describe('inputHash', () => {
  it('is the published value: an operator upgrade must never change it', () => {
    expect(inputHash(spec, bases)).toBe('bfe1ad0f721bb768fb70ec8eda084cb07e60c27fd54b595dd08bf54ffb93b684');
  });

  it.each<[string, EffectiveSpec]>([
    ['order and repeats of packages', { ...spec, source: { ...packages, pip: ['numpy', 'astropy', 'numpy'] } }],
    ['output', { ...spec, repository: 'elsewhere/x', movingTag: 'v2' }],
    ['Secrets', { ...spec, pullSecret: 'p', pushSecret: 'q' }],
    [
      'time-out, retries and resources',
      { ...spec, timeoutSeconds: 60, retries: 0, resources: { requests: { cpu: '1' }, limits: {} } },
    ],
  ])('does not depend on %s', (_, other) => {
    expect(inputHash(other, bases)).toBe(inputHash(spec, bases));
  });

  it.each<[string, EffectiveSpec]>([
    ['a package', { ...spec, source: { ...packages, pip: ['astropy'] } }],
    ['the manager of a package', { ...spec, source: { ...packages, pip: ['astropy'], conda: ['numpy'] } }],
    ['env', { ...spec, source: { ...packages, env: [{ name: 'A', value: '1' }] } }],
    ['args', { ...spec, args: [{ name: 'A', value: '1' }] }],
    ['platform', { ...spec, platform: 'linux/arm64' }],
    ['form', { ...spec, source: { is: 'dockerfile', text: 'FROM x' } }],
  ])('depends on %s', (_, other) => {
    expect(inputHash(other, bases)).not.toBe(inputHash(spec, bases));
  });

  it('is computed once for the same spec and bases', () => {
    let reads = 0;
    const counted: EffectiveSpec = {
      ...spec,
      get source() {
        reads += 1;
        return packages;
      },
    };
    const moved = bases.map((base) => ({ ...base, digest: `sha256:${'c'.repeat(64)}` }));
    const both = [inputHash(counted, bases), inputHash(counted, [...bases])];
    expect(both).toEqual([inputHash(spec, bases), inputHash(spec, bases)]);
    expect(reads).toBe(1);
    expect(inputHash(counted, moved)).toBe(inputHash(spec, moved));
    expect(inputHash(counted, bases)).toBe(both[0]);
  });

  it('depends on the base digest', () => {
    expect(inputHash(spec, [{ image: 'x', digest: `sha256:${'b'.repeat(64)}`, user: '' }])).not.toBe(
      inputHash(spec, bases),
    );
  });
});

describe('immutableTag', () => {
  it('is the first 16 digits, and marks a rebuild', () => {
    expect(immutableTag('4f0c3a91d2b87e65aaaa', null)).toBe('4f0c3a91d2b87e65');
    expect(immutableTag('4f0c3a91d2b87e65aaaa', '01234567')).toBe('4f0c3a91d2b87e65-r01234567');
  });
});

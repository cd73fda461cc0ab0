import { describe, expect, it } from 'vitest';
import { configWith, refusalOf } from '../../../test/support/policy/policies.ts';
import { secretUseFault } from './secrets.ts';

const config = configWith(`
output: {pushSecret: platform-push}
registries: {pullSecrets: [{host: docker.io, secret: hub}]}
cache: {repositoryTemplate: "registry.example.com/cache/{namespace}", secret: layers}
`);

const output = { repository: 'registry.example.com/vision/astro' };

describe('the Secrets that a spec names', () => {
  it.each([
    [{ pullSecret: 'platform-push', output }, 'spec.pullSecret: "platform-push" is the Secret for pushing'],
    [
      { pullSecret: 'mine', output: { ...output, pushSecret: 'mine' } },
      'spec.pullSecret: "mine" is the Secret for pushing',
    ],
    [{ output: { ...output, pushSecret: 'hub' } }, 'spec.output.pushSecret: "hub" opens base images'],
    [{ output: { ...output, pushSecret: 'layers' } }, 'spec.output.pushSecret: "layers" opens the layer cache'],
  ])('%j: refused', (spec, words) => {
    expect(refusalOf({ spec, config })).toContain(`PolicyViolation ${words}`);
    expect(refusalOf({ spec, config })).toMatch(/create a Secret that can only pull|name another Secret/);
  });

  it('may be different ones', () => {
    expect(refusalOf({ spec: { pullSecret: 'read', output: { ...output, pushSecret: 'write' } }, config })).toBe('');
  });
});

describe('the label of a Secret', () => {
  it.each([
    ['Required', 'pull', 'pull', undefined],
    ['Required', 'pull', undefined, 'policy.secretLabels requires the label imagespec.dev/use: pull'],
    ['Required', 'pull', 'push', 'policy.secretLabels requires the label imagespec.dev/use: pull'],
    ['Required', 'cache', 'pull', 'policy.secretLabels requires the label imagespec.dev/use: cache'],
    ['Optional', 'pull', undefined, undefined],
    ['Optional', 'push', 'push', undefined],
    ['Optional', 'push', 'pull', undefined],
    // What may push is never where steps of a build run.
    ['Optional', 'pull', 'push', 'create a Secret that can only pull'],
    ['Optional', 'cache', 'push', 'no step of a build may read it'],
    ['Optional', 'packages', 'push', 'no step of a build may read it'],
  ] as const)('%s, for %s: %s', (setting, use, label, words) => {
    const fault = secretUseFault({ name: 'x', label, use }, setting);
    expect(fault === undefined ? undefined : fault.includes(words ?? 'nothing')).toBe(
      words === undefined ? undefined : true,
    );
  });
});

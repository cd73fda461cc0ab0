import { describe, expect, it } from 'vitest';
import { configWith, effectiveOf, refusalOf } from '../../../test/support/policy/policies.ts';

const config = configWith(`
build:
  resources:
    requests: {cpu: 500m, memory: 1Gi}
    limits: {memory: 8Gi, ephemeral-storage: 40Gi}
  ceilings:
    resources: {cpu: "4", memory: 16Gi, ephemeral-storage: 80Gi}
policy:
  extendedResources: [{name: nvidia.com/gpu, maximum: "2"}, {name: hugepages-2Mi}]
`);

type Asked = NonNullable<NonNullable<Parameters<typeof refusalOf>[0]['spec']>['build']>['resources'];

const specOf = (resources: Asked) => ({ build: resources === undefined ? {} : { resources } });
const given = (asked: Asked) => effectiveOf({ spec: specOf(asked), config }).resources;
const refused = (asked: Asked, settings = config) => refusalOf({ spec: specOf(asked), config: settings });

describe('the resources of a build', () => {
  it.each<[string, Asked, object]>([
    [
      'the spec asks for nothing',
      undefined,
      { requests: { cpu: '500m', memory: '1Gi' }, limits: { cpu: '4', memory: '8Gi', 'ephemeral-storage': '40Gi' } },
    ],
    [
      'it asks for no limit',
      { limits: {} },
      { requests: { cpu: '500m', memory: '1Gi' }, limits: { cpu: '4', memory: '8Gi', 'ephemeral-storage': '40Gi' } },
    ],
    [
      'it asks for one limit',
      { limits: { cpu: '2' } },
      { requests: { cpu: '500m', memory: '1Gi' }, limits: { cpu: '2', memory: '8Gi', 'ephemeral-storage': '40Gi' } },
    ],
    [
      'it asks for a limit below the usual request',
      { limits: { memory: '512Mi' } },
      {
        requests: { cpu: '500m', memory: '512Mi' },
        limits: { cpu: '4', memory: '512Mi', 'ephemeral-storage': '40Gi' },
      },
    ],
    [
      'it asks for a request above the usual limit',
      { requests: { memory: '12Gi' } },
      { requests: { cpu: '500m', memory: '12Gi' }, limits: { cpu: '4', memory: '12Gi', 'ephemeral-storage': '40Gi' } },
    ],
    [
      'it asks for a request of zero',
      { requests: { memory: 0, cpu: '0' } },
      { requests: { cpu: '0', memory: '0' }, limits: { cpu: '4', memory: '8Gi', 'ephemeral-storage': '40Gi' } },
    ],
    [
      'it asks for an allowed resource',
      { limits: { 'nvidia.com/gpu': 1 } },
      {
        requests: { cpu: '500m', memory: '1Gi' },
        limits: { cpu: '4', memory: '8Gi', 'ephemeral-storage': '40Gi', 'nvidia.com/gpu': '1' },
      },
    ],
  ])('have the usual amounts and the ceilings where %s', (_, asked, expected) => {
    expect(given(asked)).toEqual(expected);
  });

  it.each<[string, object]>([
    ['resources: {limits: {memory: 8Gi}}', { requests: {}, limits: { memory: '4Gi' } }],
    ['resources: {limits: {memory: "0"}}', { requests: {}, limits: { memory: '4Gi' } }],
    ['resources: {requests: {memory: "0"}}', { requests: { memory: '0' }, limits: { memory: '4Gi' } }],
    ['resources: {requests: {memory: 8Gi}}', { requests: { memory: '4Gi' }, limits: { memory: '4Gi' } }],
    [
      'resources: {requests: {memory: 6Gi}, limits: {memory: 8Gi}}',
      { requests: { memory: '4Gi' }, limits: { memory: '4Gi' } },
    ],
  ])('are within the ceiling of 4 GiB also by the default %s', (settings, expected) => {
    const low = configWith(`build: {ceilings: {resources: {memory: 4Gi}}, ${settings}}`);
    expect(effectiveOf({ config: low }).resources).toEqual(expected);
  });

  it('have no request above a limit of zero, which the API server takes for a limit', () => {
    const usual = configWith('build: {resources: {requests: {memory: 1Gi}, limits: {memory: 8Gi}}}');
    expect(effectiveOf({ spec: specOf({ limits: { memory: 0 } }), config: usual }).resources).toEqual({
      requests: { memory: '0' },
      limits: { memory: '0' },
    });
    const unlimited = configWith('build: {resources: {limits: {memory: "0", cpu: "0"}}}');
    expect(effectiveOf({ spec: specOf({ requests: { memory: '1Gi' } }), config: unlimited }).resources).toEqual({
      requests: { memory: '1Gi' },
      limits: { cpu: '0' },
    });
  });

  it('have a time limit within the ceiling, also by default', () => {
    const short = configWith('build: {ceilings: {timeoutSeconds: 600}}');
    expect(effectiveOf({ config: short }).timeoutSeconds).toBe(600);
    expect(effectiveOf({ spec: { build: { timeoutSeconds: 60 } }, config: short }).timeoutSeconds).toBe(60);
  });

  it('are free without a ceiling', () => {
    const free = configWith('build: {resources: {limits: {memory: 8Gi}}}');
    expect(
      effectiveOf({ spec: { build: { resources: { limits: { memory: '64Gi' } } } }, config: free }).resources,
    ).toEqual({
      requests: {},
      limits: { memory: '64Gi' },
    });
  });
});

describe('the policy refuses resources', () => {
  it.each<[Asked, string]>([
    [{ limits: { memory: '17Gi' } }, 'limits.memory: build.ceilings.resources allows 16Gi at most, not 17Gi'],
    // To the kubelet, a limit of zero is none.
    [{ limits: { memory: 0 } }, 'limits.memory: build.ceilings.resources allows 16Gi at most, and 0 means no limit'],
    [{ limits: { cpu: '0.0' } }, 'limits.cpu: build.ceilings.resources allows 4 at most, and 0.0 means no limit'],
    // The API server reads such an exponent, and takes the largest number that it knows.
    [{ limits: { memory: '1e100' } }, 'limits.memory: build.ceilings.resources allows 16Gi at most, not 1e100'],
    [{ requests: { memory: '1e4294967316' } }, 'requests.memory: build.ceilings.resources allows 16Gi at most'],
    [{ limits: { 'nvidia.com/gpu': 8 } }, 'limits: policy.extendedResources allows 2 of nvidia.com/gpu at most, not 8'],
    [{ limits: { 'nvidia.com/gpu': '1e99' } }, 'limits: policy.extendedResources allows 2 of nvidia.com/gpu at most'],
    [
      { requests: { 'amd.com/gpu': 1 } },
      'requests: policy.extendedResources does not allow "amd.com/gpu"; use one of nvidia.com/gpu, hugepages-2Mi',
    ],
    [{ limits: { Memory: '1Ti' } }, 'limits: policy.extendedResources does not allow "Memory"'],
  ])('%j', (asked, words) => {
    expect(refused(asked)).toContain(`PolicyViolation spec.build.resources.${words}`);
  });

  it('and by default each but those that a build always has', () => {
    const words = 'spec.build.resources.limits: policy.extendedResources does not allow "nvidia.com/gpu"; remove it';
    expect(refused({ limits: { 'nvidia.com/gpu': 1 } }, configWith(''))).toContain(words);
    expect(refused({ limits: { cpu: '64', memory: '1Ti', 'ephemeral-storage': '1Ti' } }, configWith(''))).toBe('');
  });
});

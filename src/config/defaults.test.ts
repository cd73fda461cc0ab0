import { expect, it } from 'vitest';
import { parseConfig } from './parse.ts';

const image = 'images: {operator: "registry.example.com/operator:1"}';

function resourcesOf(settings = '') {
  const parsed = parseConfig(`${image}\n${settings}`);
  if (!parsed.ok) {
    throw new Error(parsed.failure);
  }
  const { build, jupyterHub } = parsed.value;
  return { build: build.resources, launch: jupyterHub.probe.resources };
}

it.each([
  ['build', { memory: '8Gi', 'ephemeral-storage': '50Gi' }],
  ['launch', { memory: '4Gi', 'ephemeral-storage': '10Gi' }],
] as const)('limits a %s by default, and requests what it needs at least', (kind, expected) => {
  const { requests, limits } = resourcesOf()[kind];
  expect(limits).toEqual(expected);
  // To Kubernetes, a limit without a request is the request too.
  expect(Object.keys(requests)).toEqual(expect.arrayContaining(Object.keys(limits)));
});

it('takes the resources of an administrator as a whole', () => {
  const own = 'resources: {limits: {memory: 1Gi}}';
  const expected = { requests: {}, limits: { memory: '1Gi' } };
  expect(resourcesOf(`build: {${own}}\njupyterHub: {probe: {${own}}}`)).toEqual({ build: expected, launch: expected });
});

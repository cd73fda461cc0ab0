import { expect, it } from 'vitest';
import { parseConfig } from './parse.ts';

const image = 'images: {operator: "registry.example.com/operator:1"}';

function probeResources(settings = '') {
  const parsed = parseConfig(`${image}\n${settings}`);
  if (!parsed.ok) {
    throw new Error(parsed.failure);
  }
  return parsed.value.jupyterHub.probe.resources;
}

it('limits launches by default, and requests what they need at least', () => {
  // A limit without a request is the request too, to Kubernetes.
  const { requests, limits } = probeResources();
  expect(limits).toEqual({ memory: '4Gi', 'ephemeral-storage': '10Gi' });
  expect(Object.keys(requests)).toEqual(expect.arrayContaining(Object.keys(limits)));
});

it('takes the resources of an administrator as a whole', () => {
  expect(probeResources('jupyterHub: {probe: {resources: {limits: {memory: 1Gi}}}}')).toEqual({
    requests: {},
    limits: { memory: '1Gi' },
  });
});

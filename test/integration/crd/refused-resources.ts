import type { RefusedSpec } from './refused-structure.ts';

const baseImage = 'jupyter/minimal-notebook';

/** Amounts of resources that no Pod can have. */
export const refusedResources: readonly RefusedSpec[] = [
  [
    'a quantity that is none',
    { baseImage, build: { resources: { limits: { memory: '4 GB' } } } },
    'spec.build.resources.limits[memory]',
    'not a quantity; write a number',
  ],
  [
    'a negative quantity',
    { baseImage, build: { resources: { requests: { cpu: -1 } } } },
    'spec.build.resources.requests[cpu]',
    'not a quantity; write a number that is not negative',
  ],
  [
    'a resource that cannot be',
    { baseImage, build: { resources: { requests: { 'c p u': 1 } } } },
    'spec.build.resources.requests',
    'a name of a resource cannot be one: write cpu, memory',
  ],
  [
    'a limit of a resource that cannot be',
    { baseImage, build: { resources: { limits: { '-': 1 } } } },
    'spec.build.resources.limits',
    'a name of a resource cannot be one: write cpu, memory',
  ],
  [
    'a request above its limit',
    {
      baseImage,
      build: { resources: { requests: { memory: '5Gi', cpu: 1 }, limits: { memory: '4Gi', cpu: '1000m' } } },
    },
    'spec.build.resources',
    'a request is more than the limit of the same resource',
  ],
  [
    'a request above a limit of zero, which to Kubernetes is a limit',
    { baseImage, build: { resources: { requests: { memory: '1Gi' }, limits: { memory: 0 } } } },
    'spec.build.resources',
    'a request is more than the limit of the same resource',
  ],
  [
    'an extended resource in requests alone',
    { baseImage, build: { resources: { requests: { 'nvidia.com/gpu': 1 } } } },
    'spec.build.resources',
    'write it in limits alone',
  ],
  [
    'huge pages with a request below their limit',
    {
      baseImage,
      build: { resources: { requests: { 'hugepages-2Mi': '2Mi' }, limits: { 'hugepages-2Mi': '4Mi' } } },
    },
    'spec.build.resources',
    'write it in limits alone',
  ],
  [
    'half of an extended resource',
    { baseImage, build: { resources: { limits: { 'nvidia.com/gpu': '500m' } } } },
    'spec.build.resources',
    'must be a whole number, such as nvidia.com/gpu: 1',
  ],
];

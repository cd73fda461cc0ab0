import type { ImageSpecSpec } from '../../../src/api/imagespec.generated.ts';

const baseImage = 'jupyter/minimal-notebook';

/** Specs that admission takes, each of them close to one that it refuses; the last one has every field. */
export const acceptedSpecs: readonly (readonly [what: string, spec: ImageSpecSpec])[] = [
  ['a base alone', { baseImage }],
  ['another ImageSpec as base', { baseImageSpecRef: { name: 'base.v2' } }],
  ['build arguments beside a Dockerfile', { dockerfile: 'FROM x', build: { args: [{ name: 'A', value: '' }] } }],
  ['a repository on another port', { baseImage, output: { repository: 'localhost:5000/a/b' } }],
  ['a base by digest and tag', { baseImage: `localhost:5000/a__b/c.d:v1@sha256:${'0'.repeat(64)}` }],
  ['a base on a host with capitals', { baseImage: 'Registry.Example:443/a/b:Latest' }],
  [
    'channels and indexes of every form',
    {
      baseImage,
      packages: {
        condaChannels: ['conda-forge', 'nvidia/label/cuda-12.4.0', 'https://conda.example:8443/t/main'],
        pipIndexes: ['pytorch-cu124', 'https://pypi.example', 'https://pypi.example/simple/'],
      },
    },
  ],
  ['a development version of the Hub', { baseImage, jupyterHub: { hubVersion: '6.0.0.dev' } }],
  [
    'a request at its limit in another unit',
    { baseImage, build: { resources: { requests: { cpu: '1000m' }, limits: { cpu: 1 } } } },
  ],
  [
    'an extended resource in limits, and with the same amount in requests',
    {
      baseImage,
      build: {
        resources: { requests: { 'nvidia.com/gpu': '2' }, limits: { 'nvidia.com/gpu': 2, 'hugepages-2Mi': '64Mi' } },
      },
    },
  ],
  ['a toleration of every taint', { baseImage, build: { tolerations: [{ operator: 'Exists' }] } }],
  [
    'every field',
    {
      displayName: 'Astronomy',
      description: 'astropy and friends',
      baseImage,
      pullSecret: 'pull',
      packages: {
        apt: ['g++', 'vim=2:8.2*'],
        conda: ['pytorch::pytorch=2.5.*'],
        condaChannels: ['conda-forge'],
        pip: ['pandas[excel]', 'torch==2.5.1+cu124', 'name @ https://example.com/name.whl'],
        pipIndexes: ['internal'],
        cran: ['dplyr', 'data.table@1.15.4'],
        cranSnapshot: '2026-11-16',
        credentialsSecret: 'netrc',
      },
      env: [{ name: 'MPLBACKEND', value: '$"\\#' }],
      output: { repository: 'r.example/a/b', tag: 'latest', pushSecret: 'push' },
      jupyterHub: { policy: 'Require', hubVersion: '5.3.0', profiles: ['gpu'] },
      verify: [{ name: 'imports', command: ['python', '-c', 'import astropy'], timeoutSeconds: 60 }],
      baseUpdate: { policy: 'Notify', intervalSeconds: 300 },
      build: {
        timeoutSeconds: 86_400,
        retries: 0,
        platform: 'linux/arm64',
        args: [{ name: 'PIP_NO_CACHE_DIR', value: '1' }],
        resources: { requests: { cpu: 1, memory: '500Mi' }, limits: { memory: '4Gi', 'ephemeral-storage': '1e9' } },
        nodeSelector: { 'kubernetes.io/arch': 'arm64' },
        tolerations: [{ key: 'build', operator: 'Equal', value: 'yes', effect: 'NoExecute', tolerationSeconds: 60 }],
        serviceAccountName: 'builder',
      },
      suspend: true,
      historyLimit: 20,
    },
  ],
];

import type { ImageSpecSpec } from '../../../src/api/imagespec.generated.ts';

/** A base that the example allows. */
export const base = 'quay.io/jupyter/minimal-notebook';

function argument(name: string) {
  return { name, value: 'x' };
}

/** What the example's policy takes in the namespace `vision`. */
export const taken: readonly ImageSpecSpec[] = [
  { baseImage: base },
  { baseImage: `${base}:2026-11-16@sha256:${'a'.repeat(64)}` },
  { baseImage: 'jupyter/scipy-notebook' },
  { baseImage: 'docker.io/jupyter/scipy-notebook:latest' },
  { baseImage: 'index.docker.io/infuseai/docker-stacks:base-notebook-1951c2b3' },
  { baseImage: 'registry.gitlab.com/infuseai/docker-stacks/base-notebook:1' },
  { baseImage: 'registry.example.com/imagespecs/vision/a/b' },
  { baseImage: base, output: { repository: 'registry.example.com/imagespecs/vision/other' } },
  { baseImage: base, pullSecret: 'read' },
  { baseImage: base, packages: { pip: ['six'], pipIndexes: ['internal'] } },
  { baseImage: base, packages: { conda: ['six'], condaChannels: ['pytorch', 'conda-forge'] } },
  { baseImage: base, build: { serviceAccountName: 'builder', timeoutSeconds: 7200 } },
  {
    baseImage: base,
    verify: [
      { name: 'a', command: ['true'], timeoutSeconds: 3540 },
      { name: 'b', command: ['true'] },
    ],
  },
  { baseImage: base, build: { nodeSelector: { 'example.com/pool': 'builds', 'kubernetes.io/arch': 'anything' } } },
  {
    baseImage: base,
    build: { tolerations: [{ key: 'example.com/builds', effect: 'NoSchedule', operator: 'Exists' }] },
  },
  { baseImage: base, build: { resources: { limits: { memory: '16384Mi' }, requests: { cpu: 4 } } } },
  { baseImage: base, build: { resources: { limits: { 'nvidia.com/gpu': 1, cpu: '1n' } } } },
  { baseImage: base, output: { pushSecret: 'write' }, pullSecret: 'read' },
  { baseImage: base, packages: { pip: ['six>=1 ; extra == "@"', 'pandas[excel]'], conda: ['nvidia::cuda', 'numpy'] } },
  { baseImage: base, build: { args: ['PIP_NO_CACHE_DIR', 'CONDA_OVERRIDE_CUDA', 'MAKEFLAGS'].map(argument) } },
  { baseImage: base, env: [{ name: 'PIP_INDEX_URL', value: 'https://pypi.example.com/internal/simple' }] },
  { baseImage: base, env: [{ name: 'HTTPS_PROXY', value: 'http://proxy.example.com' }] },
];

/** What it refuses, with words of the message. */
export const refused: readonly (readonly [ImageSpecSpec, string])[] = [
  [{ baseImage: 'evil.example/jupyter/scipy-notebook' }, 'spec.baseImage: policy.baseImages'],
  [{ baseImage: 'quay.io.evil.example/jupyter/x' }, 'spec.baseImage: policy.baseImages'],
  [{ baseImage: 'quay.io/jupyter/x/y' }, 'spec.baseImage: policy.baseImages'],
  [{ baseImage: 'jupyterx/scipy-notebook' }, 'spec.baseImage: policy.baseImages'],
  [{ baseImage: 'debian' }, 'spec.baseImage: policy.baseImages'],
  [{ baseImage: 'registry.example.com/imagespecs/nlp/a' }, 'spec.baseImage: policy.baseImages'],
  [
    { baseImage: base, output: { repository: 'registry.example.com/imagespecs/nlp/other' } },
    'spec.output.repository: policy.repositories',
  ],
  [
    { baseImage: base, output: { repository: 'elsewhere.example/team/a' } },
    'spec.output.repository: policy.repositories',
  ],
  [{ dockerfile: `FROM ${base}\n` }, 'spec.dockerfile: policy.ownDockerfiles'],
  [{ baseImage: base, pullSecret: 'imagespec-push' }, 'spec.pullSecret: "imagespec-push"'],
  [{ baseImage: base, pullSecret: 'mine', output: { pushSecret: 'mine' } }, 'spec.pullSecret: "mine"'],
  [{ baseImage: base, packages: { pip: ['six'], pipIndexes: ['https://a.example/simple'] } }, 'policy.pipIndexUrls'],
  [
    { baseImage: base, packages: { conda: ['six'], condaChannels: ['bioconda'] } },
    'policy.condaChannels does not allow "bioconda"',
  ],
  [{ baseImage: base, build: { serviceAccountName: 'admin' } }, 'policy.serviceAccounts does not allow "admin"'],
  [{ baseImage: base, build: { timeoutSeconds: 7201 } }, 'build.ceilings.timeoutSeconds allows 7200 at most, not 7201'],
  [
    {
      baseImage: base,
      verify: [
        { name: 'a', command: ['true'], timeoutSeconds: 3541 },
        { name: 'b', command: ['true'] },
      ],
    },
    'build.ceilings.verifySeconds allows 3600 s at most for all commands together, not 3601',
  ],
  [{ baseImage: base, build: { nodeSelector: { 'example.com/pool': 'control' } } }, 'policy.nodeSelectors'],
  [{ baseImage: base, build: { nodeSelector: { other: 'x' } } }, 'policy.nodeSelectors'],
  [{ baseImage: base, build: { tolerations: [{ operator: 'Exists' }] } }, 'policy.tolerations'],
  [
    {
      baseImage: base,
      build: { tolerations: [{ key: 'example.com/builds', effect: 'NoExecute', operator: 'Exists' }] },
    },
    'policy.tolerations',
  ],
  [
    { baseImage: base, build: { resources: { limits: { memory: '17Gi' } } } },
    'spec.build.resources.limits.memory: build.ceilings.resources allows 16Gi at most, not 17Gi',
  ],
  [
    { baseImage: base, build: { resources: { requests: { cpu: 5 } } } },
    'spec.build.resources.requests.cpu: build.ceilings.resources',
  ],
  ...[0, '0.0', '0Ki'].map(
    (memory) =>
      [
        { baseImage: base, build: { resources: { limits: { memory } } } },
        `spec.build.resources.limits.memory: build.ceilings.resources allows 16Gi at most, and ${memory} means no limit`,
      ] as const,
  ),
  [
    { baseImage: base, build: { resources: { limits: { memory: '1e100' } } } },
    'spec.build.resources.limits.memory: build.ceilings.resources allows 16Gi at most, not 1e100',
  ],
  [
    { baseImage: base, build: { resources: { limits: { 'nvidia.com/gpu': 3 } } } },
    'spec.build.resources.limits: policy.extendedResources allows 2 of nvidia.com/gpu at most, not 3',
  ],
  [
    { baseImage: base, build: { resources: { limits: { 'amd.com/gpu': 1 }, requests: { 'amd.com/gpu': 1 } } } },
    'spec.build.resources.requests: policy.extendedResources does not allow "amd.com/gpu"',
  ],
  [{ baseImage: base, output: { pushSecret: 'imagespec-gitlab' } }, 'spec.output.pushSecret: "imagespec-gitlab"'],
  [{ baseImage: base, output: { pushSecret: 'imagespec-cache' } }, 'spec.output.pushSecret: "imagespec-cache"'],
  ...[
    'six @ https://evil.example/six.whl',
    'six@git+https://evil.example/six',
    'six [a,b] @ https://evil.example/six.whl',
  ].map((entry) => [{ baseImage: base, packages: { pip: ['numpy', entry] } }, 'policy.pipIndexUrls'] as const),
  ...['evil::six', 'https://evil.example/ch::six', 'conda-forge/label/x::six'].map(
    (entry) =>
      [
        { baseImage: base, packages: { conda: ['numpy', entry] } },
        `policy.condaChannels does not allow "${entry.split('::')[0]}"`,
      ] as const,
  ),
  ...['PIP_INDEX_URL', 'pip_index_url', 'CONDA_CHANNEL_ALIAS'].map(
    (name) =>
      [
        { baseImage: base, build: { args: [argument('FINE'), argument(name)] } },
        `the operator's configuration sets "${name}" for every build`,
      ] as const,
  ),
  ...[
    'PIP_EXTRA_INDEX_URL',
    'PIP_FIND_LINKS',
    'PIP_PYPI_URL',
    'PIP_CONSTRAINT',
    'APT_CONFIG',
    'https_proxy',
    'CRAN_MIRROR',
  ].map(
    (name) =>
      [
        { baseImage: base, build: { args: [argument('FINE'), argument(name)] } },
        `policy.pipIndexUrls does not allow "${name}"`,
      ] as const,
  ),
  [
    { baseImage: base, build: { args: [argument('CONDA_CHANNELS')] } },
    'policy.condaChannels does not allow "CONDA_CHANNELS"',
  ],
  [
    { baseImage: base, env: [{ name: 'PIP_INDEX_URL', value: 'https://evil.example/simple' }] },
    'policy.pipIndexUrls does not allow "PIP_INDEX_URL"',
  ],
];

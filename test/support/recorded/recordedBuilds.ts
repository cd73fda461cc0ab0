import type { ImageSpecSpec } from '../../../src/api/imagespec.generated.ts';
import { parseConfig } from '../../../src/config/parse.ts';
import { planOf } from '../../../src/dockerfile/plan.ts';
import { render } from '../../../src/dockerfile/render.ts';
import { buildInput, formatInput } from '../../../src/imagespec/changes.ts';
import { inputHash, sha256 } from '../../../src/imagespec/inputHash.ts';
import { platformHash } from '../../../src/lifecycle/hashes/platformHash.ts';

const baseImage = 'quay.io/jupyter/minimal-notebook:2026-11-16';
const images = 'images: {operator: registry.example.com/operator:1, kaniko: registry.example.com/kaniko:1}';
const output = 'output: {repositoryTemplate: "registry.example.com/{namespace}/{name}"}';
const mirrors = [
  'pip: {indexUrl: "https://pypi.example.com/simple"}',
  'conda: {channelAlias: "https://conda.example.com"}',
  'apt: {proxy: "http://proxy.example.com:3142", mirrors: [{url: "http://deb.debian.org/debian", mirror: "https://mirror.example.com/debian"}]}',
  'pipIndexes: [{name: internal, url: "https://internal.example.com/simple"}]',
  'caBundle: "-----BEGIN CERTIFICATE-----"',
];

/** Specs whose identity and Dockerfile an upgrade of the operator must leave as they are. */
export const recordedSpecs: Readonly<
  Record<string, { readonly spec: ImageSpecSpec; readonly settings: readonly string[] }>
> = {
  apt: { spec: { baseImage, packages: { apt: ['vim=2:8.2*', 'g++', 'g++'] } }, settings: [] },
  conda: {
    spec: {
      baseImage,
      packages: { conda: ['conda-forge::fitsio', 'numpy>=1,<3'], condaChannels: ['conda-forge', 'bioconda'] },
    },
    settings: [],
  },
  pip: { spec: { baseImage, packages: { pip: ['photutils[all]', 'astropy>=6,<8'] } }, settings: [] },
  all: {
    spec: {
      baseImage,
      packages: {
        apt: ['g++'],
        conda: ['fitsio'],
        condaChannels: ['conda-forge'],
        pip: ["x ; python_version < '3.13'", 'torch==2.5.1+cu124'],
        pipIndexes: ['internal', 'https://download.example.org/cu124'],
        credentialsSecret: 'netrc',
      },
      env: [{ name: 'MPLBACKEND', value: 'agg' }],
      build: { args: [{ name: 'PIP_NO_BINARY', value: ':all:' }] },
    },
    settings: mirrors,
  },
  cran: {
    spec: { baseImage, packages: { cran: ['dplyr', 'data.table@1.15.4'], cranSnapshot: '2026-11-16' } },
    settings: ['cran: {mirror: "https://cran.example.com/{snapshot}"}'],
  },
  'no packages': { spec: { baseImage, packages: { apt: [], pip: [] } }, settings: [] },
  dockerfile: { spec: { dockerfile: `FROM ${baseImage}\nRUN pip install six\n` }, settings: mirrors },
};

/** Traces of a build that outlive the operator: tags, labels, layer caches and statuses. */
export interface RecordedBuild {
  readonly inputHash: string;
  /** The label of the image with the input. */
  readonly label: string;
  /** SHA-256 of the Dockerfile: a layer cache finds its layers by the instructions. */
  readonly dockerfile: string;
  /** Hash of the platform's settings, which a failed build keeps in the status. */
  readonly platform: string;
}

/** This version's result for a recorded spec. */
export function recordedBuild(name: string): RecordedBuild {
  const { spec, settings } = recordedSpecs[name] ?? { spec: {}, settings: [] };
  const config = parseConfig([images, output, ...settings].join('\n'));
  if (!config.ok) {
    throw new Error(config.failure);
  }
  const plan = planOf({ namespace: 'vision', name: 'astro', spec }, config.value);
  if (!plan.ok) {
    throw new Error(plan.failure.message);
  }
  const bases = plan.value.images.map((image) => ({ image, digest: `sha256:${'b'.repeat(64)}`, user: '1000' }));
  return {
    inputHash: inputHash(plan.value.spec, bases),
    label: formatInput(buildInput(plan.value.spec, bases)) ?? '',
    dockerfile: sha256(render(plan.value.spec, bases)),
    platform: platformHash(plan.value.spec.platformSettings),
  };
}

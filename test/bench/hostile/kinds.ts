import type { ImageSpecSpec } from '../../../src/api/imagespec.generated.ts';
import { repositories } from './registry.ts';

/** What the specs of the kinds refer to. */
export interface Targets {
  /** `address:port` of the hostile registry that answers. */
  readonly evil: string;
  /** `address:port` of the one that does not. The operator leaves such a host alone for a while, so it is another one. */
  readonly slow: string;
  /** An image that a build can start from. */
  readonly base: string;
  /** How many ImageSpecs there are of each kind. */
  readonly count: number;
}

/** One kind of hostile ImageSpec. */
export interface HostileKind {
  readonly id: string;
  /** What it does, for the table. */
  readonly does: string;
  /** The spec number `index`; each differs, so that no answer about one serves another. */
  readonly spec: (index: number, targets: Targets) => ImageSpecSpec;
}

const skip = { jupyterHub: { policy: 'Skip' } } as const;

/**
 * The kinds of the hostile bench. Each once stopped an operator, or tries what comes near it. The first ones occupy builds and
 * launches, so they are created first.
 */
export const hostileKinds: readonly HostileKind[] = [
  {
    id: 'long-verify',
    does: 'ten commands of `verify` that sleep for an hour together',
    spec: (index, { base }) => ({
      ...skip,
      dockerfile: `FROM ${base}\nENV I=${index}\n`,
      verify: Array.from({ length: 10 }, (_, n) => ({
        name: `sleep-${n}`,
        command: ['sleep', '350'],
        timeoutSeconds: 360,
      })),
    }),
  },
  {
    id: 'endless-build',
    does: 'a build that sleeps until its timeout, more of them than the quota of the namespace has Pods',
    spec: (index, { base }) => ({
      ...skip,
      dockerfile: `FROM ${base}\nENV I=${index}\nRUN sleep 3600\n`,
      build: { timeoutSeconds: 3600 },
    }),
  },
  {
    id: 'doubling-arguments',
    does: '`ARG` lines whose values double 24 times',
    spec: (index) => ({
      dockerfile: [
        `ARG A0=x${index}xxxxxxxx`,
        ...Array.from({ length: 24 }, (_, n) => `ARG A${n + 1}=$A${n}$A${n}`),
        'FROM busybox:$A24',
      ].join('\n'),
    }),
  },
  {
    id: 'brackets',
    does: 'an `ADD` with 32,000 brackets',
    spec: (index) => ({ dockerfile: `FROM a/b:${index}\nADD ${'['.repeat(32_000)}` }),
  },
  {
    id: 'escaped-quotes',
    does: 'a `RUN` with 16,000 escaped quotes',
    spec: (index) => ({ dockerfile: `FROM a/c:${index}\nRUN "${'\\"'.repeat(16_000)}` }),
  },
  {
    id: 'long-requirements',
    does: '195 pip requirements of 1,000 characters each',
    spec: (index) => ({
      baseImage: `example.invalid/none:${index}`,
      packages: { pip: Array.from({ length: 195 }, (_, n) => `p${n}.${'a.'.repeat(490)}a`) },
    }),
  },
  {
    id: 'full-lists',
    does: '1,024 entries for each of four package managers, and 256 variables',
    spec: (index, { base }) => ({
      ...skip,
      baseImage: base,
      packages: {
        apt: Array.from({ length: 1024 }, (_, n) => `lib-x${n}-${index}`),
        conda: Array.from({ length: 1024 }, (_, n) => `x${n}-${index}>=1,<2`),
        pip: Array.from({ length: 1024 }, (_, n) => `x${n}-${index}[a,b]>=1`),
        cran: Array.from({ length: 1024 }, (_, n) => `x${n}.${index}@1.0`),
      },
      env: Array.from({ length: 256 }, (_, n) => ({ name: `V${n}`, value: `value ${index} "of" $V${n}` })),
    }),
  },
  {
    id: 'many-images',
    does: 'a Dockerfile with 1,000 `FROM` lines',
    spec: (index, { evil }) => ({
      dockerfile: Array.from({ length: 1_000 }, (_, n) => `FROM ${evil}/a/b:${index}-${n}`).join('\n'),
    }),
  },
  {
    id: 'most-images',
    does: '32 images, the most of one Dockerfile, of a registry that never answers',
    spec: (index, { slow }) => ({
      dockerfile: Array.from({ length: 32 }, (_, n) => `FROM ${slow}/${repositories.tarpit}:${index}-${n}`).join('\n'),
    }),
  },
  {
    id: 'hidden-from',
    does: 'a `FROM` that some parsers take for a comment',
    spec: (index, { base }) => ({ dockerfile: `FROM ${base}\nENV I=${index}\nRUN x \\\n\\#\nFROM evil.example/x/y\n` }),
  },
  {
    id: 'tarpit',
    does: 'a base whose registry never answers',
    spec: (index, { slow }) => ({ baseImage: `${slow}/${repositories.tarpit}:${index}` }),
  },
  {
    id: 'drip',
    does: 'a base whose registry sends a byte a second',
    spec: (index, { slow }) => ({ baseImage: `${slow}/${repositories.drip}:${index}` }),
  },
  {
    id: 'huge-configuration',
    does: '16 bases in each Dockerfile with a configuration of 8 MiB, which half of the manifests deny',
    spec: (index, { evil }) => ({
      dockerfile: Array.from({ length: 16 }, (_, n) => `FROM ${evil}/${repositories.huge}:${index}-${n}`).join('\n'),
    }),
  },
  {
    id: 'user-of-base',
    does: 'a base whose `USER` holds instructions of a Dockerfile',
    spec: (index, { evil }) => ({ baseImage: `${evil}/${repositories.user}:${index}`, packages: { pip: ['six'] } }),
  },
  {
    id: 'private-addresses',
    does: 'bases at the cloud metadata, the loopback and private addresses',
    spec: (index) => ({
      dockerfile: ['169.254.169.254', '127.0.0.1:2379', '10.96.0.1', '[fd00::1]:5000', 'localhost:10250']
        .map((host) => `FROM ${host}/a/b:${index}`)
        .join('\n'),
    }),
  },
  {
    id: 'unsettled-unicode',
    does: 'halves of characters in every text, and an annotation that ends inside one',
    spec: (index, { base }) => ({
      ...skip,
      displayName: `\u202E${index}${'\uD83D\uDE00'.repeat(30)}\uD83D`,
      description: `\uDC00${'e\u0301'.repeat(300)}${index}\u2028`,
      dockerfile: `FROM ${base}\nENV A=${'\uD83D\uDE00'.repeat(1_000)}\uD83D\nENV I=${index}\n`,
    }),
  },
  {
    id: 'ring',
    does: 'bases that refer to each other in a ring',
    spec: (index, { count }) => ({ baseImageSpecRef: { name: `ring-${(index + 1) % count}` } }),
  },
];

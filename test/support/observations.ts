import type { ImageSpecStatus } from '../../src/api/imagespec.generated.ts';
import { parseConfig } from '../../src/config/parse.ts';
import type { Config } from '../../src/config/schema.ts';
import type { EffectiveSpec } from '../../src/imagespec/effective.ts';
import { inputHash } from '../../src/imagespec/inputHash.ts';
import { platformSettingsOf } from '../../src/imagespec/resolveSpec.ts';
import { requestMark } from '../../src/kaniko/identity.ts';
import type { BuildRun, PodState } from '../../src/kaniko/run.ts';
import { platformHash } from '../../src/lifecycle/hashes/platformHash.ts';
import type { FailedEffect } from '../../src/lifecycle/model/failedEffect.ts';
import type { Observation } from '../../src/lifecycle/model/observation.ts';
import type { Answer, Question, Reply } from '../../src/lifecycle/model/question.ts';
import { settingsOf } from '../../src/lifecycle/model/record.ts';
import { noPackages } from './noPackages.ts';
import { noon, podState } from './pods.ts';

/** A configuration for tests of the state machine. */
export const config: Config = configOf(
  'images: {operator: registry.example.com/operator:1, kaniko: registry.example.com/kaniko:1}',
);

function configOf(text: string): Config {
  const parsed = parseConfig(text);
  if (!parsed.ok) {
    throw new Error(parsed.failure);
  }
  return parsed.value;
}

/** The base that every row builds on. */
export const base = { image: 'jupyter/minimal-notebook', digest: `sha256:${'b'.repeat(64)}`, user: '1000' };

/** The input of every row. */
export const spec: EffectiveSpec = {
  source: {
    is: 'packages',
    ...noPackages,
    base: { is: 'image', reference: base.image },
    credentialsSecret: null,
    pip: ['astropy'],
    env: [],
  },
  platform: 'linux/amd64',
  args: [],
  pullSecret: null,
  registrySecrets: [],
  pushMode: 'Isolated',
  cache: null,
  repository: 'registry.example.com/imagespecs/vision/astro',
  repositoryBound: 'Open',
  movingTag: 'latest',
  pushSecret: 'push',
  timeoutSeconds: 600,
  retries: 1,
  resources: { requests: {}, limits: {} },
  nodeSelector: {},
  tolerations: [],
  serviceAccountName: null,
  platformSettings: platformSettingsOf(config),
  hub: {
    source: 'packages',
    policy: 'Report',
    hubVersion: '5.3.0',
    hubVersionFrom: 'platform',
    probe: 'Disabled',
    args: ['jupyterhub-singleuser'],
    uid: 1000,
    fsGroup: 100,
    homePath: '/home/jovyan',
    port: 8888,
    env: [],
    timeoutSeconds: 120,
    resources: { requests: {}, limits: {} },
    nodeSelector: {},
    tolerations: [],
    affinity: null,
    labels: {},
    annotations: {},
    priorityClassName: null,
    sandbox: { runtimeClassName: null, hostUsers: true },
    profiles: [],
  },
  verify: [],
  baseUpdate: { policy: 'Ignore', intervalSeconds: 21_600 },
  display: { name: 'astro', description: '' },
  suspend: false,
  historyLimit: 5,
};

/** Identity of the build that `spec` and `base` make. */
export const hash = inputHash(spec, [base]);
/** The image that the build pushes. */
export const digest = `sha256:${'d'.repeat(64)}`;
export const image = `${spec.repository}@${digest}`;
export const fixedTag = `${spec.repository}:${hash.slice(0, 16)}`;
/** The first build of this resource; another resource's image took its tag first. */
export const ownTag = `${fixedTag}-r${requestMark('uid-1')}`;
export const movingTag = `${spec.repository}:latest`;

/** An Observation of a new resource, with changes. */
export function observation(changes: Partial<Observation>): Observation {
  return {
    now: noon,
    startedAt: noon - 3_600_000,
    self: { namespace: 'vision', name: 'astro', uid: 'uid-1', generation: 1, resourceVersion: '1' },
    plan: { ok: true, value: { spec, images: [base.image], filesOnly: [], finalImage: base.image, upstream: null } },
    requests: { rebuild: null, retry: null, launch: null, cancel: null },
    upstream: { is: 'none' },
    outputHolder: { is: 'self' },
    status: { observedGeneration: -1 },
    builds: [],
    checkPods: [],
    listedImage: null,
    checkTurn: 'mayStart',
    published: { is: 'absent' },
    sightings: {},
    answers: [],
    failedEffects: [],
    patience: { imagePullGraceSeconds: 300, imageCheckSeconds: 86_400 },
    pullTroubles: [],
    buildTurn: 'mayStart',
    baseUpdatesFrom: 0,
    ...changes,
  };
}

/** An effect that the API server refused at noon, with changes. */
export function failedEffect(effect: FailedEffect['do'], target: string, changes: Partial<FailedEffect>): FailedEffect {
  return { do: effect, target, is: 'refused', reason: null, message: 'no', at: noon, failures: 1, ...changes };
}

/** The status that an earlier pass left once the base was resolved. */
export const resolved: ImageSpecStatus = {
  observedGeneration: 1,
  base: { ...base, resolvedTime: '2026-11-24T11:00:00Z' },
  bases: [{ image: base.image, digest: base.digest }],
};

/** A Job of the current goal. */
export function run(pod: Partial<PodState> | null, changes: Partial<BuildRun['identity']> = {}): BuildRun {
  return {
    job: { namespace: 'vision', name: 'imagespec-1', uid: 'job-1' },
    identity: {
      number: 1,
      attempt: 1,
      inputHash: hash,
      repository: spec.repository,
      pushMode: spec.pushMode,
      settings: settingsOf(spec),
      platform: platformHash(spec.platformSettings),
      reasons: ['SpecChanged'],
      changes: [],
      bases: [],
      rebuild: null,
      retry: null,
      firstAttempt: 1,
      base: null,
      baseReason: '',
      secrets: '',
      ...changes,
    },
    createdAt: noon - 60_000,
    deleting: false,
    jobEnded: false,
    pod: pod === null ? null : podState({ createdAt: noon - 59_000, ...pod }),
  };
}

/** A Pod whose push container ended well. */
export const pushedPod: Partial<PodState> = {
  phase: 'Succeeded',
  endedAt: noon - 1000,
  containers: {
    build: { is: 'terminated', exitCode: 0, reason: 'Completed', message: '', startedAt: null },
    push: { is: 'terminated', exitCode: 0, reason: 'Completed', message: image, startedAt: null },
  },
};

const pushSecret = spec.pushSecret;

/** The questions that the rows answer, by a short name. */
export const questions = {
  base: {
    ask: 'base',
    image: base.image,
    use: 'stage',
    secrets: [],
    platform: spec.platform,
    everySeconds: spec.baseUpdate.intervalSeconds,
  },
  secrets: { ask: 'secrets', secrets: [{ name: 'push', use: 'push' }] },
  present: { ask: 'present', reference: image, secret: pushSecret },
  access: { ask: 'pushAccess', repository: spec.repository, secret: pushSecret },
  confirm: { ask: 'image', reference: image, secret: pushSecret, platform: spec.platform },
  fixed: { ask: 'digestOf', reference: fixedTag, secret: pushSecret },
  own: { ask: 'digestOf', reference: ownTag, secret: pushSecret },
  moving: { ask: 'digestOf', reference: movingTag, secret: pushSecret },
  log: { ask: 'log', pod: { namespace: 'vision', name: 'imagespec-1-x', uid: 'pod-1' }, container: 'build' },
} as const satisfies Readonly<Record<string, Question>>;

/** An answer of this moment. */
export function answer(entry: { readonly [N in keyof typeof questions]?: unknown }, at = noon - 10): readonly Answer[] {
  return Object.entries(entry).map(([name, value]) => answerTo(name, value, at));
}

function answerTo(name: string, value: unknown, at: number): Answer {
  const question = Object.entries(questions).find(([key]) => key === name)?.[1];
  if (question === undefined) {
    throw new Error(`no question ${name}`);
  }
  const reply: Reply<unknown> = { is: 'known', value };
  // The rows give each query its type of value; the type cannot follow a name.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { question, reply, at, failures: 0 } as unknown as Answer;
}

/** A failed answer to the question about the base. */
export function failedBase(reply: Exclude<Reply<never>, { is: 'known' }>): readonly Answer[] {
  return [{ question: questions.base, reply, at: noon - 10, failures: 1 }];
}

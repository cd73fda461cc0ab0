import type { Retry, SettingsPart, StageName } from './reasonColumns.ts';

interface EveryReason {
  /** The stages at which an ImageSpec can have this reason, in order. It is at the last one that it has reached. */
  readonly stages: readonly StageName[];
  /** What a user does about it; generates the docs. */
  readonly advice: string;
}

interface StandingStill extends EveryReason {
  /** Whether the reason can occur before the first build. A requested rebuild stays open until a build can begin. */
  readonly precedesBuild: boolean;
}

/**
 * Every reason of condition `Ready` as data. The group decides which of `Reconciling` and `Stalled` goes with it.
 *
 * - done: Ready=True
 * - underWay: Ready=Unknown, Reconciling=True
 * - over: Ready=False, Stalled=True
 * - suspended: Ready=Unknown without Reconciling
 */
type ReadyReasonEntry =
  | (EveryReason & { readonly group: 'done' | 'underWay' })
  | (StandingStill & { readonly group: 'suspended' })
  | (StandingStill & {
      readonly group: 'over';
      /** Only infrastructure causes are retried fast. */
      readonly retry: Exclude<Retry, 'fast'>;
      /**
       * The platform settings that can cause it; null when none can. When an administrator changes one, the operator
       * retries what failed for this reason.
       */
      readonly settings: SettingsPart | null;
    });

export const readyReasons = {
  BuildSucceeded: { group: 'done', stages: [], advice: 'Nothing to do: the image was built and pushed.' },
  ImageReused: {
    group: 'done',
    stages: [],
    advice: 'Nothing to do: the registry already had an image for exactly this input.',
  },
  Pending: {
    group: 'underWay',
    stages: ['base', 'queue'],
    advice: 'Wait: the operator has seen the ImageSpec but not acted on it yet.',
  },
  ResolvingBase: {
    group: 'underWay',
    stages: ['base'],
    advice: 'Wait: the operator is looking up the base image in its registry.',
  },
  WaitingForBase: {
    group: 'underWay',
    stages: ['base'],
    advice: 'Wait until the ImageSpec in baseImageSpecRef has an image.',
  },
  WaitingForSecret: {
    group: 'underWay',
    stages: ['base', 'queue'],
    advice: 'Create the Secret that the message names, in the namespace of the ImageSpec.',
  },
  QuotaExceeded: {
    group: 'underWay',
    stages: ['queue', 'verify'],
    advice: "Free some of the namespace's quota, or request more; the build then starts by itself.",
  },
  Queued: { group: 'underWay', stages: ['queue'], advice: 'Wait: the limit of concurrent builds is reached.' },
  Building: { group: 'underWay', stages: ['build', 'push'], advice: 'Wait: the build Job is running.' },
  Verifying: {
    group: 'underWay',
    stages: ['verify', 'probe'],
    advice: 'Wait: the operator is proving the pushed image.',
  },
  Retrying: {
    group: 'underWay',
    stages: ['queue'],
    advice: 'Wait: the infrastructure failed; status.failure.nextAttemptTime shows the next attempt.',
  },
  Suspended: {
    group: 'suspended',
    stages: ['base', 'queue'],
    precedesBuild: true,
    advice: 'Set spec.suspend to false to continue.',
  },
  InvalidSpec: {
    group: 'over',
    stages: ['base'],
    precedesBuild: true,
    retry: 'never',
    settings: null,
    advice: 'Correct the entry that the message names.',
  },
  PolicyViolation: {
    group: 'over',
    stages: ['base'],
    precedesBuild: true,
    retry: 'never',
    settings: null,
    advice: "Use only what the platform's policy allows, or ask the administrator.",
  },
  OutputNotConfigured: {
    group: 'over',
    stages: ['base'],
    precedesBuild: true,
    retry: 'never',
    settings: null,
    advice: 'Set spec.output.repository, or ask the administrator to set output.repositoryTemplate.',
  },
  BaseImageNotFound: {
    group: 'over',
    stages: ['base'],
    precedesBuild: true,
    retry: 'interval',
    settings: 'registries',
    advice: 'Check the name and tag of the base image.',
  },
  BaseImageUnauthorized: {
    group: 'over',
    stages: ['base'],
    precedesBuild: true,
    retry: 'never',
    settings: 'registries',
    advice: 'Name a Secret with access to the base image in spec.pullSecret.',
  },
  BaseImageUnsupported: {
    group: 'over',
    stages: ['base'],
    precedesBuild: true,
    retry: 'interval',
    settings: null,
    advice: 'Use a base image that supports builds; the message names the obstacle.',
  },
  DockerfileInvalid: {
    group: 'over',
    stages: ['base', 'build'],
    precedesBuild: true,
    retry: 'never',
    settings: null,
    advice: 'Correct the Dockerfile line that the message names.',
  },
  PackageManagerMissing: {
    group: 'over',
    stages: ['build'],
    precedesBuild: false,
    retry: 'never',
    settings: null,
    advice: 'Use a base image that has this package manager, or another package list.',
  },
  PackageNotFound: {
    group: 'over',
    stages: ['build'],
    precedesBuild: false,
    retry: 'never',
    settings: 'packages',
    advice: 'Check the names and versions of the packages in status.failure.packages.',
  },
  DependencyConflict: {
    group: 'over',
    stages: ['build'],
    precedesBuild: false,
    retry: 'never',
    settings: 'packages',
    advice: 'Loosen the version of one of the conflicting packages.',
  },
  RunFailed: {
    group: 'over',
    stages: ['build'],
    precedesBuild: false,
    retry: 'never',
    settings: null,
    advice: 'Read status.failure.log: a build step failed.',
  },
  OutOfMemory: {
    group: 'over',
    stages: ['build'],
    precedesBuild: false,
    retry: 'never',
    settings: null,
    advice: 'Raise spec.build.resources.limits.memory.',
  },
  DiskFull: {
    group: 'over',
    stages: ['build'],
    precedesBuild: false,
    retry: 'never',
    settings: null,
    advice: 'Raise spec.build.resources.limits.ephemeral-storage, or build a smaller image.',
  },
  BuildTimeout: {
    group: 'over',
    stages: ['build'],
    precedesBuild: false,
    retry: 'never',
    settings: null,
    advice: 'Raise spec.build.timeoutSeconds, or shorten the build.',
  },
  PushUnauthorized: {
    group: 'over',
    stages: ['push'],
    precedesBuild: true,
    retry: 'never',
    settings: null,
    advice: 'In spec.output.pushSecret, name a Secret that may push to the repository.',
  },
  PushFailed: {
    group: 'over',
    stages: ['push'],
    precedesBuild: true,
    retry: 'slow',
    settings: 'registries',
    advice: 'Check the registry; the operator retries every hour for a day.',
  },
  DigestMismatch: {
    group: 'over',
    stages: ['push'],
    precedesBuild: false,
    retry: 'never',
    settings: null,
    advice:
      'The image is not the one that was built: another program writes to this repository, or a step of the build replaced it. Find which, as the message says, then request a rebuild.',
  },
  BuildPodRefused: {
    group: 'over',
    stages: ['build'],
    precedesBuild: false,
    retry: 'never',
    settings: 'pods',
    advice: "The cluster refuses the build Pod; adapt the namespace's Pod Security level or LimitRange.",
  },
  BuilderUnavailable: {
    group: 'over',
    stages: ['build'],
    precedesBuild: false,
    retry: 'never',
    settings: 'pods',
    advice: "The node cannot pull the builder image: inform the operator's administrator.",
  },
  VerificationFailed: {
    group: 'over',
    stages: ['verify'],
    precedesBuild: false,
    retry: 'never',
    settings: null,
    advice: 'Read status.failure.log: a command of spec.verify failed in the image.',
  },
  JupyterHubIncompatible: {
    group: 'over',
    stages: ['probe'],
    precedesBuild: false,
    retry: 'never',
    settings: null,
    advice: 'Condition JupyterHubCompatible shows what the image lacks.',
  },
  Cancelled: {
    group: 'over',
    stages: ['queue', 'build'],
    precedesBuild: false,
    retry: 'never',
    settings: null,
    advice: 'Change the spec, or request a retry or a rebuild.',
  },
  RetriesExhausted: {
    group: 'over',
    stages: ['build', 'push', 'verify', 'probe'],
    precedesBuild: false,
    retry: 'slow',
    settings: null,
    advice: 'Check status.failure; the operator retries every hour for a day.',
  },
} as const satisfies Readonly<Record<string, ReadyReasonEntry>>;

/** A reason of condition `Ready`. */
export type ReadyReason = keyof typeof readyReasons;

type ReasonsOf<G extends ReadyReasonEntry['group']> = {
  [R in ReadyReason]: (typeof readyReasons)[R]['group'] extends G ? R : never;
}[ReadyReason];

/** Ready=True. */
export type DoneReason = ReasonsOf<'done'>;
/** Ready=Unknown and Reconciling=True. */
export type ProgressReason = ReasonsOf<'underWay'>;
/** Ready=False and Stalled=True. */
export type StalledReason = ReasonsOf<'over'>;

/** Narrows a text read from a status. */
export function isReadyReason(reason: string): reason is ReadyReason {
  return Object.hasOwn(readyReasons, reason);
}

/** Whether the reason can occur before the first build. */
export function precedesBuild(reason: ReadyReason): boolean {
  const row = readyReasons[reason];
  return (row.group === 'over' || row.group === 'suspended') && row.precedesBuild;
}

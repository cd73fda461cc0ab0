import type { Retry, SettingsPart, StageName } from './reasonColumns.ts';

interface EveryReason {
  /** The stages at which the way may stand with this reason, in their order: it stands at the last one that it has reached. */
  readonly stages: readonly StageName[];
  /** What a person does about it; docs are generated from it. */
  readonly advice: string;
}

interface StandingStill extends EveryReason {
  /** Whether it can be there before any build has begun: a rebuild that a person asks for stays open until one can begin. */
  readonly precedesBuild: boolean;
}

/**
 * Every reason of condition `Ready` as data. The group decides which of `Reconciling` and `Stalled` stands beside it.
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
      /** Only causes of the infrastructure are tried again fast. */
      readonly retry: Exclude<Retry, 'fast'>;
      /**
       * The settings of the platform that can cause it: when an administrator changes one of them, what failed for this reason is
       * tried again. null: none can.
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
    advice: 'Wait: the operator has seen the resource and not yet acted on it.',
  },
  ResolvingBase: {
    group: 'underWay',
    stages: ['base'],
    advice: 'Wait: the base image is being looked up in its registry.',
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
    advice: "Free some of the namespace's quota, or ask for more; it resumes by itself.",
  },
  Queued: { group: 'underWay', stages: ['queue'], advice: 'Wait: the limit of builds at once is reached.' },
  Building: { group: 'underWay', stages: ['build', 'push'], advice: 'Wait: the build Job is running.' },
  Verifying: { group: 'underWay', stages: ['verify', 'probe'], advice: 'Wait: the pushed image is being tried out.' },
  Retrying: {
    group: 'underWay',
    stages: ['queue'],
    advice: 'Wait: the infrastructure failed; status.failure.nextAttemptTime says when it goes on.',
  },
  Suspended: {
    group: 'suspended',
    stages: ['base', 'queue'],
    precedesBuild: true,
    advice: 'Set spec.suspend to false to go on.',
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
    advice: "Use what the platform's policy allows, or ask its administrator.",
  },
  OutputNotConfigured: {
    group: 'over',
    stages: ['base'],
    precedesBuild: true,
    retry: 'never',
    settings: null,
    advice: 'Set spec.output.repository, or have the administrator set output.repositoryTemplate.',
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
    advice: 'Use a base image that builds can start from; the message names what is in the way.',
  },
  DockerfileInvalid: {
    group: 'over',
    stages: ['base', 'build'],
    precedesBuild: true,
    retry: 'never',
    settings: null,
    advice: 'Correct the line of the Dockerfile that the message names.',
  },
  PackageManagerMissing: {
    group: 'over',
    stages: ['build'],
    precedesBuild: false,
    retry: 'never',
    settings: null,
    advice: 'Use a base image that has this package manager, or another list.',
  },
  PackageNotFound: {
    group: 'over',
    stages: ['build'],
    precedesBuild: false,
    retry: 'never',
    settings: 'packages',
    advice: 'Check name and version of the packages in status.failure.packages.',
  },
  DependencyConflict: {
    group: 'over',
    stages: ['build'],
    precedesBuild: false,
    retry: 'never',
    settings: 'packages',
    advice: 'Loosen the version of one of the packages that contradict each other.',
  },
  RunFailed: {
    group: 'over',
    stages: ['build'],
    precedesBuild: false,
    retry: 'never',
    settings: null,
    advice: 'Read status.failure.log: a step of the build ended with an error.',
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
    advice: 'Raise spec.build.timeoutSeconds, or make the build shorter.',
  },
  PushUnauthorized: {
    group: 'over',
    stages: ['push'],
    precedesBuild: true,
    retry: 'never',
    settings: null,
    advice: 'Name a Secret that may push to the repository in spec.output.pushSecret.',
  },
  PushFailed: {
    group: 'over',
    stages: ['push'],
    precedesBuild: true,
    retry: 'slow',
    settings: 'registries',
    advice: 'Look at the registry; the operator tries again by itself every hour for a day.',
  },
  DigestMismatch: {
    group: 'over',
    stages: ['push'],
    precedesBuild: false,
    retry: 'never',
    settings: null,
    advice: 'Something else writes to this repository: find it, then ask for a rebuild.',
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
    advice: "The builder image cannot be pulled: tell the operator's administrator.",
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
    advice: 'See condition JupyterHubCompatible for what the image lacks.',
  },
  Cancelled: {
    group: 'over',
    stages: ['queue', 'build'],
    precedesBuild: false,
    retry: 'never',
    settings: null,
    advice: 'Change the spec, or ask for a retry or a rebuild.',
  },
  RetriesExhausted: {
    group: 'over',
    stages: ['build', 'push', 'verify', 'probe'],
    precedesBuild: false,
    retry: 'slow',
    settings: null,
    advice: 'Look at status.failure; the operator tries again by itself every hour for a day.',
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

/** Narrows a text that was read back from a status. */
export function isReadyReason(reason: string): reason is ReadyReason {
  return Object.hasOwn(readyReasons, reason);
}

/** Whether the reason can be there before any build has begun. */
export function precedesBuild(reason: ReadyReason): boolean {
  const row = readyReasons[reason];
  return (row.group === 'over' || row.group === 'suspended') && row.precedesBuild;
}

/**
 * Every reason of condition `Ready` as data (design, section 1). The group decides which of `Reconciling` and
 * `Stalled` stands beside it; `advice` says what a person does about it and is what docs are generated from.
 *
 * - done: Ready=True
 * - underWay: Ready=Unknown, Reconciling=True
 * - over: Ready=False, Stalled=True; only a person, or a slow retry, can help
 * - suspended: Ready=Unknown without Reconciling
 */
interface ReadyReasonEntry {
  readonly group: 'done' | 'underWay' | 'over' | 'suspended';
  readonly advice: string;
}

export const readyReasons = {
  BuildSucceeded: { group: 'done', advice: 'Nothing to do: the image was built and pushed.' },
  ImageReused: {
    group: 'done',
    advice: 'Nothing to do: the registry already had an image for exactly this input.',
  },
  Pending: { group: 'underWay', advice: 'Wait: the operator has seen the resource and not yet acted on it.' },
  ResolvingBase: { group: 'underWay', advice: 'Wait: the base image is being looked up in its registry.' },
  WaitingForBase: { group: 'underWay', advice: 'Wait until the ImageSpec in baseImageSpecRef has an image.' },
  WaitingForSecret: {
    group: 'underWay',
    advice: 'Create the Secret that the message names, in the namespace of the ImageSpec.',
  },
  QuotaExceeded: {
    group: 'underWay',
    advice: "Free some of the namespace's quota, or ask for more; it resumes by itself.",
  },
  Queued: { group: 'underWay', advice: 'Wait: the limit of builds at once is reached.' },
  Building: { group: 'underWay', advice: 'Wait: the build Job is running.' },
  Verifying: { group: 'underWay', advice: 'Wait: the pushed image is being tried out.' },
  Retrying: {
    group: 'underWay',
    advice: 'Wait: the infrastructure failed; status.failure.nextAttemptTime says when it goes on.',
  },
  Suspended: { group: 'suspended', advice: 'Set spec.suspend to false to go on.' },
  InvalidSpec: { group: 'over', advice: 'Correct the entry that the message names.' },
  PolicyViolation: { group: 'over', advice: "Use what the platform's policy allows, or ask its administrator." },
  OutputNotConfigured: {
    group: 'over',
    advice: 'Set spec.output.repository, or have the administrator set output.repositoryTemplate.',
  },
  BaseImageNotFound: { group: 'over', advice: 'Check the name and tag of the base image.' },
  BaseImageUnauthorized: { group: 'over', advice: 'Name a Secret with access to the base image in spec.pullSecret.' },
  BaseImageUnsupported: {
    group: 'over',
    advice: 'Use a base image that builds can start from; the message names what is in the way.',
  },
  DockerfileInvalid: { group: 'over', advice: 'Correct the line of the Dockerfile that the message names.' },
  PackageManagerMissing: { group: 'over', advice: 'Use a base image that has this package manager, or another list.' },
  PackageNotFound: { group: 'over', advice: 'Check name and version of the packages in status.failure.packages.' },
  DependencyConflict: {
    group: 'over',
    advice: 'Loosen the version of one of the packages that contradict each other.',
  },
  RunFailed: { group: 'over', advice: 'Read status.failure.log: a step of the build ended with an error.' },
  OutOfMemory: { group: 'over', advice: 'Raise spec.build.resources.limits.memory.' },
  DiskFull: { group: 'over', advice: 'Raise spec.build.resources.limits.ephemeral-storage, or build a smaller image.' },
  BuildTimeout: { group: 'over', advice: 'Raise spec.build.timeoutSeconds, or make the build shorter.' },
  PushUnauthorized: {
    group: 'over',
    advice: 'Name a Secret that may push to the repository in spec.output.pushSecret.',
  },
  PushFailed: {
    group: 'over',
    advice: 'Look at the registry; the operator tries again by itself every hour for a day.',
  },
  DigestMismatch: {
    group: 'over',
    advice: 'Something else writes to this repository: find it, then ask for a rebuild.',
  },
  BuildPodRefused: {
    group: 'over',
    advice: "The cluster refuses the build Pod; adapt the namespace's Pod Security level or LimitRange.",
  },
  BuilderUnavailable: {
    group: 'over',
    advice: "The builder image cannot be pulled: tell the operator's administrator.",
  },
  VerificationFailed: {
    group: 'over',
    advice: 'Read status.failure.log: a command of spec.verify failed in the image.',
  },
  JupyterHubIncompatible: { group: 'over', advice: 'See condition JupyterHubCompatible for what the image lacks.' },
  Cancelled: { group: 'over', advice: 'Change the spec, or ask for a retry or a rebuild.' },
  RetriesExhausted: {
    group: 'over',
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

/**
 * Causes outside the user's hands. They are retried, and stay in `status.failure.reason` while `Ready` says
 * `Retrying` or `RetriesExhausted`.
 */
export const infrastructureCauses = {
  Evicted: { advice: 'The node ran short of a resource and evicted the build.' },
  NodeLost: { advice: 'The node of the build is gone or does not answer.' },
  BuildPodDeleted: { advice: 'Somebody or something deleted the Pod or the Job of the build.' },
  RegistryUnavailable: { advice: 'The registry does not answer, or answers with a server error.' },
  RateLimited: { advice: 'The registry limits the rate: wait, or name a Secret with a higher limit.' },
  CertificateUntrusted: { advice: "Have the administrator add the registry's authority to caBundle." },
  CredentialsInvalid: { advice: 'Correct the Secret that the message names.' },
  BuilderFailed: { advice: 'The builder itself failed.' },
  LaunchInterrupted: {
    advice: 'Each try to start the image was interrupted, as the message says. Ask for a retry once the cause is gone.',
  },
} as const satisfies Readonly<Record<string, { readonly advice: string }>>;

/** A cause that is retried. */
export type InfrastructureCause = keyof typeof infrastructureCauses;

/** What `status.failure.reason` may hold. */
export type FailureReason = StalledReason | InfrastructureCause;

/**
 * Parts of the platform's settings: what the Pods of builds are made from, how registries are reached, where packages come
 * from.
 */
export const settingsParts = ['pods', 'registries', 'packages'] as const;
export type SettingsPart = (typeof settingsParts)[number];

/**
 * The settings of the platform that can cause a failure: when an administrator changes one of them, what failed for that
 * reason is tried again, and nothing else is.
 */
const settingsBehind: Readonly<Partial<Record<FailureReason, SettingsPart>>> = {
  BuilderUnavailable: 'pods',
  BuildPodRefused: 'pods',
  BuilderFailed: 'pods',
  BaseImageNotFound: 'registries',
  BaseImageUnauthorized: 'registries',
  RegistryUnavailable: 'registries',
  RateLimited: 'registries',
  CertificateUntrusted: 'registries',
  PushFailed: 'registries',
  PackageNotFound: 'packages',
  DependencyConflict: 'packages',
};

/** The part of the platform's settings that can cause this failure; null when none can. */
export function settingsPartOf(reason: FailureReason): SettingsPart | null {
  return settingsBehind[reason] ?? null;
}

/** Whether a failure is of the infrastructure's making, so that trying again can help. */
export function isInfrastructureCause(reason: FailureReason): reason is InfrastructureCause {
  return Object.hasOwn(infrastructureCauses, reason);
}

/** Narrows a text that was read back from a status. */
export function isFailureReason(reason: string): reason is FailureReason {
  return Object.hasOwn(infrastructureCauses, reason) || Object.hasOwn(readyReasons, reason);
}

/** A reason of a condition that is True, False or Unknown by its reason alone. */
interface VerdictEntry {
  readonly status: 'True' | 'False' | 'Unknown';
  readonly advice: string;
}

/** Every reason of condition `JupyterHubCompatible` as data (design, section 1). */
export const hubReasons = {
  LaunchVerified: {
    status: 'True',
    advice: 'Nothing to do: the image was launched as JupyterHub would, and answered.',
  },
  MinorVersionSkew: {
    status: 'True',
    advice:
      "The image works, and the Hub logs a warning; pin the Hub's version of jupyterhub in packages.pip to end it.",
  },
  MajorVersionSkew: {
    status: 'True',
    advice: "The image works as far as is known, and the Hub warns; install the Hub's major version of jupyterhub.",
  },
  SingleuserMissing: {
    status: 'False',
    advice: 'Add jupyterhub and jupyterlab to packages.pip, or use a Jupyter base.',
  },
  ServerMissing: { status: 'False', advice: 'Add jupyterlab to packages.pip: jupyterhub alone brings no server.' },
  EntrypointBlocksCommand: {
    status: 'False',
    advice: 'Let the entrypoint of the image end with exec "$@", so that the command of the Hub is run.',
  },
  NotRunnableAsNonRoot: {
    status: 'False',
    advice: 'Make the files of the environment readable and its programs executable for everybody.',
  },
  HomeNotWritable: {
    status: 'False',
    advice: 'Keep nothing that is needed in the home: the Hub mounts a volume over it.',
  },
  NoHubAuth: { status: 'False', advice: 'Start jupyterhub-singleuser, not a plain Jupyter server.' },
  VersionIncompatible: { status: 'False', advice: "Install the Hub's major version of jupyterhub in the image." },
  LaunchFailed: { status: 'False', advice: 'Read the message: the server of the image ended.' },
  LaunchTimeout: {
    status: 'False',
    advice: 'Make the server start faster, or have the administrator allow more time.',
  },
  BuildNotComplete: { status: 'Unknown', advice: 'Wait: there is no image yet.' },
  ProbePending: { status: 'Unknown', advice: 'Wait: the image is being launched.' },
  ProbeDisabled: { status: 'Unknown', advice: 'The administrator has switched launching off (jupyterHub.probe.mode).' },
  ProbeUnschedulable: { status: 'Unknown', advice: 'No node has room for the launch; it is tried again by itself.' },
  ImagePullFailed: {
    status: 'Unknown',
    advice: 'The node cannot pull the image: check the Secret that the message names.',
  },
  ProbeTimeout: {
    status: 'Unknown',
    advice:
      'Each launch was interrupted, as the message says: hourly tries follow for a day, then ask for a retry once the cause is gone.',
  },
  HubVersionUnknown: {
    status: 'Unknown',
    advice: 'The image launches; have the administrator set jupyterHub.hubVersion, or set spec.jupyterHub.hubVersion.',
  },
} as const satisfies Readonly<Record<string, VerdictEntry>>;

/** A reason of condition `JupyterHubCompatible`. */
export type HubReason = keyof typeof hubReasons;

/** A reason of condition `JupyterHubCompatible` that goes with this status. */
export type HubReasonOf<S extends VerdictEntry['status']> = {
  [R in HubReason]: (typeof hubReasons)[R]['status'] extends S ? R : never;
}[HubReason];

/** Every reason of condition `Tagged` as data: what has become of the moving tag. */
export const taggedReasons = {
  Tagged: { status: 'True', advice: 'Nothing to do: the moving tag is the image in status.image.' },
  TagRefused: {
    status: 'False',
    advice:
      'Let the registry move the tag (no rule of immutable tags, a credential that may push), or write another spec.output.tag. The image serves by its digest.',
  },
  OutputConflict: {
    status: 'False',
    advice:
      'Write another spec.output.tag or spec.output.repository: an older ImageSpec has this one. The image serves by its digest.',
  },
} as const satisfies Readonly<Record<string, VerdictEntry>>;

/** A reason of condition `Tagged`. */
export type TaggedReason = keyof typeof taggedReasons;

/** Every reason of condition `Published` as data (design, section 1). */
export const publishedReasons = {
  Published: { status: 'True', advice: 'Nothing to do: users of the Hub can choose the image.' },
  PreviousImageServed: {
    status: 'True',
    advice: 'Users still get the last compatible image; see Ready and JupyterHubCompatible for the newer one.',
  },
  NotCompatible: { status: 'False', advice: 'See condition JupyterHubCompatible for what is missing.' },
  NotSelected: {
    status: 'False',
    advice: "The platform's selection leaves this ImageSpec out; ask its administrator.",
  },
  ListFull: {
    status: 'False',
    advice: 'The list of images is as large as it can be; ask the administrator for another.',
  },
  BuildNotComplete: {
    status: 'Unknown',
    advice:
      'Wait: there is no image yet. Where the message says that the list cannot be written, tell its administrator.',
  },
} as const satisfies Readonly<Record<string, VerdictEntry>>;

/** A reason of condition `Published`. */
export type PublishedReason = keyof typeof publishedReasons;

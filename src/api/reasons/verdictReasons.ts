/** A reason whose condition is always True, False or Unknown. */
interface VerdictEntry {
  readonly status: 'True' | 'False' | 'Unknown';
  readonly advice: string;
}

/** Every reason of condition `JupyterHubCompatible` as data. */
export const hubReasons = {
  LaunchVerified: {
    status: 'True',
    advice: 'Nothing to do: launched as JupyterHub would, the image responded.',
  },
  MinorVersionSkew: {
    status: 'True',
    advice:
      "The image works, but the Hub logs a warning. To avoid it, pin the Hub's version of jupyterhub in packages.pip.",
  },
  MajorVersionSkew: {
    status: 'True',
    advice: "The image probably works, but the Hub warns; install the Hub's major version of jupyterhub.",
  },
  SingleuserMissing: {
    status: 'False',
    advice: 'Add jupyterhub and jupyterlab to packages.pip, or use a Jupyter base.',
  },
  ServerMissing: { status: 'False', advice: 'Add jupyterlab to packages.pip: jupyterhub alone includes no server.' },
  EntrypointBlocksCommand: {
    status: 'False',
    advice: 'Let the entrypoint end with exec "$@", so that it runs the command of the Hub.',
  },
  NotRunnableAsNonRoot: {
    status: 'False',
    advice: "Make the environment's files readable and its programs executable for all users.",
  },
  HomeNotWritable: {
    status: 'False',
    advice: 'Move required files out of the home directory: the Hub mounts a volume over it.',
  },
  NoHubAuth: { status: 'False', advice: 'Start jupyterhub-singleuser, not a plain Jupyter server.' },
  VersionIncompatible: { status: 'False', advice: "Install the Hub's major version of jupyterhub in the image." },
  LaunchFailed: { status: 'False', advice: "Read the message: the image's server exited." },
  LaunchTimeout: {
    status: 'False',
    advice: 'Make the server start faster, or ask the administrator to allow more time.',
  },
  BuildNotComplete: { status: 'Unknown', advice: 'Wait: there is no image yet.' },
  ProbePending: { status: 'Unknown', advice: 'Wait: the operator is launching the image.' },
  ProbeDisabled: { status: 'Unknown', advice: 'The administrator disabled launches (jupyterHub.probe.mode).' },
  ProbeUnschedulable: { status: 'Unknown', advice: 'No node has room for the launch; the operator retries.' },
  ImagePullFailed: {
    status: 'Unknown',
    advice: 'The node cannot pull the image: check the Secret that the message names.',
  },
  ProbeTimeout: {
    status: 'Unknown',
    advice:
      'Each launch was interrupted, as the message says. The operator retries hourly for a day; after that, request a retry once the cause is gone.',
  },
  HubVersionUnknown: {
    status: 'Unknown',
    advice:
      'The image launches; ask the administrator to set jupyterHub.hubVersion, or set spec.jupyterHub.hubVersion.',
  },
} as const satisfies Readonly<Record<string, VerdictEntry>>;

/** A reason of condition `JupyterHubCompatible`. */
export type HubReason = keyof typeof hubReasons;

/** A reason of condition `JupyterHubCompatible` that goes with this status. */
export type HubReasonOf<S extends VerdictEntry['status']> = {
  [R in HubReason]: (typeof hubReasons)[R]['status'] extends S ? R : never;
}[HubReason];

/** Every reason of condition `Tagged` as data: the state of the moving tag. */
export const taggedReasons = {
  Tagged: { status: 'True', advice: 'Nothing to do: the moving tag points to the image in status.image.' },
  TagRefused: {
    status: 'False',
    advice:
      'Let the registry move the tag (no immutable tags, a credential that may push), or set another spec.output.tag. The image remains available by its digest.',
  },
  OutputConflict: {
    status: 'False',
    advice:
      'Set another spec.output.tag or spec.output.repository: an older ImageSpec uses this one. The image remains available by its digest.',
  },
} as const satisfies Readonly<Record<string, VerdictEntry>>;

/** A reason of condition `Tagged`. */
export type TaggedReason = keyof typeof taggedReasons;

/** Every reason of condition `Published` as data. */
export const publishedReasons = {
  Published: { status: 'True', advice: 'Nothing to do: users of the Hub can choose the image.' },
  PreviousImageServed: {
    status: 'True',
    advice: 'Users still get the last compatible image; Ready and JupyterHubCompatible describe the newer one.',
  },
  NotCompatible: { status: 'False', advice: 'Condition JupyterHubCompatible shows what is missing.' },
  NotSelected: {
    status: 'False',
    advice: "The platform's selection excludes this ImageSpec; ask the administrator.",
  },
  ListFull: {
    status: 'False',
    advice: 'The list of images is full; ask the administrator for another.',
  },
  BuildNotComplete: {
    status: 'Unknown',
    advice:
      'Wait: there is no image yet. If the message says that the list cannot be written, inform the administrator.',
  },
} as const satisfies Readonly<Record<string, VerdictEntry>>;

/** A reason of condition `Published`. */
export type PublishedReason = keyof typeof publishedReasons;

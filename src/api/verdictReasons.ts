/** A reason of a condition that is True, False or Unknown by its reason alone. */
interface VerdictEntry {
  readonly status: 'True' | 'False' | 'Unknown';
  readonly advice: string;
}

/** Every reason of condition `JupyterHubCompatible` as data. */
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

/** Every reason of condition `Published` as data. */
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

/** API group of the resource. */
export const group = 'imagespec.dev';
/** Served version. */
export const version = 'v1alpha1';
/** Kind of the resource. */
export const kind = 'ImageSpec';
/** Plural, as in URLs. */
export const plural = 'imagespecs';

/** Labels on the operator's Jobs and Pods, and on users' Secrets. The caches select on the first. */
export const labels = {
  managedBy: 'app.kubernetes.io/managed-by',
  /** UID of the ImageSpec. */
  uid: 'imagespec.dev/uid',
  /** What the Pod does: build, probe or verify. */
  role: 'imagespec.dev/role',
  /** On an image: its inputs, as `imagespec/changes.ts` writes them. */
  input: 'imagespec.dev/input',
  /** On an image: the hash of its inputs. */
  inputHash: 'imagespec.dev/input-hash',
  /** On a Secret: its permitted use: pull, push, packages or cache. */
  use: 'imagespec.dev/use',
} as const;

/** Value of the label `app.kubernetes.io/managed-by`, and field manager of the operator's writes. */
export const manager = 'imagespec-operator';

/** Annotations by which users request something once, and those that the operator sets on its Jobs. */
export const annotations = {
  rebuild: 'imagespec.dev/rebuild',
  retry: 'imagespec.dev/retry',
  launch: 'imagespec.dev/launch',
  cancel: 'imagespec.dev/cancel',
  /** On the Job: what it builds, so that a crash after the create loses nothing. */
  build: 'imagespec.dev/build',
  /** On a probe or verify Pod: what it runs, so that a crash after the create loses nothing. */
  run: 'imagespec.dev/run',
  /** On the Pod: the rendered Dockerfile, which the builder reads through a downwardAPI volume. */
  dockerfile: 'imagespec.dev/dockerfile',
} as const;

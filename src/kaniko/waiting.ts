import { type Failure, failureOf } from '../api/failure.ts';
import type { Row } from '../api/failureRows.ts';
import { type Instant, seconds } from '../api/time.ts';
import { fill } from './failures/row.ts';
import { type ContainerState, isOver, type PodState } from './run.ts';

/** A row of what keeps a container from starting. */
export interface WaitingRow extends Row {
  readonly seen: 'waiting';
  readonly reason: 'BuilderUnavailable';
  /** Reasons of `state.waiting` (pkg/kubelet/images/types.go, pkg/kubelet/kuberuntime of Kubernetes 1.35). */
  readonly match: RegExp;
}

function row(id: string, match: RegExp, what: string, message: string): WaitingRow {
  return { seen: 'waiting', id, match, reason: 'BuilderUnavailable', what, message, example: `${id}.json` };
}

/** Reasons by which a container waits for an image that cannot be had (pkg/kubelet/images/types.go of Kubernetes 1.35). */
const invalidName = /^InvalidImageName$/;
const unpullable =
  /^(?:ErrImagePull|ImagePullBackOff|ErrImageNeverPull|ImageInspectError|RegistryUnavailable|SignatureValidationFailed)$/;

/** The image of the container cannot be had, and why; undefined: nothing says so. The kubelet may yet try again. */
export function failedPull(state: ContainerState | undefined): string | undefined {
  return state?.is === 'waiting' && (invalidName.test(state.reason) || unpullable.test(state.reason))
    ? state.message || state.reason
    : undefined;
}

/** What keeps a container from starting, once it has lasted longer than the grace window. */
export const waitingRows: readonly WaitingRow[] = [
  row(
    'image-name-invalid',
    invalidName,
    "an image of the operator's configuration has no valid name",
    'the image of the container {container} has no valid name; the administrator corrects images in the configuration: {message}',
  ),
  row(
    'image-unpullable',
    unpullable,
    "the builder's image cannot be pulled",
    'the image of the container {container} cannot be pulled; the administrator checks images and build.imagePullSecrets in the configuration: {message}',
  ),
  row(
    'container-refused',
    /^(?:CreateContainerConfigError|CreateContainerError|RunContainerError|CrashLoopBackOff)$/,
    'a container cannot be made',
    'the container {container} cannot be made: {message}',
  ),
];

/** What keeps a Pod from going on. */
export type WaitingProblem =
  | { readonly is: 'none' }
  /** Something is wrong that may pass; look again at `until`. */
  | { readonly is: 'wait'; readonly until: Instant }
  | { readonly is: 'failed'; readonly failure: Failure };

/**
 * Whether a container of the Pod cannot be started, which only a grace window tells from an image that is being pulled
 * again.
 * @param since when a container of the Pod last went on, as the operator saw it: the window starts there
 * @param graceMs milliseconds that a pull may fail and be tried again by the kubelet
 */
export function waitingProblem(pod: PodState, now: Instant, since: Instant, graceMs: number): WaitingProblem {
  for (const [container, state] of Object.entries(pod.containers)) {
    const found = state.is === 'waiting' ? waitingRows.find(({ match }) => match.test(state.reason)) : undefined;
    if (state.is === 'waiting' && found !== undefined) {
      const message = fill(found.message, { container, message: state.message || state.reason });
      const until = since + graceMs;
      return now < until ? { is: 'wait', until } : { is: 'failed', failure: failureOf(found.reason, message) };
    }
  }
  return { is: 'none' };
}

/** How long a Pod may outlive its deletion: the kubelet that would end it does not answer. */
const deletionGrace = seconds(60);

/** Whether a Pod that should be gone is still there, as its node has gone away with it. */
export function overdueDeletion(pod: PodState, now: Instant): WaitingProblem {
  if (pod.deletedAt === null || isOver(pod)) {
    return { is: 'none' };
  }
  const until = pod.deletedAt + deletionGrace;
  if (now < until) {
    return { is: 'wait', until };
  }
  const message = fill(overdueRow.message, { node: pod.nodeName });
  return { is: 'failed', failure: failureOf(overdueRow.reason, message) };
}

/** The row of a Pod that outlives its deletion. */
export const overdueRow = {
  id: 'pod-overdue',
  what: 'the node ceases to answer, and the Pod outlives its deletion',
  reason: 'NodeLost',
  message: 'the node {node} does not answer, and the Pod of the build with it',
  example: 'pod-overdue.json',
} as const satisfies Row & { readonly reason: 'NodeLost' };

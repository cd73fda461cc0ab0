import { type Failure, failureOf } from '../api/failure.ts';
import type { Row } from '../api/reasons/failureRows.ts';
import { type Instant, seconds } from '../api/time.ts';
import { fill } from './failures/row.ts';
import { type ContainerState, isOver, type PodState } from './run.ts';

/** A reason that keeps a container from starting. */
export interface WaitingRow extends Row {
  readonly seen: 'waiting';
  readonly reason: 'BuilderUnavailable';
  /** Reasons of `state.waiting` (pkg/kubelet/images/types.go, pkg/kubelet/kuberuntime of Kubernetes 1.35). */
  readonly match: RegExp;
}

function row(id: string, match: RegExp, what: string, message: string): WaitingRow {
  return { seen: 'waiting', id, match, reason: 'BuilderUnavailable', what, message, example: `${id}.json` };
}

/**
 * Reasons for which a container waits for an image that cannot be pulled (pkg/kubelet/images/types.go of Kubernetes
 * 1.35).
 */
const invalidName = /^InvalidImageName$/;
const unpullable =
  /^(?:ErrImagePull|ImagePullBackOff|ErrImageNeverPull|ImageInspectError|RegistryUnavailable|SignatureValidationFailed)$/;

/** Why the container's image cannot be pulled; undefined without a sign of that. The kubelet may still retry. */
export function failedPull(state: ContainerState | undefined): string | undefined {
  return state?.is === 'waiting' && (invalidName.test(state.reason) || unpullable.test(state.reason))
    ? state.message || state.reason
    : undefined;
}

/** Reasons that keep a container from starting for longer than the grace window. */
export const waitingRows: readonly WaitingRow[] = [
  row(
    'image-name-invalid',
    invalidName,
    "an image of the operator's configuration has no valid name",
    'the image of the container {container} has no valid name; ask the administrator to correct images in the configuration: {message}',
  ),
  row(
    'image-unpullable',
    unpullable,
    "the builder's image cannot be pulled",
    'the image of the container {container} cannot be pulled; ask the administrator to check images and build.imagePullSecrets in the configuration: {message}',
  ),
  row(
    'container-refused',
    /^(?:CreateContainerConfigError|CreateContainerError|RunContainerError|CrashLoopBackOff)$/,
    'a container cannot be created',
    'the container {container} cannot be created: {message}',
  ),
];

/** What keeps a Pod from continuing. */
export type WaitingProblem =
  | { readonly is: 'none' }
  /** A fault that may pass; check again at `until`. */
  | { readonly is: 'wait'; readonly until: Instant }
  | { readonly is: 'failed'; readonly failure: Failure };

/**
 * Whether a container of the Pod cannot start. Only a grace window distinguishes that from an image that the kubelet
 * pulls again.
 *
 * @param since when the operator last saw a container of the Pod make progress: the window starts there
 * @param graceMs milliseconds for which a pull may fail and be retried by the kubelet
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

/** Time that a Pod may outlive its deletion; after it, the kubelet that should end it counts as unresponsive. */
const deletionGrace = seconds(60);

/** Whether a deleted Pod still exists, because its node disappeared. */
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
  what: 'the node stops responding, and the Pod outlives its deletion',
  reason: 'NodeLost',
  message: "the node {node} of the build's Pod does not respond",
  example: 'pod-overdue.json',
} as const satisfies Row & { readonly reason: 'NodeLost' };

import { type Failure, failureOf } from '../api/failure.ts';
import { type Instant, seconds } from '../api/time.ts';
import type { Verification } from '../imagespec/effective.ts';
import { relevantLines } from '../kaniko/log.ts';
import { type ContainerState, isKilled, isOver, type PodState } from '../kaniko/run.ts';
import { failedPull } from '../kaniko/waiting.ts';
import { beginningOf } from '../text/cut.ts';
import { verifyContainer } from './verifyPod.ts';

/**
 * Outcome of the commands of `spec.verify`.
 *
 * - running: checked again at `until`, or at an earlier event of the Pod
 * - needsLog: over; the log of this container shows why
 * - inconclusive: something else intervened; the operator runs them again
 */
export type VerifyOutcome =
  | { readonly is: 'running'; readonly message: string; readonly until: Instant | null }
  | { readonly is: 'needsLog'; readonly container: string }
  | { readonly is: 'passed' }
  | { readonly is: 'failed'; readonly failure: Failure }
  | { readonly is: 'inconclusive'; readonly message: string };

/** Times by the operator's clock: the node's may be off by more than a command's timeout. */
export interface Timing {
  readonly now: Instant;
  /** When the operator first saw a container run. */
  readonly since: (container: string) => Instant;
}

/** Reads the outcome from the Pod. `log` is that of the failed container, once fetched ('' when it is gone). */
export function verifyOutcome(
  pod: PodState,
  verify: readonly Verification[],
  { now, since }: Timing,
  log: string | null,
): VerifyOutcome {
  for (const [index, { name, timeoutSeconds }] of verify.entries()) {
    const container = verifyContainer(index);
    const state = pod.containers[container];
    if (state?.is === 'terminated' && state.exitCode === 0) {
      continue;
    }
    const disturbed = disturbanceOf(pod, state);
    if (disturbed !== null) {
      return { is: 'inconclusive', message: disturbed };
    }
    if (state?.is === 'terminated') {
      return ended(name, container, state, log);
    }
    const message = `the command "${name}" of spec.verify is running`;
    if (state?.is !== 'running') {
      return { is: 'running', message: waitingMessage(pod, state, name), until: null };
    }
    const until = since(container) + seconds(timeoutSeconds);
    if (now < until) {
      return { is: 'running', message, until };
    }
    return log === null
      ? { is: 'needsLog', container }
      : fail(name, `did not end within ${timeoutSeconds} s; raise its timeoutSeconds, or make it shorter`, log);
  }
  return { is: 'passed' };
}

/**
 * What ended the Pod from outside; null when nothing did, or when the command ended earlier. A command that a signal
 * ended in a deleted Pod was stopped with it.
 */
function disturbanceOf(pod: PodState, state: ContainerState | undefined): string | null {
  if (pod.reason === 'DeadlineExceeded') {
    return 'the pull of the image took too long';
  }
  const isResult = state?.is === 'terminated' && !isKilled(state);
  if (pod.disruption !== '' || pod.reason !== '' || (pod.deletedAt !== null && !isResult)) {
    return `the Pod was ended from outside: ${[pod.disruption, pod.reason, pod.message].filter(Boolean).join(': ') || 'deleted'}`;
  }
  return isOver(pod) && state?.is !== 'terminated' ? 'the Pod ended before the command ran' : null;
}

function waitingMessage(pod: PodState, state: ContainerState | undefined, name: string): string {
  if (pod.unschedulable !== '') {
    return `no node takes the Pod that verifies the image: ${pod.unschedulable}`;
  }
  const unpulled = failedPull(state);
  return unpulled === undefined
    ? `the command "${name}" of spec.verify will run next`
    : `the node cannot pull the image to verify it: ${unpulled}`;
}

/** Reasons of a container whose program never ran. */
const neverStarted = new Set(['StartError', 'ContainerCannotRun', 'CreateContainerError']);

function ended(
  name: string,
  container: string,
  { exitCode, reason, message }: Extract<ContainerState, { is: 'terminated' }>,
  log: string | null,
): VerifyOutcome {
  if (neverStarted.has(reason)) {
    return fail(name, `could not start: ${beginningOf(message, 400)}`, '');
  }
  if (log === null) {
    return { is: 'needsLog', container };
  }
  const what =
    reason === 'OOMKilled' ? 'used more memory than launched images may use' : `ended with exit code ${exitCode}`;
  return fail(name, `${what}; its last lines are in status.failure.log`, log);
}

function fail(name: string, what: string, log: string): VerifyOutcome {
  const failure = failureOf('VerificationFailed', `the command "${name}" of spec.verify ${what}`);
  const lines = relevantLines(log);
  return { is: 'failed', failure: lines === '' ? failure : { ...failure, log: lines } };
}

import { isDeepStrictEqual } from 'node:util';
import { type Failure, failureOf } from '../../api/failure.ts';
import { type Instant, seconds } from '../../api/time.ts';
import { type ProbeIdentity, probeContainers } from '../../jupyterhub/launch/probePod.ts';
import type { VerifyIdentity } from '../../jupyterhub/verifyPod.ts';
import { isOver, type PodState } from '../../kaniko/run.ts';
import { failedPull } from '../../kaniko/waiting.ts';
import { doubled } from './pause.ts';
import type { Question } from './question.ts';

/** Identity of a check Pod: a launch, the commands of `spec.verify`, or the list of packages. */
export type CheckIdentity = ProbeIdentity | VerifyIdentity;

/** A check Pod of this resource (by the UID of its controller reference). */
export interface CheckRun {
  readonly identity: CheckIdentity;
  readonly pod: PodState;
}

/**
 * Whether a Pod counts against the limit of concurrent launches. A Pod without a node, or without its image, may wait until
 * its deadline; other launches must not wait for it. A server whose Hub stand-in has ended does not count either: its launch
 * was judged or cut short.
 */
export function isLaunching(pod: PodState): boolean {
  return (
    !isOver(pod) &&
    pod.unschedulable === '' &&
    pod.containers[probeContainers.hub]?.is !== 'terminated' &&
    Object.values(pod.containers).every((state) => failedPull(state) === undefined)
  );
}

/** The one next step of a check. */
export type CheckStep =
  | { readonly next: 'create'; readonly identity: CheckIdentity }
  | { readonly next: 'ask'; readonly question: Question }
  /** The limit of images launched concurrently is reached. */
  | { readonly next: 'queue' }
  | { readonly next: 'wait'; readonly until: Instant | null };

/** The next step after an attempt that was interrupted before it showed anything about the image. */
export type NextCheck =
  | { readonly is: 'now' }
  | { readonly is: 'soon'; readonly until: Instant }
  /** No quick attempts are left: slow ones follow, as with builds. */
  | { readonly is: 'later'; readonly until: Instant }
  | { readonly is: 'never' };

const quickPauses = { first: seconds(15), longest: seconds(600) };
/** Attempts with growing pauses: about half an hour. */
const quickAttempts = 8;
const slowPause = seconds(3600);
/** Slow attempts: hourly for a day. */
const slowAttempts = 24;

/**
 * When the attempt after an interrupted one starts. The pause counts from the creation time of the Pod at the API server:
 * neither a node's clock nor a restart of the operator changes it.
 * @param retry mark of a requested retry, which skips slow pauses; null: no retry is open
 */
export function nextCheck({ pod, identity: { attempt } }: CheckRun, now: Instant, retry: string | null): NextCheck {
  if (attempt >= quickAttempts + slowAttempts) {
    return { is: 'never' };
  }
  const isQuick = attempt < quickAttempts;
  const pause = isQuick ? doubled(attempt, quickPauses) : slowPause;
  const until = pod.createdAt + pause;
  return now >= until || (!isQuick && retry !== null) ? { is: 'now' } : { is: isQuick ? 'soon' : 'later', until };
}

/** The failure of an image about which no attempt has shown anything. */
export function interrupted(message: string, next: Extract<NextCheck, { is: 'later' | 'never' }>): Failure {
  const what =
    next.is === 'never'
      ? 'no attempts are left; ask for a retry once the cause is gone'
      : 'the operator tries again every hour';
  return failureOf('LaunchInterrupted', `${message}; ${what}`);
}

/** Whether this is the newest attempt of its check; older attempts have nothing more to show. */
export function isNewest(checkPods: readonly CheckRun[], { identity }: CheckRun): boolean {
  return checkPods.every(({ identity: other }) => !isSameCheck(other, identity) || other.attempt <= identity.attempt);
}

function isSameCheck(one: CheckIdentity, other: CheckIdentity): boolean {
  return isDeepStrictEqual({ ...one, attempt: 0 }, { ...other, attempt: 0 });
}

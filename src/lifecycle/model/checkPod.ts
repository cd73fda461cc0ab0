import { isDeepStrictEqual } from 'node:util';
import { type Failure, failureOf } from '../../api/failure.ts';
import { type Instant, seconds } from '../../api/time.ts';
import { type ProbeIdentity, probeContainers } from '../../jupyterhub/probePod.ts';
import type { VerifyIdentity } from '../../jupyterhub/verifyPod.ts';
import { isOver, type PodState } from '../../kaniko/run.ts';
import { failedPull } from '../../kaniko/waiting.ts';
import { doubled } from './pause.ts';
import type { Question } from './question.ts';

/** What a check Pod runs: a launch, the commands of `spec.verify`, or the list of packages. */
export type CheckIdentity = ProbeIdentity | VerifyIdentity;

/** A check Pod of this resource (by the UID of its controller reference). */
export interface CheckRun {
  readonly identity: CheckIdentity;
  readonly pod: PodState;
}

/**
 * Whether a Pod counts among the images that are launched concurrently. One that no node takes, or whose image cannot be
 * pulled, may stand there until its deadline, and must not hold up others; neither must a server whose launch was judged,
 * or was cut short, because the stand-in of the Hub has ended.
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

/** What follows an attempt that was interrupted before it showed anything of the image. */
export type NextCheck =
  | { readonly is: 'now' }
  | { readonly is: 'soon'; readonly until: Instant }
  /** The quick attempts are used up: as with builds, slow ones follow. */
  | { readonly is: 'later'; readonly until: Instant }
  | { readonly is: 'never' };

const quickPauses = { first: seconds(15), longest: seconds(600) };
/** Attempts with pauses that grow: about half an hour. */
const quickAttempts = 8;
const slowPause = seconds(3600);
/** Slow attempts: hourly for a day. */
const slowAttempts = 24;

/**
 * When an interrupted attempt is followed by the next one: counted from the creation of its Pod, as the API server has it,
 * so that neither a node's clock nor a restart of the operator changes it.
 * @param retry mark of the retry that a person asked for, which waits for no slow pause; null: there is none
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

/** The failure of an image that no attempt has shown anything of. */
export function interrupted(message: string, next: Extract<NextCheck, { is: 'later' | 'never' }>): Failure {
  const what =
    next.is === 'never'
      ? 'it is not tried any more; ask for a retry once the cause is gone'
      : 'it is tried again every hour';
  return failureOf('LaunchInterrupted', `${message}; ${what}`);
}

/** Whether no later attempt of the same check is there: the one before it has nothing more to show. */
export function isNewest(checkPods: readonly CheckRun[], { identity }: CheckRun): boolean {
  return checkPods.every(({ identity: other }) => !isSameCheck(other, identity) || other.attempt <= identity.attempt);
}

function isSameCheck(one: CheckIdentity, other: CheckIdentity): boolean {
  return isDeepStrictEqual({ ...one, attempt: 0 }, { ...other, attempt: 0 });
}

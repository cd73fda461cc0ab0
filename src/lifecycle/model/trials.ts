import { isDeepStrictEqual } from 'node:util';
import { type Failure, failureOf } from '../../api/failure.ts';
import { type Instant, seconds } from '../../api/time.ts';
import type { ProbeIdentity } from '../../jupyterhub/probePod.ts';
import type { VerifyIdentity } from '../../jupyterhub/verifyPod.ts';
import { isOver, type PodState } from '../../kaniko/run.ts';
import { failedPull } from '../../kaniko/waiting.ts';
import { heldBack } from './failedEffect.ts';
import type { Observation } from './observation.ts';
import type { Question } from './question.ts';

/** What a Pod that proves an image runs. */
export type TrialIdentity = ProbeIdentity | VerifyIdentity;

/** A Pod that proves an image of this resource (by the UID of its controller reference). */
export interface TrialRun {
  readonly identity: TrialIdentity;
  readonly pod: PodState;
}

/**
 * Whether a Pod counts among the images that are launched at once. One that no node takes, or whose image cannot be had,
 * may stand there until its deadline, and must hold nobody up.
 */
export function isLaunching(pod: PodState): boolean {
  return (
    !isOver(pod) &&
    pod.unschedulable === '' &&
    Object.values(pod.containers).every((state) => failedPull(state) === undefined)
  );
}

/** The one next step of a proof. */
export type TrialStep =
  | { readonly next: 'create'; readonly identity: TrialIdentity }
  | { readonly next: 'ask'; readonly question: Question }
  /** The limit of images launched at once is reached. */
  | { readonly next: 'queue' }
  | { readonly next: 'wait'; readonly until: Instant | null };

/** What follows a try that was interrupted before it showed anything of the image. */
export type NextTrial =
  | { readonly is: 'now' }
  | { readonly is: 'soon'; readonly until: Instant }
  /** The quick tries are used up: as with builds, slow ones follow. */
  | { readonly is: 'later'; readonly until: Instant }
  | { readonly is: 'never' };

const firstPause = seconds(15);
const longestPause = seconds(600);
/** Tries with pauses that grow: about half an hour. */
const quickTries = 8;
const slowPause = seconds(3600);
/** Slow tries: hourly for a day. */
const slowTries = 24;

/**
 * When an interrupted try is followed by the next one: counted from the creation of its Pod, as the API server has it, so
 * that neither a node's clock nor a restart of the operator changes it.
 */
export function nextTrial({ pod, identity: { attempt } }: TrialRun, now: Instant): NextTrial {
  if (attempt >= quickTries + slowTries) {
    return { is: 'never' };
  }
  const isQuick = attempt < quickTries;
  const pause = isQuick ? Math.min(longestPause, firstPause * 2 ** (attempt - 1)) : slowPause;
  const until = pod.createdAt + pause;
  return now >= until ? { is: 'now' } : { is: isQuick ? 'soon' : 'later', until };
}

/** The failure of an image that no try has shown anything of. */
export function interrupted(message: string, next: Extract<NextTrial, { is: 'later' | 'never' }>): Failure {
  const what =
    next.is === 'never'
      ? 'it is not tried any more; ask for a retry once the cause is gone'
      : 'it is tried again every hour';
  return failureOf('LaunchInterrupted', `${message}; ${what}`);
}

/** Whether no later try of the same trial is there: the one before it has said all it can. */
export function isNewest({ trials }: Observation, { identity }: TrialRun): boolean {
  return trials.every(({ identity: other }) => !isSameTrial(other, identity) || other.attempt <= identity.attempt);
}

function isSameTrial(one: TrialIdentity, other: TrialIdentity): boolean {
  return isDeepStrictEqual({ ...one, attempt: 0 }, { ...other, attempt: 0 });
}

/** What keeps this Pod from being created, with when that is tried again; null: it may be tried (again). */
export function refusedTrial(
  seen: Observation,
  name: string,
): { readonly message: string; readonly until: Instant } | null {
  return heldBack(seen, 'createPod', name);
}

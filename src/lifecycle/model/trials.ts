import { type Instant, seconds } from '../../api/time.ts';
import type { ProbeIdentity } from '../../jupyterhub/probePod.ts';
import type { VerifyIdentity } from '../../jupyterhub/verifyPod.ts';
import type { PodState } from '../../kaniko/run.ts';
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
export function isLaunching({ phase, unschedulable, containers }: PodState): boolean {
  const isOver = phase === 'Succeeded' || phase === 'Failed';
  return !isOver && unschedulable === '' && Object.values(containers).every((state) => failedPull(state) === undefined);
}

/** The one next step of a proof. */
export type TrialStep =
  | { readonly next: 'create'; readonly identity: TrialIdentity }
  | { readonly next: 'ask'; readonly question: Question }
  /** The limit of images launched at once is reached. */
  | { readonly next: 'queue' }
  | { readonly next: 'wait'; readonly until: Instant | null };

const firstPause = seconds(15);
const longestPause = seconds(600);

/** When a trial that told nothing is tried again. */
export function nextTrialAt({ pod, identity }: TrialRun): Instant {
  const pause = Math.min(longestPause, firstPause * 2 ** Math.min(identity.attempt - 1, 10));
  return (pod.endedAt ?? pod.createdAt) + pause;
}

/** What keeps this Pod from being created, with when that is tried again; null: it may be tried (again). */
export function refusedTrial(
  seen: Observation,
  name: string,
): { readonly message: string; readonly until: Instant } | null {
  return heldBack(seen, 'createPod', name);
}

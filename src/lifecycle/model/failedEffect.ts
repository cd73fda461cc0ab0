import { type FailureReason, retryOf } from '../../api/reasons/failureReasons.ts';
import { type Instant, seconds } from '../../api/time.ts';
import type { Effect } from './effect.ts';
import { doubled } from './pause.ts';

/** The result of an effect. */
export type Outcome =
  /** Applied now or earlier; the caches reflect it. */
  | { readonly is: 'done' }
  /** The world differs from the Observation: the pass starts again. */
  | { readonly is: 'stale' }
  | Failed;

/** An effect that failed. */
interface Failed {
  /** refused: the server understood and declined. unavailable: the effect may or may not have been applied. */
  readonly is: 'refused' | 'unavailable';
  /** Reason of a failed write to a registry; null for the API server, whose message `refusalOf` reads. */
  readonly reason: FailureReason | null;
  readonly message: string;
}

/**
 * An effect that failed and has not succeeded since. Memory keeps it, as it keeps the answer to a question. The operator
 * pauses, tries the effect again, and shows the failure meanwhile.
 */
export interface FailedEffect extends Failed {
  readonly do: Effect['do'];
  /** The object of the effect, from `targetOf`. */
  readonly target: string;
  readonly at: Instant;
  /** Failures in a row. */
  readonly failures: number;
}

/** Name of an effect's object: the Job, the Pod, the tag, the image of the listed packages, or the part of the status. */
export function targetOf(effect: Effect): string {
  switch (effect.do) {
    case 'createJob':
      return effect.job.metadata?.name ?? '';
    case 'createPod':
      return effect.pod.metadata?.name ?? '';
    case 'deleteJob':
    case 'deletePod':
      return effect.target.name;
    case 'putTag':
      return effect.tag;
    case 'writeContents':
      return effect.about.image;
    case 'writeStatus':
      return effect.part;
  }
}

/** The failed effects once one more effect has ended. */
export function afterEffect(
  before: readonly FailedEffect[],
  effect: Effect,
  outcome: Outcome,
  at: Instant,
): readonly FailedEffect[] {
  if (outcome.is === 'stale') {
    return before;
  }
  const target = targetOf(effect);
  const isSame = (failed: FailedEffect) => failed.do === effect.do && failed.target === target;
  if (outcome.is === 'done') {
    return before.filter((failed) => !isSame(failed));
  }
  const again: FailedEffect = {
    ...outcome,
    do: effect.do,
    target,
    at,
    failures: (before.find(isSame)?.failures ?? 0) + 1,
  };
  // Each failed effect keeps its place, because the status names them in this order.
  return before.some(isSame) ? before.map((failed) => (isSame(failed) ? again : failed)) : [...before, again];
}

const firstPause = { refused: seconds(30), unavailable: seconds(2) };
const longestPause = seconds(300);
/** Longest pause for a tag that the registry refuses; more frequent attempts would not help. */
const longestSlowPause = seconds(3600);
/** An effect that no pass has tried for this long after its pause is no longer wanted. */
const grace = seconds(60);

/** End of an effect's pause. A first failure without an answer does not count: the queue's own pause covers it. */
function heldUntil({ is, reason, at, failures }: FailedEffect): Instant {
  if (isBlip({ is, failures })) {
    return at;
  }
  const longest = reason !== null && retryOf(reason) === 'slow' ? longestSlowPause : longestPause;
  return at + doubled(failures, { first: firstPause[is], longest });
}

/** A failure that the status does not show, because it may pass within a second. */
function isBlip({ is, failures }: Pick<FailedEffect, 'is' | 'failures'>): boolean {
  return is === 'unavailable' && failures === 1;
}

/** Whether the effect is wanted, or was wanted a moment ago. */
export function isRemembered(failed: FailedEffect, now: Instant): boolean {
  return now < heldUntil(failed) + grace;
}

/** The failed effects at one moment. */
export interface Failures {
  readonly failedEffects: readonly FailedEffect[];
  readonly now: Instant;
}

/** A failed effect that the status shows. */
export interface Trouble extends FailedEffect {
  readonly until: Instant;
  /** later: not before `until`. now: the operator tries it, and shows the failure until the effect succeeds. */
  readonly tried: 'later' | 'now';
}

/** The failure of this effect, also during a new attempt, so that the shown status stays; null: there is none. */
export function troubleWith({ failedEffects, now }: Failures, wanted: Effect['do'], target: string): Trouble | null {
  const failed = failedEffects.find((candidate) => candidate.do === wanted && candidate.target === target);
  if (failed === undefined || isBlip(failed)) {
    return null;
  }
  const until = heldUntil(failed);
  return { ...failed, until, tried: now < until ? 'later' : 'now' };
}

/** The failure that makes this effect wait now; null: there is none. */
export function heldBack(failures: Failures, wanted: Effect['do'], target: string): Trouble | null {
  const trouble = troubleWith(failures, wanted, target);
  return trouble?.tried === 'now' ? null : trouble;
}

/** The next moment at which a failed effect may be tried again, or is no longer wanted. null: there is none. */
export function nextTry(failed: readonly FailedEffect[], now: Instant): Instant | null {
  const times = failed.flatMap((one) => [heldUntil(one), heldUntil(one) + grace]).filter((time) => time > now);
  return times.length === 0 ? null : Math.min(...times);
}

/**
 * Failed effects that no situation shows, with the text about each: deletions, lists and check Pods. A failure that may pass
 * within a second is left out.
 */
export function troublesIn(failed: readonly FailedEffect[]): readonly { message: string; text: string }[] {
  return failed.flatMap((one) => {
    const text = isBlip(one) ? null : phrase(one);
    return text === null ? [] : [{ message: one.message, text }];
  });
}

function phrase({ do: effect, target, message }: FailedEffect): string | null {
  switch (effect) {
    case 'createPod':
      return `Pod ${target} cannot be created: ${message}`;
    case 'deleteJob':
      return `Job ${target} cannot be deleted: ${message}`;
    case 'deletePod':
      return `Pod ${target} cannot be deleted: ${message}`;
    case 'writeContents':
      return `the packages of the image cannot be listed: ${message}`;
    // The situation shows these failures, and an Event reports a status that cannot be written.
    case 'createJob':
    case 'putTag':
    case 'writeStatus':
      return null;
  }
}

import { type FailureReason, retryOf } from '../../api/failureReasons.ts';
import { type Instant, seconds } from '../../api/time.ts';
import type { Effect } from './effect.ts';
import { doubled } from './pause.ts';

/** What came of an effect. */
export type Outcome =
  /** Applied now or earlier; the caches reflect it. */
  | { readonly is: 'done' }
  /** The world is not as it was observed: look again. */
  | { readonly is: 'stale' }
  | Failed;

/** An effect did not happen. */
interface Failed {
  /** refused: the server understood and will not. unavailable: whether it took effect is unknown. */
  readonly is: 'refused' | 'unavailable';
  /** What the failure of a write to a registry means; null for the API server, whose words `refusalOf` reads. */
  readonly reason: FailureReason | null;
  readonly message: string;
}

/**
 * An effect that failed and has not been done since. It is the answer to an effect, as an Answer is that to a question:
 * kept in memory, held back for a while, tried again, and shown meanwhile.
 */
export interface FailedEffect extends Failed {
  readonly do: Effect['do'];
  /** What the effect is about: `targetOf`. */
  readonly target: string;
  readonly at: Instant;
  /** How often in a row it failed. */
  readonly failures: number;
}

/** What an effect is about, by name: the Job, the Pod, the tag, the image whose packages are listed, or the part of the status. */
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

/** The failed effects after one more effect. */
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
  // Each keeps its place: the status names them in this order.
  return before.some(isSame) ? before.map((failed) => (isSame(failed) ? again : failed)) : [...before, again];
}

const firstPause = { refused: seconds(30), unavailable: seconds(2) };
const longestPause = seconds(300);
/** A tag that a registry does not let be put: it is no use to ask more often. */
const longestSlowPause = seconds(3600);
/** So long after its pause an effect that has not been tried again is not wanted any more. */
const grace = seconds(60);

/** Until when the effect is not tried again. One failure without an answer is none yet: the queue's own pause must do. */
function heldUntil({ is, reason, at, failures }: FailedEffect): Instant {
  if (isBlip({ is, failures })) {
    return at;
  }
  const longest = reason !== null && retryOf(reason) === 'slow' ? longestSlowPause : longestPause;
  return at + doubled(failures, { first: firstPause[is], longest });
}

/** A failure that nobody is told of, because it may be over within a second. */
function isBlip({ is, failures }: Pick<FailedEffect, 'is' | 'failures'>): boolean {
  return is === 'unavailable' && failures === 1;
}

/** Whether the effect is still wanted, or was a moment ago. */
export function isRemembered(failed: FailedEffect, now: Instant): boolean {
  return now < heldUntil(failed) + grace;
}

/** What is known of failed effects now. */
export interface Failures {
  readonly failedEffects: readonly FailedEffect[];
  readonly now: Instant;
}

/** A failed effect that is worth a word. */
export interface Trouble extends FailedEffect {
  readonly until: Instant;
  /** later: not before `until`. now: it is tried, and the failure is shown until it has worked. */
  readonly tried: 'later' | 'now';
}

/** The failure of this effect, also while it is tried again, so that what is shown stays; null: there is none. */
export function troubleWith({ failedEffects, now }: Failures, wanted: Effect['do'], target: string): Trouble | null {
  const failed = failedEffects.find((candidate) => candidate.do === wanted && candidate.target === target);
  if (failed === undefined || isBlip(failed)) {
    return null;
  }
  const until = heldUntil(failed);
  return { ...failed, until, tried: now < until ? 'later' : 'now' };
}

/** What keeps this effect from being tried now; null: nothing. */
export function heldBack(failures: Failures, wanted: Effect['do'], target: string): Trouble | null {
  const trouble = troubleWith(failures, wanted, target);
  return trouble?.tried === 'now' ? null : trouble;
}

/** When the failed effects are looked at next: one may be tried again, or is wanted no more. null: there is none. */
export function nextTry(failed: readonly FailedEffect[], now: Instant): Instant | null {
  const times = failed.flatMap((one) => [heldUntil(one), heldUntil(one) + grace]).filter((time) => time > now);
  return times.length === 0 ? null : Math.min(...times);
}

/** What is said of a failed effect that no situation speaks of; null where one does, or where it may be over in a second. */
export function troubleOf(failed: FailedEffect): string | null {
  return isBlip(failed) ? null : phrase(failed);
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
    // The situation itself is about these; and a status that cannot be written is told by an Event.
    case 'createJob':
    case 'putTag':
    case 'writeStatus':
      return null;
  }
}

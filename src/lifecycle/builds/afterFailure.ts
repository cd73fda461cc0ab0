import type { Failure } from '../../api/failure.ts';
import { retryOf } from '../../api/reasons/failureReasons.ts';
import { parseRfc3339, seconds } from '../../api/time.ts';
import type { Seen } from '../model/observation.ts';
import { doubled } from '../model/pause.ts';
import type { BuildRecord, Failed, Goal, Stalled, Waiting } from '../model/situation.ts';
import { spread } from '../model/spread.ts';

const fastPauses = { first: seconds(10), longest: seconds(600) };
const slowRetry = seconds(3600);
/** Slow retries: hourly for a day. */
const slowRetries = 24;

/** The kind of retry after a failed build; `never`: a person must act first. */
export function retryAfter(
  { spec: { retries } }: Goal,
  { identity: { attempt, firstAttempt } }: BuildRecord,
  { reason }: Failure,
): 'fast' | 'slow' | 'never' {
  const used = attempt - firstAttempt + 1;
  const slow = used <= retries + slowRetries ? 'slow' : 'never';
  switch (retryOf(reason)) {
    case 'fast':
      return used <= retries ? 'fast' : slow;
    case 'slow':
      return slow;
    // The operator looks up a missing base before a build, so a new build would not help.
    case 'interval':
    case 'never':
      return 'never';
  }
}

/** The situation after a failed build: another attempt after a pause, or a person must act. */
export function afterFailure(
  seen: Seen<'now' | 'self' | 'status'>,
  { goal, build, failure }: Failed,
): Waiting | Stalled {
  const retry = retryAfter(goal, build, failure);
  if (retry === 'never') {
    return { is: 'stalled', goal, failure, build, until: null };
  }
  const { number, attempt, firstAttempt } = build.identity;
  const pause = retry === 'fast' ? doubled(attempt - firstAttempt + 1, fastPauses) : slowRetry;
  // A fifth earlier or later, so that builds that failed together do not start together.
  const jitter = 0.8 + 0.4 * spread(`${seen.self.uid}/${number}/${attempt}`);
  // The operator's clock counts the pause, because a node's clock may be wrong.
  const announced = isRecorded(seen, build) ? parseRfc3339(seen.status.failure?.nextAttemptTime ?? '') : undefined;
  const until = announced ?? Math.floor((seen.now + pause * jitter) / 1000) * 1000;
  return retry === 'fast'
    ? {
        is: 'waiting',
        goal,
        reason: 'Retrying',
        message: `${failure.message}; attempt ${attempt + 1} follows`,
        failure,
        build,
        until,
      }
    : { is: 'stalled', goal, failure, build, until };
}

/** Whether the status holds the end of this attempt. */
function isRecorded({ status }: Seen<'status'>, { identity }: BuildRecord): boolean {
  return (
    status.build?.number === identity.number &&
    status.build.attempt === identity.attempt &&
    status.build.completionTime !== undefined
  );
}

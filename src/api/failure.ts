import type { FailureReason } from './failureReasons.ts';

/** An expected failure, whatever its source. Whether it is retried follows from the reason (`reasons.ts`). */
export interface Failure {
  readonly reason: FailureReason;
  /** One sentence for people: what happened, where, what to do. Never holds a secret. */
  readonly message: string;
  /** The packages that the failure is about, as far as they are known. */
  readonly packages: readonly string[];
  /** The telling lines of the log, control characters stripped. */
  readonly log?: string;
}

/** A failure without packages or log. */
export function failureOf(reason: FailureReason, message: string): Failure {
  return { reason, message, packages: [] };
}

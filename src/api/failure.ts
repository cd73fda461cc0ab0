import type { FailureReason } from './reasons/failureReasons.ts';

/** An expected failure from any source. Its reason decides whether the operator retries it (`reasons.ts`). */
export interface Failure {
  readonly reason: FailureReason;
  /** One sentence for users: what happened, where, what to do. Never contains a secret. */
  readonly message: string;
  /** The packages that caused the failure, where known. */
  readonly packages: readonly string[];
  /** The relevant lines of the log, without control characters. */
  readonly log?: string;
}

/** A failure without packages or log. */
export function failureOf(reason: FailureReason, message: string): Failure {
  return { reason, message, packages: [] };
}

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

/**
 * Failures of one text as one, so that all faults come together: the first has the reason. A field that one has named is not
 * named again.
 */
export function joinedFailures(failures: readonly Failure[]): Failure {
  const [first] = failures;
  if (first === undefined) {
    throw new Error('there is no failure to report');
  }
  const named = new Set<string>();
  const lines = failures.flatMap(({ message }) => {
    const own = message.split('\n').filter((line) => !named.has(fieldOf(line)));
    own.forEach((line) => named.add(fieldOf(line)));
    return own;
  });
  return { ...first, message: lines.join('\n') };
}

/** What a sentence is about: the field at its start. */
function fieldOf(line: string): string {
  return /^\S+: /.exec(line)?.[0] ?? line;
}

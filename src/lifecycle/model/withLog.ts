/** An outcome that depends on the log of a container. */
interface NeedsLog {
  readonly is: 'needsLog';
  readonly container: string;
}

/** The log of a container; '' when it is gone. */
export interface Log {
  readonly is: 'log';
  readonly text: string;
}

/**
 * Judges without the log first, because most ends need none. If the judge needs the log, `withLog` fetches it and judges
 * again.
 * @param judge judges by the log, or by null without it
 * @param fetch returns the log of a container, or the result while the log is missing
 */
export function withLog<Outcome extends { readonly is: string }, Missing extends { readonly is: string }>(
  judge: (log: string | null) => Outcome | NeedsLog,
  fetch: (container: string) => Log | Missing,
): Outcome | Missing {
  const first = judge(null);
  if (!isNeedsLog(first)) {
    return first;
  }
  const log = fetch(first.container);
  if (!isLog(log)) {
    return log;
  }
  const second = judge(log.text);
  if (isNeedsLog(second)) {
    throw new Error(`the log of ${first.container} was read, and the judge needs it again`);
  }
  return second;
}

function isNeedsLog(outcome: { readonly is: string }): outcome is NeedsLog {
  return outcome.is === 'needsLog';
}

function isLog(log: { readonly is: string }): log is Log {
  return log.is === 'log';
}

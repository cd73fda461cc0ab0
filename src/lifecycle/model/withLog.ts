/** A judgement that depends on the log of a container. */
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
 * Judges without the log first: most ends need none. Where one does, the log is fetched and decides.
 * @param judge judges by the log, or by null without it
 * @param fetch the log of a container, or what follows while it is missing
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
    throw new Error(`the log of ${first.container} was read and is asked for again`);
  }
  return second;
}

function isNeedsLog(outcome: { readonly is: string }): outcome is NeedsLog {
  return outcome.is === 'needsLog';
}

function isLog(log: { readonly is: string }): log is Log {
  return log.is === 'log';
}

/** Stops a timer; harmless when it has already run. */
export type Cancel = () => void;

/** The time as this folder sees it, so that tests can hold it still. */
export interface Clock {
  /** Wall clock, milliseconds since the epoch. Only for timestamps that others read. */
  readonly now: () => number;
  /** Monotonic milliseconds since some fixed moment. For every duration: a corrected wall clock must not end a Lease. */
  readonly elapsed: () => number;
  /** Runs `run` once after `milliseconds`. Does not keep the process alive. */
  readonly after: (milliseconds: number, run: () => void) => Cancel;
}

/** setTimeout runs at once for anything longer. */
const longestTimer = 2 ** 31 - 1;

function after(milliseconds: number, run: () => void): Cancel {
  const timer = setTimeout(run, Math.min(milliseconds, longestTimer));
  timer.unref();
  return () => clearTimeout(timer);
}

/** The machine's own clocks and timers. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after,
};

/** Resolves after `milliseconds`, or as soon as `signal` is aborted. Never rejects. */
export function pause(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const finish = () => {
      cancel();
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const cancel = clock.after(milliseconds, finish);
    signal.addEventListener('abort', finish);
  });
}

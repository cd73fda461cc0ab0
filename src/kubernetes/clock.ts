/** Stops a timer; harmless after it has fired. */
export type Cancel = () => void;

/** Injectable clock, so that tests control the time. */
export interface Clock {
  /** Wall clock, milliseconds since the epoch. Only for timestamps that others read. */
  readonly now: () => number;
  /**
   * Monotonic milliseconds since a fixed moment. For every duration: a correction of the wall clock must not end a
   * Lease.
   */
  readonly elapsed: () => number;
  /** Runs `run` once after `milliseconds`. Does not keep the process alive. */
  readonly after: (milliseconds: number, run: () => void) => Cancel;
}

/** setTimeout fires immediately for any longer delay. */
const longestTimer = 2 ** 31 - 1;

function after(milliseconds: number, run: () => void): Cancel {
  const timer = setTimeout(run, Math.min(milliseconds, longestTimer));
  timer.unref();
  return () => clearTimeout(timer);
}

/** The system's clocks and timers. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after,
};

/** A time (ms since epoch) as Kubernetes writes a MicroTime: RFC 3339 with microseconds. */
export function microTime(time: number): string {
  return new Date(time).toISOString().replace('Z', '000Z');
}

/** Resolves after `milliseconds`, or when `signal` is aborted. Never rejects. */
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

/** How long everything else in this process waited for one piece of work. */
export interface EventLoop {
  /** The longest delay of the event loop since the last call, in seconds. */
  readonly longestDelay: () => number;
  readonly stop: () => void;
}

const intervalMs = 20;

/**
 * Begins to measure. `monitorEventLoopDelay` of Node.js would forget a pause here: its reset drops the one that is not
 * recorded yet, and each call of `longestDelay` begins a new measurement.
 */
export function watchEventLoop(): EventLoop {
  let last = performance.now();
  let longest = 0;
  const measure = (): void => {
    const now = performance.now();
    longest = Math.max(longest, now - last - intervalMs);
    last = now;
  };
  const timer = setInterval(measure, intervalMs).unref();
  return {
    longestDelay: () => {
      measure();
      const seconds = longest / 1000;
      longest = 0;
      return seconds;
    },
    stop: () => clearInterval(timer),
  };
}

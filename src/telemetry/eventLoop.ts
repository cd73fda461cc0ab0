import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How long everything else in this process waited for one piece of work. */
export interface EventLoop {
  /** The longest time, in seconds, since the last call: what waited for longer than it should have. */
  readonly longestDelay: () => number;
  readonly stop: () => void;
}

const resolutionMs = 10;

/** Begins to measure; a timer of the runtime itself does, so that it costs no turn of the event loop. */
export function watchEventLoop(): EventLoop {
  const delays = monitorEventLoopDelay({ resolution: resolutionMs });
  delays.enable();
  return {
    longestDelay: () => {
      // The runtime counts the pause between two measurements too.
      const seconds = Math.max(0, delays.max / 1e9 - resolutionMs / 1000);
      delays.reset();
      return seconds;
    },
    stop: () => {
      delays.disable();
    },
  };
}

import type { Cancel, Clock } from '../../../src/kubernetes/clock.ts';

interface Timer {
  readonly due: number;
  readonly run: () => void;
  timeout: NodeJS.Timeout | undefined;
}

/** A clock that runs as the machine's does, can leap ahead, and may be wrong by a constant. */
export class LeapingClock implements Clock {
  /** Milliseconds of all leaps. */
  leapt = 0;
  readonly #skewMs: number;
  readonly #timers = new Set<Timer>();

  /** @param skewMs how far its wall clock is ahead of the machine's */
  constructor(skewMs = 0) {
    this.#skewMs = skewMs;
  }

  readonly now = (): number => Date.now() + this.#skewMs + this.leapt;
  readonly elapsed = (): number => performance.now() + this.leapt;
  readonly after = (milliseconds: number, run: () => void): Cancel => {
    const timer: Timer = { due: this.elapsed() + milliseconds, run, timeout: undefined };
    this.#timers.add(timer);
    this.#arm(timer);
    return () => {
      clearTimeout(timer.timeout);
      this.#timers.delete(timer);
    };
  };

  /** Lets time pass in one leap. Timers that came due meanwhile run in their order; the others keep the rest of their time. */
  leap(milliseconds: number): void {
    this.leapt += milliseconds;
    for (const timer of [...this.#timers].toSorted((one, other) => one.due - other.due)) {
      clearTimeout(timer.timeout);
      if (timer.due > this.elapsed()) {
        this.#arm(timer);
      } else if (this.#timers.has(timer)) {
        this.#fire(timer);
      }
    }
  }

  #arm(timer: Timer): void {
    const left = Math.max(0, timer.due - this.elapsed());
    timer.timeout = setTimeout(() => this.#fire(timer), Math.min(left, 2 ** 31 - 1));
    timer.timeout.unref();
  }

  #fire(timer: Timer): void {
    this.#timers.delete(timer);
    timer.run();
  }
}

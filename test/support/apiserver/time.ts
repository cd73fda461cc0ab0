import type { Cancel, Clock } from '../../../src/kubernetes/clock.ts';

interface Timer {
  readonly due: number;
  readonly run: () => void;
}

/** A clock that only the test advances. */
export class ManualClock implements Clock {
  #elapsed = 0;
  readonly #epoch: number;
  readonly #timers = new Set<Timer>();

  constructor(epoch = Date.UTC(2026, 10, 24)) {
    this.#epoch = epoch;
  }

  readonly now = (): number => this.#epoch + this.#elapsed;
  readonly elapsed = (): number => this.#elapsed;
  readonly after = (milliseconds: number, run: () => void): Cancel => {
    const timer = { due: this.#elapsed + milliseconds, run };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  };

  /** Milliseconds until each timer, soonest first. */
  get timers(): readonly number[] {
    return [...this.#timers].map(({ due }) => due - this.#elapsed).toSorted((one, other) => one - other);
  }

  /** Lets time pass; timers run in order, also those that others set meanwhile. */
  advance(milliseconds: number): void {
    const end = this.#elapsed + milliseconds;
    for (;;) {
      const next = [...this.#timers].filter(({ due }) => due <= end).toSorted((one, other) => one.due - other.due)[0];
      if (next === undefined) {
        break;
      }
      this.#timers.delete(next);
      this.#elapsed = Math.max(this.#elapsed, next.due);
      next.run();
    }
    this.#elapsed = end;
  }

  /** Time passes and no timer runs: the process was stopped. */
  freeze(milliseconds: number): void {
    this.#elapsed += milliseconds;
  }
}

/** Lets everything that is already decided happen: promises, and answers of a server in this process. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

/** What a breaker needs of the world. */
interface Clock {
  /** Monotonic milliseconds. */
  readonly elapsed: () => number;
}

interface Silence {
  /** Exchanges in a row without an answer. */
  count: number;
  /** End of the pause, by the monotonic clock. One exchange tries the registry first. */
  until: number;
}

/** Exchanges in a row without an answer after which a host is left alone. */
export const mostSilent = 3;
const firstPauseMs = 15_000;
const longestPauseMs = 300_000;
/** Of more hosts the one that was silent first is forgotten. */
const mostHosts = 1000;

/**
 * Leaves a host alone that does not answer: each exchange with one takes its full time-out, and what waits behind it waits for
 * nothing. Any answer of it, also a refusal, ends that.
 */
export class Breaker {
  readonly #clock: Clock;
  readonly #silences = new Map<string, Silence>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds for which a host is not asked; 0: ask it. Of those who come after a pause only the first is let through. */
  pauseOf(host: string): number {
    const silence = this.#silences.get(host);
    if (silence === undefined || silence.count < mostSilent) {
      return 0;
    }
    const now = this.#clock.elapsed();
    if (now < silence.until) {
      return silence.until - now;
    }
    silence.until = now + pauseAfter(silence.count);
    return 0;
  }

  /** A host has answered. */
  answered(host: string): void {
    this.#silences.delete(host);
  }

  /** A host has not answered in time, or cannot be reached. */
  silent(host: string): void {
    const count = (this.#silences.get(host)?.count ?? 0) + 1;
    this.#silences.delete(host);
    this.#silences.set(host, { count, until: this.#clock.elapsed() + pauseAfter(count) });
    const [oldest] = this.#silences.size > mostHosts ? this.#silences.keys() : [];
    if (oldest !== undefined) {
      this.#silences.delete(oldest);
    }
  }
}

function pauseAfter(count: number): number {
  return Math.min(longestPauseMs, firstPauseMs * 2 ** Math.max(0, count - mostSilent));
}

import type { Clock } from './clock.ts';

/** The header `Date` has whole seconds. */
const resolutionMs = 1000;

/**
 * A clock that agrees with the API server's. Objects have times by the API server's clock, and the operator compares them with
 * its own: a machine whose clock is wrong must not end a build before its time. Durations stay those of the own clock.
 *
 * It moves only as far as an answer proves: the server wrote its `Date` after the request was sent, and before the answer
 * arrived. So a clock that is right stays as it is, however slow the answers are.
 */
export class ServerClock implements Clock {
  readonly #own: Clock;
  /** How far the API server's clock is ahead of the own one. */
  #aheadMs = 0;

  constructor(own: Clock) {
    this.#own = own;
  }

  readonly now = (): number => this.#own.now() + this.#aheadMs;
  readonly elapsed = (): number => this.#own.elapsed();
  readonly after: Clock['after'] = (milliseconds, run) => this.#own.after(milliseconds, run);

  /**
   * Learns from an answer of the API server that has just arrived.
   * @param date its header `Date`; anything else teaches nothing
   * @param tookMs milliseconds since the request was sent
   */
  learn(date: string | undefined, tookMs: number): void {
    const written = Date.parse(date ?? '');
    if (Number.isNaN(written)) {
      return;
    }
    const received = this.#own.now();
    const least = written - received;
    const most = written + resolutionMs - (received - tookMs);
    this.#aheadMs = Math.min(Math.max(this.#aheadMs, least), most);
  }
}

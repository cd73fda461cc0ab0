/** An exponential back-off. Delays are milliseconds. */
export interface Backoff {
  /** Delay after the first failure, before jitter. */
  readonly baseMs: number;
  /** No delay is longer. */
  readonly capMs: number;
}

/** A number in [0, 1), as Math.random gives it. */
export type Random = () => number;

/**
 * How long to wait after the given number of failures in a row (1 = the first): base doubled per failure up to
 * the cap, of which the upper half is random, so that many clients of one server do not come back together.
 */
export function backoffDelay(backoff: Backoff, failures: number, random: Random): number {
  // 2 ** 1024 is Infinity, which Math.min takes well; 0 * Infinity would not be.
  const full = Math.min(backoff.capMs, backoff.baseMs * 2 ** Math.max(0, failures - 1));
  return full / 2 + (full / 2) * random();
}

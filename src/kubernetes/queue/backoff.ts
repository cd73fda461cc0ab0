/** An exponential back-off. Delays are milliseconds. */
export interface Backoff {
  /** Delay after the first failure, before jitter. */
  readonly baseMs: number;
  /** Upper bound of every delay. */
  readonly capMs: number;
}

/** A number in [0, 1), like Math.random's. */
export type Random = () => number;

/**
 * The delay after the given number of consecutive failures (1 = the first). The base doubles per failure up to the cap. The
 * upper half is random, so that many clients of one server do not return simultaneously.
 */
export function backoffDelay(backoff: Backoff, failures: number, random: Random): number {
  // 2 ** 1024 is Infinity, which Math.min handles; 0 * Infinity would be NaN.
  const full = Math.min(backoff.capMs, backoff.baseMs * 2 ** Math.max(0, failures - 1));
  return full / 2 + (full / 2) * random();
}

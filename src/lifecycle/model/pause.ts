/** Pauses that double with each failure, in milliseconds. */
export interface Pauses {
  /** Pause after the first failure. */
  readonly first: number;
  readonly longest: number;
}

/** The pause after this many failures in a row. */
export function doubled(failures: number, { first, longest }: Pauses): number {
  return Math.min(longest, first * 2 ** Math.min(Math.max(failures - 1, 0), 30));
}

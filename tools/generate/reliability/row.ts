/** A test that shows what a row says. */
export interface Proof {
  /** From the root of the repository. */
  readonly file: string;
  /** Words of the test's name, as they stand in that file. */
  readonly name: string;
}

/** Where a figure comes from. */
export type Figure =
  | { readonly is: 'words'; readonly words: string }
  /** What the suite lifecycle measured of a provoked case on a real node, by the case's id. */
  | { readonly is: 'provoked'; readonly ids: readonly string[] }
  /** Runs with faults of the suite chaos: of writes or of watches, those whose name holds these words. */
  | { readonly is: 'faults'; readonly of: 'writes' | 'watches'; readonly words: string };

/** One case in which an operator like this one has failed its users elsewhere. */
export interface Row {
  readonly number: number;
  readonly what: string;
  readonly handled: string;
  /** `passes`, or what has no proof yet. */
  readonly result: { readonly is: 'passes' } | { readonly is: 'partly'; readonly lacks: string };
  readonly figure: Figure;
  readonly proofs: readonly [Proof, ...Proof[]];
}

const passes = { is: 'passes' } as const;

/** A row whose proofs cover all of it. */
export function passing(row: Omit<Row, 'result'>): Row {
  return { ...row, result: passes };
}

/** A row with a part that no test shows. */
export function partly(lacks: string, row: Omit<Row, 'result'>): Row {
  return { ...row, result: { is: 'partly', lacks } };
}

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
  /** What the suite chaos measured of a thousand ImageSpecs, and of fields that are corrected. */
  | { readonly is: 'thousand' | 'corrected' }
  /** Runs with faults of the suite chaos: of writes or of watches, those whose name holds these words. */
  | { readonly is: 'faults'; readonly of: 'writes' | 'watches'; readonly words: string };

/** One case in which an operator like this one has failed its users elsewhere. */
export interface Row {
  readonly number: number;
  readonly what: string;
  readonly handled: string;
  readonly figure: Figure;
  readonly proofs: readonly [Proof, ...Proof[]];
}

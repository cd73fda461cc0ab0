import type { Interval } from './interval.ts';

/** The versions that an entry lets through, as far as they are comparable without a solver. */
export type AskedVersions =
  | { readonly is: 'range'; readonly interval: Interval }
  /** Exactly one, which is compared as a text: a version of Debian, or an address. */
  | { readonly is: 'exactly'; readonly text: string }
  | { readonly is: 'unknown' };

/** What an entry of a list asks for. */
export interface Asked {
  /** In the form in which the manager compares names. */
  readonly name: string;
  /** Entries are alternatives where this differs: a marker, or an architecture. */
  readonly condition: string;
  readonly versions: AskedVersions;
}

/** Nothing about versions is known. */
export const unknownVersions: AskedVersions = { is: 'unknown' };

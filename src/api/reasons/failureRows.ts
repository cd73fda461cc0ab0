import type { FailureReason } from './failureReasons.ts';

/** What every row of the failure table has. */
export interface Row {
  /** Its name in docs and tests, unique in the table. */
  readonly id: string;
  /** The cause in a few words, for docs. */
  readonly what: string;
  /** One sentence for people; `{name}` stands for what the match found. */
  readonly message: string;
  /** File below test/support/logs/ where this was seen for real. */
  readonly example: string;
}

/** A row that looks at a text: its match, and what else must be in the same text. */
export interface TextRow extends Row {
  readonly match: RegExp;
  readonly also?: RegExp;
  readonly reason: FailureReason;
}

/** Exit codes of all commands, the same meaning everywhere. */
export const exitCodes = {
  /** No faults. */
  ok: 0,
  /** The input has faults, parts of it cannot be converted, or the compared builds differ. The command reports each. */
  findings: 1,
  /** The command line itself is wrong. */
  usage: 2,
  /** A file, registry or cluster is unreadable. */
  unreadable: 3,
  /** The program itself is wrong. */
  bug: 4,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

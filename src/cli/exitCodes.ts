/** Exit codes of all commands, the same meaning everywhere. */
export const exitCodes = {
  /** Nothing is wrong. */
  ok: 0,
  /** The input has faults, something of it could not be carried over, or what was compared differs; each is told. */
  findings: 1,
  /** The command line itself is wrong. */
  usage: 2,
  /** A file, registry or cluster cannot be read. */
  unreadable: 3,
} as const;

/** An exit code of a command. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

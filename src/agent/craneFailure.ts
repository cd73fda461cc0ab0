import { agentExitCodes } from '../api/agentExitCodes.ts';

/** Patterns for crane's last line that mean the same after a read and after a push, tried in order. */
const sharedLines = [
  { match: /TOOMANYREQUESTS|status code 429/, exit: agentExitCodes.rateLimited },
  { match: /x509|certificate/, exit: agentExitCodes.certificateUntrusted },
  {
    match:
      /connection refused|no such host|timeout|deadline exceeded|reset by peer|broken pipe|unreachable|no route to host|status code 5\d\d|EOF|server gave HTTP response/,
    exit: agentExitCodes.unavailable,
  },
] as const;

const refused = /UNAUTHORIZED|DENIED|status code 40[13]/;

/** Patterns for a push. */
const pushLines = [
  // Registries such as Harbor also answer DENIED when a project is full.
  { match: /(?:UNAUTHORIZED|DENIED|status code 40[13]).*(?:quota|exceed)/i, exit: agentExitCodes.pushFailed },
  { match: refused, exit: agentExitCodes.unauthorized },
  ...sharedLines,
] as const;

/** Patterns for reading a base. */
const baseLines = [
  { match: refused, exit: agentExitCodes.baseUnauthorized },
  { match: /MANIFEST_UNKNOWN|NAME_UNKNOWN|BLOB_UNKNOWN|status code 404/, exit: agentExitCodes.baseNotFound },
  ...sharedLines,
] as const;

/** The exit code for crane's last line after a push. */
export function pushExitCode(line: string): number {
  return (pushLines.find(({ match }) => match.test(line))?.exit ?? agentExitCodes.pushFailed).code;
}

/** The exit code for crane's last line after it read a base. */
export function baseExitCode(line: string): number {
  return (baseLines.find(({ match }) => match.test(line))?.exit ?? agentExitCodes.unavailable).code;
}

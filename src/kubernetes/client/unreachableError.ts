/** The API server is unreachable now, for a reason without an HTTP status. The message names it. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

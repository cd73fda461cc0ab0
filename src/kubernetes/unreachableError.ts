/** The API server cannot be spoken to right now, for a reason that no HTTP status tells. The message says which. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

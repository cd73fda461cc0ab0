/** The credentials for the API server cannot be had right now: token file unreadable, exec plugin failed. */
export class CredentialsError extends Error {
  override readonly name = 'CredentialsError';
}

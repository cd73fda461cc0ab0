/** What kept a registry from giving what was asked. `message` is one sentence and holds no credential. */
export interface RegistryFailure {
  readonly kind: 'notFound' | 'unauthorized' | 'rateLimited' | 'unavailable' | 'certificateUntrusted' | 'invalid';
  readonly message: string;
}

/** The outcome of a request to a registry. */
export type RegistryResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: RegistryFailure };

/** A failure as a result. */
export function fail(
  kind: RegistryFailure['kind'],
  message: string,
): { readonly ok: false; readonly failure: RegistryFailure } {
  return { ok: false, failure: { kind, message } };
}

/** The failure that an HTTP status means (distribution specification, "Error Codes"). */
export function failureOfStatus(
  status: number,
  what: string,
): { readonly ok: false; readonly failure: RegistryFailure } {
  if (status === 404) {
    return fail('notFound', `${what}: not found`);
  }
  if (status === 401 || status === 403) {
    return fail('unauthorized', `${what}: not found or no access (HTTP ${status})`);
  }
  if (status === 429) {
    return fail('rateLimited', `${what}: the registry limits the rate (HTTP 429)`);
  }
  return status >= 500
    ? fail('unavailable', `${what}: the registry answers with an error (HTTP ${status})`)
    : fail('invalid', `${what}: unexpected answer (HTTP ${status})`);
}

/** The failure that a thrown error of `fetch` means; undefined for a bug. */
export function failureOfError(
  error: unknown,
  what: string,
): { readonly ok: false; readonly failure: RegistryFailure } | undefined {
  if (!(error instanceof Error)) {
    return undefined;
  }
  if (error.name === 'TimeoutError' || error.name === 'AbortError') {
    return fail('unavailable', `${what}: no answer in time`);
  }
  if (!(error instanceof TypeError)) {
    return undefined;
  }
  const code = codeOf(error.cause);
  return /CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)/.test(code)
    ? fail('certificateUntrusted', `${what}: the certificate is not trusted (${code})`)
    : fail('unavailable', `${what}: cannot be reached (${code === '' ? error.message : code})`);
}

function codeOf(cause: unknown): string {
  return typeof cause === 'object' && cause !== null && 'code' in cause && typeof cause.code === 'string'
    ? cause.code
    : '';
}

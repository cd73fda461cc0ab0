/**
 * Why a request to a registry failed. `message` is one sentence and contains no credential.
 *
 * - notFound: there is no such repository, tag or digest, or none for the platform
 * - unauthorized: no access; Docker Hub and others answer alike when the repository does not exist
 * - rateLimited: too many requests
 * - unavailable: an error of the server, or a pause after it failed to answer
 * - unreachable: no answer in time, no connection
 * - certificateUntrusted: the server's certificate is not accepted
 * - notAllowed: the configuration does not allow this registry
 * - invalid: an answer that contradicts itself or cannot be parsed
 */
export interface RegistryFailure {
  readonly kind:
    | 'notFound'
    | 'unauthorized'
    | 'rateLimited'
    | 'unavailable'
    | 'unreachable'
    | 'certificateUntrusted'
    | 'notAllowed'
    | 'invalid';
  readonly message: string;
  /** Milliseconds until the next request that the registry allows; absent when it named no time. */
  readonly retryAfterMs?: number;
}

/** A failed request. */
export interface Failed {
  readonly ok: false;
  readonly failure: RegistryFailure;
}

/** The outcome of a request to a registry. */
export type RegistryResult<T> = { readonly ok: true; readonly value: T } | Failed;

/** A failure as a result. */
export function fail(kind: RegistryFailure['kind'], message: string): Failed {
  return { ok: false, failure: { kind, message } };
}

/** An answer that is none of those hoped for. */
export interface Refusal {
  readonly status: number;
  /** The registry's own error code, such as DENIED, '' when it gave none. */
  readonly code: string;
  readonly retryAfterMs: number | undefined;
}

/** The failure that an HTTP status means (OCI distribution specification v1.1, "Error Codes"). */
export function failureOfStatus({ status, code, retryAfterMs }: Refusal, what: string): Failed {
  const shown = `HTTP ${status}${code === '' ? '' : ` ${code}`}`;
  const retry = retryAfterMs === undefined ? {} : { retryAfterMs };
  if (status === 404) {
    return fail('notFound', `${what}: not found (${shown})`);
  }
  if (status === 401 || status === 403) {
    return fail('unauthorized', `${what}: not found or no access (${shown})`);
  }
  if (status === 429) {
    return { ok: false, failure: { kind: 'rateLimited', message: `${what}: too many requests (${shown})`, ...retry } };
  }
  return status === 408 || status >= 500
    ? { ok: false, failure: { kind: 'unavailable', message: `${what}: the server fails (${shown})`, ...retry } }
    : fail('invalid', `${what}: an answer that makes no sense here (${shown})`);
}

/** Code of the error with which a connection is refused by us. */
export const addressNotAllowed = 'ADDRESS_NOT_ALLOWED';

/** Node's codes for a certificate that is not accepted: OpenSSL's X509_V_ERR_* and ERR_TLS_CERT_ALTNAME_INVALID. */
const certificateCode =
  /CERT|SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET_ISSUER|DECODE_ISSUER)|HOSTNAME_MISMATCH|INVALID_(?:CA|PURPOSE)|CRL/;

/**
 * The failure that a thrown error of `fetch` means.
 * @throws the error itself when it is a bug and not the network's
 */
export function failureOfError(error: unknown, host: string): Failed {
  if (!(error instanceof Error)) {
    throw error;
  }
  if (error.name === 'TimeoutError') {
    return fail('unreachable', `${host}: no answer in time`);
  }
  // What fetch throws for a network error (Fetch standard), with the reason as its cause.
  if (!(error instanceof TypeError)) {
    throw error;
  }
  const { code, text } = causeOf(error.cause);
  if (code === addressNotAllowed) {
    return fail('notAllowed', `${host}: the operator does not connect to it: ${text}`);
  }
  if (certificateCode.test(code)) {
    return fail('certificateUntrusted', `${host}: its certificate is not trusted (${code})`);
  }
  return code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'EPROTO'
    ? fail('unreachable', `${host}: it does not speak TLS; if plain HTTP is meant, it must be listed as insecure`)
    : fail('unreachable', `${host}: cannot be reached (${code === '' ? text : code})`);
}

function causeOf(cause: unknown): { readonly code: string; readonly text: string } {
  const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  return { code, text: cause instanceof Error && cause.message !== '' ? cause.message : 'no connection' };
}

import { ApiException } from '@kubernetes/client-node';
import { isObject } from '../object.ts';

/** The API server's answer to one call. Expected failures are values. */
export type Answer<T> =
  | { readonly is: 'ok'; readonly value: T }
  /** 404: the object, its namespace or its resource type does not exist. */
  | { readonly is: 'notFound' }
  /** 409 with reason AlreadyExists: the name is taken. */
  | { readonly is: 'alreadyExists' }
  /** Any other 409: a resourceVersion or uid precondition failed, or a concurrent update of a quota. */
  | { readonly is: 'conflict'; readonly message: string }
  /** Any other 4xx: the server understood the call and will refuse every repetition. */
  | { readonly is: 'refused'; readonly code: number; readonly message: string }
  /** 408, 429, 5xx, time-out, network: the call may or may not have taken effect; retry later. */
  | { readonly is: 'unavailable'; readonly message: string; readonly retryAfterMs?: number };

/** An Answer without a value. */
export type Failed = Exclude<Answer<never>, { readonly is: 'ok' }>;

/** The call has not reached an API server. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

/** Longer Status messages, such as a webhook's, are cut: they go into status fields and log lines. */
const longestMessage = 1024;

/**
 * Makes one API call and returns its answer.
 *
 * @throws anything that is neither the server's answer nor a failure to reach it: a bug, which must stay visible
 */
export async function answerOf<T>(call: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { is: 'ok', value: await call() };
  } catch (error) {
    const failed = failureOf(error);
    if (failed === undefined) {
      throw error;
    }
    return failed;
  }
}

/** The failure for an error of a call; undefined for a bug. */
export function failureOf(error: unknown): Failed | undefined {
  if (error instanceof ApiException) {
    return failureOfStatus(error.code, error.body, retryAfterOf(error.headers));
  }
  if (error instanceof UnreachableError) {
    return { is: 'unavailable', message: error.message };
  }
  return failureOfNetwork(error);
}

/**
 * The failure for an HTTP status other than 2xx.
 *
 * @param body the metav1.Status in the response, as text or parsed; anything else is ignored
 */
export function failureOfStatus(code: number, body: unknown, retryAfterMs: number | undefined): Failed {
  const status = parseStatus(body);
  const message = status.message ?? `HTTP status ${code}`;
  if (code === 404) {
    return { is: 'notFound' };
  }
  if (code === 409) {
    return status.reason === 'AlreadyExists' ? { is: 'alreadyExists' } : { is: 'conflict', message };
  }
  if (code === 408 || code === 429 || code < 400 || code >= 500) {
    return retryAfterMs === undefined ? { is: 'unavailable', message } : { is: 'unavailable', message, retryAfterMs };
  }
  return { is: 'refused', code, message };
}

/** Describes a failure in one sentence, for logs and conditions. */
export function describeFailure(failed: Failed): string {
  switch (failed.is) {
    case 'notFound':
      return 'not found';
    case 'alreadyExists':
      return 'already exists';
    case 'conflict':
    case 'unavailable':
      return failed.message;
    case 'refused':
      return `${failed.message} (HTTP status ${failed.code})`;
  }
}

interface Status {
  readonly reason?: string;
  readonly message?: string;
}

function parseStatus(body: unknown): Status {
  const status = typeof body === 'string' ? parseJson(body) : body;
  if (!isObject(status)) {
    return {};
  }
  const { reason, message } = status;
  return {
    ...(typeof reason === 'string' ? { reason } : {}),
    ...(typeof message === 'string' && message !== '' ? { message: tidy(message) } : {}),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** One bounded line without control characters, as an admission webhook may send anything, cut between characters. */
function tidy(message: string): string {
  return message
    .replaceAll(/\p{Cc}+/gu, ' ')
    .slice(0, longestMessage)
    .toWellFormed();
}

/** Retry-After as seconds or as a date (RFC 9110, 10.2.3). */
function retryAfterOf(headers: Readonly<Record<string, string>>): number | undefined {
  const value = headers['retry-after'];
  if (value === undefined) {
    return undefined;
  }
  const milliseconds = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : undefined;
}

/** undici and Node.js name the cause of a lost connection in `code`. A code of theirs for a misuse is a bug. */
function failureOfNetwork(error: unknown): Failed | undefined {
  if (!(error instanceof Error)) {
    return undefined;
  }
  const code = codeOf(error);
  if (error.name === 'AbortError' || code === 'UND_ERR_ABORTED') {
    return { is: 'unavailable', message: 'the call was aborted' };
  }
  if (
    code !== undefined &&
    !/^(?:UND_ERR_INVALID|UND_ERR_NOT_SUPPORTED|ERR_(?!TLS_|SSL_|STREAM_PREMATURE))/.test(code)
  ) {
    return { is: 'unavailable', message: `cannot reach the API server: ${code}` };
  }
  if (error instanceof SyntaxError) {
    return { is: 'unavailable', message: 'the response is not JSON' };
  }
  return undefined;
}

function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

import { fail, failureOfError, type RegistryResult } from '../failure.ts';
import { type Origin, redirectFault } from './address.ts';

/** The headers of an answer that the client reads. */
export interface ResponseHeaders {
  readonly get: (name: string) => string | null;
}

/** Sends one request: the part of the Fetch standard that is used here. */
export type Fetch = (
  url: URL,
  init: {
    readonly method: string;
    readonly headers: Record<string, string>;
    readonly redirect: 'manual';
    readonly signal: AbortSignal;
    readonly body?: Uint8Array<ArrayBuffer>;
  },
) => Promise<{
  readonly status: number;
  readonly headers: ResponseHeaders;
  readonly body: AsyncIterable<Uint8Array> | null;
}>;

/** What reaches registries; everything from outside is handed in. */
export interface TransportOptions {
  readonly fetch: Fetch;
  readonly clock: {
    /** Wall clock, milliseconds since the epoch. */
    readonly now: () => number;
    /** Monotonic milliseconds. */
    readonly elapsed: () => number;
  };
  readonly log: (
    level: 'debug' | 'info' | 'warn' | 'error',
    message: string,
    fields: { readonly [name: string]: string | number },
  ) => void;
  /** One HTTP exchange, its body included, is given up after this many milliseconds; a verb, after twice as many. */
  readonly requestTimeoutMs: number;
  /** `host` or `host:port` of registries that speak plain HTTP. */
  readonly insecureHosts: readonly string[];
}

/** One request to a registry's API. */
export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | null;
  /** Larger answers are refused. */
  readonly maximumBytes: number;
  /** Deadline of the whole verb, by the monotonic clock. */
  readonly until: number;
}

/** An answer, read whole. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: ResponseHeaders;
  readonly body: Buffer;
  /** Whether the requested host answered, and not a host that it redirected to. */
  readonly ofSameHost: boolean;
}

const maximumRedirects = 3;
const redirects = new Set([301, 302, 303, 307, 308]);

/** Where a registry is: TLS unless it is listed as insecure. undefined when no URL can be made of the host. */
export function originOf({ insecureHosts }: TransportOptions, host: string): Origin | undefined {
  const insecure = insecureHosts.includes(host);
  const url = `${insecure ? 'http' : 'https'}://${host}/`;
  return URL.canParse(url) ? { url: new URL(url), insecure } : undefined;
}

/**
 * Sends a request and follows redirects of reads by hand, `authorization` going to the first host only.
 * @throws only what is a bug
 */
export async function exchange(
  options: TransportOptions,
  origin: Origin,
  request: HttpRequest,
  authorization: Readonly<Record<string, string>>,
): Promise<RegistryResult<HttpResponse>> {
  const asked = request.url.host;
  let { url } = request;
  for (let hop = 0; hop <= maximumRedirects; hop++) {
    const ofSameHost = url.host === asked;
    const answer = await exchangeOnce(options, { ...request, url }, ofSameHost ? authorization : {});
    if (!answer.ok) {
      return answer;
    }
    const { status, headers } = answer.value;
    if (!redirects.has(status)) {
      return { ok: true, value: { ...answer.value, ofSameHost } };
    }
    const location = headers.get('location') ?? '';
    if ((request.method !== 'GET' && request.method !== 'HEAD') || !URL.canParse(location, url.href)) {
      return fail('invalid', `${asked}: it redirects a ${request.method} (HTTP ${status}) to nowhere that we may go`);
    }
    url = new URL(location, url);
    const fault = redirectFault(url, origin, options.insecureHosts);
    if (fault !== undefined) {
      return fail('invalid', `${asked}: its redirect to ${url.host} is not followed: ${fault}`);
    }
  }
  return fail('invalid', `${asked}: more than ${maximumRedirects} redirects`);
}

/**
 * Sends one request, follows nothing.
 * @throws only what is a bug
 */
export async function exchangeOnce(
  options: TransportOptions,
  { method, url, headers, body, maximumBytes, until }: HttpRequest,
  authorization: Readonly<Record<string, string>>,
): Promise<RegistryResult<Omit<HttpResponse, 'ofSameHost'>>> {
  const left = Math.min(options.requestTimeoutMs, until - options.clock.elapsed());
  if (left <= 0) {
    return fail('unreachable', `${url.host}: no answer in time`);
  }
  const ending = new AbortController();
  // AbortSignal.timeout would keep its timer when the answer has come.
  const timer = setTimeout(() => ending.abort(new DOMException('no answer in time', 'TimeoutError')), Math.ceil(left));
  timer.unref();
  try {
    const response = await options.fetch(url, {
      method,
      headers: { ...headers, ...authorization },
      redirect: 'manual',
      signal: ending.signal,
      ...(body === null ? {} : { body: new Uint8Array(body) }),
    });
    const read = await readCapped(response.body, maximumBytes);
    return read === undefined
      ? fail('invalid', `${url.host}: its answer is larger than ${maximumBytes} bytes`)
      : { ok: true, value: { status: response.status, headers: response.headers, body: read } };
  } catch (error) {
    return failureOfError(error, url.host);
  } finally {
    clearTimeout(timer);
  }
}

async function readCapped(body: AsyncIterable<Uint8Array> | null, maximumBytes: number): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maximumBytes) {
      // Leaving the loop cancels the stream.
      return undefined;
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const longestWaitMs = 86_400_000;

/** What `Retry-After` asks for, in milliseconds: a number of seconds or a date (RFC 9110 section 10.2.3). */
export function retryAfter(headers: ResponseHeaders, now: number): number | undefined {
  const text = headers.get('retry-after');
  if (text === null) {
    return undefined;
  }
  const wait = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, 0), longestWaitMs);
}

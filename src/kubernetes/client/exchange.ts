import { ApiException } from '@kubernetes/client-node';
import type { Dispatcher } from 'undici';
import { UnreachableError } from './answer.ts';

/** One call of the API server. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number>>;
  /** Sent as JSON. Of a PATCH it is a JSON merge patch (RFC 7386: a null deletes a field, an array replaces the whole). */
  readonly body?: object;
}

/** A response that is read as it comes. */
export interface ApiStream {
  readonly status: number;
  readonly body: Dispatcher.ResponseData['body'];
}

/** Receives the header `Date` of an answer that has just arrived, and the milliseconds since its request was sent. */
export type Heard = (date: string | undefined, tookMs: number) => void;

/** Where and as whom requests are sent. */
export interface Way {
  /** Where the API server is. */
  readonly server: ServerAddress;
  /** @throws UnreachableError */
  readonly credentials: () => Promise<Credentials>;
  /** Time-out of a call, body included, in milliseconds. */
  readonly timeoutMs: number;
  readonly heard: Heard;
}

export interface ServerAddress {
  readonly origin: string;
  /** Path before each path of the API; '' without one. */
  readonly prefix: string;
}

/** The headers that prove who asks, and the pool with its certificates. */
export interface Credentials {
  readonly headers: Readonly<Record<string, string>>;
  readonly dispatcher: Dispatcher;
}

/**
 * Of a response that is read whole, in bytes: parsed, it takes several times as much. The largest object has 1.5 MiB (etcd's
 * default limit of a request).
 */
export const longestResponse = 16_777_216;

/** The API server's response exceeds the bound: ask for less. */
export class ResponseTooLargeError extends Error {
  override readonly name = 'ResponseTooLargeError';
}

/**
 * Makes a call; its answer as JSON. The typed APIs of client-node convert each field of an object and of the answer. They send
 * by `fetch`. Both take longer than the request.
 *
 * @throws ApiException for any status but 2xx, UnreachableError, ResponseTooLargeError, and undici's errors; for `answerOf`
 */
export async function sendJson(way: Way, call: ApiRequest): Promise<unknown> {
  const json: unknown = JSON.parse(await sendText(way, call));
  return json;
}

/**
 * Makes a call; its answer as text.
 *
 * @throws as `sendJson`
 */
export async function sendText(way: Way, call: ApiRequest): Promise<string> {
  const ending = new AbortController();
  const timer = setTimeout(
    () => ending.abort(new UnreachableError('the API server did not respond in time')),
    way.timeoutMs,
  );
  timer.unref();
  try {
    const { credentials, heard } = way;
    const identity = await credentials();
    const sent = performance.now();
    const { statusCode, headers, body } = await identity.dispatcher.request({
      origin: way.server.origin,
      path: pathOf(way, call),
      method: call.method,
      headers: { ...identity.headers, ...headersOf(call) },
      signal: ending.signal,
      body: call.body === undefined ? null : JSON.stringify(call.body),
    });
    const first = plain(headers);
    heard(first['date'], performance.now() - sent);
    const text = await boundedText(body, call);
    mustBeApi(first);
    if (statusCode < 200 || statusCode > 299) {
      throw new ApiException(statusCode, `${call.method} failed`, text, first);
    }
    return text;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Opens a response that may last for any time: a watch, or a log that is followed. It has no time-out.
 *
 * @throws UnreachableError, and undici's errors; so does reading
 */
export async function openStream(
  way: Way,
  path: string,
  query: Readonly<Record<string, string | number>>,
  signal: AbortSignal,
): Promise<ApiStream> {
  const call: ApiRequest = { method: 'GET', path, query };
  const identity = await way.credentials();
  const { statusCode, headers, body } = await identity.dispatcher.request({
    origin: way.server.origin,
    path: pathOf(way, call),
    method: 'GET',
    headers: { ...identity.headers, ...headersOf(call) },
    signal,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  try {
    mustBeApi(plain(headers));
  } catch (error) {
    body.destroy();
    throw error;
  }
  return { status: statusCode, body };
}

/** Reads the body of a failure. @throws as `sendJson` */
export function textOf({ body }: ApiStream, path: string): Promise<string> {
  return boundedText(body, { method: 'GET', path });
}

/** The parts of an API server's URL, which may have a path, as behind Rancher. */
export function addressOf(server: string): ServerAddress {
  const { origin, pathname } = new URL(server);
  return { origin, prefix: pathname.replace(/\/$/, '') };
}

function pathOf({ server }: Way, { path, query }: ApiRequest): string {
  const entries = Object.entries(query ?? {});
  return entries.length === 0
    ? server.prefix + path
    : `${server.prefix}${path}?${new URLSearchParams(entries.map(([name, value]): [string, string] => [name, String(value)])).toString()}`;
}

function headersOf({ method, body }: ApiRequest): Record<string, string> {
  const accept = { accept: 'application/json' };
  if (body === undefined) {
    return accept;
  }
  return { ...accept, 'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json' };
}

function plain(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  const first: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) {
      first[name] = typeof value === 'string' ? value : value.join(', ');
    }
  }
  return first;
}

/** Only a request without `accept-encoding` is sent, so what arrives is what it unpacks to. */
async function boundedText(body: AsyncIterable<Uint8Array>, { method, path }: ApiRequest): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > longestResponse) {
      // Leaving the loop destroys the stream.
      throw new ResponseTooLargeError(`${method} ${path}: the response is larger than ${longestResponse} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** A proxy may answer with its sign-in page and status 200. */
function mustBeApi(headers: Readonly<Record<string, string>>): void {
  if (headers['content-type']?.startsWith('text/html') === true) {
    throw new UnreachableError(
      'received a web page instead of an API response: another server responds at this address',
    );
  }
}

import { z } from 'zod';
import type { Credential } from '../oci/dockerConfig.ts';
import { fail, failureOfError, type RegistryResult } from './failure.ts';

/** What reaches registries; `fetch` and the limits are handed in. */
export interface TransportOptions {
  readonly fetch: typeof fetch;
  /** A request is given up after this many milliseconds. */
  readonly timeoutMs: number;
  /** Hosts that speak plain HTTP. */
  readonly insecureHosts: readonly string[];
}

/** One request to a registry's API; `path` starts with `/v2/`. */
export interface RegistryRequest {
  readonly host: string;
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
  /** Scope of a token, e.g. `repository:library/ubuntu:pull`. */
  readonly scope: string;
  readonly credential: Credential | undefined;
  /** Larger answers are refused. */
  readonly maximumBytes: number;
}

/** An answer, read whole. */
export interface RegistryResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

const tokenSchema = z.object({ token: z.string().optional(), access_token: z.string().optional() });
const maximumTokenBytes = 262_144;
const maximumRedirects = 3;

/**
 * Sends a request, first bare; on 401 with basic authentication or a token from the realm that the registry names.
 * Credentials go to the registry's own host and its realm only, never along a redirect.
 */
export async function send(
  options: TransportOptions,
  request: RegistryRequest,
): Promise<RegistryResult<RegistryResponse>> {
  const url = new URL(`${schemeOf(options, request.host)}://${request.host}${request.path}`);
  const first = await exchange(options, url, request, {});
  if (!first.ok || first.value.status !== 401) {
    return first;
  }
  const challenge = parseChallenge(first.value.headers.get('www-authenticate') ?? '');
  if (challenge === undefined) {
    return first;
  }
  if (challenge.is === 'basic') {
    return request.credential === undefined
      ? first
      : exchange(options, url, request, { authorization: basic(request.credential) });
  }
  const token = await fetchToken(options, url, challenge, request);
  if (!token.ok) {
    return token;
  }
  return token.value === null ? first : exchange(options, url, request, { authorization: `Bearer ${token.value}` });
}

function schemeOf(options: TransportOptions, host: string): 'http' | 'https' {
  return options.insecureHosts.includes(host) ? 'http' : 'https';
}

function basic(credential: Credential): string {
  const { username, password } =
    credential.is === 'password' ? credential : { username: '<token>', password: credential.token };
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}

async function exchange(
  options: TransportOptions,
  url: URL,
  request: RegistryRequest,
  authorization: Readonly<Record<string, string>>,
): Promise<RegistryResult<RegistryResponse>> {
  let target = url;
  for (let hop = 0; hop <= maximumRedirects; hop++) {
    const sameHost = target.host === url.host;
    const answer = await once(options, target, request, sameHost ? authorization : {});
    if (!answer.ok || ![301, 302, 303, 307, 308].includes(answer.value.status)) {
      return answer;
    }
    const location = answer.value.headers.get('location');
    if (
      location === null ||
      !URL.canParse(location, target.href) ||
      (request.method !== 'GET' && request.method !== 'HEAD')
    ) {
      return fail('invalid', `${request.host}: a redirect that leads nowhere`);
    }
    const next = new URL(location, target);
    if (next.protocol !== 'https:' && next.host !== url.host) {
      return fail('invalid', `${request.host}: a redirect to plain HTTP on another host is not followed`);
    }
    target = next;
  }
  return fail('invalid', `${request.host}: too many redirects`);
}

async function once(
  options: TransportOptions,
  url: URL,
  request: Pick<RegistryRequest, 'host' | 'method' | 'headers' | 'body' | 'maximumBytes'>,
  authorization: Readonly<Record<string, string>>,
): Promise<RegistryResult<RegistryResponse>> {
  try {
    const response = await options.fetch(url, {
      method: request.method,
      headers: { ...request.headers, ...authorization },
      redirect: 'manual',
      signal: AbortSignal.timeout(options.timeoutMs),
      ...(request.body === null ? {} : { body: new Uint8Array(request.body) }),
    });
    const body = await readCapped(response, request.maximumBytes);
    return body === undefined
      ? fail('invalid', `${request.host}: the answer is larger than ${request.maximumBytes} bytes`)
      : { ok: true, value: { status: response.status, headers: response.headers, body } };
  } catch (error) {
    const failure = failureOfError(error, request.host);
    if (failure === undefined) {
      throw error;
    }
    return failure;
  }
}

async function readCapped(response: Response, maximumBytes: number): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const body: AsyncIterable<Uint8Array> | Iterable<Uint8Array> = response.body ?? [];
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > maximumBytes) {
      return undefined;
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

type Challenge = { readonly is: 'basic' } | { readonly is: 'bearer'; readonly realm: string; readonly service: string };

function parseChallenge(header: string): Challenge | undefined {
  if (/^basic\b/i.test(header)) {
    return { is: 'basic' };
  }
  if (!/^bearer\s/i.test(header)) {
    return undefined;
  }
  const parameters = new Map(
    [...header.matchAll(/([a-z_]+)="([^"]*)"/gi)].map((found) => [found[1]?.toLowerCase(), found[2] ?? '']),
  );
  const realm = parameters.get('realm');
  return realm === undefined || !URL.canParse(realm)
    ? undefined
    : { is: 'bearer', realm, service: parameters.get('service') ?? '' };
}

/** null: there is no token without a credential. */
async function fetchToken(
  options: TransportOptions,
  registry: URL,
  challenge: Extract<Challenge, { is: 'bearer' }>,
  request: RegistryRequest,
): Promise<RegistryResult<string | null>> {
  const realm = new URL(challenge.realm);
  if (!mayAsk(realm, registry)) {
    return fail(
      'invalid',
      `${request.host}: its token service ${realm.host} is neither of the same domain nor encrypted; nothing was sent to it`,
    );
  }
  if (challenge.service !== '') {
    realm.searchParams.set('service', challenge.service);
  }
  realm.searchParams.set('scope', request.scope);
  const answer = await once(
    options,
    realm,
    { host: realm.host, method: 'GET', headers: {}, body: null, maximumBytes: maximumTokenBytes },
    request.credential === undefined ? {} : { authorization: basic(request.credential) },
  );
  if (!answer.ok) {
    return answer;
  }
  if (answer.value.status !== 200) {
    return { ok: true, value: null };
  }
  const read = tokenSchema.safeParse(parseJson(answer.value.body));
  const token = read.data?.token ?? read.data?.access_token;
  return token === undefined
    ? fail('invalid', `${realm.host}: the token service gave no token`)
    : { ok: true, value: token };
}

/** Same host, or HTTPS within the same registrable domain (its last two labels); never an address of another machine. */
function mayAsk(realm: URL, registry: URL): boolean {
  if (realm.host === registry.host) {
    return realm.protocol === registry.protocol || realm.protocol === 'https:';
  }
  const isAddress = /^[\d.]+$|^\[/.test(realm.hostname);
  const domain = (host: string): string => host.split('.').slice(-2).join('.');
  return realm.protocol === 'https:' && !isAddress && domain(realm.hostname) === domain(registry.hostname);
}

/** Parses JSON from bytes; undefined when it is none. */
export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { Credential } from '../../oci/dockerConfig.ts';
import { fail, failureOfStatus, type RegistryResult } from '../failure.ts';
import { type Origin, realmFault } from './address.ts';
import { Breaker } from './breaker.ts';
import { type Challenge, readChallenge } from './challenge.ts';
import { credentialHash } from './credentialHash.ts';
import { parseJson } from './json.ts';
import {
  exchange,
  exchangeOnce,
  type HttpRequest,
  type HttpResponse,
  originOf,
  retryAfter,
  type TransportOptions,
} from './transport.ts';

/** A request to a registry as whoever the credential says. */
export interface RegistryRequest extends Omit<HttpRequest, 'url'> {
  /** `host` or `host:port`. */
  readonly host: string;
  /** Path and query, from `/v2/` on. */
  readonly path: string;
  /** What a token must allow, e.g. `repository:library/ubuntu:pull`. */
  readonly scope: string;
  readonly credential: Credential | undefined;
}

/** Sends requests; tokens are kept until they expire. */
export type Send = (request: RegistryRequest) => Promise<RegistryResult<HttpResponse>>;

interface KeptToken {
  readonly token: string;
  /** By the monotonic clock. */
  readonly until: number;
}

const tokenSchema = z.object({
  token: z.string().optional(),
  access_token: z.string().optional(),
  expires_in: z.number().positive().optional().catch(undefined),
});

/** Longest token, in characters: Docker Hub's have some 2,500, Azure's and Google's up to some 5,000. */
export const longestToken = 16_384;
/** Of a token service's answer, which often holds the token twice. */
const maximumTokenBytes = 65_536;
/** The token specification's default. */
const defaultLifetimeSeconds = 60;
/** A revoked credential is noticed after this time at the latest. */
const longestLifetimeSeconds = 300;
const marginSeconds = 10;
/** Of all tokens that are kept, in characters. */
const maximumTokens = 4_194_304;

/**
 * Makes a sender that asks bare first and answers the registry's challenge: basic authentication, or a token from the
 * realm that the registry names (distribution specification, token and OAuth 2 authentication). A credential goes to
 * the registry's own host and to its realm only, never along a redirect.
 */
export function createSender(options: TransportOptions): Send {
  const tokens = new LRUCache<string, KeptToken>({
    maxSize: maximumTokens,
    sizeCalculation: ({ token }) => token.length,
  });
  const breaker = new Breaker(options.clock);

  function keep(key: string, token: string, lifetimeSeconds: number): void {
    const seconds = Math.min(lifetimeSeconds, longestLifetimeSeconds) - marginSeconds;
    if (seconds <= 0) {
      return;
    }
    tokens.set(key, { token, until: options.clock.elapsed() + seconds * 1000 });
  }

  const send: Send = async (request) => {
    const { host, path, credential } = request;
    const origin = originOf(options, host);
    if (origin === undefined || !URL.canParse(path, origin.url.href)) {
      return fail('invalid', `${host}: this is no host of a registry`);
    }
    const http: HttpRequest = { ...request, url: new URL(path, origin.url) };
    const key = keyOf(request);
    const known = tokens.get(key);
    if (known !== undefined && options.clock.elapsed() < known.until) {
      const answer = await exchange(options, origin, http, bearer(known.token));
      if (!answer.ok || answer.value.status !== 401) {
        return answer;
      }
    }
    tokens.delete(key);
    const first = await exchange(options, origin, http, {});
    if (!first.ok || first.value.status !== 401 || !first.value.ofSameHost) {
      return first;
    }
    const challenge = readChallenge(first.value.headers.get('www-authenticate') ?? '');
    if (challenge === undefined) {
      return first;
    }
    if (challenge.is === 'basic') {
      return credential?.is === 'password' ? exchange(options, origin, http, basic(credential)) : first;
    }
    if (credential?.is === 'registryToken') {
      return exchange(options, origin, http, bearer(credential.token));
    }
    const token = await askForToken(options, origin, challenge, request, credential);
    if (!token.ok) {
      return token;
    }
    keep(key, token.value.token, token.value.lifetimeSeconds);
    return exchange(options, origin, http, bearer(token.value.token));
  };

  // What a registry makes us wait for is its own silence, also where it sends us elsewhere.
  return async (request) => {
    const { host } = request;
    const pause = breaker.pauseOf(host);
    if (pause > 0) {
      return notAsked(host, pause);
    }
    const answer = await send(request);
    if (answer.ok || answer.failure.kind !== 'unreachable') {
      breaker.answered(host);
    } else {
      breaker.silent(host);
    }
    return answer;
  };
}

function notAsked(host: string, retryAfterMs: number): RegistryResult<never> {
  const message = `${host}: it has not answered several times in a row, and is left alone for a while`;
  return { ok: false, failure: { kind: 'unavailable', message, retryAfterMs } };
}

/** Tokens are kept by what they are for and by whom. */
function keyOf({ host, scope, credential }: RegistryRequest): string {
  return JSON.stringify([host, scope, credentialHash(credential)]);
}

function basic({ username, password }: Extract<Credential, { is: 'password' }>): Readonly<Record<string, string>> {
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}` };
}

function bearer(token: string): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${token}` };
}

async function askForToken(
  options: TransportOptions,
  origin: Origin,
  challenge: Extract<Challenge, { is: 'bearer' }>,
  { scope, until }: RegistryRequest,
  credential: Exclude<Credential, { is: 'registryToken' }> | undefined,
): Promise<RegistryResult<{ readonly token: string; readonly lifetimeSeconds: number }>> {
  const { host } = origin.url;
  if (!URL.canParse(challenge.realm)) {
    return fail('invalid', `${host}: the token service that it names is no URL`);
  }
  const realm = new URL(challenge.realm);
  const fault = realmFault(realm, origin, credential !== undefined);
  if (fault !== undefined) {
    return fail('invalid', `${host}: its token service ${realm.host} is not used: ${fault}`);
  }
  const answer = await exchangeOnce(options, ...tokenRequest(realm, challenge, { scope, until }, credential));
  if (!answer.ok) {
    return answer;
  }
  const { status, headers, body } = answer.value;
  const what = `${host}: its token service ${realm.host}`;
  if (status === 401 || status === 403) {
    return fail(
      'unauthorized',
      `${what} ${credential === undefined ? 'gives nothing without a credential' : 'refuses the credential'} (HTTP ${status})`,
    );
  }
  if (status === 429 || status >= 500) {
    return failureOfStatus({ status, code: '', retryAfterMs: retryAfter(headers, options.clock.now()) }, what);
  }
  const read = status === 200 ? tokenSchema.safeParse(parseJson(body)) : undefined;
  // Both names are in use; an empty one counts as absent.
  const token = [read?.data?.token, read?.data?.access_token].find((text) => text !== undefined && text !== '');
  return token === undefined || token.length > longestToken || !/^[\x21-\x7e]+$/.test(token)
    ? fail('invalid', `${what} gives no token of at most ${longestToken} characters (HTTP ${status})`)
    : { ok: true, value: { token, lifetimeSeconds: read?.data?.expires_in ?? defaultLifetimeSeconds } };
}

function tokenRequest(
  realm: URL,
  { service, scope: wanted }: Extract<Challenge, { is: 'bearer' }>,
  { scope, until }: Pick<RegistryRequest, 'scope' | 'until'>,
  credential: Exclude<Credential, { is: 'registryToken' }> | undefined,
): readonly [HttpRequest, Readonly<Record<string, string>>] {
  // The registry may know the repository by another name, as behind a virtual host; its own scope comes first then.
  const scopes = [...new Set(wanted === '' ? [scope] : [wanted, scope])];
  const url = new URL(realm);
  const request = { url, headers: { accept: 'application/json' }, maximumBytes: maximumTokenBytes, until };
  if (credential?.is === 'identityToken') {
    const form = new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: credential.token,
      client_id: 'registry-client',
      service,
      scope: scopes.join(' '),
    });
    const headers = { ...request.headers, 'content-type': 'application/x-www-form-urlencoded' };
    return [{ ...request, method: 'POST', headers, body: Buffer.from(form.toString()) }, {}];
  }
  if (service !== '') {
    url.searchParams.set('service', service);
  }
  for (const one of scopes) {
    url.searchParams.append('scope', one);
  }
  return [{ ...request, method: 'GET', body: null }, credential === undefined ? {} : basic(credential)];
}

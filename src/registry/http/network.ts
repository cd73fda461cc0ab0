import { lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, buildConnector, type Dispatcher } from 'undici';
import { addressNotAllowed } from '../failure.ts';
import { addressKind } from './address.ts';
import type { Fetch } from './transport.ts';

/** Where a connection may go. */
export interface NetworkOptions {
  /** `host` or `host:port` that may be at a private or loopback address. */
  readonly internalHosts: readonly string[];
  /** Whether any host may be at one. */
  readonly privateAddresses: 'NamedHosts' | 'AllHosts';
}

/** Why no connection is made; its text becomes part of a message. */
class AddressNotAllowedError extends Error {
  readonly code = addressNotAllowed;
}

/** What a host name resolves to: as `dns.lookup` with `all`. */
export type Resolve = (
  hostname: string,
  done: (error: Error | null, addresses: readonly { readonly address: string; readonly family: number }[]) => void,
) => void;

/** A `fetch` and its connections. */
export interface Network {
  readonly fetch: Fetch;
  /** Ends all connections. */
  readonly close: () => Promise<void>;
}

/** Connections that are open to one host; each answer takes memory. */
const connectionsPerHost = 16;

/**
 * A `fetch` that looks at each address when it connects, after the name was resolved: what a name meant earlier says nothing
 * of what it means now. It never connects to link-local addresses and those of clouds' metadata. Private and loopback ones
 * are only for hosts that may be there.
 */
export function createNetwork(options: NetworkOptions, resolve: Resolve = systemResolve): Network {
  const everywhere = options.privateAddresses === 'AllHosts';
  const connectors = {
    internal: connector('internal', resolve),
    public: connector('public', resolve),
  };
  const agent = new Agent({
    allowH2: false,
    connections: connectionsPerHost,
    connect: (target, done) => {
      const isInternal = everywhere || options.internalHosts.includes(hostOf(target));
      connectors[isInternal ? 'internal' : 'public'](target, done);
    },
  });
  return {
    fetch: (url, init) => send(agent, url, init),
    close: () => agent.destroy(),
  };
}

/**
 * Sends a request as `fetch` would, for a fifth of its processor time. It follows no redirect, unpacks nothing, and asks for nothing
 * packed.
 * @throws TypeError for a network error, with the reason as its cause; the signal's reason
 */
async function send(dispatcher: Dispatcher, url: URL, init: Parameters<Fetch>[1]): ReturnType<Fetch> {
  const { method, headers, signal, body = null } = init;
  try {
    const { origin, pathname, search } = url;
    const answer = await dispatcher.request({ origin, path: `${pathname}${search}`, method, headers, signal, body });
    return {
      status: answer.statusCode,
      headers: { get: (name) => first(answer.headers[name]) },
      body: reading(answer.body, signal),
    };
  } catch (error) {
    throw networkError(error, signal);
  }
}

async function* reading(body: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw networkError(error, signal);
  }
}

function networkError(error: unknown, signal: AbortSignal): unknown {
  return signal.aborted ? signal.reason : new TypeError('the connection failed', { cause: error });
}

function first(value: string | readonly string[] | undefined): string | null {
  return (typeof value === 'string' ? value : value?.[0]) ?? null;
}

type Kind = 'internal' | 'public';

function connector(kind: Kind, resolve: Resolve): buildConnector.connector {
  const connect = buildConnector({ allowH2: false, lookup: guardedLookup(kind, resolve) });
  return (target, done) => {
    // An address is connected to without a look-up.
    if (isIP(target.hostname) !== 0 && !isAllowed(kind, target.hostname)) {
      done(refusal([target.hostname]), null);
    } else {
      connect(target, done);
    }
  };
}

function guardedLookup(kind: Kind, resolve: Resolve): LookupFunction {
  return (hostname, options, done) => {
    resolve(hostname, (error, found) => {
      const addresses = found.filter(({ address }) => isAllowed(kind, address));
      const [first] = addresses;
      if (error !== null || first === undefined) {
        done(error ?? refusal(found.map(({ address }) => address)), '', 0);
      } else if (options.all === true) {
        done(null, [...addresses]);
      } else {
        done(null, first.address, first.family);
      }
    });
  };
}

function isAllowed(kind: Kind, address: string): boolean {
  switch (addressKind(address)) {
    case 'public':
      return true;
    case 'private':
      return kind === 'internal';
    case 'never':
      return false;
  }
}

function refusal(addresses: readonly string[]): AddressNotAllowedError {
  return new AddressNotAllowedError(
    addresses.some((address) => addressKind(address) !== 'never')
      ? 'its address is not public; an administrator allows an internal registry by its name in registries.internal'
      : "its address is link-local or belongs to a cloud's metadata service; name a registry",
  );
}

/** As the configuration names it: with the port, unless it is the protocol's own. */
function hostOf({ hostname, port }: buildConnector.Options): string {
  const name = hostname.includes(':') ? `[${hostname}]` : hostname;
  return port === '' ? name : `${name}:${port}`;
}

const systemResolve: Resolve = (hostname, done) => {
  lookup(hostname, { all: true }, (error, addresses) => {
    done(error, error === null ? addresses : []);
  });
};

import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failureOfError } from '../failure.ts';
import { createNetwork, type Network, type NetworkOptions, type Resolve } from './network.ts';

let server: Server;
let port: number;
let asked: string[];
const networks: Network[] = [];
/** What names mean. */
let names: Record<string, readonly string[]>;

const resolve: Resolve = (hostname, done) => {
  const addresses = names[hostname] ?? [];
  const error = addresses.length === 0 ? Object.assign(new Error('ENOTFOUND'), { code: 'ENOTFOUND' }) : null;
  done(
    error,
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
  );
};

beforeEach(async () => {
  asked = [];
  names = {};
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end('here');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
});

afterEach(async () => {
  await Promise.all(networks.splice(0).map((network) => network.close()));
  server.close();
});

/** What comes of a request: the answer's status, or the failure's message. */
async function ask(host: string, options: Partial<NetworkOptions> = {}): Promise<string> {
  const network = createNetwork({ internalHosts: [], privateAddresses: 'NamedHosts', ...options }, resolve);
  networks.push(network);
  try {
    const { status } = await network.fetch(new URL(`http://${host}/x`), {
      method: 'GET',
      headers: {},
      redirect: 'manual',
      signal: AbortSignal.timeout(30_000),
    });
    return String(status);
  } catch (error) {
    const { failure } = failureOfError(error, host);
    return `${failure.kind}: ${failure.message}`;
  }
}

describe('an address inside', () => {
  it.each([
    ['127.0.0.1', 'an address'],
    ['2130706433', 'an address as a number'],
    ['[::ffff:127.0.0.1]', 'an address in IPv6'],
    ['rebinding.example', 'a name that means one'],
  ])('is not connected to: %s, %s', async (host) => {
    names['rebinding.example'] = ['127.0.0.1'];
    expect(await ask(`${host}:${port}`)).toMatch(/^notAllowed: .*registries\.internal/);
    expect(asked).toEqual([]);
  });

  it('is connected to for a host that the configuration names, on that port', async () => {
    names['registry.internal'] = ['127.0.0.1'];
    const internalHosts = [`registry.internal:${port}`];
    expect(await ask(`registry.internal:${port}`, { internalHosts })).toBe('200');
    expect(await ask('registry.internal:5000', { internalHosts })).toMatch(/^notAllowed/);
    expect(await ask(`127.0.0.1:${port}`, { internalHosts: [`127.0.0.1:${port}`] })).toBe('200');
    expect(asked).toHaveLength(2);
  });

  it('is connected to where all hosts may be inside', async () => {
    expect(await ask(`127.0.0.1:${port}`, { privateAddresses: 'AllHosts' })).toBe('200');
  });

  it('is left out of the addresses of a name', async () => {
    // Nothing answers at an address for documentation; the one inside would.
    names['mixed.example'] = ['127.0.0.1'];
    expect(await ask(`mixed.example:${port}`)).toMatch(/^notAllowed/);
  });
});

describe('metadata of a cloud', () => {
  it.each([
    '169.254.169.254',
    '[fe80::1]',
    '[fd00:ec2::254]',
    '[fd20:ce::254]',
    '100.100.100.200',
    '168.63.129.16',
    '192.0.0.192',
    '[::ffff:169.254.169.254]',
    '[64:ff9b::169.254.169.254]',
    '[2002:a9fe:a9fe::1]',
    'metadata.example',
  ])('is never connected to, even if the configuration names it: %s', async (host) => {
    names['metadata.example'] = ['169.254.169.254', 'fd00:ec2::254'];
    const options = { internalHosts: [host, `${host}:${port}`], privateAddresses: 'AllHosts' } as const;
    expect(await ask(host, options)).toMatch(/^notAllowed: .*metadata/);
    // No setting would help, so that none is named.
    expect(await ask(host)).toMatch(/^notAllowed: .*metadata/);
  });
});

it('a name that is unknown stays what it is', async () => {
  expect(await ask('unknown.example')).toMatch(/^unreachable: .*ENOTFOUND/);
});

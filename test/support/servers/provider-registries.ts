import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { Authority } from '../../../tools/cluster/pki.ts';

/** A simulated public registry under its real names; the cluster's plain registry stands behind it. */
export interface Provider {
  /** Hosts of the registry's API. */
  readonly hosts: readonly string[];
  /** Its token service, another host as a rule. */
  readonly realm: string;
  readonly service: string;
  readonly username: string;
  readonly password: string;
  /** Where a repository is in the plain registry, and what its tags are called there. */
  readonly stored: (repository: string, tag: string) => { readonly repository: string; readonly tag: string };
}

/** An issued token: its scope, and its user. */
export interface Granted {
  readonly scope: string;
  readonly username: string;
}

export interface ProviderRegistries {
  readonly granted: readonly Granted[];
  readonly stop: () => Promise<void>;
}

/**
 * Plays registries with a token service (distribution's "Token Authentication Specification") on port 443: a fake of
 * GitLab and Docker Hub, which no test reaches. Pulling only, and only with a token for exactly that repository.
 */
export async function startProviders(
  address: string,
  authority: Authority,
  upstream: string,
  providers: readonly Provider[],
): Promise<ProviderRegistries> {
  const names = providers.flatMap(({ hosts, realm }) => [...hosts, new URL(realm).hostname]);
  const { certificate, key } = await authority.issue(`providers-${randomBytes(3).toString('hex')}`, {
    name: 'providers',
    group: 'imagespec',
    hosts: [...new Set(names)],
  });
  const granted: Granted[] = [];
  const tokens = new Map<string, string>();

  const giveToken = ({ username, password }: Provider, request: IncomingMessage, response: ServerResponse) => {
    const scope = new URL(request.url ?? '', 'https://x').searchParams.get('scope') ?? '';
    const wanted = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    if (request.headers.authorization !== wanted) {
      response.writeHead(401, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ errors: [{ code: 'UNAUTHORIZED', message: 'HTTP Basic: Access denied' }] }));
      return;
    }
    const token = randomBytes(12).toString('hex');
    tokens.set(token, scope);
    granted.push({ scope, username });
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ token, expires_in: 300 }));
  };

  const serve = (provider: Provider, request: IncomingMessage, response: ServerResponse) => {
    const [, repository = '', kind = '', target = ''] =
      /^\/v2\/(.+)\/(manifests|blobs)\/([^/]+)$/.exec(request.url ?? '') ?? [];
    const scope = tokens.get(/^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '');
    if (repository === '' ? scope === undefined : scope !== `repository:${repository}:pull`) {
      const asked = repository === '' ? '' : `,scope="repository:${repository}:pull"`;
      response.writeHead(401, {
        'www-authenticate': `Bearer realm="${provider.realm}",service="${provider.service}"${asked}`,
        'content-type': 'application/json',
      });
      response.end(JSON.stringify({ errors: [{ code: 'UNAUTHORIZED', message: 'authentication required' }] }));
      return;
    }
    if (repository === '') {
      response.end('{}');
      return;
    }
    const stored = provider.stored(repository, target);
    const path = `${stored.repository}/${kind}/${target.startsWith('sha256:') ? target : stored.tag}`;
    const { authorization: _, host: __, ...headers } = request.headers;
    const passed = httpRequest(`${upstream}/v2/${path}`, { method: request.method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.on('error', () => response.writeHead(502).end());
    passed.end();
  };

  const server = createServer({ cert: certificate, key }, (request, response) => {
    const host = (request.headers.host ?? '').replace(/:443$/, '');
    const service = providers.find(
      ({ realm }) => new URL(realm).hostname === host && (request.url ?? '').startsWith(new URL(realm).pathname),
    );
    const registry = providers.find(({ hosts }) => hosts.includes(host));
    if (service !== undefined) {
      giveToken(service, request, response);
    } else if (registry !== undefined) {
      serve(registry, request, response);
    } else {
      response.writeHead(404).end();
    }
  });
  server.listen(443, address);
  await once(server, 'listening');
  return {
    granted,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

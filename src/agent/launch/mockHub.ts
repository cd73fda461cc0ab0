import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { type HubCall, probeUser } from '../../api/probeAnswer.ts';

/** The part of a Hub that a server, and the entrypoint that starts it, can see with the server's token. */
export interface MockHub {
  readonly port: number;
  readonly close: () => Promise<void>;
}

/** What makes the Hub of one launch. */
export interface MockHubOptions {
  readonly port: number;
  readonly version: string;
  /** The token of the user, which is not in the Pod: reading the Pod gives no access to the launched server. */
  readonly userToken: string;
  /** The token of the server, which is in its variables. */
  readonly serverToken: string;
  /** Called with each call that shows that jupyterhub-singleuser runs. */
  readonly heard: (call: HubCall) => void;
}

/** A server that floods its Hub harms only its own proof. */
const maxConnections = 64;
/** At most this much of a request's body is read. */
const maximumBody = 65_536;

/**
 * Serves the Hub on the loopback. It answers as Hubs 4 and 5 do (`test/support/recorded/hubAnswers.json`), with two
 * exceptions for the sake of safety: the server's token has no scope that opens the server, and no server before 2.0 gets
 * its user by it.
 *
 * @throws Error when the port is taken
 */
export function startMockHub(options: MockHubOptions): Promise<MockHub> {
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 10_000 }, (request, response) => {
    response.setHeader('X-JupyterHub-Version', options.version);
    bodyOf(request, (body) => send(response, answerTo(options, asked(options, request, body))));
  });
  server.maxConnections = maxConnections;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', () => {
      server.off('error', reject);
      const address = server.address();
      resolve({
        port: address !== null && typeof address === 'object' ? address.port : options.port,
        close: () => close(server),
      });
    });
  });
}

/** A request, as far as the answer depends on it. */
interface Asked {
  readonly method: string;
  readonly path: string;
  /** Path and query. */
  readonly url: string;
  readonly as: 'stranger' | 'server' | 'user';
  readonly body: string;
  /** Whether the HTTP client of jupyterhub-singleuser sent it. */
  readonly by: 'tornado' | 'other';
}

interface Answer {
  readonly status: number;
  readonly json?: object;
  readonly html?: string;
  readonly location?: string;
}

function asked({ userToken, serverToken }: MockHubOptions, request: IncomingMessage, body: string): Asked {
  const url = request.url ?? '/';
  const token = /^(?:token|bearer)\s+(\S+)/i.exec(request.headers.authorization ?? '')?.[1];
  return {
    method: request.method ?? 'GET',
    path: url.replace(/\?.*/s, ''),
    url,
    as: token === userToken ? 'user' : token === serverToken ? 'server' : 'stranger',
    body,
    by: /tornado|pycurl/i.test(request.headers['user-agent'] ?? '') ? 'tornado' : 'other',
  };
}

function bodyOf(request: IncomingMessage, done: (body: string) => void): void {
  const chunks: Buffer[] = [];
  let length = 0;
  request.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length <= maximumBody) {
      chunks.push(chunk);
    }
  });
  request.on('end', () => done(Buffer.concat(chunks).toString('utf8')));
}

/** What only other tokens may read, and the scope that the Hub names. */
const closed: Readonly<Record<string, string>> = {
  info: 'read:hub',
  users: 'list:users',
  groups: 'list:groups',
  services: 'list:services',
  proxy: 'proxy',
  [`users/${probeUser}/tokens`]: 'read:tokens',
};

function answerTo(options: MockHubOptions, request: Asked): Answer {
  const { path, url, as, method } = request;
  const [, name] = /^\/hub\/api\/(.*?)\/?$/.exec(path) ?? [];
  if (path === '/hub/api' || name === '') {
    if (request.by === 'tornado') {
      options.heard('version');
    }
    return { status: 200, json: { version: options.version } };
  }
  if (name === undefined) {
    return pageOf(path, url);
  }
  if (name === 'oauth2/authorize') {
    return { status: 302, location: `/hub/login?next=${encodeURIComponent(url)}` };
  }
  if (name === 'oauth2/token') {
    return { status: 400, json: { error: 'unsupported_grant_type' } };
  }
  const scope = closed[name];
  if (scope !== undefined) {
    return as === 'stranger'
      ? noCredentials
      : refused(403, `Action is not authorized with current scopes; requires any of [${scope}]`);
  }
  const [, user, rest] = /^users\/([^/]+)(\/activity)?$/.exec(name) ?? [];
  if (user !== undefined) {
    return as === 'stranger' ? noCredentials : user === probeUser ? ofUser(options, request, rest) : noAccess;
  }
  if (name === 'user') {
    return as === 'stranger' ? refused(403, 'Forbidden') : owner(options, as);
  }
  const [, token] = /^authorizations\/token\/([^/]+)$/.exec(name) ?? [];
  if (token !== undefined && method === 'GET') {
    return as === 'stranger' ? refused(403, 'Forbidden') : token === options.userToken ? found(options) : notFound;
  }
  return notFound;
}

function pageOf(path: string, url: string): Answer {
  switch (path) {
    case '/':
      return { status: 302, location: '/hub/' };
    case '/hub':
    case '/hub/':
      return { status: 302, location: `/hub/login?next=${encodeURIComponent(url)}` };
    case '/hub/health':
      return { status: 200, html: '' };
    case '/hub/login':
      return { status: 200, html: '<!DOCTYPE html><title>JupyterHub</title><h1>Sign in</h1>' };
    default:
      return { status: 404, html: '<!DOCTYPE html><title>JupyterHub</title><h1>404 : Not Found</h1>' };
  }
}

const activityBody = z.union([z.object({ last_activity: z.unknown() }), z.object({ servers: z.unknown() })]);

function ofUser(options: MockHubOptions, { method, body }: Asked, rest: string | undefined): Answer {
  if (rest === undefined) {
    return method === 'GET' ? { status: 200, json: userModel() } : notFound;
  }
  if (!activityBody.safeParse(parsed(body)).success) {
    return refused(400, 'body must contain at least one of `last_activity` or `servers`');
  }
  options.heard('activity');
  return { status: 200 };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

/** The server asks for the owner of a user's token, with this token as its own (jupyterhub/services/auth.py). */
function owner(options: MockHubOptions, as: 'server' | 'user'): Answer {
  if (as === 'user') {
    options.heard('user');
  }
  const access = [`access:servers!server=${probeUser}/`, `access:servers!user=${probeUser}`];
  const scopes = as === 'user' ? [...access, ...ownScopes] : ownScopes;
  return { status: 200, json: { ...userModel(), session_id: null, scopes } };
}

/** Servers before 2.0 look up the owner of a token so. */
function found(options: MockHubOptions): Answer {
  options.heard('user');
  return { status: 200, json: userModel() };
}

const ownScopes = ['read:users:activity', 'read:users:groups', 'read:users:name', 'users:activity'].map(
  (scope) => `${scope}!user=${probeUser}`,
);

function userModel() {
  return { kind: 'user', name: probeUser, admin: false, groups: [], last_activity: new Date().toISOString() };
}

function refused(status: number, message: string): Answer {
  return { status, json: { status, message } };
}

const notFound = refused(404, 'Not Found');
const noAccess = refused(404, 'No access to resources or resources not found');
const noCredentials = refused(403, 'Missing or invalid credentials.');

function send(response: ServerResponse, { status, json, html, location }: Answer): void {
  if (location !== undefined) {
    response.setHeader('location', location);
  }
  response
    .writeHead(status, { 'content-type': json === undefined ? 'text/html' : 'application/json' })
    .end(json === undefined ? html : JSON.stringify(json));
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

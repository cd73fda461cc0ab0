import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { probeUser } from '../../api/probeAnswer.ts';

/** A Hub endpoint that a single-user server calls, as the answer names it. */
export type HubCall = 'version' | 'user' | 'activity';

/** The part of a Hub's API that a single-user server of JupyterHub 0.8 to 6 uses. */
export interface MockHub {
  readonly port: number;
  /** The endpoints called so far, each once, in order. */
  readonly calls: () => readonly HubCall[];
  readonly close: () => Promise<void>;
}

/** A server that floods its Hub harms only its own proof. */
const maxConnections = 64;

/**
 * Serves the Hub's API on the loopback. `token` alone identifies the user. It is not in the Pod, so reading the Pod
 * gives no access to the launched server.
 *
 * @throws Error when the port is taken
 */
export function startMockHub(port: number, hubVersion: string, token: string): Promise<MockHub> {
  const seen = new Set<HubCall>();
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 10_000 }, (request, response) => {
    request.resume();
    response.setHeader('X-JupyterHub-Version', hubVersion);
    const call = callOf(request.url ?? '');
    if (call !== undefined) {
      seen.add(call);
    }
    answer(request, response, call, { hubVersion, token });
  });
  server.maxConnections = maxConnections;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      const address = server.address();
      resolve({
        port: address !== null && typeof address === 'object' ? address.port : port,
        calls: () => [...seen],
        close: () => close(server),
      });
    });
  });
}

/** Servers before 2.0 look up a user by `/authorizations/token/TOKEN` (jupyterhub/services/auth.py). */
const routes: readonly (readonly [RegExp, HubCall])[] = [
  [/^\/hub\/api\/?$/, 'version'],
  [/^\/hub\/api\/user\/?$/, 'user'],
  [/^\/hub\/api\/authorizations\/token\/[^/]+$/, 'user'],
  [new RegExp(`^/hub/api/users/${probeUser}/activity$`), 'activity'],
];

function callOf(url: string): HubCall | undefined {
  const [path = ''] = url.split('?');
  return routes.find(([form]) => form.test(path))?.[1];
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  call: HubCall | undefined,
  { hubVersion, token }: { readonly hubVersion: string; readonly token: string },
): void {
  switch (call) {
    case 'version':
      return json(response, 200, { version: hubVersion });
    case 'activity':
      response.writeHead(200).end();
      return;
    case 'user': {
      const asked = /^(?:token|bearer)\s+(.+)$/i.exec(request.headers.authorization ?? '')?.[1];
      return asked === token || request.url?.endsWith(`/${token}`) === true
        ? json(response, 200, userModel)
        : json(response, 403, { status: 403, message: 'Forbidden' });
    }
    case undefined:
      return json(response, 404, { status: 404, message: 'Not Found' });
  }
}

/** The owner of a token, as `GET /hub/api/user` describes it (jupyterhub/apihandlers/base.py). */
const userModel = {
  kind: 'user',
  name: probeUser,
  admin: false,
  groups: [],
  session_id: null,
  scopes: [`access:servers!server=${probeUser}/`, `access:servers!user=${probeUser}`],
};

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

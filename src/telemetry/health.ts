import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Scrape } from './metrics.ts';

/** Undefined while healthy; otherwise one sentence that describes the fault. */
export type HealthCheck = () => string | undefined;

/** Checks by the name in the report of a failing one. */
export type HealthChecks = Readonly<Record<string, HealthCheck>>;

export interface HealthServerOptions {
  /** TCP port; 0 picks any free one. */
  readonly port: number;
  /** Address to listen on; `::` is every address of the machine, IPv4 included. */
  readonly host: string;
  /** /healthz: faults that only a restart of this process can fix. */
  readonly liveness: HealthChecks;
  /** /readyz: faults that keep this process from working now. */
  readonly readiness: HealthChecks;
  readonly scrape: () => Promise<Scrape>;
}

export interface HealthServer {
  readonly port: number;
  /** Accepts no new connection; resolves when the current responses are sent. */
  readonly close: () => Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** Responses are small and clients near: a slower client is broken. */
const requestTimeoutMilliseconds = 5000;

/**
 * Serves /healthz and /readyz (200, or 503 with one line per failing check) and /metrics.
 *
 * @throws Error when it cannot listen on the address
 */
export async function startHealthServer(options: HealthServerOptions): Promise<HealthServer> {
  const server = createServer((request, response) => {
    void respond(options, server, request, response);
  });
  server.requestTimeout = requestTimeoutMilliseconds;
  server.listen(options.port, options.host);
  await once(server, 'listening');
  return { port: portOf(server), close: () => close(server) };
}

async function respond(
  options: HealthServerOptions,
  server: Server,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { status, contentType, body } = await answer(options, request).catch((error: unknown) =>
    text(500, String(error)),
  );
  if (!server.listening) {
    // Otherwise the client keeps the connection open and delays the close.
    response.setHeader('connection', 'close');
  }
  response.writeHead(status, { 'content-type': contentType, 'cache-control': 'no-store' });
  response.end(request.method === 'HEAD' ? undefined : body);
}

async function answer(options: HealthServerOptions, request: IncomingMessage): Promise<Answer> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return text(405, 'only GET and HEAD');
  }
  const [path = '/'] = (request.url ?? '/').split('?');
  switch (path) {
    case '/healthz':
      return verdict(options.liveness);
    case '/readyz':
      return verdict(options.readiness);
    case '/metrics':
      return { status: 200, ...(await options.scrape()) };
    default:
      return text(404, 'not found: this server has /healthz, /readyz and /metrics');
  }
}

function verdict(checks: HealthChecks): Answer {
  const problems = Object.entries(checks).flatMap(([name, check]) => {
    const problem = check();
    return problem === undefined ? [] : [`${name}: ${problem}`];
  });
  return problems.length === 0 ? text(200, 'ok') : text(503, problems.join('\n'));
}

function text(status: number, body: string): Answer {
  return { status, contentType: 'text/plain; charset=utf-8', body: `${body}\n` };
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') {
    throw new Error('the health server does not listen on a TCP port');
  }
  return address.port;
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  await closed;
}

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** The requests that a scripted registry received. */
export interface Asked {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly authorization: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Its answer. */
export interface ScriptedAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** An answer, or what makes it from a request; `undefined` leaves the request open for ever. */
export type Script = ScriptedAnswer | ((asked: Asked) => ScriptedAnswer | undefined | Promise<ScriptedAnswer>);

/**
 * No registry: a loopback HTTP server that gives scripted answers. It does what a real one never does: it lies, floods,
 * sends elsewhere, stays silent. A registry as it is stands in test/integration.
 */
export interface ScriptedRegistry {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  /** All requests so far. */
  readonly asked: readonly Asked[];
  /** Sets the answer to `METHOD PATH`, the path with or without its query. Other requests get 404. */
  readonly on: (request: string, script: Script) => void;
  readonly close: () => Promise<void>;
}

/** Starts one on a free loopback port. */
export async function startScriptedRegistry(): Promise<ScriptedRegistry> {
  const scripts = new Map<string, Script>();
  const asked: Asked[] = [];
  const server = createServer({ maxHeaderSize: 65_536 }, (request, response) => void serve(request, response));

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const { method = '', url: path = '', headers } = request;
    const entry = {
      method,
      path,
      authorization: headers.authorization,
      headers,
      body: body.toString(),
    };
    asked.push(entry);
    const script = scripts.get(`${method} ${path}`) ??
      scripts.get(`${method} ${path.split('?')[0]}`) ?? { status: 404 };
    const answer = typeof script === 'function' ? await script(entry) : script;
    if (answer !== undefined) {
      response.writeHead(answer.status, { ...answer.headers }).end(answer.body);
    }
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') {
    throw new Error('a TCP server has no port');
  }
  return {
    host: `127.0.0.1:${address.port}`,
    asked,
    on: (request, script) => scripts.set(request, script),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Bytes under their digest. */
export interface Blob {
  readonly digest: string;
  readonly size: number;
  readonly body: string;
}

/** Any JSON as a blob. */
export function blobOf(content: object): Blob {
  const body = JSON.stringify(content);
  return { digest: `sha256:${createHash('sha256').update(body).digest('hex')}`, size: body.length, body };
}

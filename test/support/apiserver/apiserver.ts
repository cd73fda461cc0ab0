import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Connection, ConnectionOptions } from '../../../src/kubernetes/client/connection.ts';
import { isObject, type JsonObject } from '../../../src/kubernetes/object.ts';
import { connectTo, end, listen, urlOf } from './connect.ts';
import { Store, type StoredEvent } from './store.ts';
import { draftOf, kindOf, lineOf, type RequestKind, readJson, sendJson, statusOf } from './wire.ts';

/** The fault of one request. */
export type Fault =
  /** Nothing: to let one pass before the next fault. */
  | { readonly is: 'none' }
  | { readonly is: 'status'; readonly code: number; readonly reason?: string; readonly retryAfterSeconds?: number }
  /** Does not answer, unless `answerHung` is called. */
  | { readonly is: 'hang' }
  /** TCP RST before any answer. */
  | { readonly is: 'reset' }
  /** The request takes effect, then the connection is reset. */
  | { readonly is: 'resetAfterwards' }
  /** A list as it was at an older version: a replica that lags behind. */
  | { readonly is: 'stale'; readonly version: number }
  /** 200 with a web page: a proxy that is no API server. */
  | { readonly is: 'page' };

export interface SeenRequest {
  readonly kind: RequestKind;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

/**
 * NOT a Kubernetes API server: a stand-in of a few hundred lines on node:http for unit tests. It plays faults on command, as
 * a real one cannot. The same code is tested against a real kube-apiserver in test/integration/. Knows one collection,
 * `/api/v1/namespaces/<any>/configmaps` or any other path of that shape.
 */
export class ScriptedApiServer {
  readonly store = new Store();
  readonly requests: SeenRequest[] = [];
  /** How often a TCP connection was opened. */
  connections = 0;
  /** The data sent for an event; drop, repeat or delay events here. */
  deliver: (event: StoredEvent) => readonly StoredEvent[] = (event) => [event];
  readonly #server: Server;
  readonly #faults = new Map<RequestKind, Fault[]>();
  readonly #watches = new Set<ServerResponse>();
  readonly #silenced = new Set<ServerResponse>();
  readonly #hung: (() => void)[] = [];

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<ScriptedApiServer> {
    const server = createServer();
    const scripted = new ScriptedApiServer(server);
    server.on('connection', () => {
      scripted.connections += 1;
    });
    server.on('request', (request, response) => {
      void scripted.#serve(request, response);
    });
    await listen(server);
    return scripted;
  }

  get url(): string {
    return urlOf(this.#server);
  }

  /** A connection to this server, through a kubeconfig file as in life. */
  connect(options: Partial<ConnectionOptions> = {}): Connection {
    return connectTo(this.#server, options);
  }

  stop(): Promise<void> {
    return end(this.#server);
  }

  /** The next requests of this kind go wrong, one after the other; then all is well again. */
  fail(kind: RequestKind, ...faults: readonly Fault[]): void {
    this.#faults.set(kind, [...(this.#faults.get(kind) ?? []), ...faults]);
  }

  count(kind: RequestKind): number {
    return this.requests.filter((request) => request.kind === kind).length;
  }

  /** Watches that are open and not silenced. */
  get openWatches(): number {
    return this.#watches.size - this.#silenced.size;
  }

  put(name: string, fields: JsonObject = {}, namespace = 'team'): StoredEvent['object'] {
    return this.#publish(this.store.put({ ...fields, metadata: { namespace, name } })).object;
  }

  delete(name: string): void {
    this.#publish(this.store.delete(name));
  }

  bookmark(): void {
    const object = { kind: 'ConfigMap', metadata: { resourceVersion: String(this.store.version) } };
    this.#send(`${JSON.stringify({ type: 'BOOKMARK', object })}\n`);
  }

  /** An ERROR event with a Status. */
  sendError(code: number, reason: string): void {
    this.#send(`${JSON.stringify({ type: 'ERROR', object: statusOf(code, reason) })}\n`);
  }

  /** Any bytes into every open watch. */
  sendRaw(text: string): void {
    this.#send(text);
  }

  /** Half-open: the watches that are open now stay so, but nothing is sent on them any more. */
  silence(): void {
    for (const watch of this.#watches) {
      this.#silenced.add(watch);
    }
  }

  /** Answers the requests that hang. */
  answerHung(): void {
    for (const answer of this.#hung.splice(0)) {
      answer();
    }
  }

  /** Ends all open watches, politely or by RST. */
  endWatches(how: 'close' | 'reset'): void {
    for (const watch of this.#watches) {
      this.#forget(watch);
      if (how === 'close') {
        watch.end();
      } else {
        watch.socket?.resetAndDestroy();
      }
    }
  }

  #publish(event: StoredEvent): StoredEvent {
    for (const sent of this.deliver(event)) {
      this.#send(lineOf(sent));
    }
    return event;
  }

  #send(text: string): void {
    for (const watch of this.#watches) {
      if (!this.#silenced.has(watch)) {
        watch.write(text);
      }
    }
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    const parts = url.pathname.split('/').filter((part) => part !== '');
    // …/namespaces/<namespace>/<plural>[/<name>[/status]], or without namespace for lists.
    const name = parts[parts.indexOf('namespaces') + 3];
    const kind = kindOf(request.method ?? 'GET', parts.includes('namespaces') ? name : undefined, url.searchParams);
    const body = await readJson(request);
    this.requests.push({ kind, path: url.pathname, query: url.searchParams, headers: request.headers, body });
    const fault = this.#faults.get(kind)?.shift();
    switch (fault?.is) {
      case undefined:
      case 'none':
        this.#answer(kind, name, url.searchParams, body, response);
        return;
      case 'hang':
        this.#hung.push(() => this.#answer(kind, name, url.searchParams, body, response));
        return;
      case 'reset':
        request.socket.resetAndDestroy();
        return;
      case 'resetAfterwards':
        this.#write(kind, name ?? '', body);
        request.socket.resetAndDestroy();
        return;
      case 'page':
        response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Sign in</html>');
        return;
      case 'stale':
        this.#list(url.searchParams, fault.version, response);
        return;
      case 'status':
        if (fault.retryAfterSeconds !== undefined) {
          response.setHeader('retry-after', String(fault.retryAfterSeconds));
        }
        sendJson(response, fault.code, statusOf(fault.code, fault.reason ?? 'Scripted'));
    }
  }

  #answer(
    kind: RequestKind,
    name: string | undefined,
    query: URLSearchParams,
    body: unknown,
    response: ServerResponse,
  ): void {
    if (kind === 'watch') {
      this.#watch(query, response);
    } else if (kind === 'list') {
      this.#list(query, this.store.version, response);
    } else {
      const { code, value } = this.#write(kind, name ?? '', body);
      sendJson(response, code, value);
    }
  }

  #write(kind: RequestKind, name: string, body: unknown): { readonly code: number; readonly value: unknown } {
    const draft = draftOf(body);
    const known = this.store.get(kind === 'create' ? (draft?.metadata.name ?? '') : name);
    if (kind === 'create') {
      return known === undefined && draft !== undefined
        ? { code: 201, value: this.#publish(this.store.put(draft)).object }
        : { code: 409, value: statusOf(409, 'AlreadyExists') };
    }
    if (known === undefined) {
      return { code: 404, value: statusOf(404, 'NotFound') };
    }
    const metadata = isObject(body) && isObject(body['metadata']) ? body['metadata'] : {};
    const expected = metadata['resourceVersion'] ?? known.metadata.resourceVersion;
    if (kind !== 'get' && expected !== known.metadata.resourceVersion) {
      return { code: 409, value: statusOf(409, 'Conflict') };
    }
    if (kind === 'delete') {
      this.delete(name);
      return { code: 200, value: { kind: 'Status', status: 'Success' } };
    }
    if (kind === 'replace' && draft !== undefined) {
      return { code: 200, value: this.#publish(this.store.put(draft)).object };
    }
    if (kind === 'patch') {
      const { metadata: _metadata, ...fields } = isObject(body) ? body : {};
      return { code: 200, value: this.#publish(this.store.put({ ...known, ...fields })).object };
    }
    return { code: 200, value: known };
  }

  #forget(watch: ServerResponse): void {
    this.#watches.delete(watch);
    this.#silenced.delete(watch);
  }

  #list(query: URLSearchParams, latest: number, response: ServerResponse): void {
    const limit = Number(query.get('limit') ?? '0');
    const [version = latest, offset = 0] = (query.get('continue') ?? '').split('/').filter(Boolean).map(Number);
    if (query.has('continue') && version < this.store.compacted) {
      sendJson(response, 410, statusOf(410, 'Expired'));
      return;
    }
    const all = this.store.at(version);
    const end = limit > 0 ? Math.min(all.length, offset + limit) : all.length;
    sendJson(response, 200, {
      kind: 'List',
      metadata: { resourceVersion: String(version), ...(end < all.length ? { continue: `${version}/${end}` } : {}) },
      items: all.slice(offset, end),
    });
  }

  #watch(query: URLSearchParams, response: ServerResponse): void {
    const from = Number(query.get('resourceVersion') ?? this.store.version);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    if (from < this.store.compacted) {
      response.end(`${JSON.stringify({ type: 'ERROR', object: statusOf(410, 'Expired') })}\n`);
      return;
    }
    this.#watches.add(response);
    response.on('close', () => this.#forget(response));
    for (const event of this.store.since(from)) {
      response.write(lineOf(event));
    }
  }
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Agent, request as requestSecurely } from 'node:https';
import type { Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { listen, urlOf } from '../apiserver/connect.ts';
import { kubeconfigFor } from '../apiserver/wire.ts';
import type { Fault, Writes } from './fault.ts';
import { detailOf, versionOf, writeOf } from './requests.ts';
import type { Line, WatchLine } from './watchLines.ts';

/** A real API server and the certificates to reach it with. */
export interface Upstream {
  readonly host: string;
  readonly port: number;
  readonly agent: Agent;
}

export interface DoorOptions {
  readonly upstream: Upstream;
  readonly writes: Writes;
  /** Another path to ask in place of this one, for lists; the same: none. */
  readonly rewrite: (path: string) => string;
  /** An answer in place of the server's, for any request; null: none. */
  readonly outage: () => Fault | null;
  /** How far the time has leapt for the process: the server's clock goes with it. */
  readonly leapt: () => number;
  /** What is done to a line of a watch. */
  readonly watch: WatchLine;
  /** Called for each request but for those of a Lease and watches, and again at its end. */
  readonly asked: () => void;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/**
 * The way of one process to a real API server: a proxy on this machine that the process's kubeconfig names. It forwards
 * everything, counts the writes, and does to each request what the faults of the run say. Once it is shut, nothing that
 * the process still does reaches the server: the process is as good as killed.
 */
export class Door {
  readonly #options: DoorOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #state: 'open' | 'shut' = 'open';
  /** Requests on their way, watches left out. */
  busy = 0;
  /** Watches that are open, or about to be. */
  watches = 0;
  /** Whether the process leads: it wrote the Lease. */
  leads: 'yes' | 'notYet' = 'notYet';

  private constructor(options: DoorOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => {
      void this.#serve(request, response).catch(() => request.socket.destroy());
    });
    this.#server.on('connection', (socket) => {
      if (this.#state === 'shut') {
        socket.resetAndDestroy();
        return;
      }
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  static async open(options: DoorOptions): Promise<Door> {
    const door = new Door(options);
    await listen(door.#server);
    return door;
  }

  /** The text of a kubeconfig that leads here. */
  get kubeconfig(): string {
    return kubeconfigFor(urlOf(this.#server));
  }

  /** Cuts every line; nothing goes through again. */
  shut(): void {
    this.#state = 'shut';
    for (const socket of this.#sockets) {
      socket.resetAndDestroy();
    }
  }

  async close(): Promise<void> {
    this.shut();
    await new Promise((resolve) => {
      this.#server.close(resolve);
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const { method = 'GET', url = '/' } = request;
    if (url.includes('watch=true')) {
      this.#watch(request, response);
      return;
    }
    const counts = !isLease(request);
    this.busy += counts ? 1 : 0;
    try {
      if (counts) {
        this.#options.asked();
      }
      const what = writeOf(method, url);
      const fault = this.#options.outage() ?? (what === null ? null : this.#options.writes.next(what));
      await this.#meet(fault, request, response, body, what);
    } finally {
      if (counts) {
        this.busy -= 1;
        this.#options.asked();
      }
    }
  }

  async #meet(
    fault: Fault | null,
    request: IncomingMessage,
    response: ServerResponse,
    body: Buffer,
    what: string | null,
  ): Promise<void> {
    if (fault?.is === 'held') {
      await this.#options.writes.hold();
      reply(response, await this.#forward(request, body, what));
      return;
    }
    const isForwarded =
      fault === null || (fault.is === 'death' ? fault.when !== 'before' : fault.commit === 'committed');
    if (fault?.is === 'death' && !isForwarded) {
      this.#options.writes.die();
      return;
    }
    const answer = isForwarded ? await this.#forward(request, body, what) : null;
    if (fault === null) {
      reply(response, answer);
      return;
    }
    switch (fault.is) {
      case 'death':
        if (fault.when === 'afterAnswer') {
          await new Promise<void>((resolve) => {
            response.on('close', resolve);
            reply(response, answer);
          });
        }
        this.#options.writes.die();
        return;
      case 'answer':
        reply(response, statusAnswer(fault.status, fault.retryAfterSeconds));
        return;
      case 'reset':
        request.socket.resetAndDestroy();
        return;
      case 'hang':
        // The client is busy until it gives up.
        await gone(response);
    }
  }

  async #forward(request: IncomingMessage, body: Buffer, what: string | null): Promise<Answer> {
    const answer = await this.#ask(request, body);
    if (this.leads === 'notYet' && request.method !== 'GET' && isLease(request) && answer.status < 300) {
      this.leads = 'yes';
      this.#options.asked();
    }
    if (what !== null && answer.status < 300) {
      const object: unknown = JSON.parse(answer.body.toString());
      this.#options.writes.apply({ what, detail: detailOf(object), version: versionOf(object) });
    }
    return answer;
  }

  #ask({ method, url = '/', headers }: IncomingMessage, body: Buffer): Promise<Answer> {
    const { host, port, agent } = this.#options.upstream;
    // The proxy's own certificate speaks for the process.
    const { authorization: _, host: __, ...others } = headers;
    const path = this.#options.rewrite(url);
    return new Promise((resolve, reject) => {
      const asked = requestSecurely({ host, port, agent, method, path, headers: others }, (answered) => {
        if (path !== url && answered.statusCode !== 200) {
          // Or the client would list again, without the fault.
          reject(new Error(`${path}: ${answered.statusCode}`));
          return;
        }
        buffer(answered).then((content) => {
          const date = new Date(Date.now() + this.#options.leapt()).toUTCString();
          resolve({ status: answered.statusCode ?? 502, headers: { ...answered.headers, date }, body: content });
        }, reject);
      });
      asked.on('error', reject);
      asked.end(body);
    });
  }

  #watch({ url = '/', headers, socket }: IncomingMessage, response: ServerResponse): void {
    const outage = this.#options.outage();
    if (outage !== null) {
      if (outage.is === 'answer') {
        reply(response, statusAnswer(outage.status, outage.retryAfterSeconds));
      } else if (outage.is === 'reset') {
        socket.resetAndDestroy();
      }
      return;
    }
    this.watches += 1;
    response.on('close', () => {
      this.watches -= 1;
    });
    const { host, port, agent } = this.#options.upstream;
    const { authorization: _, host: __, ...others } = headers;
    const asked = requestSecurely({ host, port, agent, method: 'GET', path: url, headers: others }, (answered) => {
      response.writeHead(answered.statusCode ?? 502, answered.headers);
      response.flushHeaders();
      let rest = '';
      const line: Line = {
        send: (text) => response.write(text),
        end: () => response.end(),
        cut: () => socket.resetAndDestroy(),
      };
      answered.setEncoding('utf8');
      answered.on('data', (chunk: string) => {
        const lines = `${rest}${chunk}`.split('\n');
        rest = lines.pop() ?? '';
        for (const text of lines) {
          this.#options.watch(text, url, line);
        }
      });
      answered.on('end', () => response.end());
      answered.on('error', () => socket.destroy());
    });
    asked.on('error', () => socket.destroy());
    response.on('close', () => asked.destroy());
    asked.end();
  }
}

/** Resolves once the client waits no longer. */
function gone(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    response.on('close', resolve);
  });
}

function isLease({ url = '' }: IncomingMessage): boolean {
  return url.includes('/leases');
}

function reply(response: ServerResponse, answer: Answer | null): void {
  if (answer !== null) {
    const { 'transfer-encoding': _, ...headers } = answer.headers;
    response.writeHead(answer.status, headers).end(answer.body);
  }
}

/** What an API server under stress answers. */
function statusAnswer(status: number, retryAfterSeconds: number | null): Answer {
  const reason = status === 409 ? 'Conflict' : 'ServerTimeout';
  const content = {
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    code: status,
    reason,
    message: `fault ${status}`,
  };
  return {
    status,
    headers: {
      'content-type': 'application/json',
      ...(retryAfterSeconds === null ? {} : { 'retry-after': String(retryAfterSeconds) }),
    },
    body: Buffer.from(JSON.stringify(content)),
  };
}

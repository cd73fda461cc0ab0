import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect as connectSocket, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Connection, type ConnectionOptions, connect } from '../../../src/kubernetes/client/connection.ts';

/**
 * A TCP relay before a real API server: counts connections, and breaks the line on command. It forwards bytes and knows
 * nothing of TLS. What is tested speaks to the real server.
 */
export class Relay {
  /** How often a connection was opened. */
  connections = 0;
  #line: 'good' | 'cut' = 'good';
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #folder: string;
  readonly #connected: Connection[] = [];

  private constructor(server: Server, folder: string) {
    this.#server = server;
    this.#folder = folder;
  }

  /** @param kubeconfig path of a kubeconfig whose server is an https address on this machine */
  static async start(kubeconfig: string): Promise<Relay> {
    const text = await readFile(kubeconfig, 'utf8');
    const [, host = '', port = ''] = /https:\/\/([\d.]+):(\d+)/.exec(text) ?? [];
    const server = createServer();
    const relay = new Relay(server, await mkdtemp(join(tmpdir(), 'apiserver-relay-')));
    server.on('connection', (client) => relay.#accept(client, host, Number(port)));
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const address = server.address();
    if (address === null || typeof address === 'string') {
      throw new Error('the relay listens on TCP');
    }
    await writeFile(
      join(relay.#folder, 'kubeconfig'),
      text.replaceAll(`${host}:${port}`, `127.0.0.1:${address.port}`),
      { mode: 0o600 },
    );
    return relay;
  }

  /** A connection that goes through the relay; closed when the relay stops. */
  connect(options: Partial<ConnectionOptions> = {}): Connection {
    const source = { is: 'kubeconfig', path: join(this.#folder, 'kubeconfig') } as const;
    const connection = connect(source, { userAgent: 'integration-test/1', ...options });
    this.#connected.push(connection);
    return connection;
  }

  /** Resets all connections and takes no new ones. */
  cut(): void {
    this.#line = 'cut';
    for (const socket of this.#sockets) {
      socket.resetAndDestroy();
    }
  }

  /** Half-open: open connections stay open and nothing comes through them, ever again. New ones work. */
  freeze(): void {
    for (const socket of this.#sockets) {
      socket.unpipe();
      socket.pause();
    }
  }

  /** New connections work again. */
  heal(): void {
    this.#line = 'good';
  }

  async stop(): Promise<void> {
    await Promise.all(this.#connected.map((connection) => connection.close()));
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
    await rm(this.#folder, { recursive: true });
  }

  #accept(client: Socket, host: string, port: number): void {
    if (this.#line === 'cut') {
      client.resetAndDestroy();
      return;
    }
    this.connections += 1;
    const upstream = connectSocket(port, host);
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      this.#sockets.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        this.#sockets.delete(one);
        other.destroy();
      });
    }
  }
}

import { isDeepStrictEqual } from 'node:util';
import { type DispatcherOptions, HttpMethod, KubeConfig, RequestContext } from '@kubernetes/client-node';
import { Agent, type Dispatcher } from 'undici';
import { type ObserveRequest, observed } from '../observed.ts';
import { UnreachableError } from './answer.ts';
import { errorText } from './errorText.ts';
import type { Credentials } from './exchange.ts';

/**
 * Longer than the pause between two renewals, shorter than the 90 s after which kube-apiserver closes idle connections.
 */
const keepAliveMs = 60_000;

/** A watch may run this long on a retired pool: well beyond its server-side time-out. */
const retirementMs = 60_000;

/** Reading files and comparing certificates takes as long as a small call, so calls of one second share the result. */
const credentialsMs = 1000;

/**
 * HTTP/1.1 on purpose. With HTTP/2, undici would use one connection for all calls, and a silent one would block every
 * watch and call. Here each running watch or call has its own connection, and aborting it ends only that one.
 */
const poolOptions = { allowH2: false, connections: 64, keepAliveTimeout: keepAliveMs } as const;

/**
 * client-node reads kubeconfigs and knows every kind of credentials. It creates a new undici Agent for each request, with a TCP
 * and TLS handshake each (kubernetes-client/javascript#2893); this class shares one.
 */
export class PooledKubeConfig extends KubeConfig {
  readonly #userAgent: string;
  /** Calls on a retired pool may last this long. */
  readonly #timeoutMs: number;
  #made: DispatcherOptions | undefined;
  #pool: Dispatcher | undefined;
  #seen: ObserveRequest = () => undefined;
  #read: { readonly at: number; readonly credentials: Promise<Credentials> } | undefined;
  /** Retired pools on which something still runs. */
  readonly #retired = new Set<Dispatcher>();

  constructor(userAgent: string, timeoutMs: number) {
    super();
    this.#userAgent = userAgent;
    this.#timeoutMs = timeoutMs;
  }

  /** The present credentials. @throws UnreachableError when they cannot be read; the next call reads them again */
  credentials(): Promise<Credentials> {
    const now = performance.now();
    if (this.#read !== undefined && now - this.#read.at < credentialsMs) {
      return this.#read.credentials;
    }
    const credentials = this.#readCredentials();
    const read = { at: now, credentials };
    this.#read = read;
    credentials.catch(() => {
      if (this.#read === read) {
        this.#read = undefined;
      }
    });
    return credentials;
  }

  async #readCredentials(): Promise<Credentials> {
    const context = new RequestContext(this.getCurrentCluster()?.server ?? '', HttpMethod.GET);
    const dispatcher = await this.#authenticate(context);
    return { headers: context.getHeaders(), dispatcher };
  }

  /** For the typed APIs. */
  override async applySecurityAuthentication(context: RequestContext): Promise<void> {
    await this.#authenticate(context);
  }

  async #authenticate(context: RequestContext): Promise<Dispatcher> {
    try {
      await super.applySecurityAuthentication(context);
    } catch (error) {
      throw new UnreachableError(`cannot read the credentials for the API server: ${errorText(error)}`);
    }
    context.setHeaderParam('User-Agent', this.#userAgent);
    // A proxy's Agent is made by client-node.
    const pool = this.#pool ?? this.#observed(context.getDispatcher() ?? new Agent(poolOptions));
    this.#pool = pool;
    context.setDispatcher(pool);
    return pool;
  }

  /**
   * client-node queries this method for the Agent's options, with the certificates currently on disk. It returns none
   * and keeps the shared Agent, unless the certificates were rotated.
   */
  override createDispatcherOptions(...inputs: Parameters<KubeConfig['createDispatcherOptions']>): DispatcherOptions {
    const wanted = super.createDispatcherOptions(...inputs);
    if (isDeepStrictEqual(wanted, this.#made)) {
      return { type: 'none' };
    }
    this.#retire();
    this.#made = wanted;
    switch (wanted.type) {
      case 'none':
        this.#pool = this.#observed(new Agent(poolOptions));
        break;
      case 'agent': {
        // Never set here; the types of undici and Node differ over an undefined port or time-out.
        const { port: _port, timeout: _timeout, ...tls } = wanted.connect;
        this.#pool = this.#observed(new Agent({ ...poolOptions, connect: tls }));
        break;
      }
      case 'proxy':
      case 'socks':
        // Shares client-node's Agent from here on: its SOCKS connector is private.
        this.#pool = undefined;
        return wanted;
    }
    return { type: 'none' };
  }

  observe(seen: ObserveRequest): void {
    this.#seen = seen;
  }

  /** Uses new TCP connections for all further calls. */
  renew(): void {
    this.#read = undefined;
    this.#retire();
  }

  async close(): Promise<void> {
    this.renew();
    await Promise.all([...this.#retired].map((pool) => this.#end(pool)));
  }

  #observed(pool: Dispatcher): Dispatcher {
    return observed(pool, (request) => this.#seen(request));
  }

  #retire(): void {
    const old = this.#pool;
    this.#pool = undefined;
    this.#made = undefined;
    if (old !== undefined) {
      this.#retired.add(old);
      // Not Agent.close(): afterwards, destroy() no longer ends running calls.
      setTimeout(() => void this.#end(old), this.#timeoutMs + retirementMs).unref();
    }
  }

  async #end(pool: Dispatcher): Promise<void> {
    if (this.#retired.delete(pool)) {
      await pool.destroy();
    }
  }
}

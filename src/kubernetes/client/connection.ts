import { accessSync, constants } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import {
  type ApiConstructor,
  type ApiType,
  BatchV1Api,
  CoordinationV1Api,
  CoreV1Api,
  CustomObjectsApi,
  createConfiguration,
  type DispatcherOptions,
  EventsV1Api,
  IsomorphicFetchHttpLibrary,
  KubeConfig,
  type RequestContext,
  ServerConfiguration,
} from '@kubernetes/client-node';
import { Agent, type Dispatcher } from 'undici';
import { type ObserveRequest, observed } from '../observed.ts';
import { errorText } from './errorText.ts';
import { createJson, getJson, type Heard, mustBeApi } from './rawJson.ts';
import { UnreachableError } from './unreachableError.ts';

/** Source of the API server's address and credentials. */
export type ConnectionSource =
  /** The ServiceAccount mounted into this Pod. */
  | { readonly is: 'inCluster' }
  /** One kubeconfig file and its current context, unless another is named. */
  | { readonly is: 'kubeconfig'; readonly path: string; readonly context?: string }
  /** kubectl's lookup: KUBECONFIG, then ~/.kube/config, then the Pod's ServiceAccount. */
  | { readonly is: 'default'; readonly context?: string };

export interface ConnectionOptions {
  /** The program's user agent, `name/version`. */
  readonly userAgent: string;
  /** Timeout of every API call except watches, body included, in milliseconds. Default 30,000. */
  readonly timeoutMs?: number;
  /** For the server's clock. */
  readonly heard?: Heard;
}

/** One API server, one identity, one pool of connections. */
export interface Connection {
  /** For client-node's helpers (Watch, Log, Exec) and its other typed APIs. Shares the pool. */
  readonly config: KubeConfig;
  /** Namespace of the Pod or of the context; undefined without one. */
  readonly namespace: string | undefined;
  readonly batch: BatchV1Api;
  readonly core: CoreV1Api;
  readonly coordination: CoordinationV1Api;
  readonly customObjects: CustomObjectsApi;
  readonly events: EventsV1Api;
  /**
   * GET of any path as raw JSON, the form that a watch also delivers; typed lists differ (dates, names).
   *
   * @throws ApiException for any status but 200, and undici's errors; for `answerOf`. ResponseTooLargeError
   */
  readonly getJson: (path: string, query: Readonly<Record<string, string>>) => Promise<unknown>;
  /**
   * POST of an object to a collection; answers with the raw JSON of the created object. The typed APIs convert each field of
   * a Job and of the answer, which takes longer than the request.
   *
   * @throws as `getJson`, for any status but 201
   */
  readonly createJson: (path: string, query: Readonly<Record<string, string>>, body: object) => Promise<unknown>;
  /** Reports every further request, watches too, to this function in place of an earlier one. */
  readonly observe: (seen: ObserveRequest) => void;
  /**
   * Uses new TCP connections for all further calls; running calls may finish. Call it after a connection died: idle
   * ones in the pool are probably dead too, and each would cost a time-out.
   */
  readonly renew: () => void;
  /** Ends every connection; running calls and watches fail. */
  readonly close: () => Promise<void>;
}

const serviceAccountToken = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/**
 * Longer than the pause between two renewals, shorter than the 90 s after which kube-apiserver closes idle connections.
 */
const keepAliveMs = 60_000;

/** A watch may run this long on a retired pool: well beyond its server-side time-out. */
const retirementMs = 60_000;

/**
 * HTTP/1.1 on purpose. With HTTP/2, undici would use one connection for all calls, and a silent one would block every
 * watch and call. Here each running watch or call has its own connection, and aborting it ends only that one.
 */
const poolOptions = { allowH2: false, connections: 64, keepAliveTimeout: keepAliveMs } as const;

/**
 * Opens a connection without sending anything yet.
 *
 * Certificate files are read again at each call and a token file every minute, so rotations take effect.
 *
 * @throws Error with the place and what to do, when the source names no usable cluster
 */
export function connect(source: ConnectionSource, options: ConnectionOptions): Connection {
  const config = new PooledKubeConfig(options.userAgent, options.timeoutMs ?? 30_000);
  const problem = load(config, source);
  if (problem !== undefined) {
    throw new Error(`${placeOf(source)}: ${problem}; ${adviceFor(source)}`);
  }
  if (source.is !== 'inCluster' && source.context !== undefined) {
    config.setCurrentContext(source.context);
  }
  const cluster = config.getCurrentCluster();
  if (cluster === null) {
    throw new Error(
      `${placeOf(source)}: context "${config.getCurrentContext()}" names no cluster; choose one of: ${
        config
          .getContexts()
          .map(({ name }) => name)
          .join(', ') || '(it has no contexts)'
      }`,
    );
  }
  const { server } = cluster;
  const http = new IsomorphicFetchHttpLibrary();
  const raw = { config, server, http, heard: options.heard ?? (() => undefined) };
  return {
    config,
    namespace: config.getContextObject(config.getCurrentContext())?.namespace,
    batch: config.makeApiClient(BatchV1Api),
    core: config.makeApiClient(CoreV1Api),
    coordination: config.makeApiClient(CoordinationV1Api),
    customObjects: config.makeApiClient(CustomObjectsApi),
    events: config.makeApiClient(EventsV1Api),
    getJson: (path, query) => getJson(raw, path, query),
    createJson: (path, query, body) => createJson(raw, path, query, body),
    observe: (seen) => config.observe(seen),
    renew: () => config.renew(),
    close: () => config.close(),
  };
}

/**
 * client-node creates a new undici Agent for each request, with a TCP and TLS handshake each. It sets no time-out
 * (kubernetes-client/javascript#2893). This class shares an Agent and sets one.
 */
class PooledKubeConfig extends KubeConfig {
  readonly #userAgent: string;
  readonly #timeoutMs: number;
  #made: DispatcherOptions | undefined;
  #pool: Dispatcher | undefined;
  #seen: ObserveRequest = () => undefined;
  /** Retired pools on which something still runs. */
  readonly #retired = new Set<Dispatcher>();

  constructor(userAgent: string, timeoutMs: number) {
    super();
    this.#userAgent = userAgent;
    this.#timeoutMs = timeoutMs;
  }

  override async applySecurityAuthentication(context: RequestContext): Promise<void> {
    try {
      await super.applySecurityAuthentication(context);
    } catch (error) {
      throw new UnreachableError(`cannot read the credentials for the API server: ${errorText(error)}`);
    }
    context.setHeaderParam('User-Agent', this.#userAgent);
    this.#pool ??= this.#observed(context.getDispatcher() ?? new Agent(poolOptions));
    context.setDispatcher(this.#pool);
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
    this.renew();
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

  override makeApiClient<T extends ApiType>(constructor: ApiConstructor<T>): T {
    const cluster = this.getCurrentCluster();
    if (cluster === null) {
      throw new Error('connect() has checked that there is a cluster');
    }
    return new constructor(
      createConfiguration({
        baseServer: new ServerConfiguration(cluster.server, {}),
        authMethods: { default: this },
        // Exactly one: client-node reverses this array in place at each call.
        promiseMiddleware: [
          {
            pre: (context) => {
              this.limit(context);
              return Promise.resolve(context);
            },
            post: (response) => Promise.resolve(mustBeApi(response)),
          },
        ],
      }),
    );
  }

  /** Sets the time-out of one call. */
  limit(context: RequestContext): void {
    context.setSignal(AbortSignal.timeout(this.#timeoutMs));
  }

  observe(seen: ObserveRequest): void {
    this.#seen = seen;
  }

  #observed(pool: Dispatcher): Dispatcher {
    return observed(pool, (request) => this.#seen(request));
  }

  renew(): void {
    const old = this.#pool;
    this.#pool = undefined;
    this.#made = undefined;
    if (old !== undefined) {
      this.#retired.add(old);
      // Not Agent.close(): afterwards, destroy() no longer ends running calls.
      setTimeout(() => void this.#end(old), this.#timeoutMs + retirementMs).unref();
    }
  }

  async close(): Promise<void> {
    this.renew();
    await Promise.all([...this.#retired].map((pool) => this.#end(pool)));
  }

  async #end(pool: Dispatcher): Promise<void> {
    if (this.#retired.delete(pool)) {
      await pool.destroy();
    }
  }
}

/** The fault of the source; undefined when it was read. */
function load(config: KubeConfig, source: ConnectionSource): string | undefined {
  try {
    switch (source.is) {
      case 'inCluster':
        accessSync(serviceAccountToken, constants.R_OK);
        config.loadFromCluster();
        break;
      case 'kubeconfig':
        config.loadFromFile(source.path);
        break;
      case 'default':
        config.loadFromDefault();
        break;
    }
    return undefined;
  } catch (error) {
    return errorText(error);
  }
}

function placeOf(source: ConnectionSource): string {
  switch (source.is) {
    case 'inCluster':
      return 'in-cluster configuration';
    case 'kubeconfig':
      return `kubeconfig ${source.path}`;
    case 'default':
      return `kubeconfig ${process.env['KUBECONFIG'] ?? '~/.kube/config'}`;
  }
}

function adviceFor(source: ConnectionSource): string {
  return source.is === 'inCluster'
    ? 'run in a Pod with a mounted ServiceAccount token, or name a kubeconfig'
    : 'name a readable kubeconfig file';
}

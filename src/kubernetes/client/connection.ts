import { accessSync, constants } from 'node:fs';
import type { KubeConfig } from '@kubernetes/client-node';
import type { ObserveRequest } from '../observed.ts';
import { PooledKubeConfig } from './credentials.ts';
import { errorText } from './errorText.ts';
import {
  type ApiRequest,
  type ApiStream,
  addressOf,
  type Heard,
  openStream,
  sendJson,
  sendText,
  type Way,
} from './exchange.ts';

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
  /** For the typed APIs of client-node, which share the pool. Nothing that runs often uses them: they are slow and large. */
  readonly config: KubeConfig;
  /** URL of the API server. */
  readonly server: string;
  /** Namespace of the Pod or of the context; undefined without one. */
  readonly namespace: string | undefined;
  /**
   * Makes a call and gives the answer as raw JSON, the form that a watch also delivers.
   *
   * @throws ApiException for any status but 2xx, and undici's errors; for `answerOf`. ResponseTooLargeError
   */
  readonly send: (call: ApiRequest) => Promise<unknown>;
  /** GET of any path as raw JSON. @throws as `send` */
  readonly getJson: (path: string, query: Readonly<Record<string, string>>) => Promise<unknown>;
  /** GET of any path as text. @throws as `send` */
  readonly getText: (path: string, query: Readonly<Record<string, string | number>>) => Promise<string>;
  /** GET of a response that lasts: a watch or a log. @throws as `send`, also while it is read */
  readonly open: (path: string, query: Readonly<Record<string, string>>, signal: AbortSignal) => Promise<ApiStream>;
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
 * Opens a connection without sending anything yet.
 *
 * Certificate files are read again every second and a token file every minute, so rotations take effect.
 *
 * @throws Error with the place and what to do, when the source names no usable cluster
 */
export function connect(source: ConnectionSource, options: ConnectionOptions): Connection {
  const { userAgent, timeoutMs = 30_000 } = options;
  const config = new PooledKubeConfig(userAgent, timeoutMs);
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
  const way: Way = {
    server: addressOf(server),
    credentials: () => config.credentials(),
    timeoutMs,
    heard: options.heard ?? (() => undefined),
  };
  return {
    config,
    server,
    namespace: config.getContextObject(config.getCurrentContext())?.namespace,
    send: (call) => sendJson(way, call),
    getJson: (path, query) => sendJson(way, { method: 'GET', path, query }),
    getText: (path, query) => sendText(way, { method: 'GET', path, query }),
    open: (path, query, signal) => openStream(way, path, query, signal),
    observe: (seen) => config.observe(seen),
    renew: () => config.renew(),
    close: () => config.close(),
  };
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

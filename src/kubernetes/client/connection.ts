import type { KubeConfig } from '@kubernetes/client-node';
import type { ObserveRequest } from '../observed.ts';
import { type ConnectionSource, loadSource } from '../source.ts';
import { PooledKubeConfig } from './credentials.ts';
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
  loadSource(config, source);
  const cluster = config.getCurrentCluster();
  if (cluster === null) {
    throw new Error('loadSource() has checked that there is a cluster');
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

import { accessSync, constants } from 'node:fs';
import type { KubeConfig } from '@kubernetes/client-node';
import { errorText } from './client/errorText.ts';

/** What a command line says in place of the kubeconfig, by kubectl's flags. */
export interface Chosen {
  readonly context?: string;
  /** Names of the kubeconfig. */
  readonly cluster?: string;
  readonly user?: string;
  /** URL of the API server. */
  readonly server?: string;
  readonly token?: string;
  /** User to impersonate. */
  readonly as?: string;
}

/** Source of the API server's address and credentials. */
export type ConnectionSource =
  /** The ServiceAccount mounted into this Pod. */
  | { readonly is: 'inCluster' }
  /** One kubeconfig file. */
  | ({ readonly is: 'kubeconfig'; readonly path: string } & Chosen)
  /** kubectl's lookup: KUBECONFIG, then ~/.kube/config, then the Pod's ServiceAccount. */
  | ({ readonly is: 'default' } & Chosen);

const serviceAccountToken = '/var/run/secrets/kubernetes.io/serviceaccount/token';
/** What client-node takes where it finds nothing at all. */
const nowhere = 'http://localhost:8080';
const chosenName = 'command line';

/**
 * Reads the source into `config`, which then has a current context with a cluster.
 *
 * @throws Error with the place and what to do, when the source names no usable cluster
 */
export function loadSource(config: KubeConfig, source: ConnectionSource): void {
  const problem = read(config, source);
  if (problem !== undefined) {
    throw new Error(`${placeOf(source)}: ${problem}; ${adviceFor(source)}`);
  }
  if (source.is !== 'inCluster') {
    choose(config, source);
  }
  if (config.getCurrentCluster() === null) {
    throw new Error(
      `${placeOf(source)}: context "${config.getCurrentContext()}" names no cluster; choose one of: ${
        config
          .getContexts()
          .map(({ name }) => name)
          .join(', ') || '(it has no contexts)'
      }`,
    );
  }
}

/** The fault of the source; undefined when it was read. */
function read(config: KubeConfig, source: ConnectionSource): string | undefined {
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
        if (config.getCurrentCluster()?.server === nowhere && source.server === undefined) {
          return 'there is no such file, and this is no Pod with a ServiceAccount';
        }
        break;
    }
    return undefined;
  } catch (error) {
    return errorText(error);
  }
}

/** Makes what was chosen the current context. */
function choose(config: KubeConfig, { context, cluster, user, server, token, as }: Chosen): void {
  if (context !== undefined) {
    config.setCurrentContext(context);
  }
  if ([cluster, user, server, token, as].every((given) => given === undefined)) {
    return;
  }
  const current = config.getContextObject(config.getCurrentContext());
  const from = config.clusters.find(({ name }) => name === (cluster ?? current?.cluster));
  if (cluster !== undefined && from === undefined) {
    throw new Error(`the kubeconfig has no cluster "${cluster}"; choose one of: ${namesOf(config.clusters)}`);
  }
  const by = config.users.find(({ name }) => name === (user ?? current?.user));
  if (user !== undefined && by === undefined) {
    throw new Error(`the kubeconfig has no user "${user}"; choose one of: ${namesOf(config.users)}`);
  }
  const address = server ?? from?.server;
  if (address === undefined) {
    return;
  }
  config.clusters = [...config.clusters, { skipTLSVerify: false, ...from, name: chosenName, server: address }];
  config.users = [
    ...config.users,
    {
      // A token stands in for every other credential of the user.
      ...(token === undefined ? by : { token }),
      name: chosenName,
      ...(as === undefined ? {} : { impersonateUser: as }),
    },
  ];
  const { namespace } = current ?? {};
  config.contexts = [
    ...config.contexts,
    { name: chosenName, cluster: chosenName, user: chosenName, ...(namespace === undefined ? {} : { namespace }) },
  ];
  config.setCurrentContext(chosenName);
}

function namesOf(named: readonly { readonly name: string }[]): string {
  return named.map(({ name }) => name).join(', ') || '(it has none)';
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

import { inject } from 'vitest';
import { type Connection, connect } from '../../src/kubernetes/client/connection.ts';
import type { LightCluster } from '../../tools/cluster/cluster.ts';
import { attach } from '../../tools/cluster/supervision/supervised.ts';
import { type Kubectl, kubectlOf, succeed } from './kubectl.ts';

/** The API server of the run. */
export interface ApiServer {
  readonly cluster: LightCluster;
  readonly kubectl: Kubectl;
}

/** The part of the run's API server that belongs to one test file. */
export interface Place extends ApiServer {
  /** Where kubectl works unless it is given another namespace. */
  readonly namespace: string;
  /** A connection with all rights; whoever opens the place closes it. */
  readonly admin: Connection;
}

/** The API server of the run, which all files share: nothing that is not in a namespace of a file is that file's alone. */
export async function apiServer(): Promise<ApiServer> {
  const name = inject('lightCluster');
  const cluster = await attach(name);
  if (cluster?.provider !== 'light') {
    throw new Error(`the light cluster ${name} of this run is gone; its supervisor.log says why`);
  }
  return { cluster, kubectl: kubectlOf(cluster.kubectl) };
}

/** Makes a namespace of the API server of the run. The file that names it is the only one that may. */
export async function openPlace(namespace: string): Promise<Place> {
  const { cluster, kubectl } = await apiServer();
  await succeed(kubectl(['create', 'namespace', namespace]));
  return {
    cluster,
    namespace,
    kubectl: (args, input) => kubectl(['--namespace', namespace, ...args], input),
    admin: connect({ is: 'kubeconfig', path: cluster.kubeconfig }, { userAgent: 'test' }),
  };
}

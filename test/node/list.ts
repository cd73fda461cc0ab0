import { join } from 'node:path';
import type { LocalCluster } from '../../tools/cluster/cluster.ts';
import { kubectlOf, succeed } from '../integration/kubectl.ts';
import { ensureNamespace } from './namespace.ts';
import { list } from './settings.ts';

const shipped = join(import.meta.dirname, '..', '..', 'deploy', 'jupyterhub');

/** What the Hub's configuration ends with, so that it reads the list. */
export const snippet = join(shipped, 'imagespec_profiles.py');

/**
 * Makes the namespace of the Hub that reads the list. The rights in it are those shipped for the operator and for the Hub.
 */
export async function openList(cluster: LocalCluster): Promise<void> {
  const kubectl = kubectlOf(cluster.kubectl);
  await ensureNamespace(kubectl, list.hub);
  await succeed(kubectl(['apply', '-f', shipped]));
}

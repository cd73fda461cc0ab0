import { randomBytes } from 'node:crypto';
import { kubernetesBinaries } from './artifacts/binaries.ts';
import type { LightCluster } from './cluster.ts';
import { claimFolder, removeDeadFolders } from './state.ts';
import { startSupervised } from './supervised.ts';

/**
 * Starts etcd, API server and controller manager on the loopback address: real API machinery in about three seconds,
 * without root. It goes away with this process, however that ends.
 *
 * @param label what it is for; the cluster's name is the label and a random part.
 * @throws with the last log lines of the component that is in the way.
 */
export async function startLight(label: string): Promise<LightCluster> {
  const { kubernetes } = await kubernetesBinaries();
  await removeDeadFolders();
  const name = uniqueName(label);
  const cluster = await startSupervised(`light cluster ${name}`, name, {
    provider: 'light',
    folder: await claimFolder(name),
    lifetime: 'process',
    kubernetes,
  });
  if (cluster.provider !== 'light') throw new Error(`asked for a light cluster, got ${cluster.provider}`);
  return cluster;
}

/** Two checkouts may run the same tests at the same time. */
function uniqueName(label: string): string {
  return `${label}-${randomBytes(3).toString('hex')}`;
}

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import process from 'node:process';
import { kubernetesBinaries } from './artifacts/binaries.ts';
import { debianTools } from './artifacts/debian.ts';
import { registrySeed } from './artifacts/images.ts';
import type { Lifetime, LightCluster, LocalCluster } from './cluster.ts';
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

/**
 * Starts a real node without a container engine, in about five seconds once its parts are in the cache. Needs root.
 *
 * @throws with the last log lines of the component that is in the way, or with what this machine lacks.
 */
export async function startLocal(name: string, lifetime: Lifetime): Promise<LocalCluster> {
  if (process.getuid?.() !== 0) {
    throw new Error(
      'A local node needs root for its namespaces: run this as root, or name another cluster by ' +
        'IMAGESPEC_CLUSTER=k3s, IMAGESPEC_CLUSTER=existing:CONTEXT',
    );
  }
  const { kubernetes } = await kubernetesBinaries();
  const tools = await debianTools();
  const seed = await registrySeed();
  await removeDeadFolders();
  const cluster = await startSupervised(`node ${name}`, name, {
    provider: 'local',
    folder: await claimFolder(name),
    lifetime,
    kubernetes,
    nodeName: name,
    toolsEnv: tools.env,
    cniPlugins: join(tools.root, 'usr', 'lib', 'cni'),
    seed: seed.directory,
    images: [...seed.images],
  });
  if (cluster.provider !== 'local') throw new Error(`asked for a node, got ${cluster.provider}`);
  return cluster;
}

/** A name for a cluster that lives as long as its process: two checkouts may run the same tests at the same time. */
export function uniqueName(label: string): string {
  return `${label}-${randomBytes(3).toString('hex')}`;
}

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import process from 'node:process';
import { apiServerBinary, kubernetesBinaries, type OtherVersion } from './artifacts/binaries.ts';
import { debianTools } from './artifacts/debian.ts';
import { registrySeed } from './artifacts/images.ts';
import type { Cluster, Lifetime, LightCluster, LocalCluster } from './cluster.ts';
import { releaseDeadSlots } from './local/host-network.ts';
import { say } from './progress.ts';
import { chooseProvider, clusterVariable, type Possible } from './providers/choice.ts';
import { existingCluster } from './providers/existing.ts';
import type { ControlPlane } from './providers/light.ts';
import { claimFolder, removeDeadFolders } from './state.ts';
import { attach, startSupervised } from './supervision/supervised.ts';

/**
 * The cluster of this name: the one that is up, else a new one from the provider that `IMAGESPEC_CLUSTER` names or that
 * fits this machine. What was chosen, and why, is said.
 *
 * @throws with what is missing, or with the last log lines of the component that is in the way.
 */
export async function openCluster(name: string, lifetime: Lifetime): Promise<Cluster> {
  const up = await attach(name);
  if (up !== undefined) {
    say(`Cluster ${name} is up already: ${up.provider}`);
    return up;
  }
  const { choice, because } = await chooseProvider(process.env[clusterVariable], k3sPossible);
  say(`Cluster ${name}: ${choice.provider} (${because})`);
  switch (choice.provider) {
    case 'existing':
      return existingCluster(choice.context);
    case 'k3s':
      return startK3s(name, lifetime);
    case 'local':
      return startLocal(name, lifetime);
    case 'light':
      return startNamedLight(name, lifetime, { is: 'complete' });
  }
}

/** testcontainers takes long to load, and most runs do not need it. */
async function k3sPossible(): Promise<Possible> {
  return (await import('./providers/k3s.ts')).k3sPossible();
}

async function startK3s(name: string, lifetime: Lifetime): Promise<Cluster> {
  const possible = await k3sPossible();
  if (possible.is === 'impossible') throw new Error(`k3s cannot run here: ${possible.because}`);
  const folder = await newFolder(name);
  return startSupervised(`k3s ${name}`, name, { provider: 'k3s', folder, lifetime });
}

/**
 * Starts etcd, API server and controller manager on the loopback address: real API machinery in about three seconds,
 * without root. It goes away with this process, however that ends.
 *
 * @param label what it is for; the cluster's name is the label and a random part.
 * @throws with the last log lines of the component that is in the way.
 */
export async function startLight(label: string): Promise<LightCluster> {
  return startNamedLight(uniqueName(label), 'process', { is: 'complete' });
}

/** Starts etcd and the API server of another Kubernetes version, without controllers; else as `startLight`. */
export async function startLightVersion(label: string, version: OtherVersion): Promise<LightCluster> {
  const program = await apiServerBinary(version);
  return startNamedLight(uniqueName(label), 'process', { is: 'apiServerOnly', command: [program] });
}

/** Starts etcd and the API server alone, so that nothing acts on what is created; else as `startLight`. */
export async function startApiServerOnly(label: string): Promise<LightCluster> {
  const { kubernetes } = await kubernetesBinaries();
  return startNamedLight(uniqueName(label), 'process', {
    is: 'apiServerOnly',
    command: [kubernetes, 'kube-apiserver'],
  });
}

async function startNamedLight(name: string, lifetime: Lifetime, controlPlane: ControlPlane): Promise<LightCluster> {
  const { kubernetes } = await kubernetesBinaries();
  const folder = await newFolder(name);
  const cluster = await startSupervised(`light cluster ${name}`, name, {
    provider: 'light',
    folder,
    lifetime,
    kubernetes,
    controlPlane,
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
      `A local node needs root for its namespaces: run this as root, or choose another cluster by ${clusterVariable}: ` +
        'k3s, or existing:CONTEXT of your kubeconfig',
    );
  }
  const { kubernetes } = await kubernetesBinaries();
  const tools = await debianTools();
  const seed = await registrySeed();
  // A node whose supervisor was killed has left its nftables table and cgroups.
  await releaseDeadSlots(tools.env);
  const folder = await newFolder(name);
  const cluster = await startSupervised(`node ${name}`, name, {
    provider: 'local',
    folder,
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

async function newFolder(name: string): Promise<string> {
  await removeDeadFolders();
  return claimFolder(name);
}

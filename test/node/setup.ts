import process from 'node:process';
import type { TestProject } from 'vitest/node';
import type { LocalCluster } from '../../tools/cluster/cluster.ts';
import { installOperator } from '../../tools/cluster/install.ts';
import { startLocal, uniqueName } from '../../tools/cluster/start.ts';
import { attach } from '../../tools/cluster/supervision/supervised.ts';
import { nodeVariable } from '../../tools/suites/variables.ts';
import { openList } from './list.ts';
import { lifecycleSettings } from './settings.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Name of the cluster of this run. */
    readonly cluster: string;
  }
}

/** One real node with the operator in it: the run's, which all suites share, else one for this suite alone. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const shared = process.env[nodeVariable];
  const cluster = shared === undefined ? await startLocal(uniqueName('tests'), 'process') : await nodeOf(shared);
  const stop = async () => {
    if (shared === undefined) await cluster.stop();
  };
  try {
    await openList(cluster);
    await installOperator(cluster, (configuration) => lifecycleSettings(configuration, cluster.address));
  } catch (error) {
    await stop();
    throw error;
  }
  project.provide('cluster', cluster.name);
  return stop;
}

async function nodeOf(name: string): Promise<LocalCluster> {
  const cluster = await attach(name);
  if (cluster?.provider !== 'local') throw new Error(`the node ${name} of this run is not up`);
  return cluster;
}

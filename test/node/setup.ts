import type { TestProject } from 'vitest/node';
import { installOperator } from '../../tools/cluster/install.ts';
import { startLocal, uniqueName } from '../../tools/cluster/start.ts';
import { lifecycleSettings } from './settings.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Name of the cluster of this run. */
    readonly cluster: string;
  }
}

/** One real node with the operator in it, for all end-to-end tests of a run. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const cluster = await startLocal(uniqueName('e2e'), 'process');
  try {
    await installOperator(cluster, (configuration) => lifecycleSettings(configuration, cluster.address));
  } catch (error) {
    await cluster.stop();
    throw error;
  }
  project.provide('cluster', cluster.name);
  return () => cluster.stop();
}

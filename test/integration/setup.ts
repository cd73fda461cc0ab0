import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { untilServed } from '../../tools/cluster/served.ts';
import { startLight } from '../../tools/cluster/start.ts';
import { kubectlOf, type Outcome } from './kubectl.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Name of the light cluster of this run. */
    readonly lightCluster: string;
    /** kubectl's output for deploy/install.yaml. */
    readonly installed: Outcome;
  }
}

/**
 * One API server for all integration tests of a run, with the CRD and the rights of deploy/install.yaml. No operator runs in
 * it: there is no node.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const cluster = await startLight('integration');
  try {
    const manifests = join(import.meta.dirname, '..', '..', 'deploy', 'install.yaml');
    const installed = await kubectlOf(cluster.kubectl)(['create', '-f', manifests]);
    if (installed.exitCode !== 0) {
      throw new Error(`deploy/install.yaml cannot be installed: ${installed.stderr}`);
    }
    await untilServed(cluster.kubectl);
    project.provide('installed', installed);
    project.provide('lightCluster', cluster.name);
  } catch (error) {
    await cluster.stop();
    throw error;
  }
  return () => cluster.stop();
}

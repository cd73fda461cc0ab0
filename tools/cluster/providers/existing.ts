import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import type { ExistingCluster } from '../cluster.ts';

/**
 * A cluster that the user named by a context of the usual kubeconfig (`$KUBECONFIG`, else `~/.kube/config`). Its
 * kubeconfig here is a private copy in which that context is the current one; `stop` removes the copy only.
 *
 * @throws when there is no such context.
 */
export async function existingCluster(context: string): Promise<ExistingCluster> {
  const config = new KubeConfig();
  config.loadFromDefault();
  const names = config.getContexts().map(({ name }) => name);
  if (!names.includes(context)) {
    const known = names.length === 0 ? 'it has none' : `it has ${names.join(', ')}`;
    throw new Error(`The kubeconfig has no context "${context}": ${known}`);
  }
  config.setCurrentContext(context);
  const folder = await mkdtemp(join(tmpdir(), 'imagespec-existing-'));
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, config.exportConfig(), { mode: 0o600 });
  return {
    provider: 'existing',
    name: context,
    context,
    kubeconfig,
    stop: () => rm(folder, { recursive: true, force: true }),
  };
}

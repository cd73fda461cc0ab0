import { randomBytes } from 'node:crypto';
import type { LocalCluster } from '../../tools/cluster/cluster.ts';
import { kubectlOf, succeed } from '../integration/kubectl.ts';

const namespace = 'imagespec-operator-system';
const rolloutSeconds = 120;

/**
 * Gives the operator other settings (by top-level key, the rest stays) and waits until it runs with them.
 * @returns puts the former ones back
 */
export async function reconfigure(
  cluster: LocalCluster,
  changes: Readonly<Record<string, unknown>>,
): Promise<() => Promise<void>> {
  const kubectl = kubectlOf(cluster.kubectl);
  const read = ['-n', namespace, 'get', 'configmap', 'imagespec-operator', '-o', 'jsonpath={.data.config\\.yaml}'];
  const before = await succeed(kubectl(read));
  const apply = async (text: string): Promise<void> => {
    const data = JSON.stringify({ data: { 'config.yaml': text } });
    await succeed(kubectl(['-n', namespace, 'patch', 'configmap', 'imagespec-operator', '--type=merge', '-p', data]));
    const annotations = { 'imagespec.dev/configuration': randomBytes(4).toString('hex') };
    const patch = JSON.stringify({ spec: { template: { metadata: { annotations } } } });
    await succeed(kubectl(['-n', namespace, 'patch', 'deployment', 'imagespec-operator', '--type=merge', '-p', patch]));
    const wait = ['rollout', 'status', 'deployment/imagespec-operator', `--timeout=${rolloutSeconds}s`];
    await succeed(kubectl(['-n', namespace, ...wait]));
  };
  const old: unknown = JSON.parse(before);
  await apply(JSON.stringify({ ...(typeof old === 'object' ? old : {}), ...changes }, null, 2));
  return () => apply(before);
}

import { connect } from '../../../src/kubernetes/client/connection.ts';
import { run } from '../../../tools/cluster/artifacts/run.ts';
import { installOperator } from '../../../tools/cluster/install.ts';
import { startLocal, uniqueName } from '../../../tools/cluster/start.ts';
import { putShell, shell } from '../../node/images.ts';
import { hostEnd, ports } from '../../node/settings.ts';
import { typed } from '../../support/apiserver/typed.ts';
import { type Ground, memoryLimit, policy, scrape } from './ground.ts';
import { openHostileRegistry } from './registry.ts';

const namespace = 'imagespec-operator-system';

/**
 * A node as that of the quick start, with the operator as its Deployment, whose settings are the defaults. The host has a
 * route to the addresses of Pods.
 */
export async function openNodeGround(): Promise<Ground> {
  const cluster = await startLocal(uniqueName('hostile'), 'process');
  const evil = await openHostileRegistry(hostEnd(cluster.address), ports.front);
  const slow = await openHostileRegistry(hostEnd(cluster.address), ports.guarded);
  const admin = connect({ is: 'kubeconfig', path: cluster.kubeconfig }, { userAgent: 'bench' });
  const stop = async (): Promise<void> => {
    await Promise.allSettled([evil.stop(), slow.stop(), admin.close()]);
    await cluster.stop();
  };
  try {
    await installOperator(cluster, (configuration) => ({
      ...configuration,
      registries: {
        ...configuration.registries,
        insecure: [...configuration.registries.insecure, evil.host, slow.host],
      },
      policy,
    }));
    await putShell(cluster.registries.plain.host);
    return {
      is: 'a real node',
      admin,
      runsPods: true,
      base: shell,
      evil,
      slow,
      memoryLimit: await memoryLimit(),
      health: async () => {
        const { items } = await typed(admin).core.listNamespacedPod({ namespace });
        const pod = items.find(({ status }) => status?.phase === 'Running');
        const address = pod?.status?.podIP;
        if (address === undefined) throw new Error('no Pod of the operator runs');
        const statuses = items.flatMap(({ status }) => status?.containerStatuses ?? []);
        // A Pod that replaces an evicted one is a restart too.
        const restarts = statuses.reduce((sum, { restartCount }) => sum + restartCount, items.length - 1);
        return { restarts, metrics: await scrape(`http://${address}:8080/metrics`) };
      },
      operatorLog: async () => {
        const logs = (...more: readonly string[]) =>
          run(cluster.kubectl, ['-n', namespace, 'logs', 'deployment/imagespec-operator', '--tail=20000', ...more]);
        // Without a restart there is no log of a process before.
        return `${await logs('--previous').catch(() => '')}${await logs()}`;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

import { eventually } from '../../tools/eventually.ts';
import { type Kubectl, succeed } from '../integration/kubectl.ts';

const name = 'second-node';
const renewSeconds = 5;

/** Where nodes renew the Lease that shows that they live. */
const leases = 'kube-node-lease';

/**
 * A fake: a Node without a kubelet, which only says that it is well, and takes no Pods. Where all nodes of a cluster are
 * silent, Kubernetes takes the network for broken and evicts nothing; beside this one a silent node is just that.
 * @returns removes it
 */
export async function pretendSecondNode(kubectl: Kubectl): Promise<() => Promise<void>> {
  await succeed(
    kubectl(
      ['create', '-f', '-'],
      JSON.stringify({ apiVersion: 'v1', kind: 'Node', metadata: { name }, spec: { unschedulable: true } }),
    ),
  );
  const renew = async (): Promise<void> => {
    const now = new Date().toISOString();
    const lease = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name },
      spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime: now.replace('Z', '000Z') },
    };
    await succeed(kubectl(['-n', leases, 'apply', '-f', '-'], JSON.stringify(lease)));
  };
  await renew();
  const condition = { type: 'Ready', status: 'True', reason: 'Pretended', message: 'a fake of the tests' };
  const time = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  const status = { conditions: [{ ...condition, lastHeartbeatTime: time, lastTransitionTime: time }] };
  await succeed(
    kubectl(['patch', 'node', name, '--subresource=status', '--type=merge', '-p', JSON.stringify({ status })]),
  );
  const timer = setInterval(() => void renew().catch(() => undefined), renewSeconds * 1000);
  await eventually('the second node counts as well', 60, async () => {
    const path = 'jsonpath={.spec.taints[*].key}';
    const taints = await succeed(kubectl(['get', 'node', name, '-o', path]));
    return /not-ready|unreachable/.test(taints) ? undefined : true;
  });
  return async () => {
    clearInterval(timer);
    await succeed(kubectl(['delete', 'node', name]));
    await succeed(kubectl(['-n', leases, 'delete', 'lease', name, '--ignore-not-found']));
  };
}

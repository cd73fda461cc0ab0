import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { z } from 'zod';
import type { Credentials, Start } from '../control-plane.ts';
import { httpGet, httpsGet } from '../http.ts';
import { untilReady } from '../supervision/component.ts';
import { containerdSocket } from './containerd.ts';
import type { Slot } from './slot.ts';

/** The settings of a node's programs. */
export interface NodeOptions {
  readonly folder: string;
  readonly nodeName: string;
  readonly slot: Slot;
  /** Path of the multi-call binary of Kubernetes. */
  readonly kubernetes: string;
  readonly credentials: Credentials;
  /** Environment in which mount, nft and iptables are found. */
  readonly env: NodeJS.ProcessEnv;
}

const proxyHealthPort = 10_256;

/** Starts the kubelet and waits until its Node is Ready. */
export async function startKubelet(options: NodeOptions, start: Start): Promise<void> {
  const { folder, nodeName, slot, kubernetes, credentials, env } = options;
  const pki = await credentials.authority.issue('kubelet-server', {
    name: `system:node:${nodeName}`,
    group: 'system:nodes',
    hosts: [nodeName, slot.link.node],
  });
  const kubeconfig = await credentials.kubeconfigFor('kubelet', `system:node:${nodeName}`, 'system:nodes');
  const config = join(folder, 'kubelet.yaml');
  await mkdir(join(folder, 'kubelet'), { recursive: true });
  await writeFile(
    config,
    stringify({
      apiVersion: 'kubelet.config.k8s.io/v1beta1',
      kind: 'KubeletConfiguration',
      authentication: {
        anonymous: { enabled: false },
        webhook: { enabled: true },
        x509: { clientCAFile: credentials.authority.file },
      },
      authorization: { mode: 'Webhook' },
      tlsCertFile: pki.certificateFile,
      tlsPrivateKeyFile: pki.keyFile,
      containerRuntimeEndpoint: `unix://${containerdSocket}`,
      cgroupDriver: 'cgroupfs',
      cgroupRoot: `/${slot.name}`,
      failCgroupV1: false,
      failSwapOn: false,
      makeIPTablesUtilChains: false,
      resolvConf: '/etc/resolv.conf',
      volumePluginDir: '/var/lib/kubelet/volume-plugins',
      // A developer's disk is often fuller than a server's: neither Pods nor images go for that reason.
      evictionHard: {
        'memory.available': '100Mi',
        'nodefs.available': '1%',
        'nodefs.inodesFree': '1%',
        'imagefs.available': '1%',
      },
      imageGCHighThresholdPercent: 100,
      serializeImagePulls: false,
      maxPods: 200,
    }),
  );
  const kubelet = await start({
    name: 'kubelet',
    command: kubernetes,
    args: [
      'kubelet',
      `--config=${config}`,
      `--kubeconfig=${kubeconfig}`,
      `--hostname-override=${nodeName}`,
      `--node-ip=${slot.link.node}`,
    ],
    env,
  });
  await untilReady(kubelet, () => nodeIsReady(nodeName, credentials), 60_000);
}

const nodeStatus = z.object({
  status: z.object({ conditions: z.array(z.object({ type: z.string(), status: z.string(), message: z.string() })) }),
});

async function nodeIsReady(nodeName: string, credentials: Credentials): Promise<string | undefined> {
  const url = `${credentials.server}/api/v1/nodes/${nodeName}`;
  const { status, body } = await httpsGet(url, credentials.trust);
  if (status !== 200) return `the Node is not registered (${status})`;
  const { conditions } = nodeStatus.parse(JSON.parse(body)).status;
  const ready = conditions.find(({ type }) => type === 'Ready');
  return ready?.status === 'True' ? undefined : (ready?.message ?? 'the Node has no condition Ready');
}

/** Starts kube-proxy, which makes Services reachable by nftables rules of the node's own network namespace. */
export async function startProxy(options: NodeOptions, start: Start): Promise<void> {
  const { folder, nodeName, slot, kubernetes, credentials, env } = options;
  const kubeconfig = await credentials.kubeconfigFor('kube-proxy', 'system:kube-proxy', 'system:node-proxier');
  const config = join(folder, 'kube-proxy.yaml');
  await writeFile(
    config,
    stringify({
      apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
      kind: 'KubeProxyConfiguration',
      mode: 'nftables',
      clientConnection: { kubeconfig },
      hostnameOverride: nodeName,
      clusterCIDR: slot.podRange,
      healthzBindAddress: `0.0.0.0:${proxyHealthPort}`,
      // Limits of the whole machine: they are not the node's to change.
      conntrack: { maxPerCore: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
    }),
  );
  const args = ['kube-proxy', `--config=${config}`];
  const proxy = await start({ name: 'kube-proxy', command: kubernetes, args, env });
  const health = `http://${slot.link.node}:${proxyHealthPort}/healthz`;
  const ready = async () => {
    const { status } = await httpGet(health);
    return status === 200 ? undefined : `/healthz answers ${status}`;
  };
  await untilReady(proxy, ready, 60_000);
}

import { join } from 'node:path';
import process from 'node:process';
import { run } from '../artifacts/run.ts';
import type { ServedImage } from '../cluster.ts';
import { createCredentials, startApiServer, startControllerManager, startScheduler } from '../control-plane.ts';
import type { Host } from '../host.ts';
import { writeKubectl } from '../kubeconfig.ts';
import type { Description } from '../state.ts';
import type { ComponentSpec } from '../supervision/component.ts';
import { createCgroups } from './cgroups.ts';
import { startContainerd } from './containerd.ts';
import { takeSlot } from './host-network.ts';
import { startKubelet, startProxy } from './kubelet.ts';
import { createNamespaces } from './namespaces.ts';
import { startRegistries } from './registries.ts';

/** The parts of the local cluster. */
export interface LocalParts {
  /** Path of the multi-call binary of Kubernetes. */
  readonly kubernetes: string;
  /** Environment in which the programs from Debian's packages are found. */
  readonly toolsEnv: Readonly<Record<string, string>>;
  /** Folder of the CNI plugins. */
  readonly cniPlugins: string;
  /** Storage folder of a docker-registry with everything to serve. */
  readonly seed: string;
  readonly images: readonly ServedImage[];
}

const hostPorts = { apiServer: 6443, etcd: 2379 } as const;

/**
 * Runs a real node: control plane, container runtime, kubelet, kube-proxy and two registries. They have namespaces of their
 * own, and one address on this machine.
 */
export async function runLocal(folder: string, nodeName: string, parts: LocalParts, host: Host): Promise<Description> {
  const env = { ...proxyVariables(), ...parts.toolsEnv };
  const network = await takeSlot(host.supervisor, env);
  host.undo(() => network.release());
  const { slot, mtu } = network;
  for (const warning of network.warnings) await host.report(`warning: ${warning}`);
  const namespaces = await createNamespaces(folder, nodeName);
  host.undo(() => namespaces.close());
  await network.connect(namespaces.pid);
  await createCgroups(slot.name);

  const start = (spec: ComponentSpec) => host.launch(namespaces.enter(spec));
  const runInside = (command: string, args: readonly string[]) => {
    const entered = namespaces.enter({ name: command, command, args, env });
    return run(entered.command, entered.args, { env });
  };
  const { node } = slot.link;
  const address = {
    host: node,
    port: hostPorts.apiServer,
    etcdPort: hostPorts.etcd,
    serviceRange: slot.serviceRange,
    serviceAddress: slot.serviceAddress,
  };
  const { kubernetes } = parts;
  const credentials = await createCredentials(folder, address);
  await writeKubectl(join(folder, 'kubectl'), kubernetes, credentials.adminKubeconfig);

  async function controlPlane(): Promise<void> {
    await startApiServer(folder, kubernetes, [kubernetes, 'kube-apiserver'], address, credentials, start);
    await Promise.all([
      startControllerManager(folder, kubernetes, address, credentials, start),
      startScheduler(kubernetes, credentials, start),
    ]);
  }
  async function runtime() {
    const registries = await startRegistries(folder, node, parts.seed, env, start);
    const { cniPlugins } = parts;
    await startContainerd({ folder, slot, mtu, registries, cniPlugins, env }, start, runInside);
    return registries;
  }
  const [registries] = await Promise.all([runtime(), controlPlane()]);
  const options = { folder, nodeName, slot, kubernetes, credentials, env };
  await Promise.all([startKubelet(options, start), startProxy(options, start)]);
  return { provider: 'local', address: node, registries, images: [...parts.images] };
}

/** A company's proxy, for images that no local registry has. */
function proxyVariables(): NodeJS.ProcessEnv {
  const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy', 'SSL_CERT_FILE'];
  const given = Object.fromEntries(names.map((name) => [name, process.env[name]]));
  const exempt = [process.env['NO_PROXY'] ?? process.env['no_proxy'], '100.125.0.0/16,100.126.0.0/15'];
  const noProxy = exempt.filter((entry) => entry !== undefined && entry !== '').join(',');
  return { ...given, NO_PROXY: noProxy, no_proxy: noProxy };
}

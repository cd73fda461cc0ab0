import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type HubVersion, httpProxy, jupyterHub } from '../../tools/cluster/artifacts/jupyterhub.ts';
import type { LocalCluster } from '../../tools/cluster/cluster.ts';
import { freePorts } from '../../tools/cluster/free-ports.ts';
import { httpGet } from '../../tools/cluster/http.ts';
import { type ComponentSpec, startComponent, untilReady } from '../../tools/cluster/supervision/component.ts';
import { kubectlOf, succeed } from '../integration/kubectl.ts';
import { ensureNamespace } from '../node/namespace.ts';
import { joinGroup, type Spawned, spawnServer, stopServer, tokenOf } from './hub-api.ts';
import { giveHubRights } from './rights.ts';

/** A real JupyterHub with KubeSpawner and its proxy, processes of this machine that launch Pods on the node. */
export interface Hub {
  /** Its version, such as `5.5.4`. */
  readonly version: HubVersion;
  /** Where users find it. */
  readonly url: string;
  /** Password of every user. */
  readonly password: string;
  /** Namespace of its users' Pods. */
  readonly namespace: string;
  /** Path of everything that the Hub logged. */
  readonly log: string;
  /**
   * Starts a user's server, and waits until the Hub says how that went.
   * @param options what the user chose: `{image}` by digest, or `{profile}` by its slug.
   */
  readonly spawn: (user: string, options: SpawnOptions) => Promise<Spawned>;
  /** Stops a user's server, and waits until its Pod is gone. */
  readonly stopServer: (user: string) => Promise<void>;
  /** A new token of a user, with all the user's rights. */
  readonly tokenOf: (user: string) => Promise<string>;
  /** Puts a user into a group. */
  readonly joinGroup: (user: string, group: string) => Promise<void>;
  /** Ends it, and the servers that it left. */
  readonly stop: () => Promise<void>;
}

/** A user's choice: an image by digest, or an entry of the Hub's list. */
export type SpawnOptions = { readonly image: string } | { readonly profile: string };

/** How a Hub is set up. */
export interface HubOptions {
  readonly cluster: LocalCluster;
  readonly version: HubVersion;
  /** The namespace of its users' Pods: no other Hub runs there, and it need not be there yet. */
  readonly namespace: string;
  /** How long a user's Pod may take until its container runs (KubeSpawner's start_timeout). */
  readonly startTimeoutSeconds: number;
  /** How long a server whose container runs may take until it answers (the Hub's http_timeout). */
  readonly httpTimeoutSeconds: number;
  /** Paths of Python files that the configuration runs last, as the chart's hub.extraConfig. */
  readonly extraConfig: readonly string[];
}

const readyMilliseconds = 180_000;

/**
 * Starts a JupyterHub. The node's Pods reach it at this machine's end of the node's link; it reaches them by their
 * addresses. It ends with this process, even after a crash.
 *
 * @throws with the last log lines of the program that did not start
 */
export async function startHub({ cluster, version, namespace, ...options }: HubOptions): Promise<Hub> {
  const kubectl = kubectlOf(cluster.kubectl);
  await ensureNamespace(kubectl, namespace);
  const folder = await mkdtemp(join(cluster.folder, `${namespace}-`));
  const address = cluster.address.replace(/\.\d+$/, '.1');
  const [hubPort = 0, publicPort = 0, apiPort = 0] = await freePorts(address, 3);
  const secret = () => randomBytes(32).toString('hex');
  const [proxyToken, apiToken, password] = [secret(), secret(), secret()];
  const url = `http://${address}:${publicPort}`;
  const settings = {
    url: `${url}/`,
    hubUrl: `http://${address}:${hubPort}`,
    proxyApiUrl: `http://${address}:${apiPort}`,
    password,
    apiToken,
    namespace,
    ...options,
  };
  const settingsFile = join(folder, 'settings.json');
  await writeFile(settingsFile, JSON.stringify(settings), { mode: 0o600 });

  const kubeconfig = await giveHubRights({ kubeconfig: cluster.kubeconfig, kubectl }, namespace, folder);
  const env = { ...process.env, CONFIGPROXY_AUTH_TOKEN: proxyToken };
  const started: { kill(): Promise<void> }[] = [];
  const start = async (spec: ComponentSpec) => {
    const component = await startComponent(folder, spec);
    started.push(component);
    return component;
  };
  const stop = async (): Promise<void> => {
    for (const component of started.toReversed()) {
      await component.kill();
    }
    await succeed(kubectl(['delete', 'pods', '--all', '-n', namespace, '--grace-period=1', '--wait=false']));
    await rm(folder, { recursive: true, force: true });
  };

  try {
    await start({
      name: 'proxy',
      command: process.execPath,
      args: [
        httpProxy(),
        `--ip=${address}`,
        `--port=${publicPort}`,
        `--api-ip=${address}`,
        `--api-port=${apiPort}`,
        `--default-target=${settings.hubUrl}`,
        `--error-target=${settings.hubUrl}/hub/error`,
      ],
      env,
    });
    const hub = await start({
      name: 'jupyterhub',
      command: await jupyterHub(version),
      args: ['-m', 'jupyterhub', '--config', join(import.meta.dirname, 'jupyterhub_config.py')],
      env: { ...env, HUB_SETTINGS: settingsFile, KUBECONFIG: kubeconfig },
    });
    const health = async () => {
      const { status } = await httpGet(`${url}/hub/health`);
      return status === 200 ? undefined : `/hub/health answers ${status}`;
    };
    await untilReady(hub, health, readyMilliseconds);
    const api = { url: `${url}/hub/api`, token: apiToken };
    return {
      version,
      url,
      password,
      namespace,
      log: hub.log,
      spawn: (user, options) => spawnServer(api, user, options),
      stopServer: (user) => stopServer(api, user),
      tokenOf: (user) => tokenOf(api, user),
      joinGroup: (user, group) => joinGroup(api, user, group),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

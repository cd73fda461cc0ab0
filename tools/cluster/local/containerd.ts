import { mkdir, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Registries } from '../cluster.ts';
import type { Start } from '../control-plane.ts';
import { untilReady } from '../supervision/component.ts';
import type { Slot } from './slot.ts';

/** Path of containerd's socket inside the node's mount namespace. */
export const containerdSocket = '/run/containerd/containerd.sock';

/** Registries whose images the plain registry serves under the same repository names, with their real addresses. */
const mirrored = [
  { name: 'docker.io', server: 'https://registry-1.docker.io' },
  { name: 'quay.io', server: 'https://quay.io' },
  { name: 'ghcr.io', server: 'https://ghcr.io' },
  { name: 'gcr.io', server: 'https://gcr.io' },
  { name: 'registry.k8s.io', server: 'https://registry.k8s.io' },
  { name: 'registry.gitlab.com', server: 'https://registry.gitlab.com' },
] as const;

/** statfs(2): OVERLAYFS_SUPER_MAGIC. */
const overlayfs = 0x79_4c_76_30;

/** The settings of containerd. */
export interface ContainerdOptions {
  readonly folder: string;
  readonly slot: Slot;
  readonly mtu: number;
  readonly registries: Registries;
  /** Folder of the CNI plugins. */
  readonly cniPlugins: string;
  /** Environment in which containerd, its shim, runc and iptables are found. */
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Starts containerd (1.6, configuration version 2) and waits until it answers.
 *
 * @param runInside runs a short program inside the node and gives its output.
 */
export async function startContainerd(
  options: ContainerdOptions,
  start: Start,
  runInside: (command: string, args: readonly string[]) => Promise<string>,
): Promise<void> {
  const { folder, registries } = options;
  const certificates = join(folder, 'containerd-registries');
  const cni = join(folder, 'cni');
  await mkdir(cni);
  await writeFile(join(cni, '10-imagespec.conflist'), JSON.stringify(network(options)));
  for (const { name, server } of mirrored) {
    await writeHosts(certificates, name, [
      `server = "${server}"`,
      `[host."${registries.plain.url}"]`,
      '  capabilities = ["pull", "resolve"]',
    ]);
  }
  await writeHosts(certificates, registries.plain.host, [
    `server = "${registries.plain.url}"`,
    `[host."${registries.plain.url}"]`,
  ]);
  await writeHosts(certificates, registries.secured.host, [
    `server = "${registries.secured.url}"`,
    `[host."${registries.secured.url}"]`,
    `  ca = "${registries.secured.ca}"`,
  ]);
  const config = join(folder, 'containerd.toml');
  await writeFile(
    config,
    configuration({ certificates, cni, cniPlugins: options.cniPlugins, snapshotter: await snapshotter(folder) }),
  );
  const args = ['--config', config];
  const containerd = await start({ name: 'containerd', command: 'containerd', args, env: options.env });
  const ready = async () => {
    await runInside('ctr', ['--address', containerdSocket, 'version']);
    return undefined;
  };
  await untilReady(containerd, ready, 30_000);
}

async function writeHosts(folder: string, registry: string, lines: readonly string[]): Promise<void> {
  await mkdir(join(folder, registry), { recursive: true });
  await writeFile(join(folder, registry, 'hosts.toml'), `${lines.join('\n')}\n`);
}

/** An overlay cannot lie on an overlay: inside a container, layers are copied instead. */
async function snapshotter(folder: string): Promise<'overlayfs' | 'native'> {
  return (await statfs(folder)).type === overlayfs ? 'native' : 'overlayfs';
}

function configuration(paths: {
  readonly certificates: string;
  readonly cni: string;
  readonly cniPlugins: string;
  readonly snapshotter: string;
}): string {
  return `version = 2
root = "/var/lib/containerd"
state = "/run/containerd"
disabled_plugins = [
  "io.containerd.snapshotter.v1.aufs",
  "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.devmapper",
  "io.containerd.snapshotter.v1.zfs",
]

[grpc]
  address = "${containerdSocket}"

[plugins."io.containerd.internal.v1.opt"]
  path = "/var/lib/containerd/opt"

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "registry.k8s.io/pause:3.10"
  # Without CAP_SYS_RESOURCE, as in many sandboxes, runc cannot lower a process's oom_score_adj and dies.
  restrict_oom_score_adj = true

[plugins."io.containerd.grpc.v1.cri".cni]
  bin_dir = "${paths.cniPlugins}"
  conf_dir = "${paths.cni}"

[plugins."io.containerd.grpc.v1.cri".containerd]
  snapshotter = "${paths.snapshotter}"
  default_runtime_name = "runc"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
  SystemdCgroup = false

[plugins."io.containerd.grpc.v1.cri".registry]
  config_path = "${paths.certificates}"
`;
}

/**
 * Point-to-point links instead of one bridge: all traffic between Pods is routed. So Services work between Pods of one node
 * without the kernel module br_netfilter, which a machine may lack.
 */
function network({ slot, mtu }: ContainerdOptions): object {
  return {
    cniVersion: '1.0.0',
    name: 'imagespec',
    plugins: [
      {
        type: 'ptp',
        ipMasq: true,
        mtu,
        ipam: { type: 'host-local', ranges: [[{ subnet: slot.podRange }]], routes: [{ dst: '0.0.0.0/0' }] },
      },
      { type: 'portmap', capabilities: { portMappings: true } },
    ],
  };
}

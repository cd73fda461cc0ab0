import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { dirname, join } from 'node:path';
import { dockerTools } from '../../../tools/cluster/artifacts/debian.ts';
import { run } from '../../../tools/cluster/artifacts/run.ts';
import { createCgroups } from '../../../tools/cluster/local/cgroups.ts';
import { takeSlot } from '../../../tools/cluster/local/host-network.ts';
import { createNamespaces } from '../../../tools/cluster/local/namespaces.ts';
import { clustersFolder, isAlive, ownIdentity, removeFolder } from '../../../tools/cluster/state.ts';
import { startComponent, untilReady } from '../../../tools/cluster/supervision/component.ts';

/** A Docker engine that this process runs. */
export interface OwnEngine {
  /** Value of `DOCKER_HOST`. */
  readonly endpoint: string;
  /** Where ports that containers publish are reached from this machine. */
  readonly address: string;
  readonly folder: string;
  /** Which of its programs ended, and how, in words; settles never before one ended. */
  readonly ended: Promise<string>;
}

const startMilliseconds = 60_000;

/**
 * Starts Debian's dockerd in namespaces and a slot of its own, as a local node has them: bridges, NAT rules and mounts
 * are made inside and go away with it. Containers are reached from this machine under their own addresses too.
 *
 * @param undo registers what takes something down; the last registered goes first.
 * @throws with the last log lines of dockerd, or with what this machine lacks.
 */
export async function runEngine(undo: (step: () => Promise<void>) => void): Promise<OwnEngine> {
  const { env } = await dockerTools();
  const owner = ownIdentity();
  await removeDeadFolders();
  const folder = join(enginesFolder(), `${owner.pid}-${owner.startTime}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  undo(() => removeFolder(folder));
  const network = await takeSlot(owner, env);
  undo(() => network.release());
  const { slot, mtu } = network;
  const namespaces = await createNamespaces(folder, 'docker');
  undo(() => namespaces.close());
  await network.connect(namespaces.pid);
  await createCgroups(slot.name);

  const nft = namespaces.enter({ name: 'nft', command: 'nft', args: ['-f', '-'], env: { ...env } });
  await run(nft.command, nft.args, { env, input: wayOut(slot.podRange) });
  const start = (command: string, args: readonly string[]) =>
    startComponent(folder, namespaces.enter({ name: command, command, args, env: { ...process.env, ...env } }));
  const containerdFile = join(folder, 'containerd.toml');
  await writeFile(containerdFile, containerdConfiguration(folder));
  const containerd = await start('containerd', ['--config', containerdFile]);
  const socket = join(folder, 'docker.sock');
  const dockerdFile = join(folder, 'daemon.json');
  await writeFile(dockerdFile, JSON.stringify(dockerdConfiguration({ folder, socket, mtu, ...slot })));
  // dockerd waits for containerd by itself.
  const dockerd = await start('dockerd', ['--config-file', dockerdFile]);
  await untilReady(dockerd, async () => ((await answers(socket)) ? undefined : 'no answer'), startMilliseconds);
  const ended = Promise.race(
    [containerd, dockerd].map(async (component) => `${component.name} ${await component.ended}`),
  );
  return { endpoint: `unix://${socket}`, address: slot.link.node, folder, ended };
}

/** Folders are named after the process that owns them; those of processes that were killed go. */
async function removeDeadFolders(): Promise<void> {
  for (const name of await readdir(enginesFolder()).catch(() => [])) {
    const [, pid, startTime] = /^(\d+)-(\d+)$/.exec(name) ?? [];
    if (pid !== undefined && startTime !== undefined && !isAlive({ pid: Number(pid), startTime })) {
      await removeFolder(join(enginesFolder(), name));
    }
  }
}

function enginesFolder(): string {
  return join(dirname(clustersFolder()), 'engines');
}

/** Masquerading, as dockerd would set it up with iptables. dockerd's rules would also close the containers' own addresses. */
function wayOut(range: string): string {
  return `table ip docker {
    chain postrouting {
      type nat hook postrouting priority srcnat;
      ip saddr ${range} oifname "eth0" masquerade
    }
  }`;
}

const containerdSocket = '/run/containerd/containerd.sock';

/** The one that dockerd would start by itself makes folders outside of its own. */
function containerdConfiguration(folder: string): string {
  return `version = 2
root = "${folder}/containerd"
state = "/run/containerd"
disabled_plugins = ["io.containerd.grpc.v1.cri"]

[grpc]
  address = "${containerdSocket}"

[plugins."io.containerd.internal.v1.opt"]
  path = "${folder}/opt"
`;
}

/** The file of dockerd(8). */
function dockerdConfiguration(options: {
  readonly folder: string;
  readonly socket: string;
  readonly mtu: number;
  readonly name: string;
  readonly podRange: string;
}): object {
  const prefix = options.podRange.slice(0, options.podRange.lastIndexOf('.'));
  return {
    hosts: [`unix://${options.socket}`],
    containerd: containerdSocket,
    'data-root': join(options.folder, 'data'),
    // Inside, /run is the namespaces' own.
    'exec-root': '/run/docker',
    pidfile: '/run/docker.pid',
    'deprecated-key-path': join(options.folder, 'key.json'),
    iptables: false,
    bip: `${prefix}.1/26`,
    'default-address-pools': [{ base: `${prefix}.128/25`, size: 28 }],
    mtu: options.mtu,
    'cgroup-parent': `/${options.name}`,
    'exec-opts': ['native.cgroupdriver=cgroupfs'],
    'log-level': 'warn',
  };
}

/** Whether a Docker engine answers on this socket (Docker Engine API, "Ping"). */
export async function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request({ socketPath, path: '/_ping', agent: false, timeout: 2000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => resolve(false));
    asked.end();
  });
}

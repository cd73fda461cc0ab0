import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { debianTools } from '../../tools/cluster/artifacts/debian.ts';
import { run } from '../../tools/cluster/artifacts/run.ts';
import type { Lifetime } from '../../tools/cluster/cluster.ts';
import { clustersFolder, liveSupervisor } from '../../tools/cluster/state.ts';

interface RunningProcess {
  readonly pid: number;
  readonly command: string;
}

async function runningProcesses(): Promise<readonly RunningProcess[]> {
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry));
  return Promise.all(
    pids.map(async (pid) => {
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      return { pid: Number(pid), command: command.replaceAll('\0', ' ').trim() };
    }),
  );
}

/** Command lines of all running processes that name `text`. */
export async function processesNaming(text: string): Promise<readonly string[]> {
  return (await runningProcesses()).map(({ command }) => command).filter((command) => command.includes(text));
}

/** Kills the one process whose command line names `text`, without a chance to clean up. */
export async function killProcessNaming(text: string): Promise<void> {
  const [found, ...others] = (await runningProcesses()).filter(({ command }) => command.includes(text));
  if (found === undefined || others.length > 0) throw new Error(`not exactly one process names ${text}`);
  process.kill(found.pid, 'SIGKILL');
}

/** Stops (SIGSTOP) every process whose command line names `text`. */
export async function stopProcessesNaming(text: string): Promise<void> {
  const found = (await runningProcesses()).filter(({ command }) => command.includes(text));
  if (found.length === 0) throw new Error(`no process names ${text}`);
  for (const { pid } of found) process.kill(pid, 'SIGSTOP');
}

/** Kills the supervisor of the cluster in `folder`, without a chance to clean up. */
export async function killSupervisor(folder: string): Promise<void> {
  const supervisor = await liveSupervisor(folder);
  if (supervisor === undefined) throw new Error(`no supervisor runs for ${folder}`);
  process.kill(supervisor.pid, 'SIGKILL');
}

/** Starts a cluster in a process of its own, which can then be killed. */
export async function hold(
  provider: 'light' | 'local',
  label: string,
  lifetime: Lifetime = 'process',
): Promise<{ readonly parent: ChildProcess; readonly name: string; readonly folder: string }> {
  const parent = fork(fileURLToPath(new URL('hold.ts', import.meta.url)), [provider, label, lifetime], {
    execArgv: [],
  });
  const [name] = z
    .tuple([z.string()])
    .rest(z.unknown())
    .parse(await once(parent, 'message'));
  return { parent, name, folder: join(clustersFolder(), name) };
}

async function nft(...args: readonly string[]): Promise<string> {
  return run('nft', args, { env: (await debianTools()).env });
}

async function ip(...args: readonly string[]): Promise<string> {
  return run('ip', args, { env: (await debianTools()).env });
}

/** The slots' names begin so: interface, nftables table and cgroups of a node. */
const slotPrefix = 'imagespec';

/** Folders to which containerd, dockerd, the kubelet and CNI plugins write by default. */
const fixedFolders = [
  '/etc/cni',
  '/etc/docker',
  '/opt/containerd',
  '/run/containerd',
  '/run/netns',
  '/usr/libexec/kubernetes',
  '/var/lib/cni',
  '/var/lib/containerd',
  '/var/lib/docker',
  '/var/lib/kubelet',
  '/var/log/containers',
  '/var/log/pods',
];

/** What a node could change on the machine, but for what bears a slot's name: other nodes may come and go meanwhile. */
export async function machineState(): Promise<object> {
  const tables = (await nft('list', 'tables')).trim().split('\n');
  const foreign = tables.filter((table) => table !== '' && !table.includes(` ${slotPrefix}`));
  const rules = await Promise.all(foreign.map((table) => nft('list', ...table.split(' '))));
  const mounts = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n').toSorted();
  const links = (await readdir('/sys/class/net')).filter((name) => !name.startsWith(slotPrefix)).toSorted();
  const routes = (await ip('route', 'show', 'table', 'all')).split('\n');
  return {
    rules,
    mounts,
    links,
    routes: routes.filter((route) => !route.includes(slotPrefix)).toSorted(),
    folders: fixedFolders.filter((folder) => existsSync(folder)),
  };
}

/** Where a node is on the machine: its slot, and the comment of its nftables table, which names its supervisor. */
export interface Place {
  readonly slot: string;
  readonly owner: string;
}

/** The place of the node with this address. */
export async function placeOf(address: string): Promise<Place> {
  const slot = `${slotPrefix}${address.split('.')[2] ?? ''}`;
  return { slot, owner: await ownerOf(slot) };
}

async function ownerOf(slot: string): Promise<string> {
  const table = await nft('list', 'table', 'ip', slot).catch(() => '');
  return /comment "(.*)"/.exec(table)?.[1] ?? '';
}

/** Everything outside of a node's namespaces that bears its slot's name, unless the slot is another node's by now. */
export async function tracesOf({ slot, owner }: Place): Promise<readonly string[]> {
  const ownerNow = await ownerOf(slot);
  if (ownerNow !== '' && ownerNow !== owner) return [];
  const lines = [
    ...(await nft('list', 'tables')).split('\n'),
    ...(await ip('-oneline', 'link')).split('\n'),
    ...(await ip('route', 'show', 'table', 'all')).split('\n'),
    ...(await run('find', ['/sys/fs/cgroup', '-maxdepth', '2', '-name', slot])).split('\n'),
  ];
  return lines.filter((line) => new RegExp(`\\b${slot}\\b`).test(line));
}

/** Whether this machine passes packets on; undefined while a node is up, which needs it. */
export async function forwarding(): Promise<string | undefined> {
  const tables = (await nft('list', 'tables')).split('\n');
  if (tables.some((table) => table.includes(` ${slotPrefix}`))) return undefined;
  return (await readFile('/proc/sys/net/ipv4/ip_forward', 'utf8')).trim();
}

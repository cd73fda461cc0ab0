import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { run } from '../artifacts/run.ts';
import { isAlive, type ProcessIdentity } from '../state.ts';
import { removeCgroups } from './cgroups.ts';
import { isSlotName, type Slot, slotCount, slotOf } from './slot.ts';

/**
 * What a node changes on the machine outside its own namespaces: a veth pair, one nftables table, and `ip_forward`.
 * The table's comment tells who owns it and what `ip_forward` was before, so all knowledge goes away with the table,
 * and whoever comes later can clean up after a supervisor that was killed.
 */
interface OwnedTable {
  readonly name: string;
  readonly owner: ProcessIdentity;
  readonly forwardingBefore: string;
}

const forwarding = '/proc/sys/net/ipv4/ip_forward';

/** Runs nft with the tools' environment; there may be none on the machine. */
type Nft = (args: readonly string[], input: string) => Promise<string>;

function nftWith(env: NodeJS.ProcessEnv): Nft {
  return (args, input) => run('nft', args, { env, input });
}

/** The slot that was taken, and how to give it back. */
export interface HostNetwork {
  readonly slot: Slot;
  /** The MTU of the way out. */
  readonly mtu: number;
  /** Makes the veth pair between this machine and the network namespace of process `pid`, and the routes into it. */
  connect(pid: number): Promise<void>;
  /** Removes the interface, the table and the cgroups; the last node restores `ip_forward`. */
  release(): Promise<void>;
}

/**
 * Takes a free slot, after cleaning up after supervisors that are gone.
 *
 * @param env environment in which `nft` is found.
 * @throws when all slots are in use.
 */
export async function takeSlot(owner: ProcessIdentity, env: NodeJS.ProcessEnv): Promise<HostNetwork> {
  const nft = nftWith(env);
  return withHostLock(async () => {
    await releaseDead(nft);
    const used = new Set([...(await ownedTables(nft)).map(({ name }) => name), ...(await interfaceNames())]);
    const slot = Array.from({ length: slotCount }, (_, number) => slotOf(number)).find(({ name }) => !used.has(name));
    if (slot === undefined) throw new Error(`${slotCount} nodes run on this machine already`);
    await takeTable(nft, slot, owner);
    const uplink = await defaultRoute();
    return {
      slot,
      mtu: uplink.mtu,
      connect: (pid) => connect(slot, pid, uplink.mtu),
      release: () => withHostLock(() => releaseSlot(nft, slot.name)),
    };
  });
}

/** Cleans up after supervisors that were killed: a node's processes die with its supervisor, its table does not. */
export async function releaseDeadSlots(env: NodeJS.ProcessEnv): Promise<void> {
  await withHostLock(() => releaseDead(nftWith(env)));
}

async function releaseDead(nft: Nft): Promise<void> {
  for (const table of await ownedTables(nft)) {
    if (!isAlive(table.owner)) await releaseSlot(nft, table.name);
  }
}

async function takeTable(nft: Nft, slot: Slot, owner: ProcessIdentity): Promise<void> {
  const others = await ownedTables(nft);
  const now = (await readFile(forwarding, 'utf8')).trim();
  const before = others[0]?.forwardingBefore ?? now;
  await nft(
    ['-f', '-'],
    `table ip ${slot.name} {
       comment "supervisor ${owner.pid} ${owner.startTime} ip_forward ${before}"
       chain postrouting {
         type nat hook postrouting priority srcnat;
         ip saddr ${slot.link.range} oifname != "${slot.name}" masquerade
       }
     }`,
  );
  if (now !== '1') await writeFile(forwarding, '1');
}

async function releaseSlot(nft: Nft, name: string): Promise<void> {
  const tables = await ownedTables(nft);
  await removeInterface(name);
  await removeCgroups(name);
  const own = tables.find((table) => table.name === name);
  if (own === undefined) return;
  await nft(['delete', 'table', 'ip', name], '');
  if (tables.length === 1 && own.forwardingBefore !== '1') await writeFile(forwarding, own.forwardingBefore);
}

/** The kernel removes the interface by itself, some time after the last process of its other end's namespace. */
async function removeInterface(name: string): Promise<void> {
  if (!(await interfaceNames()).includes(name)) return;
  await run('ip', ['link', 'delete', name]).catch(async (error: unknown) => {
    if ((await interfaceNames()).includes(name)) throw error;
  });
}

const tableList = z.object({
  nftables: z.array(z.object({ table: z.object({ family: z.string(), name: z.string() }).optional() })),
});

/** The tables of all nodes on this machine. */
async function ownedTables(nft: Nft): Promise<readonly OwnedTable[]> {
  const { nftables } = tableList.parse(JSON.parse(await nft(['--json', 'list', 'tables'], '')));
  const names = nftables.flatMap(({ table }) =>
    table !== undefined && table.family === 'ip' && isSlotName(table.name) ? [table.name] : [],
  );
  const tables = await Promise.all(
    names.map(async (name) => {
      // The JSON form leaves a table's comment out.
      const text = await nft(['list', 'table', 'ip', name], '');
      const [, pid, startTime, forwardingBefore] = /supervisor (\d+) (\d+) ip_forward (\d+)/.exec(text) ?? [];
      if (pid === undefined || startTime === undefined || forwardingBefore === undefined) return [];
      return [{ name, owner: { pid: Number(pid), startTime }, forwardingBefore }];
    }),
  );
  return tables.flat();
}

async function interfaceNames(): Promise<readonly string[]> {
  const links = z.array(z.object({ ifname: z.string() }));
  return links.parse(JSON.parse(await run('ip', ['-json', 'link', 'show']))).map(({ ifname }) => ifname);
}

/** The MTU of the interface that leads out; Ethernet's where there is no way out. */
async function defaultRoute(): Promise<{ readonly mtu: number }> {
  const routes = z.array(z.object({ dev: z.string() }));
  const [route] = routes.parse(JSON.parse(await run('ip', ['-json', 'route', 'show', 'default'])));
  if (route === undefined) return { mtu: 1500 };
  return { mtu: Number(await readFile(`/sys/class/net/${route.dev}/mtu`, 'utf8')) };
}

async function connect(slot: Slot, pid: number, mtu: number): Promise<void> {
  const { name, link } = slot;
  const inside = (...args: readonly string[]) => run('nsenter', [`--net=/proc/${pid}/ns/net`, 'ip', ...args]);
  await run('ip', ['link', 'add', name, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(pid)]);
  await run('ip', ['address', 'add', `${link.host}/${link.prefix}`, 'dev', name]);
  await run('ip', ['link', 'set', name, 'mtu', String(mtu), 'up']);
  await inside('link', 'set', 'lo', 'up');
  await inside('address', 'add', `${link.node}/${link.prefix}`, 'dev', 'eth0');
  await inside('link', 'set', 'eth0', 'mtu', String(mtu), 'up');
  await inside('route', 'add', 'default', 'via', link.host);
  // Pods and Services are reachable from this machine too; the routes go away with the interface.
  await run('ip', ['route', 'add', slot.podRange, 'via', link.node]);
  await run('ip', ['route', 'add', slot.serviceRange, 'via', link.node]);
}

/**
 * Runs one thing at a time on this machine, whoever's process it is. The lock is an abstract socket: it belongs to the
 * machine's network, leaves no file, and goes away with the process that holds it.
 */
async function withHostLock<T>(action: () => Promise<T>): Promise<T> {
  const lock = await acquire();
  try {
    return await action();
  } finally {
    await new Promise((resolve) => lock.close(resolve));
  }
}

async function acquire(): Promise<Server> {
  for (;;) {
    const server = createServer();
    const taken = await new Promise<boolean>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) =>
        error.code === 'EADDRINUSE' ? resolve(false) : reject(error),
      );
      server.listen('\0imagespec-operator-host', () => resolve(true));
    });
    if (taken) return server;
    await sleep(20);
  }
}

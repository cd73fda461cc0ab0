import { readFile, writeFile } from 'node:fs/promises';
import { isAlive, type ProcessIdentity } from '../state.ts';
import { withHostLock } from '../supervision/host-lock.ts';
import { removeCgroups } from './cgroups.ts';
import { type Links, linksWith } from './links.ts';
import { createTable, deleteTable, forwardDroppedBy, type Nft, nftWith, ownedTables } from './nftables.ts';
import { type Slot, slotCount, slotOf } from './slot.ts';

/**
 * What a node changes on the machine outside its own namespaces: a veth pair, one nftables table, `ip_forward`, and its
 * cgroups.
 */
export interface HostNetwork {
  readonly slot: Slot;
  /** The MTU of the way out. */
  readonly mtu: number;
  /** Reasons why Pods cannot reach the world, for people to read; empty when they can. */
  readonly warnings: readonly string[];
  /** Makes the veth pair between this machine and the network namespace of process `pid`, and the routes into it. */
  connect(pid: number): Promise<void>;
  /** Removes the interface, the table and the cgroups; the last node restores `ip_forward`. */
  release(): Promise<void>;
}

const forwarding = '/proc/sys/net/ipv4/ip_forward';

/** The programs with which the machine's network is changed. */
interface Tools {
  readonly nft: Nft;
  readonly links: Links;
}

function toolsWith(env: NodeJS.ProcessEnv): Tools {
  return { nft: nftWith(env), links: linksWith(env) };
}

/**
 * Takes a free slot, after cleaning up after supervisors that are gone.
 *
 * @param env environment in which `nft` and `ip` are found.
 * @throws when all slots are in use.
 */
export async function takeSlot(owner: ProcessIdentity, env: NodeJS.ProcessEnv): Promise<HostNetwork> {
  const tools = toolsWith(env);
  const { nft, links } = tools;
  return withHostLock('host', async () => {
    await releaseDead(tools);
    const used = new Set([...(await ownedTables(nft)).map(({ name }) => name), ...(await links.names())]);
    const slot = Array.from({ length: slotCount }, (_, number) => slotOf(number)).find(({ name }) => !used.has(name));
    if (slot === undefined) throw new Error(`${slotCount} nodes run on this machine already`);
    const mtu = await links.uplinkMtu();
    await takeTable(nft, slot, owner);
    return {
      slot,
      mtu,
      warnings: await warnings(nft, slot),
      connect: (pid) => links.connect(slot, pid, mtu),
      release: () => withHostLock('host', () => releaseSlot(tools, slot.name)),
    };
  });
}

/** Cleans up after supervisors that were killed: a node's processes die with its supervisor, its table does not. */
export async function releaseDeadSlots(env: NodeJS.ProcessEnv): Promise<void> {
  await withHostLock('host', () => releaseDead(toolsWith(env)));
}

async function releaseDead(tools: Tools): Promise<void> {
  for (const table of await ownedTables(tools.nft)) {
    if (!isAlive(table.owner)) await releaseSlot(tools, table.name);
  }
}

async function takeTable(nft: Nft, slot: Slot, owner: ProcessIdentity): Promise<void> {
  const others = await ownedTables(nft);
  const now = (await readFile(forwarding, 'utf8')).trim();
  await createTable(nft, slot, owner, others[0]?.forwardingBefore ?? now);
  if (now !== '1') await writeFile(forwarding, '1');
}

async function releaseSlot({ nft, links }: Tools, name: string): Promise<void> {
  const tables = await ownedTables(nft);
  await links.remove(name);
  await removeCgroups(name);
  const own = tables.find((table) => table.name === name);
  if (own === undefined) return;
  await deleteTable(nft, name);
  if (tables.length === 1 && own.forwardingBefore !== '1') await writeFile(forwarding, own.forwardingBefore);
}

async function warnings(nft: Nft, { name }: Slot): Promise<readonly string[]> {
  const chain = await forwardDroppedBy(nft);
  if (chain === undefined) return [];
  return [
    `this machine's firewall (nftables chain ${chain}) may keep Pods from package registries: allow ${name} there, ` +
      `with Docker by: iptables -I DOCKER-USER -i ${name} -j ACCEPT; iptables -I DOCKER-USER -o ${name} -j ACCEPT`,
  ];
}

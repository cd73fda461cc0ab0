import { z } from 'zod';
import { run } from '../artifacts/run.ts';
import type { ProcessIdentity } from '../state.ts';
import { isSlotName, type Slot } from './slot.ts';

/** Runs nft in the environment in which it is found; there may be none on the machine. */
export type Nft = (args: readonly string[], input: string) => Promise<string>;

export function nftWith(env: NodeJS.ProcessEnv): Nft {
  return (args, input) => run('nft', args, { env, input });
}

/**
 * The table of a node. Its comment names its owner and what `ip_forward` was before. So all knowledge goes away with the
 * table, and the next process can clean up after a killed supervisor.
 */
export interface OwnedTable {
  readonly name: string;
  readonly owner: ProcessIdentity;
  readonly forwardingBefore: string;
}

/** Makes a slot's table: what leaves the node's link for elsewhere does so under this machine's address. */
export async function createTable(nft: Nft, slot: Slot, owner: ProcessIdentity, forwardingBefore: string) {
  await nft(
    ['-f', '-'],
    `table ip ${slot.name} {
       comment "supervisor ${owner.pid} ${owner.startTime} ip_forward ${forwardingBefore}"
       chain postrouting {
         type nat hook postrouting priority srcnat;
         ip saddr ${slot.link.range} oifname != "${slot.name}" masquerade
       }
     }`,
  );
}

export async function deleteTable(nft: Nft, name: string): Promise<void> {
  await nft(['delete', 'table', 'ip', name], '');
}

const tableList = z.object({
  nftables: z.array(z.object({ table: z.object({ family: z.string(), name: z.string() }).optional() })),
});

/** The tables of all nodes on this machine. */
export async function ownedTables(nft: Nft): Promise<readonly OwnedTable[]> {
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

const chain = z.object({
  family: z.string(),
  table: z.string(),
  name: z.string(),
  hook: z.string().optional(),
  policy: z.string().optional(),
});
const chainList = z.object({ nftables: z.array(z.object({ chain: chain.optional() })) });

/**
 * The chain of this machine that drops forwarded packets unless a rule allows them, as Docker's and other firewalls do: no
 * table of ours can overrule it (nft(8): a packet has to be accepted by every chain of a hook).
 */
export async function forwardDroppedBy(nft: Nft): Promise<string | undefined> {
  const { nftables } = chainList.parse(JSON.parse(await nft(['--json', 'list', 'chains'], '')));
  const found = nftables.find(
    ({ chain }) => chain?.hook === 'forward' && chain.policy === 'drop' && chain.family !== 'ip6',
  )?.chain;
  return found === undefined ? undefined : `${found.family} ${found.table} ${found.name}`;
}

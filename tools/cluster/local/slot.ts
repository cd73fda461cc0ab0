/**
 * A number that no other node on this machine uses now. Everything a node needs on the machine itself is named or
 * numbered after it: the veth pair, the nftables table, the cgroups and the address ranges.
 */
export interface Slot {
  /** Name of the host's end of the veth pair, of the nftables table and of the cgroups. */
  readonly name: string;
  /** The range of the veth pair with its two addresses. */
  readonly link: { readonly range: string; readonly prefix: number; readonly host: string; readonly node: string };
  readonly podRange: string;
  readonly serviceRange: string;
  /** The first address of `serviceRange`: the API server. */
  readonly serviceAddress: string;
}

/** Limit of concurrent nodes on one machine. */
export const slotCount = 64;

const namePattern = /^imagespec\d+$/;

/** Whether an interface, table or cgroup of this name is a node's. */
export function isSlotName(name: string): boolean {
  return namePattern.test(name);
}

/**
 * The slot of a number below `slotCount`. The ranges are the upper end of 100.64.0.0/10 (RFC 6598). Home and company
 * networks do not use it, nor do the usual Pod ranges.
 */
export function slotOf(number: number): Slot {
  return {
    name: `imagespec${number}`,
    link: {
      range: `100.127.${number}.0/30`,
      prefix: 30,
      host: `100.127.${number}.1`,
      node: `100.127.${number}.2`,
    },
    podRange: `100.126.${number}.0/24`,
    serviceRange: `100.125.${number}.0/24`,
    serviceAddress: `100.125.${number}.1`,
  };
}

import { BlockList, isIP } from 'node:net';
import { getDomain } from 'tldts';

/**
 * Addresses that a registry elsewhere must not send us to: this machine, its networks, cloud metadata. IANA's
 * special-purpose registries, without the blocks for documentation.
 */
const notPublic = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const) {
  notPublic.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of [
  // ::1, and what RFC 4291 had for IPv4 addresses: a tunnel of the kernel may still lead there.
  ['::', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  // Teredo, segment routing and the former site-local addresses.
  ['2001::', 32],
  ['5f00::', 16],
  ['fec0::', 10],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  notPublic.addSubnet(network, prefix, 'ipv6');
}

/** Where no registry is: this link, groups, and the metadata of clouds, which give credentials to whoever asks. */
const neverAsked = new BlockList();
for (const [network, prefix] of [
  ['169.254.0.0', 16],
  ['224.0.0.0', 4],
  // Alibaba Cloud, Azure, Oracle Cloud.
  ['100.100.100.200', 32],
  ['168.63.129.16', 32],
  ['192.0.0.192', 32],
] as const) {
  // BlockList itself knows them within ::ffff:0:0/96; the others are NAT64 (RFC 6052), 6to4 (RFC 3056) and RFC 4291's.
  const [a = 0, b = 0, c = 0, d = 0] = network.split('.').map(Number);
  const embedded = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  neverAsked.addSubnet(network, prefix, 'ipv4');
  neverAsked.addSubnet(`::${embedded}`, 96 + prefix, 'ipv6');
  neverAsked.addSubnet(`64:ff9b::${embedded}`, 96 + prefix, 'ipv6');
  neverAsked.addSubnet(`2002:${embedded}::`, 16 + prefix, 'ipv6');
}
for (const [network, prefix] of [
  ['fe80::', 10],
  ['ff00::', 8],
  // Amazon, Google Cloud.
  ['fd00:ec2::', 32],
  ['fd20:ce::254', 128],
] as const) {
  neverAsked.addSubnet(network, prefix, 'ipv6');
}

/**
 * What an address is to a client of registries: one of the internet, one inside (private networks, this machine), or one that
 * is never connected to.
 */
export function addressKind(address: string): 'public' | 'private' | 'never' {
  if (isIn(neverAsked, address)) {
    return 'never';
  }
  return isIn(notPublic, address) ? 'private' : 'public';
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** The registry of a request, and whether plain HTTP is allowed for it. */
export interface Origin {
  readonly url: URL;
  readonly insecure: boolean;
}

/**
 * Why the client sends no request to a registry's token service; undefined when it may. A hostile realm collects
 * credentials (CVE-2026-48978 and others). The service must use TLS, or be on the machine of a plain registry. It has no
 * private address unless the registry is on that very host. A credential goes only to the registry's registrable domain.
 * This function resolves no names: `network.ts` checks their addresses when it connects.
 */
export function realmFault(realm: URL, origin: Origin, hasCredential: boolean): string | undefined {
  const sameHost = realm.hostname === origin.url.hostname;
  const nearby = origin.insecure && (sameHost || isLoopback(realm.hostname));
  if (realm.protocol !== 'https:' && !(realm.protocol === 'http:' && nearby)) {
    return 'it is not encrypted';
  }
  if (sameHost || nearby) {
    return undefined;
  }
  if (isNotPublic(realm.hostname)) {
    return 'its address is not public';
  }
  return hasCredential && !sameDomain(realm.hostname, origin.url.hostname)
    ? 'it is of another domain, and would be given the credential'
    : undefined;
}

/** Why a redirect is not followed, undefined when it may be. Nothing but the path is sent along. */
export function redirectFault(target: URL, origin: Origin, insecureHosts: readonly string[]): string | undefined {
  const sameHost = target.hostname === origin.url.hostname;
  const plain = target.protocol === 'http:' && ((origin.insecure && sameHost) || insecureHosts.includes(target.host));
  if (target.protocol !== 'https:' && !plain) {
    return 'it is not encrypted';
  }
  return !sameHost && isNotPublic(target.hostname) && !isNotPublic(origin.url.hostname)
    ? 'its address is not public'
    : undefined;
}

/** @param hostname as URL gives it: addresses in one form, IPv6 in brackets */
function isLoopback(hostname: string): boolean {
  return isLocalName(hostname) || isIn(loopback, hostname);
}

/** Of a name, only a local one: `network.ts` looks at the address of any other when it connects. */
function isNotPublic(hostname: string): boolean {
  return isLocalName(hostname) || addressKind(hostname) !== 'public';
}

function isLocalName(hostname: string): boolean {
  return /(?:^|\.)localhost\.?$/.test(hostname);
}

function isIn(list: BlockList, hostname: string): boolean {
  const address = hostname.replaceAll(/[[\]]/g, '');
  switch (isIP(address)) {
    case 4:
      return list.check(address, 'ipv4');
    case 6:
      return list.check(address, 'ipv6');
    default:
      return false;
  }
}

function sameDomain(a: string, b: string): boolean {
  const domain = getDomain(a, { allowPrivateDomains: true });
  return domain !== null && domain === getDomain(b, { allowPrivateDomains: true });
}

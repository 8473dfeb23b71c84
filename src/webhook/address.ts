import { BlockList, isIP } from 'node:net';

/**
 * What is not public, by IANA's special-purpose registries and RFC 4291, and the one public address that a cloud answers
 * its machines on (168.63.129.16, Azure). All other addresses of that kind lie in a network that is here anyway.
 */
const SPECIAL_4: readonly (readonly [network: string, prefix: number, kind: string])[] = [
  ['0.0.0.0', 8, 'an unspecified'],
  ['10.0.0.0', 8, 'a private'],
  ['100.64.0.0', 10, 'a shared (CGNAT)'],
  ['127.0.0.0', 8, 'a loopback'],
  ['168.63.129.16', 32, 'a metadata'],
  ['169.254.0.0', 16, 'a link-local'],
  ['172.16.0.0', 12, 'a private'],
  ['192.0.0.0', 24, 'a reserved'],
  ['192.0.2.0', 24, 'a documentation'],
  ['192.88.99.0', 24, 'a 6to4 relay'],
  ['192.168.0.0', 16, 'a private'],
  ['198.18.0.0', 15, 'a benchmarking'],
  ['198.51.100.0', 24, 'a documentation'],
  ['203.0.113.0', 24, 'a documentation'],
  ['224.0.0.0', 4, 'a multicast'],
  ['240.0.0.0', 4, 'a reserved'],
];

/** The first that fits counts. What reaches IPv4 by another way (mapped, NAT64, 6to4, Teredo) is refused whatever is in it. */
const SPECIAL_6: readonly (readonly [network: string, prefix: number, kind: string])[] = [
  ['::', 128, 'an unspecified'],
  ['::1', 128, 'a loopback'],
  ['::ffff:0:0', 96, 'an IPv4-mapped'],
  ['64:ff9b::', 96, 'a translated (NAT64)'],
  ['64:ff9b:1::', 48, 'a translated (NAT64)'],
  ['2001::', 23, 'a reserved (Teredo and others)'],
  ['2001:db8::', 32, 'a documentation'],
  ['2002::', 16, 'a 6to4'],
  ['2620:4f:8000::', 48, 'a reserved'],
  ['3fff::', 20, 'a documentation'],
  ['fc00::', 7, 'a private (unique local)'],
  ['fe80::', 10, 'a link-local'],
  ['fec0::', 10, 'a site-local'],
  ['ff00::', 8, 'a multicast'],
];

const lists = {
  4: SPECIAL_4.map(([network, prefix, kind]) => ({ kind, list: listOf(network, prefix, 'ipv4') })),
  6: SPECIAL_6.map(([network, prefix, kind]) => ({ kind, list: listOf(network, prefix, 'ipv6') })),
};
/** All of IPv6 that is given out. */
const GLOBAL_6 = listOf('2000::', 3, 'ipv6');

function listOf(network: string, prefix: number, family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  list.addSubnet(network, prefix, family);
  return list;
}

/** Null for an address that anybody on the internet may have, or what it is instead, with its article: "a private". */
export function specialKind(address: string): string | null {
  const family = isIP(address);
  // A zone (fe80::1%eth0) names a link of this machine.
  if (family === 0 || address.includes('%')) return 'no usable';
  const name = family === 4 ? 'ipv4' : 'ipv6';
  const special = lists[family === 4 ? 4 : 6].find(({ list }) => list.check(address, name));
  if (special !== undefined) return special.kind;
  return family === 4 || GLOBAL_6.check(address, 'ipv6') ? null : 'a reserved';
}

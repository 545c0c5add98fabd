import { BlockList, isIPv6 } from 'node:net';

/** The special-purpose blocks of the IANA registries (RFC 6890 and its successors), which contain no public hosts. */
const SPECIAL: readonly (readonly [network: string, prefix: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  // IPv4 embedded in IPv6, through which the blocks above could be reached.
  ['::', 96],
  ['::ffff:0:0', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
  ['5f00::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
];

// One list per family: a combined list would match every IPv4 address against `::ffff:0:0/96`.
const blocked = { ipv4: new BlockList(), ipv6: new BlockList() };
const familyOf = (address: string) => (isIPv6(address) ? 'ipv6' : 'ipv4');
for (const [network, prefix] of SPECIAL) blocked[familyOf(network)].addSubnet(network, prefix, familyOf(network));

/** Whether an address belongs to this machine, to a private network, or otherwise not to the public internet. */
export function isSpecialAddress(address: string): boolean {
  return blocked[familyOf(address)].check(address, familyOf(address));
}

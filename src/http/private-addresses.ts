import { BlockList, isIPv6 } from 'node:net';
import { isSpecialAddress } from './special-addresses.ts';

/** The blocks of organisations' own networks, and this machine (RFC 1918, RFC 6598, RFC 4193). */
const PRIVATE: readonly (readonly [network: string, prefix: number])[] = [
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['::1', 128],
  ['fc00::', 7],
];

/** Where clouds serve credentials to the machines in them, within the blocks above. */
const METADATA = ['100.100.100.200', 'fd00:ec2::254'];

const inside = { ipv4: new BlockList(), ipv6: new BlockList() };
const metadata = { ipv4: new BlockList(), ipv6: new BlockList() };
const familyOf = (address: string) => (isIPv6(address) ? 'ipv6' : 'ipv4');
for (const [network, prefix] of PRIVATE) inside[familyOf(network)].addSubnet(network, prefix, familyOf(network));
for (const address of METADATA) metadata[familyOf(address)].addAddress(address, familyOf(address));

/** Which part of the internet an address belongs to. `forbidden`: link-local, metadata, multicast and reserved addresses. */
export type AddressReach = 'public' | 'private' | 'forbidden';

export function reachOf(address: string): AddressReach {
  const family = familyOf(address);
  if (metadata[family].check(address, family)) return 'forbidden';
  if (inside[family].check(address, family)) return 'private';
  return isSpecialAddress(address) ? 'forbidden' : 'public';
}

/** A network that an address belongs to, and how many failures are accepted from all of it together. */
export interface Network {
  readonly name: string;
  /** Failed attempts against one person per day. */
  readonly perPerson: number;
  /** Failed attempts against anyone in ten minutes. */
  readonly perWindow: number;
}

/** Prefixes that a single party may hold: a link, a site (RFC 6177), a provider. Limits grow more slowly than network sizes. */
const IPV6_PREFIXES = [
  { groups: 4, perPerson: 30, perWindow: 100 },
  { groups: 3, perPerson: 40, perWindow: 300 },
  { groups: 2, perPerson: 60, perWindow: 3000 },
] as const;

/** The first groups of an IPv6 address, in any notation (RFC 5952 §2). */
function ipv6Prefix(ip: string, length: number): string {
  const [head = '', tail] = ip.split('::');
  const groups = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - groups.length - last.length) }, () => '0');
  const network = [...groups, ...zeros, ...last].slice(0, length);
  return network.map((group) => group.toLowerCase().replace(/^0+(?=.)/, '')).join(':');
}

/** An IPv6 customer has at least a /64, so all addresses in one count as the same. */
export function addressGroup(ip: string): string {
  return ip.includes(':') ? ipv6Prefix(ip, 4) : ip;
}

/** The networks of an address, narrowest first. The first one's name is {@link addressGroup}. */
export function networksOf(ip: string): readonly [Network, ...Network[]] {
  if (!ip.includes(':')) return [{ name: ip, perPerson: 30, perWindow: 100 }];
  const [narrowest, ...wider] = IPV6_PREFIXES;
  return [
    { ...narrowest, name: addressGroup(ip) },
    ...wider.map((prefix) => ({ ...prefix, name: `${ipv6Prefix(ip, prefix.groups)}/${prefix.groups * 16}` })),
  ];
}

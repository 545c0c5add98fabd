import { BlockList, isIP } from 'node:net';

/** Addresses and networks of which the operator thinks ill (or well; the policy says which). */
export interface AddressList {
  has(ip: string): boolean;
}

const BITS = { 4: 32, 6: 128 } as const;

/**
 * Reads a list of addresses and CIDR ranges, one a line; `#` begins a comment, and `;` too, as in Spamhaus's lists.
 * @throws {Error} naming the first line that is neither.
 */
export function readAddressList(text: string): AddressList {
  const list = new BlockList();
  const familyOf = (ip: string) => (isIP(ip) === 6 ? 'ipv6' : 'ipv4');
  for (const [index, line] of text.split('\n').entries()) {
    const entry = line.replace(/[#;].*/, '').trim();
    if (entry === '') continue;
    const [address = '', bits, ...rest] = entry.split('/');
    const version = isIP(address);
    const most = version === 0 ? 0 : BITS[version as 4 | 6];
    const prefix = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
    if (version === 0 || rest.length > 0 || !(prefix >= 0 && prefix <= most)) {
      throw new Error(`line ${index + 1} is neither an address nor a range such as 192.0.2.0/24`);
    }
    list.addSubnet(address, prefix, familyOf(address));
  }
  return { has: (ip) => isIP(ip) !== 0 && list.check(ip, familyOf(ip)) };
}

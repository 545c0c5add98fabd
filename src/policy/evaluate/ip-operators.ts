import { plainText } from '../match/operand.ts';
import { type ValueOperator, withNegation } from './operator.ts';

/** An address as a number: 32 bits for IPv4, 128 for IPv6. */
type Address = number | bigint;

/** `IpAddress` and `NotIpAddress`: IPv4 and IPv6, single addresses and CIDR ranges. */
export const IP_OPERATORS: readonly ValueOperator[] = withNegation(
  ['IpAddress', 'NotIpAddress'],
  false,
  (operand, value) => {
    const text = plainText(operand);
    const slash = text.indexOf('/');
    const host = slash < 0 ? text : text.slice(0, slash);
    const network = readAddress(host);
    if (network === undefined) return undefined;
    const length = slash < 0 ? undefined : readPrefixLength(text.slice(slash + 1));
    if (slash >= 0 && length === undefined) return undefined;
    return typeof network === 'number'
      ? // the prefix length of an IPv4-mapped IPv6 address includes its 96 leading bits
        isInIpv4(network, length === undefined ? 32 : length - (host.includes(':') ? 96 : 0), value)
      : isInIpv6(network, length ?? 128, value);
  },
);

function readPrefixLength(text: string): number | undefined {
  return /^\d{1,3}$/.test(text) ? Number(text) : undefined;
}

function isInIpv4(network: number, length: number, value: string): boolean | undefined {
  if (length < 0 || length > 32) return undefined;
  const address = readAddress(value);
  // a shift by 32 would shift by 0
  return typeof address === 'number' && (length === 0 || (address ^ network) >>> (32 - length) === 0);
}

function isInIpv6(network: bigint, length: number, value: string): boolean | undefined {
  if (length > 128) return undefined;
  const shift = BigInt(128 - length);
  const address = readAddress(value);
  return typeof address === 'bigint' && address >> shift === network >> shift;
}

/** Parses an address. An IPv4-mapped IPv6 address (`::ffff:192.0.2.1`) is returned as IPv4. */
export function readAddress(text: string): Address | undefined {
  if (!text.includes(':')) return readIpv4(text);
  const bits = readIpv6(text);
  return bits !== undefined && bits >> 32n === 0xffffn ? Number(bits & 0xffffffffn) : bits;
}

/** Parses four decimal bytes without leading zeros. Written by hand because policies often check the address of a request. */
function readIpv4(text: string): number | undefined {
  let bits = 0;
  let octet = -1;
  let octets = 0;
  for (let at = 0; at <= text.length; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit >= 0 && digit <= 9) {
      if (octet === 0) return undefined;
      octet = Math.max(octet, 0) * 10 + digit;
      if (octet > 255) return undefined;
      continue;
    }
    if (octet < 0 || (at < text.length && text[at] !== '.')) return undefined;
    bits = bits * 256 + octet;
    octets++;
    octet = -1;
  }
  return octets === 4 ? bits : undefined;
}

function readIpv6(text: string): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half, index) => readGroups(half, index === halves.length - 1));
  if (!head || (halves.length === 2 && !tail)) return undefined;
  const given = head.length + (tail?.length ?? 0);
  if (tail ? given > 7 : given !== 8) return undefined;
  const groups = [...head, ...new Array<number>(8 - given).fill(0), ...(tail ?? [])];
  return groups.reduce((bits, group) => (bits << 16n) | BigInt(group), 0n);
}

/** The 16-bit groups of one side of `::`. An IPv4 address may end the text and counts as two groups. */
function readGroups(text: string, endsText: boolean): readonly number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (/^[\dA-Fa-f]{1,4}$/.test(part)) {
      groups.push(Number.parseInt(part, 16));
      continue;
    }
    const embedded = endsText && index === parts.length - 1 ? readIpv4(part) : undefined;
    if (embedded === undefined) return undefined;
    groups.push(embedded >>> 16, embedded & 0xffff);
  }
  return groups;
}

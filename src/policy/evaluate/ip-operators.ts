import { plainText } from './operand.ts';
import { type ValueOperator, withNegation } from './operator.ts';

/** An address as its bits: 32 for IPv4, 128 for IPv6. */
interface Address {
  readonly bits: bigint;
  readonly size: 32 | 128;
}

interface Range {
  readonly network: bigint;
  readonly shift: bigint;
  readonly size: 32 | 128;
}

/** `IpAddress` and `NotIpAddress`: IPv4 and IPv6, single addresses and CIDR ranges. */
export const IP_OPERATORS: readonly ValueOperator[] = withNegation(['IpAddress', 'NotIpAddress'], false, (operand) => {
  const range = readRange(plainText(operand));
  if (!range) return undefined;
  return (value) => {
    const address = readAddress(value);
    return address?.size === range.size && address.bits >> range.shift === range.network;
  };
});

function readRange(text: string): Range | undefined {
  const slash = text.indexOf('/');
  const host = slash < 0 ? text : text.slice(0, slash);
  const address = readAddress(host);
  if (!address) return undefined;
  if (slash < 0) return { network: address.bits, shift: 0n, size: address.size };
  const prefix = text.slice(slash + 1);
  if (!/^\d{1,3}$/.test(prefix)) return undefined;
  // the prefix of an IPv4 address written as IPv6 counts from that form's start
  const length = Number(prefix) - (address.size === 32 && host.includes(':') ? 96 : 0);
  if (length < 0 || length > address.size) return undefined;
  const shift = BigInt(address.size - length);
  return { network: address.bits >> shift, shift, size: address.size };
}

/** Reads an address. IPv4 mapped into IPv6 (`::ffff:192.0.2.1`) is the IPv4 address. */
function readAddress(text: string): Address | undefined {
  if (!text.includes(':')) {
    const bits = readIpv4(text);
    return bits === undefined ? undefined : { bits, size: 32 };
  }
  const bits = readIpv6(text);
  if (bits === undefined) return undefined;
  return bits >> 32n === 0xffffn ? { bits: bits & 0xffffffffn, size: 32 } : { bits, size: 128 };
}

function readIpv4(text: string): bigint | undefined {
  const octets = text.split('.');
  if (octets.length !== 4 || !octets.every((octet) => /^(0|[1-9]\d{0,2})$/.test(octet) && Number(octet) < 256)) {
    return undefined;
  }
  return octets.reduce((bits, octet) => (bits << 8n) | BigInt(octet), 0n);
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

/** The 16-bit groups of one side of `::`; an IPv4 address may end the text, and makes two. */
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
    groups.push(Number(embedded >> 16n), Number(embedded & 0xffffn));
  }
  return groups;
}

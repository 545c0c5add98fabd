/**
 * Writes small databases in MaxMind's format (MMDB 2.0), for tests: IPv4 only, records of 24 bits.
 * @see https://maxmind.github.io/MaxMind-DB/
 */

type Value = string | number | { readonly [key: string]: Value };

const DOUBLE = 3;
const UINT32 = 6;
const STRING = 2;
const MAP = 7;
const METADATA_MARKER = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1');
/** Zero bytes between the tree and the data. */
const SEPARATOR = 16;

function control(type: number, size: number): Buffer {
  if (size > 28) return Buffer.from([(type << 5) | 29, size - 29]);
  return Buffer.from([(type << 5) | size]);
}

function encode(value: Value, isWhole = false): Buffer {
  if (typeof value === 'string')
    return Buffer.concat([control(STRING, Buffer.byteLength(value)), Buffer.from(value, 'utf8')]);
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(isWhole ? 4 : 8);
    if (isWhole) bytes.writeUInt32BE(value);
    else bytes.writeDoubleBE(value);
    return Buffer.concat([control(isWhole ? UINT32 : DOUBLE, bytes.length), bytes]);
  }
  const entries = Object.entries(value).flatMap(([key, each]) => [encode(key), encode(each, isWhole)]);
  return Buffer.concat([control(MAP, Object.keys(value).length), ...entries]);
}

/** A node's records: another node, an index into the data, or nothing. */
type Node = [left: Slot, right: Slot];
type Slot = Node | number | undefined;

function bitsOf(network: string): readonly number[] {
  const [address = '', length = '32'] = network.split('/');
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  return Array.from({ length: Number(length) }, (_, index) => Math.floor(number / 2 ** (31 - index)) % 2);
}

function insert(root: Node, network: string, index: number): void {
  const bits = bitsOf(network);
  let node = root;
  for (const bit of bits.slice(0, -1)) {
    const side = bit as 0 | 1;
    const next = node[side];
    const below: Node = Array.isArray(next) ? next : [undefined, undefined];
    node[side] = below;
    node = below;
  }
  node[bits.at(-1) as 0 | 1] = index;
}

/** A database of networks in CIDR notation, which must not overlap. */
export function mmdbOf(networks: Readonly<Record<string, Value>>): Buffer {
  const root: Node = [undefined, undefined];
  const data = Object.values(networks).map((value) => encode(value));
  for (const [index, network] of Object.keys(networks).entries()) insert(root, network, index);
  const nodes: Node[] = [root];
  for (const node of nodes) for (const slot of node) if (Array.isArray(slot)) nodes.push(slot);
  const offsets = data.map((_, index) => data.slice(0, index).reduce((sum, { length }) => sum + length, 0));
  const recordOf = (slot: Slot): number => {
    if (Array.isArray(slot)) return nodes.indexOf(slot);
    return slot === undefined ? nodes.length : nodes.length + SEPARATOR + (offsets[slot] as number);
  };
  const tree = Buffer.concat(nodes.flatMap((node) => node.map((slot) => uint24(recordOf(slot)))));
  const metadata = encode(
    { node_count: nodes.length, record_size: 24, ip_version: 4, binary_format_major_version: 2, build_epoch: 0 },
    true,
  );
  return Buffer.concat([tree, Buffer.alloc(SEPARATOR), ...data, METADATA_MARKER, metadata]);
}

function uint24(value: number): Buffer {
  const bytes = Buffer.alloc(3);
  bytes.writeUIntBE(value, 0, 3);
  return bytes;
}

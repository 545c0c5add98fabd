import { createHash } from 'node:crypto';

/**
 * Encodes tuples as bytes that sort like the tuples. Each value starts with its type. Texts are UTF-8 with a terminator that cannot
 * occur in a text (zero bytes inside are escaped). Numbers are doubles with the sign bit folded. A tuple's bytes begin with the
 * bytes of each of its prefixes, so a prefix search is a range search.
 */
const FALSE = 1;
const TRUE = 2;
const NUMBER = 3;
const TEXT = 4;
const TEXT_END = Buffer.from([0, 0]);

/** LMDB accepts keys of up to 1978 bytes. */
const KEY_MAX = 1978;
/** Longer texts keep their head, followed by a hash that tells them apart. */
const TEXT_MAX = 400;
const TEXT_HEAD = TEXT_MAX - 32;

export type TupleValue = string | number | boolean;

/**
 * Encodes a tuple. Texts longer than 400 bytes are ordered by their first 368 bytes only.
 * @throws {RangeError} if the result is too long for an LMDB key, which takes at least five long texts.
 */
export function encodeTuple(values: readonly TupleValue[]): Buffer {
  const bytes = Buffer.concat(values.map(encodeValue));
  if (bytes.length > KEY_MAX) throw new RangeError('the values of a key or an index are too long to be stored');
  return bytes;
}

/** The smallest bytes that sort above everything beginning with `prefix`. */
export function afterPrefix(prefix: Buffer): Buffer {
  return Buffer.concat([prefix, Buffer.from([0xff])]);
}

/** The length of the first `values` values of the tuple that begins at `start`. */
export function tupleLength(bytes: Buffer, start: number, values: number): number {
  let at = start;
  for (let value = 0; value < values; value++) {
    const type = bytes[at++];
    if (type === NUMBER) at += 8;
    // A zero byte inside a text is followed by 0xff; the terminator is two zero bytes.
    else if (type === TEXT) {
      while (bytes[at] !== 0 || bytes[at + 1] !== 0) at += bytes[at] === 0 ? 2 : 1;
      at += TEXT_END.length;
    }
  }
  return at;
}

function encodeValue(value: TupleValue): Buffer {
  if (typeof value === 'string') return encodeText(value);
  if (typeof value === 'number') return encodeNumber(value);
  return Buffer.from([value ? TRUE : FALSE]);
}

function encodeText(text: string): Buffer {
  const plain = shorten(Buffer.from(text, 'utf8'));
  const escaped = plain.includes(0) ? escapeZeros(plain) : plain;
  const bytes = Buffer.allocUnsafe(escaped.length + 3);
  bytes[0] = TEXT;
  escaped.copy(bytes, 1);
  TEXT_END.copy(bytes, escaped.length + 1);
  return bytes;
}

/** The text that a tuple of one text encodes. It must be short and without zero bytes, so that it was neither cut nor escaped. */
export function decodeText(bytes: Buffer): string {
  return bytes.toString('utf8', 1, bytes.length - TEXT_END.length);
}

/** A text as bytes short enough for a key: unchanged, or its head and a hash of the whole. */
export function shorten(bytes: Buffer): Buffer {
  if (bytes.length <= TEXT_MAX) return bytes;
  return Buffer.concat([bytes.subarray(0, TEXT_HEAD), createHash('sha256').update(bytes).digest()]);
}

function escapeZeros(bytes: Buffer): Buffer {
  const out: number[] = [];
  for (const byte of bytes) {
    out.push(byte);
    if (byte === 0) out.push(0xff);
  }
  return Buffer.from(out);
}

function encodeNumber(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(9);
  bytes[0] = NUMBER;
  bytes.writeDoubleBE(value === 0 ? 0 : value, 1);
  if ((bytes[1] ?? 0) & 0x80) for (let i = 1; i < 9; i++) bytes[i] = ~(bytes[i] ?? 0) & 0xff;
  else bytes[1] = (bytes[1] ?? 0) | 0x80;
  return bytes;
}

import { createHash } from 'node:crypto';
import type { IndexValue } from '../../ports/collections.ts';

/**
 * Encodes tuples as texts that sort (by UTF-8 bytes, as every server compares texts) like the tuples. Each value begins with its
 * type: `!` for booleans, `#` for numbers (a double's bits in hexadecimal, sign folded), `=` for texts, which end with U+0001.
 * Conflicting control characters are escaped with U+0002, so U+0000 is never stored: PostgreSQL-based servers refuse it. A tuple's
 * text begins with the text of each of its prefixes, so a prefix search is a range search.
 */
const TEXT_END = '\u0001';
const ESCAPE = '\u0002';
/** Replaces the cut-off end of a long text. No escaped character looks like this. */
const SHORTENED = `${ESCAPE}\u0005`;

/** Every value's text sorts between these two. {@link placeholder} uses the room below `LEAST`. */
export const LEAST = '!';
export const ABOVE_ALL = '~';

/** Longer texts are ordered by their head and distinguished by a hash: DocumentDB indexes at most 2,048 bytes. */
const TEXT_MAX_BYTES = 400;
const TEXT_HEAD_BYTES = 320;
const TUPLE_MAX_BYTES = 1978;

/**
 * The text of a tuple.
 * @throws {RangeError} if it is too long for an index, which takes at least five long texts.
 * @throws {TypeError} if a value has an unsupported type.
 */
export function encodeTuple(values: readonly IndexValue[]): string {
  const text = values.map(encodeValue).join('');
  if (text.length > TUPLE_MAX_BYTES / 4 && Buffer.byteLength(text) > TUPLE_MAX_BYTES)
    throw new RangeError('the values of a key or an index are too long to be stored');
  return text;
}

/** The first value of a tuple, which must be a short text without control characters. */
export function firstText(tuple: string): string {
  return tuple.slice(1, tuple.indexOf(TEXT_END));
}

/** For documents that a unique index does not constrain: a text unique to this document, outside every range. */
export function placeholder(id: string): string {
  return ` ${id}`;
}

function encodeValue(value: IndexValue): string {
  if (typeof value === 'string') return `=${encodeText(value)}${TEXT_END}`;
  if (typeof value === 'number') return `#${encodeNumber(value)}`;
  if (typeof value === 'boolean') return value ? '!1' : '!0';
  // Other types never reach a query, so a value cannot smuggle in an operator.
  throw new TypeError('a value of a key or an index is neither text, number nor truth value');
}

function encodeText(text: string): string {
  // A text with so few UTF-16 code units cannot exceed the limit in bytes.
  if (text.length <= TEXT_MAX_BYTES / 3) return escapeControls(text);
  const bytes = Buffer.from(text);
  if (bytes.length <= TEXT_MAX_BYTES) return escapeControls(text);
  let end = TEXT_HEAD_BYTES;
  // Do not cut inside a character.
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  const hash = createHash('sha256').update(bytes).digest('hex');
  return `${escapeControls(bytes.subarray(0, end).toString())}${SHORTENED}${hash}`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\u0000': `${ESCAPE}\u0002`,
  '\u0001': `${ESCAPE}\u0003`,
  '\u0002': `${ESCAPE}\u0004`,
};

function escapeControls(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that are escaped
  return text.replace(/[\u0000-\u0002]/g, (character) => ESCAPES[character] ?? character);
}

function encodeNumber(value: number): string {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeDoubleBE(value === 0 ? 0 : value);
  if ((bytes[0] ?? 0) & 0x80) for (let i = 0; i < 8; i++) bytes[i] = ~(bytes[i] ?? 0) & 0xff;
  else bytes[0] = (bytes[0] ?? 0) | 0x80;
  return bytes.toString('hex');
}

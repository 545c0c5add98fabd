import { createHash } from 'node:crypto';
import type { IndexValue } from '../../ports/collections.ts';

/**
 * Tuples as texts whose order (by UTF-8 bytes, which is how every server compares texts) is the order of the tuples. Each
 * value begins with a sign of its type: `!` truth values, `#` numbers (a double's bits in hexadecimal, sign folded), `=`
 * texts, which end with U+0001; the control characters that would disturb are escaped by U+0002, so no U+0000 is stored,
 * which PostgreSQL's relatives refuse. A tuple's text begins with the text of each of its prefixes: a prefix is a range.
 */
const TEXT_END = '\u0001';
const ESCAPE = '\u0002';
/** In place of the cut-off end of a long text; no escape of a character looks so. */
const SHORTENED = `${ESCAPE}\u0005`;

/** What every value's text is at least, and what none reaches. Below the least there is room for {@link placeholder}. */
export const LEAST = '!';
export const ABOVE_ALL = '~';

/** Longer texts are ordered by their head and told apart by their hash: DocumentDB indexes at most 2,048 bytes. */
const TEXT_MAX_BYTES = 400;
const TEXT_HEAD_BYTES = 320;
const TUPLE_MAX_BYTES = 1978;

/**
 * The text of a tuple.
 * @throws {RangeError} where it is longer than indexes hold: five long texts and more.
 * @throws {TypeError} where a value is none.
 */
export function encodeTuple(values: readonly IndexValue[]): string {
  const text = values.map(encodeValue).join('');
  if (text.length > TUPLE_MAX_BYTES / 4 && Buffer.byteLength(text) > TUPLE_MAX_BYTES)
    throw new RangeError('the values of a key or an index are too long to be stored');
  return text;
}

/** The first value of a tuple that begins with a short text without control characters. */
export function firstText(tuple: string): string {
  return tuple.slice(1, tuple.indexOf(TEXT_END));
}

/** For a document that a unique index does not bind: a text that only this document has, outside of every range. */
export function placeholder(id: string): string {
  return ` ${id}`;
}

function encodeValue(value: IndexValue): string {
  if (typeof value === 'string') return `=${encodeText(value)}${TEXT_END}`;
  if (typeof value === 'number') return `#${encodeNumber(value)}`;
  if (typeof value === 'boolean') return value ? '!1' : '!0';
  // What is no such value never reaches a query: no operator can be smuggled in by one.
  throw new TypeError('a value of a key or an index is neither text, number nor truth value');
}

function encodeText(text: string): string {
  // A text of so few units cannot be longer in bytes.
  if (text.length <= TEXT_MAX_BYTES / 3) return escapeControls(text);
  const bytes = Buffer.from(text);
  if (bytes.length <= TEXT_MAX_BYTES) return escapeControls(text);
  let end = TEXT_HEAD_BYTES;
  // Not through the midst of a character.
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

import type { JsonArray, JsonMember, JsonNode, JsonObject } from './json-node.ts';
import { PolicySyntaxError } from './policy-problem.ts';

/** The longest text accepted, in UTF-16 code units: IAM's limit for a document, including white space. */
export const MAX_TEXT_LENGTH = 131_072;
/** A valid policy nests at most seven deep (document, Statement, statement, Condition, operator, key, values). */
export const MAX_DEPTH = 16;

interface Cursor {
  readonly text: string;
  at: number;
}

/**
 * Parses a text as JSON (RFC 8259) and keeps the position of every value. Rejects duplicate names in an object,
 * because parsers disagree on which one wins. Throws only {@link PolicySyntaxError}.
 */
export function parseJson(text: string): JsonNode {
  if (text.length > MAX_TEXT_LENGTH) throw new PolicySyntaxError({ kind: 'too-long' }, MAX_TEXT_LENGTH);
  const cursor: Cursor = { text, at: 0 };
  skipSpace(cursor);
  const node = readValue(cursor, 0);
  skipSpace(cursor);
  if (cursor.at < text.length) throw jsonError(cursor);
  return node;
}

function jsonError(cursor: Cursor): PolicySyntaxError {
  return new PolicySyntaxError({ kind: 'json' }, cursor.at);
}

function skipSpace(cursor: Cursor): void {
  for (;;) {
    const code = cursor.text.charCodeAt(cursor.at);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
    cursor.at++;
  }
}

function readValue(cursor: Cursor, depth: number): JsonNode {
  const at = cursor.at;
  if (depth > MAX_DEPTH) throw new PolicySyntaxError({ kind: 'too-deep' }, at);
  switch (cursor.text[at]) {
    case '{':
      return readObject(cursor, depth);
    case '[':
      return readArray(cursor, depth);
    case '"':
      return { kind: 'string', at, text: readString(cursor) };
    case 't':
      return readWord(cursor, 'true', { kind: 'boolean', at, value: true });
    case 'f':
      return readWord(cursor, 'false', { kind: 'boolean', at, value: false });
    case 'n':
      return readWord(cursor, 'null', { kind: 'null', at });
    default:
      return { kind: 'number', at, text: readNumber(cursor) };
  }
}

function readWord(cursor: Cursor, word: string, node: JsonNode): JsonNode {
  if (!cursor.text.startsWith(word, cursor.at)) throw jsonError(cursor);
  cursor.at += word.length;
  return node;
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

function readNumber(cursor: Cursor): string {
  NUMBER.lastIndex = cursor.at;
  const found = NUMBER.exec(cursor.text)?.[0];
  if (found === undefined) throw jsonError(cursor);
  cursor.at += found.length;
  return found;
}

function readObject(cursor: Cursor, depth: number): JsonObject {
  const at = cursor.at;
  const members: JsonMember[] = [];
  const names = new Set<string>();
  readList(cursor, '}', () => {
    const nameAt = cursor.at;
    if (cursor.text[nameAt] !== '"') throw jsonError(cursor);
    const name = readString(cursor);
    if (names.has(name)) throw new PolicySyntaxError({ kind: 'duplicate-name' }, nameAt);
    names.add(name);
    skipSpace(cursor);
    expect(cursor, ':');
    skipSpace(cursor);
    members.push({ name, at: nameAt, value: readValue(cursor, depth + 1) });
  });
  return { kind: 'object', at, end: cursor.at - 1, members };
}

function readArray(cursor: Cursor, depth: number): JsonArray {
  const at = cursor.at;
  const items: JsonNode[] = [];
  readList(cursor, ']', () => items.push(readValue(cursor, depth + 1)));
  return { kind: 'array', at, items };
}

/** Reads from the opening to the closing bracket. Items are separated by commas; a trailing comma is an error. */
function readList(cursor: Cursor, close: '}' | ']', readItem: () => void): void {
  cursor.at++;
  skipSpace(cursor);
  if (cursor.text[cursor.at] === close) {
    cursor.at++;
    return;
  }
  for (;;) {
    readItem();
    skipSpace(cursor);
    if (cursor.text[cursor.at] === close) break;
    expect(cursor, ',');
    skipSpace(cursor);
  }
  cursor.at++;
}

function expect(cursor: Cursor, character: string): void {
  if (cursor.text[cursor.at] !== character) throw jsonError(cursor);
  cursor.at++;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

function readString(cursor: Cursor): string {
  const { text } = cursor;
  let from = ++cursor.at;
  let read = '';
  for (;;) {
    const code = text.charCodeAt(cursor.at);
    if (code === 0x22) break;
    // NaN means the end of the text; JSON does not allow unescaped control characters
    if (!(code >= 0x20)) throw jsonError(cursor);
    if (code === 0x5c) {
      read += text.slice(from, cursor.at) + readEscape(cursor);
      from = cursor.at;
    } else {
      cursor.at++;
    }
  }
  read += text.slice(from, cursor.at);
  cursor.at++;
  return read;
}

function readEscape(cursor: Cursor): string {
  const letter = cursor.text[cursor.at + 1] ?? '';
  if (letter === 'u') {
    const digits = cursor.text.slice(cursor.at + 2, cursor.at + 6);
    if (!/^[\dA-Fa-f]{4}$/.test(digits)) throw jsonError(cursor);
    cursor.at += 6;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }
  const character = Object.hasOwn(ESCAPES, letter) ? ESCAPES[letter] : undefined;
  if (character === undefined) throw jsonError(cursor);
  cursor.at += 2;
  return character;
}

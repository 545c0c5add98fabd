import { type FindOptions, InvalidCursorError } from '../../ports/collections.ts';
import { afterPrefix, decodeText, encodeTuple, tupleLength } from './key-encoding.ts';
import type { Table } from './write-queue.ts';

const DEFAULT_LIMIT = 100;

export interface TableEntry {
  readonly key: Buffer;
  readonly value: Buffer;
}

interface EntryPage {
  readonly entries: readonly TableEntry[];
  readonly next?: string;
}

/**
 * A page of the entries that begin with `prefix`. A cursor is the last entry's bytes after the prefix. It marks a position in the
 * order, so it stays valid if that entry is deleted, and it cannot lead outside the prefix.
 */
export function pageOf(table: Table, prefix: Buffer, options: FindOptions): EntryPage {
  const limit = options.limit ?? DEFAULT_LIMIT;
  const bounds = boundsOf(prefix, options);
  const entries: TableEntry[] = [];
  for (const entry of table.getRange({ ...bounds, limit: limit + 1 })) entries.push(entry);
  if (entries.length <= limit) return { entries };
  entries.length = limit;
  const last = entries.at(-1);
  return last === undefined ? { entries } : { entries, next: last.key.subarray(prefix.length).toString('base64url') };
}

/** The number of entries that begin with `prefix`. */
export function countIn(table: Table, prefix: Buffer): number {
  return table.getKeysCount({ start: prefix, end: afterPrefix(prefix) });
}

/** The distinct texts that follow `prefix` in the table's keys. Skips from one to the next, so entries that share a text cost nothing. */
export function distinctTexts(table: Table, prefix: Buffer): readonly string[] {
  const end = afterPrefix(prefix);
  const texts: string[] = [];
  let start = prefix;
  for (;;) {
    const [key] = table.getKeys({ start, end, limit: 1 });
    if (key === undefined) return texts;
    const length = tupleLength(key, prefix.length, 1);
    texts.push(decodeText(key.subarray(prefix.length, length)));
    start = afterPrefix(key.subarray(0, length));
  }
}

function boundsOf(prefix: Buffer, options: FindOptions) {
  const least = options.from === undefined ? prefix : Buffer.concat([prefix, encodeTuple([options.from])]);
  const above =
    options.below === undefined ? afterPrefix(prefix) : Buffer.concat([prefix, encodeTuple([options.below])]);
  const cursor = options.after === undefined ? undefined : Buffer.concat([prefix, decodeCursor(options.after)]);
  if (options.descending !== true) {
    const start = cursor === undefined ? least : higher(least, Buffer.concat([cursor, Buffer.from([0])]));
    return { start, end: above };
  }
  // A reverse range includes its start and excludes its end, the opposite of our bounds.
  const start = cursor === undefined ? above : lower(above, cursor);
  return { start, end: justBelow(least), reverse: true, exclusiveStart: true };
}

const higher = (a: Buffer, b: Buffer) => (Buffer.compare(a, b) >= 0 ? a : b);
const lower = (a: Buffer, b: Buffer) => (Buffer.compare(a, b) <= 0 ? a : b);

/** Bytes that sort just below `bytes` and above every smaller key that exists: no key ends in 0xff. */
function justBelow(bytes: Buffer): Buffer {
  const below = Buffer.from(bytes);
  const last = below.length - 1;
  const end = below[last] ?? 0;
  if (end === 0) return below.subarray(0, last);
  below[last] = end - 1;
  return Buffer.concat([below, Buffer.from([0xff, 0xff])]);
}

function decodeCursor(cursor: string): Buffer {
  const bytes = Buffer.from(cursor, 'base64url');
  if (bytes.length === 0 || bytes.toString('base64url') !== cursor) throw new InvalidCursorError('this is no cursor');
  return bytes;
}

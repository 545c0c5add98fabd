import { shorten } from './key-encoding.ts';
import type { Table, Writes } from './write-queue.ts';

/** An entry of the ephemeral table: 8 bytes for the expiry (ms since the epoch, as a double), then its text. */
export interface Entry {
  readonly expiresAt: number;
  readonly text: string;
}

const EXPIRY_BYTES = 8;
/** The kind of a row in `expiries`: an entry or an index set. */
export const ENTRY_ROW = Buffer.from([0]);
export const SET_ROW = Buffer.from([1]);

/** The key of an ephemeral entry as bytes: UTF-8, shortened with a hash if it is long. */
export function keyOf(text: string): Buffer {
  return shorten(Buffer.from(text, 'utf8'));
}

export function encodeEntry({ expiresAt, text }: Entry): Buffer {
  const bytes = Buffer.allocUnsafe(EXPIRY_BYTES + Buffer.byteLength(text));
  bytes.writeDoubleBE(expiresAt, 0);
  bytes.write(text, EXPIRY_BYTES);
  return bytes;
}

/** The entry under a key, unless it has expired. Works even if expired entries have not been swept yet. */
export function liveEntry(table: Table, key: Buffer, now: number): Entry | undefined {
  const bytes = table.getBinary(key);
  if (bytes === undefined) return undefined;
  const expiresAt = bytes.readDoubleBE(0);
  return expiresAt > now ? { expiresAt, text: bytes.toString('utf8', EXPIRY_BYTES) } : undefined;
}

/** When an entry expires or expired; `undefined` if there is no entry. */
export function expiryOf(table: Table, key: Buffer): number | undefined {
  return table.getBinary(key)?.readDoubleBE(0);
}

/** A row of the expiry index. The bytes of positive doubles sort like the numbers. */
export function expiryRow(expiresAt: number, key: Buffer): Buffer {
  const row = Buffer.allocUnsafe(EXPIRY_BYTES + key.length);
  row.writeDoubleBE(expiresAt, 0);
  key.copy(row, EXPIRY_BYTES);
  return row;
}

/** The key that a row of the expiry index refers to. */
export function keyOfRow(row: Buffer): Buffer {
  return row.subarray(EXPIRY_BYTES);
}

/** The entries and their expiry index, which always change together: one row per entry. */
export interface EntryTables {
  readonly entries: Table;
  readonly expiries: Table;
}

export function putEntry(writes: Writes, tables: EntryTables, key: Buffer, entry: Entry): void {
  const before = expiryOf(tables.entries, key);
  writes.put(tables.entries, key, encodeEntry(entry));
  if (before === entry.expiresAt) return;
  if (before !== undefined) writes.remove(tables.expiries, expiryRow(before, key));
  writes.put(tables.expiries, expiryRow(entry.expiresAt, key), ENTRY_ROW);
}

/** Removes an entry, expired or not. */
export function removeEntry(writes: Writes, tables: EntryTables, key: Buffer): void {
  const before = expiryOf(tables.entries, key);
  if (before === undefined) return;
  writes.remove(tables.entries, key);
  writes.remove(tables.expiries, expiryRow(before, key));
}

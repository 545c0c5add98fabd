import { afterPrefix, encodeTuple } from './key-encoding.ts';
import { expiryOf, expiryRow, keyOf, SET_ROW } from './live-entries.ts';
import type { Table, Writes } from './write-queue.ts';

export interface SetTables {
  /** key → when the set expires */
  readonly sets: Table;
  /** key, member → member */
  readonly members: Table;
  readonly expiries: Table;
}

const prefixOf = (key: string) => encodeTuple([key]);

/** The members of a set, or none if it has expired. */
export function membersOf(tables: SetTables, key: string, now: number): readonly string[] {
  const expiresAt = expiryOf(tables.sets, keyOf(key));
  if (expiresAt === undefined || expiresAt <= now) return [];
  const prefix = prefixOf(key);
  const members: string[] = [];
  for (const { value } of tables.members.getRange({ start: prefix, end: afterPrefix(prefix) }))
    members.push(value.toString('utf8'));
  return members;
}

export interface Addition {
  readonly key: string;
  readonly member: string;
  readonly now: number;
  readonly expiresAt: number;
}

/** Adds a member. An expired set is emptied first, so that its old members do not reappear. */
export function addMember(writes: Writes, tables: SetTables, { key, member, now, expiresAt }: Addition): void {
  const set = keyOf(key);
  const before = expiryOf(tables.sets, set);
  if (before !== undefined && before <= now) removeSet(writes, tables, key);
  const alive = before !== undefined && before > now;
  writes.put(tables.members, encodeTuple([key, member]), Buffer.from(member, 'utf8'));
  if (alive && before >= expiresAt) return;
  if (alive) writes.remove(tables.expiries, setRow(before, key));
  writes.put(tables.sets, set, expiryOnly(expiresAt));
  writes.put(tables.expiries, setRow(expiresAt, key), Buffer.concat([SET_ROW, Buffer.from(key, 'utf8')]));
}

export function removeMember(writes: Writes, tables: SetTables, key: string, member: string): void {
  writes.remove(tables.members, encodeTuple([key, member]));
}

/** Removes a set and its members, expired or not. */
export function removeSet(writes: Writes, tables: SetTables, key: string): void {
  const set = keyOf(key);
  const before = expiryOf(tables.sets, set);
  if (before === undefined) return;
  const prefix = prefixOf(key);
  const members = [...tables.members.getKeys({ start: prefix, end: afterPrefix(prefix) })];
  writes.remove(tables.sets, set);
  writes.remove(tables.expiries, setRow(before, key));
  for (const member of members) writes.remove(tables.members, member);
}

/** Sets have their own rows in the expiry index, separate from an entry under the same key. */
function setRow(expiresAt: number, key: string): Buffer {
  return expiryRow(expiresAt, Buffer.concat([Buffer.from([0]), keyOf(key)]));
}

function expiryOnly(expiresAt: number): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeDoubleBE(expiresAt, 0);
  return bytes;
}

import type { CollectionDeclaration, DocumentKey } from '../../ports/collections.ts';
import { counterKey } from './counter-key.ts';
import type { IndexEntry } from './index-entries.ts';
import { afterPrefix, encodeTuple, tupleLength } from './key-encoding.ts';
import type { WriteAtOnce } from './stale-start.ts';
import type { Table, Writes } from './write-queue.ts';

/**
 * Numbers that would be expensive to compute: how many entries an index has under given leading values, and the size of a
 * collection in bytes. They are updated in the same transaction as what they count, so they stay exact even after a crash.
 */
type Counted = Pick<CollectionDeclaration, 'name' | 'counted' | 'measured'>;

/** The name under which a collection's size is kept. No index can have this name. */
const BYTES = '';
const NUMBER_BYTES = 8;

export function readCount(counts: Table, key: Buffer): number {
  return counts.getBinary(key)?.readDoubleBE(0) ?? 0;
}

export function readBytes(counts: Table, { name, measured }: Counted): number | undefined {
  return measured === true ? readCount(counts, encodeTuple([name, BYTES])) : undefined;
}

/** The changes to a collection's counters in one step. */
export interface CountChanges {
  document(key: DocumentKey, by: 1 | -1): void;
  entry(entry: IndexEntry, by: 1 | -1): void;
  bytes(by: number): void;
  /** Writes the new numbers. It reads the old ones, so call it within the transaction. */
  write(writes: Writes): void;
}

export function countChanges(declaration: Counted, counts: Table): CountChanges {
  const changes = new Map<string, { readonly key: Buffer; by: number }>();
  function add(key: Buffer | undefined, by: number): void {
    if (key === undefined || by === 0) return;
    const id = key.toString('latin1');
    const change = changes.get(id);
    if (change === undefined) changes.set(id, { key, by });
    else change.by += by;
  }
  const keyDepth = declaration.counted?.['key'];
  return {
    document(key, by) {
      if (keyDepth !== undefined) add(counterKey(declaration, 'key', key.slice(0, keyDepth)), by);
    },
    entry: ({ counter }, by) => add(counter, by),
    bytes(by) {
      if (declaration.measured === true) add(encodeTuple([declaration.name, BYTES]), by);
    },
    write(writes) {
      for (const { key, by } of changes.values()) {
        if (by === 0) continue;
        const count = readCount(counts, key) + by;
        if (count > 0) writes.put(counts, key, numberBytes(count));
        else writes.remove(counts, key);
      }
    },
  };
}

function numberBytes(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(NUMBER_BYTES);
  bytes.writeDoubleBE(value, 0);
  return bytes;
}

export interface CountTables {
  readonly meta: Table;
  readonly documents: Table;
  readonly indexes: Table;
  readonly counts: Table;
}

const noteKeyOf = (name: string): Buffer => Buffer.from(`counts ${name}`);

/** Forces a recount. Call this in any write transaction that changes documents without updating the counters. */
export function forgetCounts({ meta }: Pick<CountTables, 'meta'>, { name }: Pick<Counted, 'name'>): void {
  meta.removeSync(noteKeyOf(name));
}

/** Builds a collection's counters if an earlier version kept none or different ones. Costs a single read if nothing changed. */
export function adoptCounts(write: WriteAtOnce, tables: CountTables, declaration: Counted): void {
  const { name, counted = {}, measured = false } = declaration;
  const noteKey = noteKeyOf(name);
  const note = JSON.stringify({ counted, measured });
  const isNoted = () => tables.meta.getBinary(noteKey)?.toString() === note;
  if (isNoted()) return;
  write(() => {
    if (isNoted()) return;
    const prefix = encodeTuple([name]);
    for (const old of [...tables.counts.getKeys(within(prefix))]) tables.counts.removeSync(old);
    for (const [index, depth] of Object.entries(counted)) countIndex(tables, { name, index, depth });
    if (measured) {
      const bytes = measure(tables.documents, prefix);
      tables.counts.putSync(encodeTuple([name, BYTES]), numberBytes(bytes));
    }
    tables.meta.putSync(noteKey, Buffer.from(note));
  });
}

const within = (prefix: Buffer) => ({ start: prefix, end: afterPrefix(prefix) });

/** Walks an index in order, so that entries with the same leading values are adjacent. */
function countIndex(
  { documents, indexes, counts }: CountTables,
  { name, index, depth }: { readonly name: string; readonly index: string; readonly depth: number },
): void {
  const byKey = index === 'key';
  const prefix = encodeTuple(byKey ? [name] : [name, index]);
  const found: { readonly values: Buffer; count: number }[] = [];
  for (const key of (byKey ? documents : indexes).getKeys(within(prefix))) {
    const values = key.subarray(prefix.length, tupleLength(key, prefix.length, depth));
    const last = found.at(-1);
    if (last?.values.equals(values) === true) last.count++;
    else found.push({ values: Buffer.from(values), count: 1 });
  }
  const counterPrefix = encodeTuple([name, index]);
  for (const { values, count } of found) counts.putSync(Buffer.concat([counterPrefix, values]), numberBytes(count));
}

function measure(documents: Table, prefix: Buffer): number {
  let bytes = 0;
  for (const { value } of documents.getRange(within(prefix))) bytes += value.length;
  return bytes;
}

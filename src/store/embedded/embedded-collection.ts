import {
  type Collection,
  type CollectionDeclaration,
  type DocumentKey,
  DuplicateKeyError,
  type IndexValue,
} from '../../ports/collections.ts';
import { documentKey, type IndexEntry, indexEntries } from './index-entries.ts';
import { countIn, pageOf } from './index-pages.ts';
import { encodeTuple } from './key-encoding.ts';
import { reading } from './lmdb-errors.ts';
import type { Table, WriteQueue, Writes } from './write-queue.ts';

/** The tables that all collections share; a collection's name is the first part of each key. */
export interface CollectionTables {
  /** name, key → the document as JSON */
  readonly documents: Table;
  /** name, index, values (, key) → the bytes of the document's key in `documents` */
  readonly indexes: Table;
  readonly queue: WriteQueue;
}

/** A document as it is to be written: validated, encoded, its entries known. */
interface Prepared<Document> {
  readonly document: Document;
  readonly key: Buffer;
  readonly value: Buffer;
  readonly entries: ReadonlyMap<string, IndexEntry>;
}

/**
 * A collection in LMDB. Documents and their index entries change in one transaction. Documents are kept as JSON and parsed
 * at each read, so that what is given out is the caller's own.
 */
export function openEmbeddedCollection<Document extends object>(
  declaration: CollectionDeclaration<Document>,
  tables: CollectionTables,
): Collection<Document> {
  const { documents, indexes, queue } = tables;
  const keyBytes = (key: DocumentKey) => encodeTuple([declaration.name, ...key]);

  function prepare(given: Document): Prepared<Document> {
    const document = declaration.shape.parse(given);
    const key = documentKey(declaration, document);
    return {
      document,
      key: keyBytes(key),
      value: Buffer.from(JSON.stringify(document)),
      entries: indexEntries(declaration, document, key),
    };
  }

  function requireFree({ key, entries }: Prepared<Document>): void {
    for (const entry of entries.values()) {
      if (!entry.unique) continue;
      const holder = indexes.getBinary(entry.key);
      if (holder !== undefined && !key.equals(holder)) throw new DuplicateKeyError(declaration.name, entry.index);
    }
  }

  function insertOne(writes: Writes, prepared: Prepared<Document>): void {
    writes.put(documents, prepared.key, prepared.value);
    for (const entry of prepared.entries.values()) writes.put(indexes, entry.key, prepared.key);
  }

  function requireNew(prepared: Prepared<Document>): void {
    if (documents.doesExist(prepared.key)) throw new DuplicateKeyError(declaration.name, 'key');
    requireFree(prepared);
  }

  function read(key: Buffer): Document | undefined {
    const bytes = documents.getBinary(key);
    return bytes === undefined ? undefined : (JSON.parse(bytes.toString()) as Document);
  }

  return {
    get: (key) => reading(() => read(keyBytes(key))),

    async insert(document) {
      const prepared = prepare(document);
      await queue.write((writes) => {
        requireNew(prepared);
        insertOne(writes, prepared);
      });
    },

    async insertMany(many) {
      const prepared = many.map(prepare);
      requireDistinct(declaration.name, prepared);
      await queue.write((writes) => {
        for (const each of prepared) requireNew(each);
        for (const each of prepared) insertOne(writes, each);
      });
    },

    update: (key, change) =>
      queue.write((writes) => {
        const bytes = keyBytes(key);
        const old = read(bytes);
        if (old === undefined) return undefined;
        const before = indexEntries(declaration, old, key);
        const prepared = prepare(change(old));
        if (!prepared.key.equals(bytes)) throw new TypeError(`${declaration.name}: an update may not change the key`);
        requireFree(prepared);
        writes.put(documents, bytes, prepared.value);
        for (const [id, entry] of before) if (!prepared.entries.has(id)) writes.remove(indexes, entry.key);
        for (const [id, entry] of prepared.entries) if (!before.has(id)) writes.put(indexes, entry.key, bytes);
        return prepared.document;
      }),

    remove: (key, allow) =>
      queue.write((writes) => {
        const bytes = keyBytes(key);
        const old = read(bytes);
        if (old === undefined) return undefined;
        const entries = indexEntries(declaration, old, key);
        allow?.(structuredClone(old));
        writes.remove(documents, bytes);
        for (const entry of entries.values()) writes.remove(indexes, entry.key);
        return old;
      }),

    find: (index, values, options = {}) =>
      reading(() => {
        const { table, prefix, target } = locate(index, values);
        if (declaration.unique[index]?.length === values.length && options.after === undefined) {
          const holder = table.getBinary(prefix);
          const found = holder === undefined ? undefined : read(holder);
          return { items: found === undefined ? [] : [found] };
        }
        const page = pageOf(table, prefix, options);
        const items = page.entries.flatMap((entry) => read(target(entry)) ?? []);
        return page.next === undefined ? { items } : { items, next: page.next };
      }),

    count: (index, values) =>
      reading(() => {
        const { table, prefix } = locate(index, values);
        return countIn(table, prefix);
      }),
  };

  /** Where an index lies, and how an entry of it names its document. */
  function locate(index: string, values: readonly IndexValue[]) {
    const byKey = index === 'key';
    if (!byKey && declaration.unique[index] === undefined && declaration.indexes[index] === undefined)
      throw new TypeError(`${declaration.name}: there is no index ${index}`);
    return {
      table: byKey ? documents : indexes,
      prefix: encodeTuple([declaration.name, ...(byKey ? [] : [index]), ...values]),
      target: (entry: { readonly key: Buffer; readonly value: Buffer }) => (byKey ? entry.key : entry.value),
    };
  }
}

/** @throws {DuplicateKeyError} where documents that are to be inserted together take each other's places. */
function requireDistinct(collection: string, many: readonly Prepared<object>[]): void {
  const taken = new Set<string>();
  const take = (place: string, index: string) => {
    if (taken.has(place)) throw new DuplicateKeyError(collection, index);
    taken.add(place);
  };
  for (const { key, entries } of many) {
    take(`key ${key.toString('latin1')}`, 'key');
    for (const [id, entry] of entries) if (entry.unique) take(`index ${id}`, entry.index);
  }
}

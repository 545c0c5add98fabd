import { makePause } from '../../kernel/pause.ts';
import {
  type Collection,
  type CollectionDeclaration,
  type DocumentKey,
  DuplicateKeyError,
  type IndexValue,
} from '../../ports/collections.ts';
import { documentKey as keyOf } from '../indexed-values.ts';
import { counterKey } from './counter-key.ts';
import { type IndexEntry, indexEntries } from './index-entries.ts';
import { countIn, distinctTexts, pageOf } from './index-pages.ts';
import { countChanges, readBytes, readCount } from './kept-counts.ts';
import { encodeTuple } from './key-encoding.ts';
import type { Reading } from './lmdb-errors.ts';
import type { Table, WriteQueue, Writes } from './write-queue.ts';

/** The tables shared by all collections. A collection's name is the first part of each key. */
export interface CollectionTables {
  /** name, key → the document as JSON */
  readonly documents: Table;
  /** name, index, values (, key) → the bytes of the document's key in `documents` */
  readonly indexes: Table;
  /** name, index, leading values → number of entries; see `kept-counts.ts` */
  readonly counts: Table;
  readonly queue: WriteQueue;
  readonly reading: Reading;
}

/** A document ready to be written: validated, encoded, and with its index entries. */
interface Prepared<Document> {
  readonly document: Document;
  readonly documentKey: DocumentKey;
  readonly key: Buffer;
  readonly value: Buffer;
  readonly entries: ReadonlyMap<string, IndexEntry>;
}

/**
 * A collection in LMDB. A document and its index entries change in one transaction. Documents are stored as JSON and parsed on
 * every read, so callers may modify what they get.
 */
export function openEmbeddedCollection<Document extends object>(
  declaration: CollectionDeclaration<Document>,
  tables: CollectionTables,
): Collection<Document> {
  return { ...insertsOf(declaration, tables), ...changesOf(declaration, tables), ...readsOf(declaration, tables) };
}

function insertsOf<Document extends object>(
  declaration: CollectionDeclaration<Document>,
  { documents, indexes, counts, queue }: CollectionTables,
): Pick<Collection<Document>, 'insert' | 'insertMany'> {
  function requireNew(prepared: Prepared<Document>): void {
    if (documents.doesExist(prepared.key)) throw new DuplicateKeyError(declaration.name, 'key');
    requireFree(declaration.name, indexes, prepared);
  }

  function insertAll(writes: Writes, many: readonly Prepared<Document>[]): void {
    const changes = countChanges(declaration, counts);
    for (const { documentKey, key, value, entries } of many) {
      writes.put(documents, key, value);
      changes.document(documentKey, 1);
      changes.bytes(value.length);
      for (const entry of entries.values()) {
        writes.put(indexes, entry.key, key);
        changes.entry(entry, 1);
      }
    }
    changes.write(writes);
  }

  return {
    async insert(document) {
      const prepared = prepare(declaration, document);
      await queue.write((writes) => {
        requireNew(prepared);
        insertAll(writes, [prepared]);
      });
    },

    async insertMany(many) {
      const prepared = many.map((document) => prepare(declaration, document));
      requireDistinct(declaration.name, prepared);
      await queue.write((writes) => {
        for (const each of prepared) requireNew(each);
        insertAll(writes, prepared);
      });
    },
  };
}

function changesOf<Document extends object>(
  declaration: CollectionDeclaration<Document>,
  { documents, indexes, counts, queue }: CollectionTables,
): Pick<Collection<Document>, 'update' | 'remove'> {
  return {
    update: (key, change) =>
      queue.write((writes) => {
        const place = placeOf(declaration, key);
        const bytes = documents.getBinary(place);
        if (bytes === undefined) return undefined;
        const old = parseDocument<Document>(bytes);
        const before = indexEntries(declaration, old, key);
        const prepared = prepare(declaration, change(old));
        if (!prepared.key.equals(place)) throw new TypeError(`${declaration.name}: an update may not change the key`);
        requireFree(declaration.name, indexes, prepared);
        writes.put(documents, place, prepared.value);
        const changes = countChanges(declaration, counts);
        changes.bytes(prepared.value.length - bytes.length);
        for (const [id, entry] of before) {
          if (prepared.entries.has(id)) continue;
          writes.remove(indexes, entry.key);
          changes.entry(entry, -1);
        }
        for (const [id, entry] of prepared.entries) {
          if (before.has(id)) continue;
          writes.put(indexes, entry.key, place);
          changes.entry(entry, 1);
        }
        changes.write(writes);
        return prepared.document;
      }),

    remove: (key, allow) =>
      queue.write((writes) => {
        const place = placeOf(declaration, key);
        const bytes = documents.getBinary(place);
        if (bytes === undefined) return undefined;
        const old = parseDocument<Document>(bytes);
        const entries = indexEntries(declaration, old, key);
        allow?.(structuredClone(old));
        writes.remove(documents, place);
        const changes = countChanges(declaration, counts);
        changes.document(key, -1);
        changes.bytes(-bytes.length);
        for (const entry of entries.values()) {
          writes.remove(indexes, entry.key);
          changes.entry(entry, -1);
        }
        changes.write(writes);
        return old;
      }),
  };
}

/** Longer pages are read in pieces, so that they do not block the event loop. */
const READ_AT_ONCE = 64;

function readsOf<Document extends object>(
  declaration: CollectionDeclaration<Document>,
  { documents, indexes, counts, reading }: CollectionTables,
): Pick<Collection<Document>, 'get' | 'find' | 'count' | 'distinct' | 'bytes'> {
  const read = (place: Buffer | undefined) =>
    place === undefined ? undefined : readDocument<Document>(documents, place);

  /** Where an index is stored, and how its entries refer to their documents. */
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

  return {
    get: (key) => reading(() => read(placeOf(declaration, key))),

    async find(index, values, options = {}) {
      const found = await reading(() => {
        const { table, prefix, target } = locate(index, values);
        // All values of a unique index are given, so the prefix is the entry itself.
        if (declaration.unique[index]?.length === values.length && options.after === undefined)
          return { items: listOf(read(table.getBinary(prefix))), left: [], next: undefined };
        const { entries, next } = pageOf(table, prefix, options);
        const places = entries.map(target);
        const items = places.slice(0, READ_AT_ONCE).flatMap((place) => read(place) ?? []);
        return { items, left: places.slice(READ_AT_ONCE), next };
      });
      const { items, left, next } = found;
      if (left.length > 0) {
        const pause = makePause();
        for (let from = 0; from < left.length; from += READ_AT_ONCE) {
          await pause();
          const places = left.slice(from, from + READ_AT_ONCE);
          items.push(...(await reading(() => places.flatMap((place) => read(place) ?? []))));
        }
      }
      return next === undefined ? { items } : { items, next };
    },

    count: (index, values, { limit = Number.POSITIVE_INFINITY } = {}) =>
      reading(() => {
        const { table, prefix } = locate(index, values);
        const counter = counterKey(declaration, index, values);
        return Math.min(counter === undefined ? countIn(table, prefix) : readCount(counts, counter), limit);
      }),

    distinct: (index, values) =>
      reading(() => {
        const { table, prefix } = locate(index, values);
        return distinctTexts(table, prefix);
      }),

    bytes: () => reading(() => readBytes(counts, declaration)),
  };
}

const listOf = <Item>(item: Item | undefined): Item[] => (item === undefined ? [] : [item]);

/** The key, as bytes, of a document in `documents`. */
function placeOf(declaration: Pick<CollectionDeclaration, 'name'>, key: DocumentKey): Buffer {
  return encodeTuple([declaration.name, ...key]);
}

function readDocument<Document extends object>(documents: Table, place: Buffer): Document | undefined {
  const bytes = documents.getBinary(place);
  return bytes === undefined ? undefined : parseDocument<Document>(bytes);
}

function parseDocument<Document extends object>(bytes: Buffer): Document {
  return JSON.parse(bytes.toString()) as Document;
}

/** @throws {z.ZodError} if the document does not match its shape. */
function prepare<Document extends object>(
  declaration: CollectionDeclaration<Document>,
  given: Document,
): Prepared<Document> {
  const document = declaration.shape.parse(given);
  const key = keyOf(declaration, document);
  return {
    document,
    documentKey: key,
    key: placeOf(declaration, key),
    value: Buffer.from(JSON.stringify(document)),
    entries: indexEntries(declaration, document, key),
  };
}

/** @throws {DuplicateKeyError} if another document holds a value of a unique index. */
function requireFree(collection: string, indexes: Table, { key, entries }: Prepared<object>): void {
  for (const entry of entries.values()) {
    if (!entry.unique) continue;
    const holder = indexes.getBinary(entry.key);
    if (holder !== undefined && !key.equals(holder)) throw new DuplicateKeyError(collection, entry.index);
  }
}

/** @throws {DuplicateKeyError} if documents inserted together conflict with each other. */
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

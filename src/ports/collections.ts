import type { z } from 'zod';

/** A path to a field, dots between the steps; arrays on the way are walked, as in MongoDB (`accessKeys.accessKeyId`). */
export type FieldPath = string;

/** The value of an indexed field. Fields whose value is `undefined` are absent from the index. */
export type IndexValue = string | number | boolean;

/**
 * A kind of document and how it is found: data, from which each adapter makes its tables, schemas and indexes.
 * Array fields make an index multi-valued (at most one array field per index).
 */
export interface CollectionDeclaration<Document extends object = object> {
  readonly name: string;
  readonly shape: z.ZodType<Document>;
  /** The fields that identify a document; never changed by an update. Strings only. */
  readonly key: readonly FieldPath[];
  /**
   * Indexes that no two documents may share a value of. A document in which a field of the index is absent is not
   * bound by it. Values compare as they are: keep a folded copy of a name that is unique without regard to case.
   */
  readonly unique: Readonly<Record<string, readonly FieldPath[]>>;
  /** Further indexes, for `find` and `count`. */
  readonly indexes: Readonly<Record<string, readonly FieldPath[]>>;
  /**
   * Indexes (or `key`) of which {@link Collection.count} is asked with so many leading values for single operations: a store
   * that can keeps the number, so that asking does not cost a walk. It must be fewer values than a unique index has fields.
   */
  readonly counted?: Readonly<Record<string, number>>;
  /** Whether {@link Collection.bytes} is asked for. */
  readonly measured?: boolean;
  /**
   * How documents of former versions of the program become those of the next, oldest first; only ever added to. Each is given
   * what the one before made, as it was stored, and may run several times. Where one changes the value of an indexed field, or the
   * fields of an index change, give the index another name: documents reach their places in it while the program runs.
   */
  readonly migrations?: readonly ((document: object) => object)[];
}

export type DocumentKey = readonly string[];

export interface FindOptions {
  /** At most so many documents; default 100. */
  readonly limit?: number;
  /** Where the last page ended: its `next`. Only for the same index, values, bounds and order. */
  readonly after?: string;
  /** From the greatest to the least. */
  readonly descending?: boolean;
  /** Bounds of the index's first field after the given values: at least `from`, less than `below`. */
  readonly from?: IndexValue;
  readonly below?: IndexValue;
}

export interface CountOptions {
  /** Counting stops here: the answer is at most this. For limits and for whether there is any, which need not know more. */
  readonly most?: number;
}

export interface Page<Document> {
  readonly items: readonly Document[];
  /** A cursor to the next page, opaque and URL-safe; absent on the last. It stays valid when documents come and go. */
  readonly next?: string;
}

/**
 * Durable documents of one kind. A write is acknowledged only once it survives `kill -9` and power loss.
 * Every rule that must hold is held by one `update` of one document, or by a unique index.
 */
export interface Collection<Document extends object> {
  get(key: DocumentKey): Promise<Document | undefined>;
  /** @throws {DuplicateKeyError} where the key or a unique index is taken; then nothing was written. */
  insert(document: Document): Promise<void>;
  /**
   * Inserts many at little more than the cost of one. Each document stands whole or not at all, but not all of them together:
   * after an error some may have been written. For records that are only ever added (the audit log).
   * @throws {DuplicateKeyError} where a key or a unique index is taken.
   */
  insertMany(documents: readonly Document[]): Promise<void>;
  /**
   * Replaces a document by a function of what it is, under compare-and-swap: the function may run several times and must
   * have no effects. What it throws is thrown on, and nothing is written. Returns what was written.
   * @returns `undefined` where there is no such document.
   * @throws {DuplicateKeyError} where a unique index is taken.
   */
  update(key: DocumentKey, change: (old: Document) => Document): Promise<Document | undefined>;
  /**
   * Removes a document, if `allow` (asked under the same compare-and-swap) does not throw. Returns what was removed.
   */
  remove(key: DocumentKey, allow?: (old: Document) => void): Promise<Document | undefined>;
  /**
   * The documents whose index begins with these values, in the order of the index's remaining fields, then the key
   * (strings by UTF-8 bytes, ascending). `index` is one of `unique` or `indexes`, or `key` for the key itself.
   * A multi-valued index gives a document once per matching value.
   * @throws {InvalidCursorError} where `after` is no cursor.
   */
  find(index: string, values: readonly IndexValue[], options?: FindOptions): Promise<Page<Document>>;
  /** How many entries of the index begin with these values. */
  count(index: string, values: readonly IndexValue[], options?: CountOptions): Promise<number>;
  /** How many bytes the documents take, if the collection is measured and the store knows. */
  bytes(): Promise<number | undefined>;
}

/** A key or a unique index is taken. `index` is the index's name, or `key`. */
export class DuplicateKeyError extends Error {
  override readonly name = 'DuplicateKeyError';
  readonly collection: string;
  readonly index: string;

  constructor(collection: string, index: string) {
    super(`${collection}: another document has the same ${index}`);
    this.collection = collection;
    this.index = index;
  }
}

/** What was given as `after` is no cursor of this store. */
export class InvalidCursorError extends Error {
  override readonly name = 'InvalidCursorError';
}

/** The store cannot be reached or did not answer in time: answered as ServiceUnavailable, never as "not found". */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
  /** What keeps it from serving, if that is known and is not its absence. */
  readonly reason: StoreFailure | undefined;

  constructor(message: string, options?: { readonly cause?: unknown; readonly reason?: StoreFailure | undefined }) {
    super(message, options);
    this.reason = options?.reason;
  }
}

/** Why a store that answers cannot do what is asked: shown to callers and by `/readyz`. */
export type StoreFailure = 'full' | 'read-only' | 'evicting' | 'preparing' | 'too-old';

/** Opens collections of one store. */
export interface CollectionStore {
  open<Document extends object>(declaration: CollectionDeclaration<Document>): Collection<Document>;
  /** Resolves when the store answers; rejects with {@link StoreUnavailableError} otherwise. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

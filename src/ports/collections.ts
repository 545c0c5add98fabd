import type { z } from 'zod';

/** A dotted path to a field. It descends into the elements of arrays, as in MongoDB (`accessKeys.accessKeyId`). */
export type FieldPath = string;

/** The value of an indexed field. Fields whose value is `undefined` are absent from the index. */
export type IndexValue = string | number | boolean;

/**
 * Declares a kind of document and its indexes as data; each adapter derives its tables, schemas and indexes from it.
 * An array field makes an index multi-valued; an index has at most one array field.
 */
export interface CollectionDeclaration<Document extends object = object> {
  readonly name: string;
  readonly shape: z.ZodType<Document>;
  /** The fields that identify a document. Strings only; an update never changes them. */
  readonly key: readonly FieldPath[];
  /**
   * Unique indexes. A document that lacks a field of the index is exempt from it. Values are compared exactly: for a name that
   * must be unique regardless of case, index a case-folded copy.
   */
  readonly unique: Readonly<Record<string, readonly FieldPath[]>>;
  /** Non-unique indexes, for `find` and `count`. */
  readonly indexes: Readonly<Record<string, readonly FieldPath[]>>;
  /**
   * Indexes (or `key`) that single operations query with {@link Collection.count}, and with how many leading values. A store that
   * can do so maintains these counts, so that counting needs no scan. For a unique index, the number of values must be less than
   * its number of fields.
   */
  readonly counted?: Readonly<Record<string, number>>;
  /** Whether {@link Collection.bytes} is used. */
  readonly measured?: boolean;
  /**
   * Upgrade documents stored by earlier versions of the program, oldest first; append-only. Each migration receives the stored
   * document as the previous one left it, and may run several times. If a migration changes the value of an indexed field, or if
   * the fields of an index change, rename the index: it is rebuilt while the program runs.
   */
  readonly migrations?: readonly ((document: object) => object)[];
}

export type DocumentKey = readonly string[];

export interface FindOptions {
  /** Maximum number of documents. Default: 100. */
  readonly limit?: number;
  /** The previous page's `next`. Only valid with the same index, values, bounds and order. */
  readonly after?: string;
  /** Sorts in descending order. */
  readonly descending?: boolean;
  /** Bounds on the index's first field after the given values: at least `from`, less than `below`. */
  readonly from?: IndexValue;
  readonly below?: IndexValue;
}

export interface CountOptions {
  /** Stops counting here, so the result is at most this. For limits and existence checks, which need no exact count. */
  readonly limit?: number;
}

export interface Page<Document> {
  readonly items: readonly Document[];
  /** A cursor to the next page, opaque and URL-safe; absent on the last page. It stays valid when documents are added or removed. */
  readonly next?: string;
}

/**
 * Durable documents of one kind. A write is acknowledged only once it survives `kill -9` and power loss.
 * Every invariant is enforced by a single `update` of one document or by a unique index.
 */
export interface Collection<Document extends object> {
  get(key: DocumentKey): Promise<Document | undefined>;
  /** @throws {DuplicateKeyError} if the key or a value of a unique index is taken; nothing is written then. */
  insert(document: Document): Promise<void>;
  /**
   * Inserts many documents at little more than the cost of one. Each document is written atomically, but the batch is not: after
   * an error, some documents may have been written. For append-only collections (the audit log).
   * @throws {DuplicateKeyError} if a key or a value of a unique index is taken.
   */
  insertMany(documents: readonly Document[]): Promise<void>;
  /**
   * Replaces a document with the result of `change`, using compare-and-swap: the function may run several times and must have no
   * side effects. If it throws, the error is rethrown and nothing is written.
   * @returns The document as written, or `undefined` if there is no such document.
   * @throws {DuplicateKeyError} if a value of a unique index is taken.
   */
  update(key: DocumentKey, change: (old: Document) => Document): Promise<Document | undefined>;
  /** Removes a document unless `allow`, called under the same compare-and-swap, throws. Returns the removed document. */
  remove(key: DocumentKey, allow?: (old: Document) => void): Promise<Document | undefined>;
  /**
   * The documents whose index begins with these values, ordered by the index's remaining fields, then by key (strings by UTF-8
   * bytes, ascending). `index` is the name of a `unique` or other index, or `key` for the key itself.
   * A multi-valued index yields a document once per matching value.
   * @throws {InvalidCursorError} if `after` is not a cursor.
   */
  find(index: string, values: readonly IndexValue[], options?: FindOptions): Promise<Page<Document>>;
  /** How many entries of the index begin with these values. */
  count(index: string, values: readonly IndexValue[], options?: CountOptions): Promise<number>;
  /**
   * The distinct values of the index's field after these values, sorted. They must be texts of at most 100 characters without control
   * characters, such as unique ids. The cost grows with the number of values in the embedded store, with that of entries in others.
   */
  distinct(index: string, values: readonly IndexValue[]): Promise<readonly string[]>;
  /** The size of all documents in bytes; `undefined` if the collection is not measured or the store does not know. */
  bytes(): Promise<number | undefined>;
}

/** The key or a value of a unique index is taken. `index` is the index's name, or `key`. */
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

/** The `after` of a find is not a cursor of this store. */
export class InvalidCursorError extends Error {
  override readonly name = 'InvalidCursorError';
}

/** The store cannot be reached or did not answer in time. Reported as ServiceUnavailable, never as "not found". */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
  /** Why the store cannot serve, if it is reachable and the reason is known. */
  readonly reason: StoreFailure | undefined;
  /** Whether the change was written and only what follows it failed. */
  readonly isChangeMade: boolean;

  constructor(message: string, options?: StoreFailureFacts) {
    super(message, options);
    this.reason = options?.reason;
    this.isChangeMade = options?.isChangeMade ?? false;
  }
}

interface StoreFailureFacts {
  readonly cause?: unknown;
  readonly reason?: StoreFailure | undefined;
  readonly isChangeMade?: boolean;
}

/** Why a store that is reachable cannot serve. Shown to callers and by `/readyz`. */
export type StoreFailure = 'full' | 'read-only' | 'evicting' | 'preparing' | 'too-old';

/** Opens collections of one store. */
export interface CollectionStore {
  open<Document extends object>(declaration: CollectionDeclaration<Document>): Collection<Document>;
  /** Resolves when the store answers; rejects with {@link StoreUnavailableError} otherwise. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

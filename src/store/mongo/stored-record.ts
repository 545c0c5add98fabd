import { randomBytes } from 'node:crypto';
import type { CollectionDeclaration, DocumentKey, IndexValue } from '../../ports/collections.ts';
import { documentKey, valueTuples } from '../indexed-values.ts';
import { encodeFields } from './field-names.ts';
import type { CollectionPlan, IndexPlan } from './index-plan.ts';
import { encodeTuple, placeholder } from './tuple-text.ts';

/** An index entry: the tuple's text or, over an array, the texts up to each array value and the text of the remaining fields. */
export type StoredEntry = string | { readonly m: readonly string[]; readonly r: string };

/** A document as stored on the server. */
export interface StoredRecord {
  /** The key's text. */
  readonly _id: string;
  /** The first field of the key, which is the shard key in a cluster. */
  readonly a: string;
  /** A unique version, changed by every write and used for compare-and-swap. */
  readonly v: string;
  /** The declaration version under which it was written. */
  readonly s: number;
  /** How many of the declaration's migrations have been applied to it. */
  readonly g: number;
  /** The document; absent in a reservation of the key (see record-writer.ts). */
  readonly d?: object;
  /** Its index entries, by index. No entry if a field is absent. */
  readonly x: Readonly<Record<string, StoredEntry>>;
  /** The claims that it holds. */
  readonly c?: readonly HeldClaim[];
}

/** A value of a unique index that is held by a claim: the claim's id, and its stamp when it was made. */
export interface HeldClaim {
  readonly i: string;
  readonly n: string;
}

/** The parts of a record that stay the same across attempts to write it. */
export interface PreparedRecord<Document> {
  readonly document: Document;
  readonly id: string;
  readonly base: Omit<StoredRecord, 'v' | 'c' | 's'>;
  /** The ids of the claims that it needs. */
  readonly claims: readonly string[];
}

/** A new version or stamp: 96 random bits. */
export const newStamp = (): string => randomBytes(12).toString('base64url');

/** The id of the document with this key. */
export const recordId = (key: DocumentKey): string => encodeTuple(key);

/**
 * Validates a document and builds its record.
 * @throws {z.ZodError} if it does not match its shape. @throws {TypeError} if its key fields are not strings.
 */
export function prepareRecord<Document extends object>(
  declaration: CollectionDeclaration<Document>,
  plan: CollectionPlan,
  given: Document,
): PreparedRecord<Document> {
  const document = declaration.shape.parse(given);
  const key = documentKey(declaration, document);
  const id = recordId(key);
  const x: Record<string, StoredEntry> = {};
  const claims: string[] = [];
  for (const index of plan.indexes.values()) {
    const tuples = valueTuples(document, index.fields);
    const entry = entryOf(index, tuples, key);
    if (entry !== undefined) x[index.name] = entry;
    else if (index.held === 'by-scoped-index') x[index.name] = placeholder(id);
    if (index.held === 'by-claims') claims.push(...tuples.map((values) => encodeTuple([index.name, ...values])));
  }
  const d = encodeFields(document) as object;
  const base = { _id: id, a: key[0] ?? '', g: declaration.migrations?.length ?? 0, d, x };
  return { document, id, base, claims: [...new Set(claims)] };
}

/** Reserves the key of a document while its claims are being made. */
export function reservationOf(
  plan: CollectionPlan,
  { id, base }: PreparedRecord<object>,
): Omit<StoredRecord, 'v' | 's'> {
  const scoped = [...plan.indexes.values()].filter(({ held }) => held === 'by-scoped-index');
  const { d: _, ...rest } = base;
  return { ...rest, x: Object.fromEntries(scoped.map(({ name }) => [name, placeholder(id)])) };
}

function entryOf(
  { arrayDepth, unique }: IndexPlan,
  tuples: readonly (readonly IndexValue[])[],
  key: DocumentKey,
): StoredEntry | undefined {
  const [first] = tuples;
  if (first === undefined) return undefined;
  if (arrayDepth === 0) return encodeTuple(unique ? first : [...first, ...key]);
  const heads = tuples.map((values) => encodeTuple(values.slice(0, arrayDepth)));
  return { m: [...new Set(heads)], r: encodeTuple([...first.slice(arrayDepth), ...key]) };
}

import { randomBytes } from 'node:crypto';
import type { CollectionDeclaration, DocumentKey, IndexValue } from '../../ports/collections.ts';
import { documentKey, valueTuples } from '../indexed-values.ts';
import { encodeFields } from './field-names.ts';
import type { CollectionPlan, IndexPlan } from './index-plan.ts';
import { encodeTuple, placeholder } from './tuple-text.ts';

/** An index entry: the tuple's text; over an array, the texts up to the array's values, and of the rest. */
export type StoredEntry = string | { readonly m: readonly string[]; readonly r: string };

/** A document as it lies on the server. */
export interface StoredRecord {
  /** The key's text. */
  readonly _id: string;
  /** The first field of the key: what a cluster is sharded by. */
  readonly a: string;
  /** Changed by every write, never the same again: what compare-and-swap compares. */
  readonly v: string;
  /** The version of the declaration that it was written under. */
  readonly s: number;
  /** How many of the declaration's migrations it has been through. */
  readonly g: number;
  /** The document; absent in a reservation of the key (see record-writer.ts). */
  readonly d?: object;
  /** Its index entries, by index; none where a field is absent. */
  readonly x: Readonly<Record<string, StoredEntry>>;
  /** The claims that it holds. */
  readonly c?: readonly HeldClaim[];
}

/** A value of a unique index that is held by a claim: the claim's id, and its stamp when it was made. */
export interface HeldClaim {
  readonly i: string;
  readonly n: string;
}

/** What a record is made of, but for what each attempt to write it makes anew. */
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
 * Checks a document and makes its record.
 * @throws {z.ZodError} where it does not fit its shape. @throws {TypeError} where its key fields are no texts.
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

/** What holds the place of a document whose claims are being made. */
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

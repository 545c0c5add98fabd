import type { CollectionDeclaration, DocumentKey, FieldPath } from '../../ports/collections.ts';
import { valueTuples } from '../indexed-values.ts';
import { counterKey } from './counter-key.ts';
import { encodeTuple } from './key-encoding.ts';

/** An entry of an index: its bytes in the index table, and the name of its index (for messages). */
export interface IndexEntry {
  readonly index: string;
  readonly unique: boolean;
  readonly key: Buffer;
  /** The counter that includes this entry, if there is one (see `kept-counts.ts`). */
  readonly counter?: Buffer | undefined;
}

/** All index entries of a document without duplicates, by their bytes in hexadecimal. */
export function indexEntries(
  declaration: CollectionDeclaration,
  document: object,
  key: DocumentKey,
): ReadonlyMap<string, IndexEntry> {
  const entries = new Map<string, IndexEntry>();
  const add = (index: string, unique: boolean, fields: readonly FieldPath[]) => {
    const depth = declaration.counted?.[index];
    for (const values of valueTuples(document, fields)) {
      const bytes = encodeTuple([declaration.name, index, ...values, ...(unique ? [] : key)]);
      const counter = depth === undefined ? undefined : counterKey(declaration, index, values.slice(0, depth));
      entries.set(bytes.toString('latin1'), { index, unique, key: bytes, counter });
    }
  };
  for (const [index, fields] of Object.entries(declaration.unique)) add(index, true, fields);
  for (const [index, fields] of Object.entries(declaration.indexes)) add(index, false, fields);
  return entries;
}

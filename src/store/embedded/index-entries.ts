import type { CollectionDeclaration, DocumentKey, FieldPath } from '../../ports/collections.ts';
import { valueTuples } from '../indexed-values.ts';
import { counterKey } from './counter-key.ts';
import { encodeTuple } from './key-encoding.ts';

/** An entry of an index: its bytes in the index table, and (for messages) whose index it is. */
export interface IndexEntry {
  readonly index: string;
  readonly unique: boolean;
  readonly key: Buffer;
  /** The number that it is part of, if one is kept (see `kept-counts.ts`). */
  readonly counter?: Buffer | undefined;
}

/** All index entries of a document, by their bytes (hex), each once. */
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

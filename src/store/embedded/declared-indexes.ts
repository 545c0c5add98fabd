import type { RootDatabase } from 'lmdb';
import { type CollectionDeclaration, DuplicateKeyError, StoreUnavailableError } from '../../ports/collections.ts';
import { documentKey, indexEntries } from './index-entries.ts';
import { afterPrefix, encodeTuple } from './key-encoding.ts';
import type { Table } from './write-queue.ts';

export interface IndexTables {
  readonly meta: Table;
  readonly documents: Table;
  readonly indexes: Table;
}

/**
 * Makes the stored indexes those of the declaration: where another version of the program declared others, all entries of the
 * collection are made anew, in one transaction. Costs one read where nothing changed.
 * @throws {StoreUnavailableError} where the key changed, which no rebuilding mends, or documents break a new unique index.
 */
export function adoptDeclaration(
  root: RootDatabase<Buffer, Buffer>,
  tables: IndexTables,
  declaration: CollectionDeclaration,
): void {
  const { name, key, unique, indexes } = declaration;
  const noteKey = Buffer.from(`collection ${name}`);
  const note = JSON.stringify({ key, unique, indexes });
  if (tables.meta.getBinary(noteKey)?.toString() === note) return;
  root.transactionSync(() => {
    const noted = tables.meta.getBinary(noteKey)?.toString();
    if (noted === note) return;
    if (noted !== undefined) {
      const before = JSON.parse(noted) as Pick<CollectionDeclaration, 'key'>;
      if (JSON.stringify(before.key) !== JSON.stringify(key))
        throw new StoreUnavailableError(`embedded store: the key of ${name} changed, and its documents cannot follow`);
      rebuild(tables, declaration);
    }
    tables.meta.putSync(noteKey, Buffer.from(note));
  });
}

function rebuild({ documents, indexes }: IndexTables, declaration: CollectionDeclaration): void {
  const prefix = encodeTuple([declaration.name]);
  const all = { start: prefix, end: afterPrefix(prefix) };
  for (const old of [...indexes.getKeys(all)]) indexes.removeSync(old);
  // Listed first: a cursor does not bear writes beside it.
  for (const place of [...documents.getKeys(all)]) {
    const document = JSON.parse(String(documents.getBinary(place))) as object;
    for (const entry of indexEntries(declaration, document, documentKey(declaration, document)).values()) {
      if (entry.unique && indexes.doesExist(entry.key))
        throw new StoreUnavailableError(`embedded store: ${declaration.name} cannot get its new index ${entry.index}`, {
          cause: new DuplicateKeyError(declaration.name, entry.index),
        });
      indexes.putSync(entry.key, place);
    }
  }
}

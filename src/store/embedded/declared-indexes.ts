import { type CollectionDeclaration, DuplicateKeyError, StoreUnavailableError } from '../../ports/collections.ts';
import { documentKey } from '../indexed-values.ts';
import { indexEntries } from './index-entries.ts';
import { forgetCounts } from './kept-counts.ts';
import { afterPrefix, encodeTuple } from './key-encoding.ts';
import type { WriteAtOnce } from './stale-start.ts';
import type { Table } from './write-queue.ts';

export interface IndexTables {
  readonly meta: Table;
  readonly documents: Table;
  readonly indexes: Table;
}

/**
 * Brings the stored indexes in line with the declaration. If another version of the program declared different ones, migrates all
 * documents and rebuilds all index entries of the collection in one transaction. Costs a single read if nothing changed.
 * @throws {StoreUnavailableError} if the key changed (rebuilding cannot fix that), if documents violate a new unique index, or if a
 * newer version has migrated them.
 */
export function adoptDeclaration(write: WriteAtOnce, tables: IndexTables, declaration: CollectionDeclaration): void {
  const { name, key, unique, indexes, migrations = [] } = declaration;
  const noteKey = Buffer.from(`collection ${name}`);
  const note = JSON.stringify({
    key,
    unique,
    indexes,
    ...(migrations.length > 0 && { migrations: migrations.length }),
  });
  if (tables.meta.getBinary(noteKey)?.toString() === note) return;
  write(() => {
    const stored = tables.meta.getBinary(noteKey)?.toString();
    if (stored === note) return;
    if (stored !== undefined) {
      const before = JSON.parse(stored) as Pick<CollectionDeclaration, 'key'> & { readonly migrations?: number };
      const migrated = before.migrations ?? 0;
      if (migrated > migrations.length)
        throw new StoreUnavailableError(
          `embedded store: ${name} was migrated by a newer version of this program; start that version instead`,
        );
      if (JSON.stringify(before.key) !== JSON.stringify(key))
        throw new StoreUnavailableError(
          `embedded store: the key of ${name} changed, and existing documents cannot be migrated`,
        );
      rebuild(tables, declaration, migrations.slice(migrated));
      forgetCounts(tables, declaration);
    }
    tables.meta.putSync(noteKey, Buffer.from(note));
  });
}

function rebuild(
  { documents, indexes }: IndexTables,
  declaration: CollectionDeclaration,
  migrations: NonNullable<CollectionDeclaration['migrations']>,
): void {
  const prefix = encodeTuple([declaration.name]);
  const all = { start: prefix, end: afterPrefix(prefix) };
  for (const old of [...indexes.getKeys(all)]) indexes.removeSync(old);
  // List the keys first: writing while a cursor is open is not safe.
  for (const place of [...documents.getKeys(all)]) {
    const stored = JSON.parse(String(documents.getBinary(place))) as object;
    const document = migrations.reduce((form, migrate) => migrate(form), stored);
    if (migrations.length > 0) documents.putSync(place, Buffer.from(JSON.stringify(declaration.shape.parse(document))));
    for (const entry of indexEntries(declaration, document, documentKey(declaration, document)).values()) {
      if (entry.unique && indexes.doesExist(entry.key))
        throw new StoreUnavailableError(`embedded store: ${declaration.name} cannot get its new index ${entry.index}`, {
          cause: new DuplicateKeyError(declaration.name, entry.index),
        });
      indexes.putSync(entry.key, place);
    }
  }
}

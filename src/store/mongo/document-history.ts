import { type CollectionDeclaration, StoreUnavailableError } from '../../ports/collections.ts';
import { decodeFields } from './field-names.ts';
import type { StoredRecord } from './stored-record.ts';

/**
 * The document of a record in its current form. Documents written by an older program are migrated on reading.
 * @throws {StoreUnavailableError} if a newer program has migrated it beyond what this one knows.
 */
export function documentOf<Document extends object>(
  { name, migrations = [] }: Pick<CollectionDeclaration<Document>, 'name' | 'shape' | 'migrations'>,
  { d, g }: StoredRecord,
): Document {
  if (g > migrations.length)
    throw new StoreUnavailableError(`MongoDB: a document of ${name} was written by a newer version of this program`);
  const document = decodeFields(d) as object;
  return migrations.slice(g).reduce((form, migrate) => migrate(form), document) as Document;
}

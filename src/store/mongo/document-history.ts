import { type CollectionDeclaration, StoreUnavailableError } from '../../ports/collections.ts';
import { decodeFields } from './field-names.ts';
import type { StoredRecord } from './stored-record.ts';

/**
 * The document of a record, in today's form: one that was written by an older program is migrated as it is read.
 * @throws {StoreUnavailableError} where a newer program has migrated it further than this one knows.
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

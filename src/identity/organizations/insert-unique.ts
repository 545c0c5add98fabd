import type { ServiceError } from '../../kernel/service-error.ts';
import { type Collection, DuplicateKeyError } from '../../ports/collections.ts';

/** Inserts a document, or throws the error of its kind if another has what must be unique. */
export async function insertUnique<Document extends object>(
  collection: Collection<Document>,
  document: Document,
  taken: (cause: DuplicateKeyError) => ServiceError,
): Promise<void> {
  await collection.insert(document).catch((error: unknown) => {
    throw error instanceof DuplicateKeyError ? taken(error) : error;
  });
}

/** The same for an update. */
export async function updateUnique<Document extends object>(
  updating: Promise<Document | undefined>,
  taken: (cause: DuplicateKeyError) => ServiceError,
): Promise<Document | undefined> {
  return updating.catch((error: unknown) => {
    throw error instanceof DuplicateKeyError ? taken(error) : error;
  });
}

import { type Collection, type CollectionStore, type DocumentKey, DuplicateKeyError } from '../../ports/collections.ts';
import { documentKey, valueTuples } from '../indexed-values.ts';
import { compareKeys, type ExportedDocument } from './export-file.ts';
import { sameDocument } from './same-document.ts';
import type { StoredCollection } from './stored-collection.ts';

/** The store is not one to import into, or no longer what was imported. */
export class ImportTargetError extends Error {
  override readonly name = 'ImportTargetError';
}

/** A document of the file that the store did not get, because a later line holds what only one may have. */
export interface LeftOut {
  readonly collection: string;
  readonly key: DocumentKey;
  /** The unique index. */
  readonly index: string;
  /** The key of the document that has it. */
  readonly inFavourOf: DocumentKey;
}

/**
 * Writes documents of one collection. What is there already, as an earlier attempt left it, stays.
 *
 * An export that runs while others write reads a document at one moment and the next at a later one: where a name (or whatever
 * only one may have) went from one to the other between, the file has both. At the later moment the earlier one no longer had
 * it, being gone or renamed: it is left out, and told.
 * @throws {ImportTargetError} where the store has the document otherwise.
 */
export async function putDocuments(
  store: CollectionStore,
  documents: readonly ExportedDocument[],
  { isContinued, leaveOut }: { readonly isContinued: boolean; readonly leaveOut: (left: LeftOut) => void },
): Promise<void> {
  const [first] = documents;
  if (first === undefined) return;
  const collection = store.open(first.collection.declaration);
  const missing = isContinued ? await missingOf(collection, documents) : documents;
  try {
    if (missing.length > 0) await collection.insertMany(missing.map(({ document }) => document));
  } catch (error) {
    if (!(error instanceof DuplicateKeyError)) throw error;
    for (const each of await missingOf(collection, missing)) await putOne(collection, each, leaveOut);
  }
}

async function missingOf(
  collection: Collection<object>,
  documents: readonly ExportedDocument[],
): Promise<ExportedDocument[]> {
  const there = await Promise.all(documents.map(({ key }) => collection.get(key)));
  return documents.filter(({ document, key, collection: { declaration } }, index) => {
    const found = there[index];
    if (found !== undefined && !sameDocument(found, document))
      throw new ImportTargetError(
        `the store has ${declaration.name} ${key.join('/')} otherwise than the file: somebody else has written into it; import into an empty store`,
      );
    return found === undefined;
  });
}

async function putOne(
  collection: Collection<object>,
  exported: ExportedDocument,
  leaveOut: (left: LeftOut) => void,
): Promise<void> {
  const { key, document } = exported;
  const { name } = exported.collection.declaration;
  for (;;) {
    const holder = await holderOf(collection, exported);
    if (holder === undefined) return await collection.insert(document);
    if (compareKeys(holder.key, key) > 0)
      return leaveOut({ collection: name, key, index: holder.index, inFavourOf: holder.key });
    leaveOut({ collection: name, key: holder.key, index: holder.index, inFavourOf: key });
    await collection.remove(holder.key);
  }
}

/** Another document that has what only one may have, and this one has too. */
async function holderOf(
  collection: Collection<object>,
  { collection: { declaration }, document }: ExportedDocument,
): Promise<{ readonly key: DocumentKey; readonly index: string } | undefined> {
  for (const [index, fields] of Object.entries(declaration.unique)) {
    for (const values of valueTuples(document, fields)) {
      const [holder] = (await collection.find(index, values, { limit: 1 })).items;
      if (holder !== undefined) return { index, key: documentKey(declaration, holder) };
    }
  }
  return undefined;
}

/** @throws {ImportTargetError} where one of the collections has a document. */
export async function requireEmpty(store: CollectionStore, collections: readonly StoredCollection[]): Promise<void> {
  for (const { declaration } of collections) {
    const { items } = await store.open(declaration).find('key', [], { limit: 1 });
    if (items.length > 0)
      throw new ImportTargetError(
        `the store is not empty: it has ${declaration.name}; an import needs a store that no server has started on (a new data directory, a new database)`,
      );
  }
}

import { type Collection, type CollectionStore, type DocumentKey, DuplicateKeyError } from '../../ports/collections.ts';
import { documentKey, valueTuples } from '../indexed-values.ts';
import { compareKeys, type ExportedDocument } from './export-file.ts';
import { sameDocument } from './same-document.ts';
import type { StoredCollection } from './stored-collection.ts';

/** The store cannot be imported into, or no longer matches what was imported. */
export class ImportTargetError extends Error {
  override readonly name = 'ImportTargetError';
}

/** A document of the file that was not imported, because it shares a unique value with a later one. */
export interface LeftOut {
  readonly collection: string;
  readonly key: DocumentKey;
  /** The unique index. */
  readonly index: string;
  /** The key of the document that has the value. */
  readonly inFavourOf: DocumentKey;
}

/**
 * Writes documents of one collection. Documents already written by an earlier attempt are kept.
 *
 * An export that runs during writes reads documents at different moments. If a name (or another unique value) moved from one
 * document to another in between, the file has it twice. By the time the later document was read, the earlier one no longer had the
 * value, because it had been deleted or renamed. So the earlier one is left out and reported.
 * @throws {ImportTargetError} if the store has a different version of a document.
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
        `the store has ${declaration.name} ${key.join('/')}, which differs from the file: something else has written to the store; import into an empty one`,
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

/** Another document with one of this document's unique values. */
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

/** @throws {ImportTargetError} if one of the collections is not empty. */
export async function requireEmpty(store: CollectionStore, collections: readonly StoredCollection[]): Promise<void> {
  for (const { declaration } of collections) {
    const { items } = await store.open(declaration).find('key', [], { limit: 1 });
    if (items.length > 0)
      throw new ImportTargetError(
        `the store is not empty: it has ${declaration.name}; an import needs a store that no server has started on (a new data directory, a new database)`,
      );
  }
}

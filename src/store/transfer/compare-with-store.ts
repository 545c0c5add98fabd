import type { CollectionStore } from '../../ports/collections.ts';
import type { ExportedDocument, ExportFile } from './export-file.ts';
import { ImportTargetError } from './put-documents.ts';
import { sameDocument } from './same-document.ts';
import type { Reference, StoredCollection } from './stored-collection.ts';
import { storedDocuments } from './stored-documents.ts';

/** A document with a reference to one that does not exist. */
export interface Dangling {
  readonly from: Reference;
  readonly to: Reference;
}

/**
 * Reads back everything in the store and compares it with the file, document by document: all documents must be there, unchanged,
 * and no others.
 * @throws {ImportTargetError} naming the first difference.
 */
export async function compareWithStore(
  store: CollectionStore,
  file: ExportFile,
  options: {
    readonly collections: readonly StoredCollection[];
    /** Whether a document of the file was deliberately left out of the store. */
    readonly isLeftOut: (exported: ExportedDocument) => boolean;
    readonly onDangling: (dangling: Dangling) => void;
  },
): Promise<void> {
  const reader = storeReader(store, options.collections);
  const references = referenceChecker(store, options);
  for await (const exported of file.documents()) {
    if (options.isLeftOut(exported)) continue;
    const { name } = exported.collection.declaration;
    const found = await reader.next(exported.collection);
    if (found === undefined || !sameDocument(found, exported.document))
      throw different(`${name} ${exported.key.join('/')} is not in the store as it is in the file`);
    await references(exported);
  }
  await reader.requireEnd();
}

const different = (what: string): ImportTargetError =>
  new ImportTargetError(
    `what was imported is not what the file holds: ${what}; the store is not to be used: import into an empty one, and see what wrote into this`,
  );

/** Reads the store's collections in the order of the file. */
function storeReader(store: CollectionStore, collections: readonly StoredCollection[]) {
  const readers = new Map(collections.map((each) => [each, storedDocuments(store, each)]));
  return {
    async next(collection: StoredCollection): Promise<object | undefined> {
      const step = await readers.get(collection)?.next();
      return step === undefined || step.done === true ? undefined : step.value;
    },
    async requireEnd(): Promise<void> {
      for (const [{ declaration }, reader] of readers)
        if ((await reader.next()).done !== true) throw different(`the store has more ${declaration.name}`);
    },
  };
}

/** The maximum number of existing documents to remember. */
const REMEMBERED = 10_000;

function referenceChecker(
  store: CollectionStore,
  options: { readonly collections: readonly StoredCollection[]; readonly onDangling: (dangling: Dangling) => void },
): (exported: ExportedDocument) => Promise<void> {
  const opened = new Map(options.collections.map(({ declaration }) => [declaration.name, store.open(declaration)]));
  const there = new Set<string>();
  return async ({ collection, key, document }) => {
    for (const to of collection.references(document)) {
      const id = JSON.stringify(to);
      if (there.has(id)) continue;
      if ((await opened.get(to.collection)?.get(to.key)) === undefined)
        options.onDangling({ from: { collection: collection.declaration.name, key }, to });
      else {
        if (there.size >= REMEMBERED) there.clear();
        there.add(id);
      }
    }
  };
}

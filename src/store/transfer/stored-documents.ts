import type { CollectionStore } from '../../ports/collections.ts';
import type { StoredCollection } from './stored-collection.ts';

/** All documents of a collection in export order, one page at a time, each exactly once. */
export async function* storedPages(
  store: CollectionStore,
  { declaration, newestFirst, pageSize }: StoredCollection,
): AsyncGenerator<readonly object[]> {
  const collection = store.open(declaration);
  let after: string | undefined;
  do {
    const page = await collection.find('key', [], {
      limit: pageSize,
      descending: newestFirst,
      ...(after !== undefined && { after }),
    });
    yield page.items;
    after = page.next;
  } while (after !== undefined);
}

export async function* storedDocuments(store: CollectionStore, collection: StoredCollection): AsyncGenerator<object> {
  for await (const page of storedPages(store, collection)) yield* page;
}

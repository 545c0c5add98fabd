import type { Collection, IndexValue } from '../../ports/collections.ts';

/** Reads every document whose index begins with these values. Only for lists that a quota limits. */
export async function readWholeIndex<Document extends object>(
  collection: Collection<Document>,
  index: string,
  values: readonly IndexValue[],
): Promise<readonly Document[]> {
  const documents: Document[] = [];
  let after: string | undefined;
  do {
    const page = await collection.find(index, values, { limit: 500, ...(after === undefined ? {} : { after }) });
    documents.push(...page.items);
    after = page.next;
  } while (after !== undefined);
  return documents;
}

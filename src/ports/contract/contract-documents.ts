import * as z from 'zod';
import type { Collection, CollectionDeclaration, CollectionStore } from '../collections.ts';

const personShape = z.object({
  account: z.string(),
  id: z.string(),
  name: z.string(),
  email: z.string().optional(),
  age: z.number(),
  active: z.boolean().optional(),
  groups: z.array(z.string()),
  keys: z.array(z.object({ keyId: z.string(), createdAt: z.number() })),
  boundary: z.object({ policyId: z.string() }).optional(),
});
/** The document type that the contract suite stores. */
export type Person = z.infer<typeof personShape>;

/** The suite's collection under the given name. It has every kind of index. */
export function people(name: string): CollectionDeclaration<Person> {
  return {
    name: `contract-${name}`,
    shape: personShape,
    key: ['account', 'id'],
    unique: { byName: ['account', 'name'], byEmail: ['email'], byKeyId: ['keys.keyId'] },
    indexes: {
      byGroup: ['groups', 'name'],
      byBoundary: ['account', 'boundary.policyId'],
      byAge: ['account', 'age'],
      byActive: ['account', 'active'],
    },
    counted: { key: 1, byName: 1, byGroup: 1, byBoundary: 2 },
  };
}

/** A person with minimal fields, overridden by `given`. */
export function person(id: string, given: Partial<Person> = {}): Person {
  return { account: 'a1', id, name: `name-${id}`, age: 30, groups: [], keys: [], ...given };
}

/** The suite's collection, filled with these documents. */
export async function peopled(
  store: CollectionStore,
  name: string,
  documents: readonly Person[],
): Promise<Collection<Person>> {
  const collection = store.open(people(name));
  for (const document of documents) await collection.insert(document);
  return collection;
}

/** All ids that `find` returns, page by page. */
export async function idsOf(
  collection: Collection<Person>,
  index: string,
  options: Parameters<Collection<Person>['find']>[2] & { readonly values: Parameters<Collection<Person>['find']>[1] },
): Promise<string[]> {
  const { values, ...findOptions } = options;
  const ids: string[] = [];
  let after: string | undefined;
  do {
    const page = await collection.find(index, values, after === undefined ? findOptions : { ...findOptions, after });
    ids.push(...page.items.map(({ id }) => id));
    after = page.next;
  } while (after !== undefined);
  return ids;
}

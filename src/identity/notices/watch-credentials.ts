import type { Collection } from '../../ports/collections.ts';
import type { CredentialHolder } from '../credentials/credential-holder.ts';
import { rootHolder, userHolder } from '../credentials/stored-holders.ts';
import type { IdentityStore } from '../store/identity-store.ts';

/** Called after a holder's document was written, with the holder before and after. */
export type OnHolderChanged = (before: CredentialHolder, after: CredentialHolder) => void;

/** Wraps a store of identities so that each change of a holder made by this process is reported after it is written. */
export function watchCredentials(store: IdentityStore, changed: OnHolderChanged): IdentityStore {
  return {
    ...store,
    users: watching(store.users, userHolder, changed),
    accounts: watching(store.accounts, rootHolder, changed),
  };
}

/** The collections behind those that report changes. */
const SILENT = new WeakMap<object, object>();

function silent<Watched extends object>(collection: Watched): Watched {
  return (SILENT.get(collection) as Watched | undefined) ?? collection;
}

/** The same store without reports, for changes that the person makes on a page that says all of it. */
export function withoutReports(
  store: Pick<IdentityStore, 'accounts' | 'users'>,
): Pick<IdentityStore, 'accounts' | 'users'> {
  return { users: silent(store.users), accounts: silent(store.accounts) };
}

function watching<Document extends object>(
  collection: Collection<Document>,
  read: (document: Document) => CredentialHolder,
  changed: OnHolderChanged,
): Collection<Document> {
  const watched: Collection<Document> = {
    get: (key) => collection.get(key),
    find: (index, values, options) => collection.find(index, values, options),
    count: (index, values, options) => collection.count(index, values, options),
    distinct: (index, values) => collection.distinct(index, values),
    bytes: () => collection.bytes(),
    insert: (document) => collection.insert(document),
    insertMany: (documents) => collection.insertMany(documents),
    remove: (key, allow) => collection.remove(key, allow),
    async update(key, change) {
      // From the last attempt, which is the one that was written.
      let before: Document | undefined;
      const after = await collection.update(key, (old) => {
        before = old;
        return change(old);
      });
      if (before !== undefined && after !== undefined) changed(read(before), read(after));
      return after;
    },
  };
  SILENT.set(watched, collection);
  return watched;
}

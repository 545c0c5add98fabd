import type { Collection } from '../../ports/collections.ts';
import type { Account } from '../documents/account.ts';
import type { User } from '../documents/user.ts';
import type { IdentityStore } from './identity-store.ts';

/** Called with the subject (see `Person.subject`) when all logins of a person so far have ended. */
export type OnLoginsEnded = (subject: string) => void;

/**
 * Wraps a store of identities so that `ended` is called once for each change that ends a person's logins, after it is written. Only covers
 * changes made by this process through this store.
 */
export function watchLogins(store: IdentityStore, ended: OnLoginsEnded): IdentityStore {
  return {
    ...store,
    users: watching(store.users, { generation: loginsOfUser, subject: ({ userId }) => userId, ended }),
    accounts: watching(store.accounts, {
      generation: ({ root }) => root.loginGeneration ?? 0,
      subject: ({ accountId }) => accountId,
      ended,
    }),
  };
}

const loginsOfUser = ({ loginGeneration = 0 }: User): number => loginGeneration;

interface Watch<Document> {
  readonly generation: (document: Document) => number;
  readonly subject: (document: Document) => string;
  readonly ended: OnLoginsEnded;
}

function watching<Document extends User | Account>(
  collection: Collection<Document>,
  { generation, subject, ended }: Watch<Document>,
): Collection<Document> {
  return {
    get: (key) => collection.get(key),
    find: (index, values, options) => collection.find(index, values, options),
    count: (index, values, options) => collection.count(index, values, options),
    bytes: () => collection.bytes(),
    insert: (document) => collection.insert(document),
    insertMany: (documents) => collection.insertMany(documents),
    async update(key, change) {
      // From the last attempt, which is the one that was written.
      let before = 0;
      const written = await collection.update(key, (old) => {
        before = generation(old);
        return change(old);
      });
      if (written !== undefined && generation(written) !== before) ended(subject(written));
      return written;
    },
    async remove(key, allow) {
      const removed = await collection.remove(key, allow);
      if (removed !== undefined) ended(subject(removed));
      return removed;
    },
  };
}

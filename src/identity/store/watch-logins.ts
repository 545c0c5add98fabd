import type { Collection } from '../../ports/collections.ts';
import type { Account } from '../documents/account.ts';
import type { User } from '../documents/user.ts';
import type { IdentityStore } from './identity-store.ts';

/** Called with the subject (see `Person.subject`) when logins of a person have ended. */
export type OnLoginsEnded = (subject: string) => void;

/**
 * Wraps a store of identities so that `ended` is called once for each change that ends logins of a person, after it is written. Only covers
 * changes made by this process through this store.
 */
export function watchLogins(store: IdentityStore, ended: OnLoginsEnded): IdentityStore {
  return {
    ...store,
    users: watching(store.users, { loginsOf: loginsOfUser, subject: ({ userId }) => userId, ended }),
    accounts: watching(store.accounts, {
      loginsOf: ({ root }) => [String(root.loginGeneration ?? 0)],
      subject: ({ accountId }) => accountId,
      ended,
    }),
  };
}

/** One text for logins by password, and one for those through each link. It changes when some of them end. */
function loginsOfUser({ loginGeneration = 0, links = [] }: User): readonly string[] {
  return [
    String(loginGeneration),
    ...links.map(({ id, generation = 0, endedSessions = [] }) => JSON.stringify([id, generation, endedSessions])),
  ];
}

interface Watch<Document> {
  /** If one of these texts is gone after a change, logins have ended. */
  readonly loginsOf: (document: Document) => readonly string[];
  readonly subject: (document: Document) => string;
  readonly ended: OnLoginsEnded;
}

function watching<Document extends User | Account>(
  collection: Collection<Document>,
  { loginsOf, subject, ended }: Watch<Document>,
): Collection<Document> {
  return {
    get: (key) => collection.get(key),
    find: (index, values, options) => collection.find(index, values, options),
    count: (index, values, options) => collection.count(index, values, options),
    distinct: (index, values) => collection.distinct(index, values),
    bytes: () => collection.bytes(),
    insert: (document) => collection.insert(document),
    insertMany: (documents) => collection.insertMany(documents),
    async update(key, change) {
      // From the last attempt, which is the one that was written.
      let before: readonly string[] = [];
      const written = await collection.update(key, (old) => {
        before = loginsOf(old);
        return change(old);
      });
      if (written === undefined) return written;
      const after = new Set(loginsOf(written));
      if (before.some((logins) => !after.has(logins))) ended(subject(written));
      return written;
    },
    async remove(key, allow) {
      const removed = await collection.remove(key, allow);
      if (removed !== undefined) ended(subject(removed));
      return removed;
    },
  };
}

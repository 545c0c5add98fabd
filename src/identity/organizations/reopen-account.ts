import type { Collection } from '../../ports/collections.ts';
import { withLoginsEnded } from '../credentials/login-generation.ts';
import type { Application } from '../documents/application.ts';
import type { IdentityStore } from '../store/identity-store.ts';

type Store = Pick<IdentityStore, 'accounts' | 'users' | 'applications' | 'registeredApplications'>;

/**
 * Opens a closed account again. Passwords, access keys and the secrets of applications work as before. Sessions, logins and tokens from before
 * the closing have ended: who closed the account may have meant them.
 * @param store one that has closed accounts.
 * @returns whether the account was closed; `undefined` if there is no such account.
 */
export async function reopenAccount(store: Store, accountId: string, now: number): Promise<boolean | undefined> {
  const account = await store.accounts.get([accountId]);
  if (account?.closedAt === undefined) return account && false;
  // The clock of this computer may be behind that of the server which closed the account.
  const at = Math.max(now, account.closedAt);
  // All of it while the account is closed, so that none of it works in between. A second run completes an interrupted one.
  await eachOf(store.users, accountId, ({ userId }) =>
    store.users.update([accountId, userId], (old) => ({
      ...withLoginsEnded(old),
      timesDisabled: (old.timesDisabled ?? 0) + 1,
    })),
  );
  for (const applications of [store.applications, store.registeredApplications])
    await eachOf(applications, accountId, ({ applicationId }) =>
      applications.update([accountId, applicationId], (old: Application) => ({ ...old, endedAt: at })),
    );
  await store.accounts.update([accountId], ({ closedAt: _closedAt, ...old }) => ({
    ...old,
    root: withLoginsEnded(old.root),
    reopenedAt: at,
  }));
  return true;
}

async function eachOf<Document extends object>(
  collection: Collection<Document>,
  accountId: string,
  change: (document: Document) => Promise<unknown>,
): Promise<void> {
  let after: string | undefined;
  do {
    const page = await collection.find('key', [accountId], { limit: 100, ...(after !== undefined && { after }) });
    for (const document of page.items) await change(document);
    after = page.next;
  } while (after !== undefined);
}

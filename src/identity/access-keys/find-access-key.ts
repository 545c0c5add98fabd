import type { AccessKey } from '../documents/access-key.ts';
import type { Account } from '../documents/account.ts';
import type { User } from '../documents/user.ts';
import type { IdentityStore } from '../store/identity-store.ts';

/** A long-term access key with the one whom it belongs to. */
export type OwnedAccessKey =
  | { readonly accessKey: AccessKey; readonly accountId: string; readonly owner: 'user'; readonly user: User }
  | { readonly accessKey: AccessKey; readonly accountId: string; readonly owner: 'root'; readonly account: Account };

/**
 * Finds a long-term access key, active or not, by its id. Ids are told apart by case, as AWS does.
 * @returns `undefined` where there is none.
 */
export async function findAccessKey(store: IdentityStore, accessKeyId: string): Promise<OwnedAccessKey | undefined> {
  const [user] = (await store.users.find('byAccessKeyId', [accessKeyId], { limit: 1 })).items;
  const userKey = user?.accessKeys.find((key) => key.accessKeyId === accessKeyId);
  if (user && userKey) return { accessKey: userKey, accountId: user.accountId, owner: 'user', user };
  const [account] = (await store.accounts.find('byRootAccessKeyId', [accessKeyId], { limit: 1 })).items;
  const rootKey = account?.root.accessKeys.find((key) => key.accessKeyId === accessKeyId);
  if (account && rootKey) return { accessKey: rootKey, accountId: account.accountId, owner: 'root', account };
  return undefined;
}

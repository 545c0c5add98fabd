import type { AccessKey } from '../documents/access-key.ts';
import type { User } from '../documents/user.ts';
import { noSuchHolder } from '../policy-holder/holder-kind.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { userKind } from '../users/user-kind.ts';

/** Whose access keys are meant: a user's, or an account's root user's. */
export type KeyOwner =
  | { readonly type: 'user'; readonly user: User }
  | { readonly type: 'root'; readonly accountId: string };

/** The owner's keys as they are. */
export async function keysOf(store: IdentityStore, owner: KeyOwner): Promise<readonly AccessKey[]> {
  if (owner.type === 'user') return owner.user.accessKeys;
  return (await store.accounts.get([owner.accountId]))?.root.accessKeys ?? [];
}

/** Changes the owner's keys under compare-and-swap. @throws {ServiceError} NoSuchEntity where the owner is gone. */
export async function changeKeys(
  store: IdentityStore,
  owner: KeyOwner,
  change: (keys: AccessKey[]) => AccessKey[],
): Promise<void> {
  if (owner.type === 'user') {
    const changed = await store.users.update(userKind.keyOf(owner.user), (old) => ({
      ...old,
      accessKeys: change(old.accessKeys),
    }));
    if (!changed) throw noSuchHolder('user', owner.user.userName);
    return;
  }
  await store.accounts.update([owner.accountId], (old) => ({
    ...old,
    root: { ...old.root, accessKeys: change(old.root.accessKeys) },
  }));
}

export function accountOf(owner: KeyOwner): string {
  return owner.type === 'user' ? owner.user.accountId : owner.accountId;
}

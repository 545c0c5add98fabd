import { foldName } from '../documents/entity.ts';
import type { User } from '../documents/user.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import type { CredentialHolder } from './credential-holder.ts';
import { findHoldersBy } from './find-credential-holder.ts';
import { foldEmail } from './people.ts';

/**
 * Sign-in takes user names and e-mail addresses in one field, so a text must not mean two people of an account. The owner of an address is
 * always meant before a user who is named like it. These two functions also keep such a pair from arising, in either order. They are not
 * atomic with the write that follows, which is enough: after a race, the owner of the address is still the one who is meant.
 */

/** Who signs in to an account with this text as an e-mail address: its root user, or the user who has verified it. */
export async function addressOwner(
  store: Pick<IdentityStore, 'accounts' | 'users'>,
  { accountId, text }: { readonly accountId: string; readonly text: string },
): Promise<CredentialHolder | undefined> {
  const owners = await findHoldersBy(store, 'email', foldEmail(text));
  return owners.find((owner) => owner.accountId === accountId);
}

/** Whether the folded address is the name of another user in the account. */
export async function isNameOfAnother(
  { users }: Pick<IdentityStore, 'users'>,
  { accountId, userId }: Pick<User, 'accountId' | 'userId'>,
  email: string,
): Promise<boolean> {
  const [named] = (await users.find('byName', [accountId, foldName(email)], { limit: 1 })).items;
  return named !== undefined && named.userId !== userId;
}

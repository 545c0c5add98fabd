import type { CredentialHolder } from '../../identity/credentials/credential-holder.ts';
import { findCredentialHolder } from '../../identity/credentials/find-credential-holder.ts';
import type { Account } from '../../identity/documents/account.ts';
import { foldName } from '../../identity/documents/entity.ts';
import type { User } from '../../identity/documents/user.ts';
import { firstAccount } from '../../identity/first-start/first-account.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';

/** A user named on the command line. */
export interface NamedHolder {
  /** `root`, or the name of an IAM user; `user/root` for an IAM user called `root`. */
  readonly name: string;
  /** Default: the first account. */
  readonly accountId?: string | undefined;
}

/** Finds the user named on the command line. @throws {Error} with a message that says what to do if there is no such account or user */
export async function findNamedHolder(
  store: IdentityStore,
  { name, accountId }: NamedHolder,
): Promise<{ readonly holder: CredentialHolder; readonly account: Account }> {
  const account = accountId === undefined ? await firstAccount(store) : await store.accounts.get([accountId]);
  if (account === undefined) throw new Error(`there is no account ${accountId}`);
  const { accountId: of } = account;
  const subject = name === 'root' ? of : (await userNamed(store, of, name.replace(/^user\//, ''))).userId;
  const holder = await findCredentialHolder(store, { accountId: of, subject });
  if (holder === undefined) throw new Error(`${name} was deleted in the meantime`);
  return { holder, account };
}

async function userNamed(store: IdentityStore, accountId: string, name: string): Promise<User> {
  const [user] = (await store.users.find('byName', [accountId, foldName(name)], { limit: 1 })).items;
  if (user === undefined) throw new Error(`account ${accountId} has no user ${name}; for its root user, say root`);
  return user;
}

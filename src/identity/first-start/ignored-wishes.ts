import { timingSafeEqual } from 'node:crypto';
import type { Sealer } from '../../keys/key-ring.ts';
import type { Account } from '../documents/account.ts';
import { foldName } from '../documents/entity.ts';
import type { User } from '../documents/user.ts';
import type { Passwords } from '../passwords/passwords.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { ADMIN_USER_NAME, type FirstAccountWishes } from './first-account-wishes.ts';

interface IgnoredWishesDependencies {
  readonly store: IdentityStore;
  readonly sealer: Sealer;
  readonly passwords: Passwords;
}

type Wish = keyof FirstAccountWishes;

/** Whether this is the secret of the administrator's access key. */
function isSecretOf(sealer: Sealer, admin: User | undefined, keyId: string | undefined, secret: string): boolean {
  const key = admin?.accessKeys.find(({ accessKeyId }) => accessKeyId === keyId);
  if (key === undefined) return false;
  const [stored, given] = [sealer.open(key.sealedSecret, key.accessKeyId), Buffer.from(secret)];
  return stored.length === given.length && timingSafeEqual(stored, given);
}

/**
 * Lists the settings for a first account that differ from the account as it exists today, and so have no effect.
 * @param account the first account.
 */
export async function ignoredWishes(
  { store, sealer, passwords }: IgnoredWishesDependencies,
  account: Account,
  wishes: FirstAccountWishes,
): Promise<readonly Wish[]> {
  const { accountId, alias, root } = account;
  const admin = (await store.users.find('byName', [accountId, foldName(ADMIN_USER_NAME)], { limit: 1 })).items[0];
  const isPassword = async (hash: string | undefined, password: string): Promise<boolean> =>
    hash !== undefined && (await passwords.verify(hash, password)).ok;
  const holds: { readonly [Name in Wish]: (wish: string) => boolean | Promise<boolean> } = {
    accountId: (wish) => wish === accountId,
    accountAlias: (wish) => wish === alias,
    rootEmail: (wish) => wish.toLowerCase() === root.email,
    rootPassword: (wish) => isPassword(root.passwordHash, wish),
    adminAccessKeyId: (wish) => admin?.accessKeys.some(({ accessKeyId }) => accessKeyId === wish) === true,
    adminSecretAccessKey: (wish) => isSecretOf(sealer, admin, wishes.adminAccessKeyId, wish),
    adminPassword: (wish) => isPassword(admin?.loginProfile?.passwordHash, wish),
  };
  const ignored: Wish[] = [];
  for (const name of Object.keys(holds) as Wish[]) {
    const wish = wishes[name];
    if (wish !== undefined && !(await holds[name](wish))) ignored.push(name);
  }
  return ignored;
}

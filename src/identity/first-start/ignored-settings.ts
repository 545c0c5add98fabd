import { timingSafeEqual } from 'node:crypto';
import type { Sealer } from '../../keys/key-ring.ts';
import type { Account } from '../documents/account.ts';
import { foldName } from '../documents/entity.ts';
import type { User } from '../documents/user.ts';
import type { Passwords } from '../passwords/passwords.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { ADMIN_USER_NAME, type FirstAccountSettings } from './first-account-settings.ts';

interface IgnoredSettingsDependencies {
  readonly store: IdentityStore;
  readonly sealer: Sealer;
  readonly passwords: Passwords;
}

type SettingName = keyof FirstAccountSettings;

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
export async function ignoredSettings(
  { store, sealer, passwords }: IgnoredSettingsDependencies,
  account: Account,
  settings: FirstAccountSettings,
): Promise<readonly SettingName[]> {
  const { accountId, alias, root } = account;
  const admin = (await store.users.find('byName', [accountId, foldName(ADMIN_USER_NAME)], { limit: 1 })).items[0];
  const isPassword = async (hash: string | undefined, password: string): Promise<boolean> =>
    hash !== undefined && (await passwords.verify(hash, password)).ok;
  const isUnchanged: { readonly [Name in SettingName]: (value: string) => boolean | Promise<boolean> } = {
    accountId: (value) => value === accountId,
    accountAlias: (value) => value === alias,
    rootEmail: (value) => value.toLowerCase() === root.email,
    rootPassword: (value) => isPassword(root.passwordHash, value),
    adminAccessKeyId: (value) => admin?.accessKeys.some(({ accessKeyId }) => accessKeyId === value) === true,
    adminSecretAccessKey: (value) => isSecretOf(sealer, admin, settings.adminAccessKeyId, value),
    adminPassword: (value) => isPassword(admin?.loginProfile?.passwordHash, value),
  };
  const ignored: SettingName[] = [];
  for (const name of Object.keys(isUnchanged) as SettingName[]) {
    const value = settings[name];
    if (value !== undefined && !(await isUnchanged[name](value))) ignored.push(name);
  }
  return ignored;
}

import { ServiceError } from '../../kernel/service-error.ts';
import type { PasswordPolicy } from '../documents/account.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { requireAccount } from './account-alias.ts';

type Store = Pick<IdentityStore, 'accounts'>;

/** What a setting is where `UpdateAccountPasswordPolicy` does not name it; AWS's defaults. */
const UNNAMED: PasswordPolicy = {
  minimumPasswordLength: 6,
  requireSymbols: false,
  requireNumbers: false,
  requireUppercaseCharacters: false,
  requireLowercaseCharacters: false,
  allowUsersToChangePassword: false,
  maxPasswordAge: 0,
  passwordReusePrevention: 0,
  hardExpiry: false,
};

function noPolicy(accountId: string): ServiceError {
  return new ServiceError('NoSuchEntity', `The Password Policy with domain name ${accountId} cannot be found.`);
}

/** AWS says it in other words where the policy is to be deleted [aws-behaviour 29]. */
function noPolicyToDelete(): ServiceError {
  return new ServiceError('NoSuchEntity', 'The account policy with name PasswordPolicy cannot be found.');
}

/** The policy that was set. @throws {ServiceError} NoSuchEntity where none was. */
export async function getPasswordPolicy(store: Store, accountId: string): Promise<PasswordPolicy> {
  const { passwordPolicy } = await requireAccount(store, accountId);
  if (!passwordPolicy) throw noPolicy(accountId);
  return passwordPolicy;
}

/** Whether every IAM user of the account may change their own password, without a policy that allows it. */
export async function letsUsersChangePasswords(store: Store, accountId: string): Promise<boolean> {
  return (await store.accounts.get([accountId]))?.passwordPolicy?.allowUsersToChangePassword === true;
}

/** Sets the whole policy: what is not named goes back to its default. */
export async function setPasswordPolicy(
  store: Store,
  accountId: string,
  settings: Partial<PasswordPolicy>,
): Promise<void> {
  const set = settings.hardExpiry === undefined ? settings : { ...settings, isHardExpirySet: true };
  await store.accounts.update([accountId], (old) => ({ ...old, passwordPolicy: { ...UNNAMED, ...set } }));
}

/** @throws {ServiceError} NoSuchEntity where none was set. */
export async function deletePasswordPolicy(store: Store, accountId: string): Promise<void> {
  await store.accounts.update([accountId], ({ passwordPolicy, ...account }) => {
    if (!passwordPolicy) throw noPolicyToDelete();
    return account;
  });
}

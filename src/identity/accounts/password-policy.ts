import { ServiceError } from '../../kernel/service-error.ts';
import type { PasswordPolicy } from '../documents/account.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { requireAccount } from './account-alias.ts';

type Store = Pick<IdentityStore, 'accounts'>;

/** AWS's defaults for settings that `UpdateAccountPasswordPolicy` leaves out. */
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
  return new ServiceError(
    IAM_ERRORS.NoSuchEntity,
    `The Password Policy with domain name ${accountId} cannot be found.`,
  );
}

/** AWS words this error differently when deleting the policy [aws-behaviour 29]. */
function noPolicyToDelete(): ServiceError {
  return new ServiceError(IAM_ERRORS.NoSuchEntity, 'The account policy with name PasswordPolicy cannot be found.');
}

/** The account's password policy. @throws {ServiceError} NoSuchEntity if none is set. */
export async function getPasswordPolicy(store: Store, accountId: string): Promise<PasswordPolicy> {
  const { passwordPolicy } = await requireAccount(store, accountId);
  if (!passwordPolicy) throw noPolicy(accountId);
  return passwordPolicy;
}

/** Whether the account lets every IAM user change their own password, without a policy that allows it. */
export async function letsUsersChangePasswords(store: Store, accountId: string): Promise<boolean> {
  return (await store.accounts.get([accountId]))?.passwordPolicy?.allowUsersToChangePassword === true;
}

/** Sets the whole policy: settings that are left out return to their defaults. */
export async function setPasswordPolicy(
  store: Store,
  accountId: string,
  settings: Partial<PasswordPolicy>,
): Promise<void> {
  const set = settings.hardExpiry === undefined ? settings : { ...settings, isHardExpirySet: true };
  await store.accounts.update([accountId], (old) => ({ ...old, passwordPolicy: { ...UNNAMED, ...set } }));
}

/** @throws {ServiceError} NoSuchEntity if none is set. */
export async function deletePasswordPolicy(store: Store, accountId: string): Promise<void> {
  await store.accounts.update([accountId], ({ passwordPolicy, ...account }) => {
    if (!passwordPolicy) throw noPolicyToDelete();
    return account;
  });
}

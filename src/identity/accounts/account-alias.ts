import { ServiceError } from '../../kernel/service-error.ts';
import { DuplicateKeyError } from '../../ports/collections.ts';
import type { Account } from '../documents/account.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';
import type { IdentityStore } from '../store/identity-store.ts';

type Store = Pick<IdentityStore, 'accounts'>;

/** The caller's own account. INVARIANT: it exists as long as anything in it does. */
export async function requireAccount(store: Store, accountId: string): Promise<Account> {
  const account = await store.accounts.get([accountId]);
  if (!account) throw new Error(`the account ${accountId} is missing`);
  return account;
}

/**
 * Sets the account's alias and replaces any previous one. An account has at most one alias, and no two accounts share one.
 * @throws {ServiceError} EntityAlreadyExists; ValidationError if the alias could be mistaken for an account id.
 */
export async function createAccountAlias(store: Store, accountId: string, alias: string): Promise<void> {
  if (/^\d{12}$/.test(alias)) throw new ServiceError('ValidationError', 'The account alias cannot be twelve digits.');
  const exists = `The account alias ${alias} already exists.`;
  try {
    await store.accounts.update([accountId], (old) => {
      if (old.alias === alias) throw new ServiceError(IAM_ERRORS.EntityAlreadyExists, exists);
      return { ...old, alias };
    });
  } catch (error) {
    if (!(error instanceof DuplicateKeyError)) throw error;
    throw new ServiceError(IAM_ERRORS.EntityAlreadyExists, exists, { cause: error });
  }
}

/** Deletes the account's alias. @throws {ServiceError} NoSuchEntity if the account does not have this alias. */
export async function deleteAccountAlias(store: Store, accountId: string, alias: string): Promise<void> {
  await store.accounts.update([accountId], ({ alias: current, ...account }) => {
    if (current !== alias) {
      throw new ServiceError(IAM_ERRORS.NoSuchEntity, `The Account Alias with name ${alias} cannot be found.`);
    }
    return account;
  });
}

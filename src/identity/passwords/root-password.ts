import { type Random, randomAlphanumeric } from '../../kernel/random.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { changeCredentials } from '../credentials/change-credentials.ts';
import type { CredentialHolder, HolderId, StoredPassword } from '../credentials/credential-holder.ts';
import { withLoginsEnded } from '../credentials/login-generation.ts';
import { noSuchHolder } from '../policy-holder/holder-kind.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import type { Passwords } from './passwords.ts';

interface UnknownPasswordDependencies {
  readonly passwords: Pick<Passwords, 'hash'>;
  readonly random: Random;
}

/** Letters and digits of a password that nobody learns. */
const PASSWORD_LENGTH = 32;

/** The hash of a password that nobody knows. */
export function unknownPassword({ passwords, random }: UnknownPasswordDependencies): Promise<string> {
  return passwords.hash(randomAlphanumeric(random, PASSWORD_LENGTH));
}

/**
 * Gives a root user without a password one that nobody knows. The operator can replace it, and a passkey of the root user lets it in again.
 * @throws {ServiceError} EntityAlreadyExists, NoSuchEntity
 */
export async function createRootPassword(
  { store, ...making }: UnknownPasswordDependencies & { readonly store: IdentityStore },
  { holder, now }: { readonly holder: HolderId; readonly now: number },
): Promise<StoredPassword> {
  const hash = await unknownPassword(making);
  const password: StoredPassword = { hash, createdAt: now, changedAt: now, resetRequired: false, formerHashes: [] };
  const changed = await changeCredentials(store, holder, (old: CredentialHolder) => {
    if (old.password) {
      throw new ServiceError(IAM_ERRORS.EntityAlreadyExists, 'The root user has a password already.');
    }
    return { ...withLoginsEnded(old), password };
  });
  if (!changed) throw noSuchHolder('user', holder.subject);
  return password;
}

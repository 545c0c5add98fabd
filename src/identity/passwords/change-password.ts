import { ServiceError } from '../../kernel/service-error.ts';
import { changeCredentials } from '../credentials/change-credentials.ts';
import { hasFactor } from '../credentials/credential-holder.ts';
import { withLoginsEnded } from '../credentials/login-generation.ts';
import type { PasswordPerson, Person } from '../credentials/people.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { passwordRules } from './password-policy.ts';
import type { Passwords } from './passwords.ts';
import { requireAcceptable } from './require-acceptable.ts';

interface ChangePasswordDependencies {
  readonly store: IdentityStore;
  readonly passwords: Passwords;
}

interface PasswordChange {
  readonly person: PasswordPerson;
  readonly newPassword: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Words related to a person, which their password must not be built from. */
export function contextWordsOf(
  person: Pick<Person, 'name' | 'email' | 'accountAlias' | 'accountId'>,
): readonly string[] {
  return [person.name, person.email, person.accountAlias, person.accountId, 'rolecall'].filter(
    (word) => word !== undefined,
  );
}

/** The rules for a new password of a person, as far as a page can check them by itself. */
export function passwordRulesOf(person: Person) {
  const { password } = person;
  return passwordRules({ policy: password?.policy, contextWords: contextWordsOf(person), hasMfa: hasFactor(person) });
}

async function requireNew({ person, newPassword }: PasswordChange, passwords: Passwords): Promise<void> {
  const { hash, formerHashes, policy } = person.password;
  const forbidden = [hash, ...formerHashes.slice(0, Math.max(0, (policy?.passwordReusePrevention ?? 0) - 1))];
  for (const former of forbidden) {
    if ((await passwords.verify(former, newPassword)).ok) {
      throw new ServiceError(
        IAM_ERRORS.PasswordPolicyViolation,
        'Policy constraint violation with password reuse prevention',
      );
    }
  }
}

/**
 * Replaces a person's password, after they have just entered the old one.
 * @throws {ServiceError} PasswordPolicyViolation; ServiceUnavailable if it cannot be checked; EntityTemporarilyUnmodifiable if the password
 * was changed, or all logins were ended, in the meantime.
 */
export async function changePassword(deps: ChangePasswordDependencies, change: PasswordChange): Promise<void> {
  const { store, passwords } = deps;
  const { person, newPassword, now } = change;
  const { hash: oldHash, policy } = person.password;
  await requireAcceptable(passwords, {
    password: newPassword,
    policy,
    contextWords: contextWordsOf(person),
    hasMfa: hasFactor(person),
  });
  await requireNew(change, passwords);
  const newHash = await passwords.hash(newPassword);
  const changed = await changeCredentials(store, person, (old) => {
    // Also refuse if only the logins were ended: that includes this login, so it must not start new ones.
    if (old.password?.hash !== oldHash || old.loginGeneration !== person.loginGeneration) throw changedMeanwhile();
    const formerHashes = [oldHash, ...old.password.formerHashes].slice(0, policy?.passwordReusePrevention ?? 0);
    const password = {
      ...old.password,
      hash: newHash,
      changedAt: now,
      resetRequired: false,
      isPasswordless: undefined,
      formerHashes,
    };
    return { ...withLoginsEnded(old), password };
  });
  if (!changed) throw changedMeanwhile();
}

function changedMeanwhile(): ServiceError {
  return new ServiceError(IAM_ERRORS.EntityTemporarilyUnmodifiable, 'The password has been changed. Sign in again.');
}

import { ServiceError } from '../../kernel/service-error.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { requireAccount } from '../accounts/account-alias.ts';
import { openSignInLimits, subjectKey } from '../attempts/sign-in-limits.ts';
import { changeCredentials } from '../credentials/change-credentials.ts';
import {
  type CredentialHolder,
  type HeldCredentials,
  hasFactor,
  type StoredPassword,
} from '../credentials/credential-holder.ts';
import { withLoginsEnded } from '../credentials/login-generation.ts';
import { hasPassword, openPeople } from '../credentials/people.ts';
import { withSignInReset } from '../factors/change-factors.ts';
import { noSuchHolder } from '../policy-holder/holder-kind.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { changePassword, contextWordsOf } from './change-password.ts';
import type { Passwords } from './passwords.ts';
import { requireAcceptable } from './require-acceptable.ts';

interface LoginDependencies {
  readonly store: IdentityStore;
  readonly passwords: Passwords;
}

/** The error for a user without a password; `null` stands for a root user, who has no login profile. */
export function noLoginProfile(userName: string | null): ServiceError {
  return new ServiceError(IAM_ERRORS.NoSuchEntity, `Login Profile for User ${userName} cannot be found.`);
}

/** The password of an IAM user who may sign in to pages. @throws {ServiceError} NoSuchEntity */
export function requireLoginProfile({ password, userName }: CredentialHolder): StoredPassword {
  if (!password) throw noLoginProfile(userName ?? null);
  return password;
}

/** Checks a new password against the account's policy and hashes it. @throws {ServiceError} PasswordPolicyViolation */
async function hashNewPassword({ store, passwords }: LoginDependencies, holder: CredentialHolder, password: string) {
  const { userName: name = '', email, accountId } = holder;
  const { alias, passwordPolicy } = await requireAccount(store, accountId);
  await requireAcceptable(passwords, {
    password,
    policy: passwordPolicy,
    contextWords: contextWordsOf({ name, email, accountId, accountAlias: alias }),
    hasMfa: hasFactor(holder),
  });
  return { hash: await passwords.hash(password), kept: passwordPolicy?.passwordReusePrevention ?? 0 };
}

async function changeProfile(
  store: IdentityStore,
  holder: CredentialHolder,
  change: (old: CredentialHolder) => HeldCredentials,
): Promise<void> {
  const changed = await changeCredentials(store, holder, change);
  if (!changed) throw noSuchHolder('user', holder.userName ?? '');
}

/** Gives a user a password. @throws {ServiceError} EntityAlreadyExists, PasswordPolicyViolation, NoSuchEntity */
export async function createLoginProfile(
  deps: LoginDependencies,
  input: {
    readonly holder: CredentialHolder;
    readonly password: string;
    readonly resetRequired: boolean;
    readonly now: number;
  },
): Promise<StoredPassword> {
  const { holder, resetRequired, now } = input;
  const requireNone = ({ password }: CredentialHolder): void => {
    if (password) {
      throw new ServiceError(
        IAM_ERRORS.EntityAlreadyExists,
        `Login Profile for user ${holder.userName} already exists.`,
      );
    }
  };
  requireNone(holder);
  const { hash } = await hashNewPassword(deps, holder, input.password);
  const password: StoredPassword = { hash, createdAt: now, changedAt: now, resetRequired, formerHashes: [] };
  await changeProfile(deps.store, holder, (old) => {
    requireNone(old);
    return { ...withLoginsEnded(old), password };
  });
  return password;
}

/** Changes the given parts of a user's login profile. @throws {ServiceError} NoSuchEntity, PasswordPolicyViolation */
export async function updateLoginProfile(
  deps: LoginDependencies,
  input: {
    readonly holder: CredentialHolder;
    readonly password: string | undefined;
    readonly resetRequired: boolean | undefined;
    readonly now: number;
  },
): Promise<void> {
  const { holder, now } = input;
  requireLoginProfile(holder);
  const made = input.password === undefined ? undefined : await hashNewPassword(deps, holder, input.password);
  await changeProfile(deps.store, holder, (old) => {
    const profile = requireLoginProfile(old);
    const resetRequired = input.resetRequired ?? profile.resetRequired;
    // Withdrawing a required reset does not end any logins.
    if (!made)
      return { ...(input.resetRequired ? withSignInReset(old) : old), password: { ...profile, resetRequired } };
    const formerHashes = [profile.hash, ...profile.formerHashes].slice(0, made.kept);
    return {
      ...withSignInReset(old),
      password: { ...profile, hash: made.hash, changedAt: now, resetRequired, isPasswordless: undefined, formerHashes },
    };
  });
}

/** Removes a user's password, so that the user can no longer sign in to pages. @throws {ServiceError} NoSuchEntity */
export async function deleteLoginProfile(store: IdentityStore, holder: CredentialHolder): Promise<void> {
  await changeProfile(store, holder, (old) => {
    requireLoginProfile(old);
    return { ...withSignInReset(old), password: undefined };
  });
}

/**
 * Changes the password of a user who provides the old one. Guesses count as on the sign-in page.
 * @throws {ServiceError} NoSuchEntity, AccessDenied, PasswordPolicyViolation, EntityTemporarilyUnmodifiable, Throttling
 */
export async function changeOwnPassword(
  deps: LoginDependencies & { readonly ephemeral: Ephemeral },
  input: {
    readonly user: { readonly userId: string; readonly userName: string };
    readonly oldPassword: string;
    readonly newPassword: string;
    readonly ip: string;
    /** Whether the caller's session began with a second factor. */
    readonly factorVerified?: boolean;
    readonly now: number;
  },
): Promise<void> {
  const { userId, userName } = input.user;
  const person = await openPeople(deps.store, { now: () => input.now }).bySubject(userId);
  if (!hasPassword(person)) throw noLoginProfile(userName);
  const limits = openSignInLimits(deps.ephemeral, { isSigned: true });
  const attempt = { target: `change-password/${userId}`, personKey: subjectKey(userId), origin: { ip: input.ip } };
  const verdict = await limits.begin(attempt);
  const isProven = verdict.next === 'prove' && input.factorVerified === true;
  if (verdict.next === 'wait' || (verdict.next === 'prove' && verdict.isDueToTarget && !isProven)) {
    throw new ServiceError('Throttling', 'Rate exceeded');
  }
  const mayPass = verdict.next === 'try' || isProven;
  if (!(await deps.passwords.verify(person.password.hash, input.oldPassword)).ok || !mayPass) {
    throw new ServiceError('AccessDenied', 'The old password was incorrect.');
  }
  await limits.succeeded(attempt, !hasFactor(person) || input.factorVerified === true);
  await changePassword(deps, { person, newPassword: input.newPassword, now: input.now });
}

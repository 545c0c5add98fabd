import { ServiceError } from '../../kernel/service-error.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { requireAccount } from '../accounts/account-alias.ts';
import { openSignInLimits, subjectCounted } from '../attempts/sign-in-limits.ts';
import { hasFactor } from '../credentials/credential-holder.ts';
import { withoutLogins } from '../credentials/login-generation.ts';
import { openPeople } from '../credentials/people.ts';
import type { LoginProfile, User } from '../documents/user.ts';
import { noSuchHolder } from '../policy-holder/holder-kind.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { changePassword, contextWordsOf } from './change-password.ts';
import { checkPasswordPolicy } from './password-policy.ts';
import type { Passwords } from './passwords.ts';

interface LoginDependencies {
  readonly store: IdentityStore;
  readonly passwords: Passwords;
}

/** The error for a user without a password; `null` stands for a root user, who has no login profile. */
export function noLoginProfile(userName: string | null): ServiceError {
  return new ServiceError('NoSuchEntity', `Login Profile for User ${userName} cannot be found.`);
}

/** @throws {ServiceError} NoSuchEntity */
export function requireLoginProfile(user: User): LoginProfile {
  if (!user.loginProfile) throw noLoginProfile(user.userName);
  return user.loginProfile;
}

/** Holds a new password against the account's policy, and hashes it. @throws {ServiceError} PasswordPolicyViolation */
async function hashNewPassword({ store, passwords }: LoginDependencies, user: User, password: string) {
  const { alias, passwordPolicy } = await requireAccount(store, user.accountId);
  const { userName: name, email, accountId } = user;
  checkPasswordPolicy({
    password,
    policy: passwordPolicy,
    contextWords: contextWordsOf({ name, email, accountId, accountAlias: alias }),
    hasMfa: user.mfaDevices.length > 0,
  });
  return { hash: await passwords.hash(password), kept: passwordPolicy?.passwordReusePrevention ?? 0 };
}

/** Gives a user a password. @throws {ServiceError} EntityAlreadyExists, PasswordPolicyViolation, NoSuchEntity */
export async function createLoginProfile(
  deps: LoginDependencies,
  input: { readonly user: User; readonly password: string; readonly resetRequired: boolean; readonly now: number },
): Promise<LoginProfile> {
  const { user, now } = input;
  const requireNone = ({ loginProfile }: User): void => {
    if (loginProfile) {
      throw new ServiceError('EntityAlreadyExists', `Login Profile for user ${user.userName} already exists.`);
    }
  };
  requireNone(user);
  const { hash } = await hashNewPassword(deps, user, input.password);
  const loginProfile: LoginProfile = {
    passwordHash: hash,
    createdAt: now,
    changedAt: now,
    resetRequired: input.resetRequired,
    formerHashes: [],
  };
  const changed = await deps.store.users.update([user.accountId, user.userId], (old) => {
    requireNone(old);
    return { ...withoutLogins(old), loginProfile };
  });
  if (!changed) throw noSuchHolder('user', user.userName);
  return loginProfile;
}

/** Changes what is named of a user's login profile. @throws {ServiceError} NoSuchEntity, PasswordPolicyViolation */
export async function updateLoginProfile(
  deps: LoginDependencies,
  input: {
    readonly user: User;
    readonly password: string | undefined;
    readonly resetRequired: boolean | undefined;
    readonly now: number;
  },
): Promise<void> {
  const { user, password } = input;
  requireLoginProfile(user);
  const made = password === undefined ? undefined : await hashNewPassword(deps, user, password);
  const changed = await deps.store.users.update([user.accountId, user.userId], (old) => {
    const profile = requireLoginProfile(old);
    const resetRequired = input.resetRequired ?? profile.resetRequired;
    // Withdrawing a required reset ends no login.
    if (!made)
      return { ...(input.resetRequired ? withoutLogins(old) : old), loginProfile: { ...profile, resetRequired } };
    const formerHashes = [profile.passwordHash, ...profile.formerHashes].slice(0, made.kept);
    return {
      ...withoutLogins(old),
      loginProfile: { ...profile, passwordHash: made.hash, changedAt: input.now, resetRequired, formerHashes },
    };
  });
  if (!changed) throw noSuchHolder('user', user.userName);
}

/** Takes a user's password away; the user can sign in to no page any more. @throws {ServiceError} NoSuchEntity */
export async function deleteLoginProfile(store: IdentityStore, user: User): Promise<void> {
  const changed = await store.users.update([user.accountId, user.userId], (old) => {
    requireLoginProfile(old);
    const { loginProfile: _gone, ...rest } = withoutLogins(old);
    return rest;
  });
  if (!changed) throw noSuchHolder('user', user.userName);
}

/**
 * Changes the password of a user who shows the old one. Guesses are counted like those of the sign-in page.
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
    readonly factorShown?: boolean;
    readonly now: number;
  },
): Promise<void> {
  const { userId, userName } = input.user;
  const person = await openPeople(deps.store).bySubject(userId);
  if (!person) throw noLoginProfile(userName);
  const limits = openSignInLimits(deps.ephemeral, { isSigned: true });
  const attempt = { target: `change-password/${userId}`, who: subjectCounted(userId), origin: { ip: input.ip } };
  const verdict = await limits.begin(attempt);
  const isProven = verdict.next === 'prove' && input.factorShown === true;
  if (verdict.next === 'wait' || (verdict.next === 'prove' && verdict.told && !isProven)) {
    throw new ServiceError('Throttling', 'Rate exceeded');
  }
  const mayPass = verdict.next === 'try' || isProven;
  if (!(await deps.passwords.verify(person.password.hash, input.oldPassword)).ok || !mayPass) {
    throw new ServiceError('AccessDenied', 'The old password was incorrect.');
  }
  await limits.succeeded(attempt, !hasFactor(person) || input.factorShown === true);
  await changePassword(deps, { person, newPassword: input.newPassword, now: input.now });
}

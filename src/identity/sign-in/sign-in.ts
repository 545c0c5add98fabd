import type { Clock } from '../../kernel/clock.ts';
import type { Sealer } from '../../keys/key-ring.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import type { IdentityStore } from '../identity-store.ts';
import type { MfaOwner } from '../mfa/mfa-owner.ts';
import { checkMfaCode } from '../mfa/verify-mfa-code.ts';
import { changePassword } from './change-password.ts';
import type { Passwords } from './passwords.ts';
import { foldEmail, openPeople, type People, type Person } from './people.ts';
import { openSignInLimits, subjectCounted } from './sign-in-limits.ts';

/** Who wants to sign in: an IAM user by account and name, or anybody by e-mail address. */
export type SignInName = { readonly account: string; readonly userName: string } | { readonly email: string };

export interface PasswordAttempt {
  readonly name: SignInName;
  readonly password: string;
  readonly ip: string;
}

export interface MfaAttempt {
  readonly subject: string;
  readonly code: string;
  readonly ip: string;
}

/** What is still to be done before the person is signed in. `mfa` always comes before `change-password`. */
export type SignInStep = 'mfa' | 'change-password';

/**
 * What came of an attempt. `credentials` says nothing of whether there is such a person; `throttled`: too many failures,
 * later or from elsewhere it works; `expired`: the password is, and the account lets only an administrator renew it.
 */
export type SignInResult =
  | { readonly outcome: 'passed'; readonly person: Person; readonly steps: readonly SignInStep[] }
  | { readonly outcome: 'refused'; readonly reason: 'credentials' | 'throttled' | 'expired'; readonly person?: Person };

export interface SignInDependencies {
  readonly store: IdentityStore;
  readonly ephemeral: Ephemeral;
  readonly passwords: Passwords;
  readonly clock: Clock;
  readonly sealer: Sealer;
  /** Has what no decision waits for written together with what else the caller is about to write; default: at once. */
  readonly later?: (write: () => Promise<void>) => Promise<void>;
}

/** The steps of signing in with a password. Whoever calls keeps, server-side, which steps a browser has done. */
export interface SignIn {
  readonly people: People;
  checkPassword(attempt: PasswordAttempt): Promise<SignInResult>;
  checkMfa(attempt: MfaAttempt): Promise<SignInResult>;
  /**
   * Gives another password to a person as it was when it proved who it is; answers the person as it is then.
   * @throws {ServiceError} PasswordPolicyViolation and what else {@link changePassword} throws.
   */
  changePassword(person: Person, newPassword: string): Promise<Person>;
}

const DAY = 86_400_000;

function isExpired({ password }: Person, now: number): boolean {
  const days = password.policy?.maxPasswordAge ?? 0;
  return days > 0 && now - password.changedAt > days * DAY;
}

/** What a name is counted under, whether it exists or not. */
function limitTarget(name: SignInName): string {
  return 'email' in name
    ? foldEmail(name.email)
    : JSON.stringify([name.account.toLowerCase(), name.userName.toLowerCase()]);
}

/** What the person still has to do after the password, or after MFA. */
function stepsAfter(step: 'password' | 'mfa', person: Person, now: number): readonly SignInStep[] {
  const steps: SignInStep[] = [];
  if (step === 'password' && person.mfaDevices.length > 0) steps.push('mfa');
  if (person.password.resetRequired || isExpired(person, now)) steps.push('change-password');
  return steps;
}

/** Notes the sign-in, and puts a stronger hash in the old one's place unless the password was changed meanwhile. */
async function noteUse(
  store: IdentityStore,
  person: Person,
  use: { now: number; rehash: string | undefined },
): Promise<void> {
  const oldHash = person.password.hash;
  const renewed = (hash: string): string => (use.rehash !== undefined && hash === oldHash ? use.rehash : hash);
  if (person.kind === 'root') {
    await store.accounts.update([person.accountId], (account) => ({
      ...account,
      root: { ...account.root, passwordHash: renewed(account.root.passwordHash), passwordLastUsedAt: use.now },
    }));
    return;
  }
  await store.users.update([person.accountId, person.subject], (user) => ({
    ...user,
    passwordLastUsedAt: use.now,
    ...(user.loginProfile && {
      loginProfile: { ...user.loginProfile, passwordHash: renewed(user.loginProfile.passwordHash) },
    }),
  }));
}

function withHash(person: Person, rehash: string | undefined): Person {
  return rehash === undefined ? person : { ...person, password: { ...person.password, hash: rehash } };
}

/** Whether a code is right for one of the person's devices; it is used up by that. */
async function isRightCode(deps: SignInDependencies, person: Person, code: string): Promise<boolean> {
  const { accountId, subject } = person;
  const owner: MfaOwner =
    person.kind === 'root' ? { type: 'Account', accountId } : { type: 'User', accountId, userId: subject };
  for (const { serialNumber } of person.mfaDevices) {
    const result = await checkMfaCode(deps, { owner, serialNumber, code, now: deps.clock.now() });
    if (result === 'right') return true;
  }
  return false;
}

export function openSignIn(deps: SignInDependencies): SignIn {
  const { store, ephemeral, passwords, clock, later = (write) => write() } = deps;
  const people = openPeople(store);
  const limits = openSignInLimits(ephemeral);
  const find = (name: SignInName): Promise<Person | undefined> =>
    'email' in name ? people.byEmail(name.email) : people.byUserName(name.account, name.userName);

  return {
    people,
    async checkPassword({ name, password, ip }) {
      const target = limitTarget(name);
      if (!(await limits.enter(target, ip))) return { outcome: 'refused', reason: 'throttled' };
      const person = await find(name);
      const who = person === undefined ? `nobody ${target}` : subjectCounted(person.subject);
      const { mayGoOn, mayPass } = await limits.enterPerson(target, ip, who);
      if (!mayGoOn) return { outcome: 'refused', reason: 'throttled' };
      // The same work, whether the person exists or not: the time must not tell.
      const check = person
        ? await passwords.verify(person.password.hash, password)
        : await passwords.verifyDummy(password);
      if (person === undefined || !check.ok || !mayPass) {
        return { outcome: 'refused', reason: 'credentials', ...(person && { person }) };
      }
      const now = clock.now();
      if (isExpired(person, now) && person.password.policy?.hardExpiry === true) {
        return { outcome: 'refused', reason: 'expired', person };
      }
      const succeeded = later(() => limits.succeeded(target, ip, who));
      await Promise.all([succeeded, noteUse(store, person, { now, rehash: check.rehash })]);
      return { outcome: 'passed', person: withHash(person, check.rehash), steps: stepsAfter('password', person, now) };
    },
    async checkMfa({ subject, code, ip }) {
      const target = `mfa/${subject}`;
      if (!(await limits.enter(target, ip))) return { outcome: 'refused', reason: 'throttled' };
      if (!(await limits.enterPerson(target, ip)).mayGoOn) return { outcome: 'refused', reason: 'throttled' };
      const person = await people.bySubject(subject);
      if (person === undefined || !(await isRightCode(deps, person, code))) {
        return { outcome: 'refused', reason: 'credentials', ...(person && { person }) };
      }
      await later(() => limits.succeeded(target, ip));
      return { outcome: 'passed', person, steps: stepsAfter('mfa', person, clock.now()) };
    },
    async changePassword(person, newPassword) {
      const now = clock.now();
      await changePassword({ store, passwords }, { person, newPassword, now });
      return { ...person, password: { ...person.password, changedAt: now, resetRequired: false } };
    },
  };
}

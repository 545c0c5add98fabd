import type { Clock } from '../../kernel/clock.ts';
import type { Attempt, SignInLimits } from '../attempts/sign-in-limits.ts';
import { changeCredentials } from '../credentials/change-credentials.ts';
import { hasFactor } from '../credentials/credential-holder.ts';
import type { Person } from '../credentials/people.ts';
import { hasCome } from '../documents/user.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import type { OrdinaryStep, SignInResult } from './sign-in-result.ts';

const DAY = 86_400_000;

function isExpired({ password }: Person, now: number): boolean {
  const days = password?.policy?.maxPasswordAge ?? 0;
  if (password?.isPasswordless === true) return false;
  return password !== undefined && days > 0 && now - password.changedAt > days * DAY;
}

/** Whether only an administrator can set a new password. */
export function isHardExpired(person: Person, now: number): boolean {
  return isExpired(person, now) && person.password?.policy?.hardExpiry === true;
}

/** The steps left after the password, or after MFA. */
function stepsAfter(step: 'password' | 'mfa', person: Person, now: number): readonly OrdinaryStep[] {
  const steps: OrdinaryStep[] = [];
  if (step === 'password' && hasFactor(person)) steps.push('mfa');
  if (person.password?.resetRequired === true || isExpired(person, now)) steps.push('change-password');
  return steps;
}

/**
 * The steps left after a login through a connector: a second factor is asked for as after a password (S30).
 * @param hasShownFactor whether the login counts as the second factor, because the connector trusts its provider with that.
 */
export function stepsAfterConnector(person: Person, hasShownFactor = false): readonly OrdinaryStep[] {
  const steps: OrdinaryStep[] = hasFactor(person) && !hasShownFactor ? ['mfa'] : [];
  if (person.password?.resetRequired === true) steps.push('change-password');
  return steps;
}

/** Records the sign-in, and replaces the hash with a stronger one unless the password was changed in the meantime. */
async function recordSignIn(
  store: IdentityStore,
  person: Person,
  use: { now: number; rehash: string | undefined },
): Promise<void> {
  const oldHash = person.password?.hash;
  await changeCredentials(store, person, ({ password, ...old }) => ({
    ...old,
    passwordLastUsedAt: use.now,
    password:
      password !== undefined && password.hash === oldHash && use.rehash !== undefined
        ? { ...password, hash: use.rehash }
        : password,
  }));
}

function withHash(person: Person, rehash: string | undefined): Person {
  return rehash === undefined || person.password === undefined
    ? person
    : { ...person, password: { ...person.password, hash: rehash } };
}

export interface AdmissionDependencies {
  readonly store: IdentityStore;
  readonly clock: Clock;
  readonly limits: SignInLimits;
  readonly later: (write: () => Promise<void>) => Promise<void>;
}

export interface Admission {
  readonly attempt: Attempt;
  /** The factor that was just verified. */
  readonly verified: 'password' | 'mfa';
  /** Everything this attempt has proved (RFC 8176). */
  readonly amr: readonly string[];
  /** Whether the password was only checked now, so that its age has not been checked yet. */
  readonly checksAge: boolean;
  /** A new hash of the password, if the stored one is weaker than today's. */
  readonly rehash?: string | undefined;
}

/** Signs in a person who has shown a valid factor, or moves on to the next step. */
export async function admitPerson(
  { store, clock, limits, later }: AdmissionDependencies,
  person: Person,
  { attempt, verified, amr, checksAge, rehash }: Admission,
): Promise<SignInResult> {
  const now = clock.now();
  if (hasCome(person.disabledFrom, now)) return { outcome: 'refused', reason: 'disabled', person };
  if (checksAge && isHardExpired(person, now)) return { outcome: 'refused', reason: 'expired', person };
  const steps = stepsAfter(verified, person, now);
  const succeeded = later(() => limits.succeeded(attempt, !steps.includes('mfa')));
  await Promise.all([succeeded, checksAge && recordSignIn(store, person, { now, rehash })]);
  const failures = limits.failuresBefore(attempt);
  return { outcome: 'passed', person: withHash(person, rehash), amr, steps, ...(failures > 0 && { failures }) };
}

import { hashedId } from '../../keys/hashed-id.ts';
import { type Attempt, type AttemptOrigin, type SignInLimits, subjectKey } from '../attempts/sign-in-limits.ts';
import { hasPassword, type People } from '../credentials/people.ts';
import { FACTOR_KINDS } from '../factors/factor-kinds.ts';
import { CeremonyFault } from '../passkeys/ceremony-fault.ts';
import { observed } from '../passkeys/observed.ts';
import type { PasskeySettings } from '../passkeys/passkey-settings.ts';
import { type VerifiedPasskey, verifyPasskey } from '../passkeys/verify-passkey.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { type AdmissionDependencies, admitPerson, isHardExpired } from './admit-person.ts';
import type { SignInResult } from './sign-in-result.ts';

export interface PasskeyAttempt extends AttemptOrigin {
  /** The sign-in that asked for the passkey. */
  readonly signIn: string;
  /** The person whose second factor it is. Without one, the passkey says who signs in, and stands for both factors. */
  readonly subject?: string | undefined;
  /** The authenticator's answer, as the browser posted it. */
  readonly credential: string;
  /** The token of the challenge. */
  readonly token: string;
}

interface Checking {
  readonly store: IdentityStore;
  readonly people: People;
  readonly limits: SignInLimits;
  readonly admission: AdmissionDependencies;
  readonly passkeys: PasskeySettings | undefined;
}

/** The id of the credential that an answer claims, or the text itself: only a key to count attempts under. */
function claimed(credential: string): string {
  return hashedId(/"id":"([\w-]{1,1366})"/.exec(credential)?.[1] ?? credential);
}

const NOT_FOUND = { outcome: 'refused', reason: 'credentials' } as const;

/** Checks a passkey, as the only factor or as the second one. */
export async function checkPasskey(
  { store, people, limits, admission, passkeys }: Checking,
  { signIn, subject, credential, token, ...origin }: PasskeyAttempt,
): Promise<SignInResult> {
  const attempt: Attempt = {
    target: subject === undefined ? `passkey ${claimed(credential)}` : `passkey/${subject}`,
    ...(subject !== undefined && { knownAs: subjectKey(subject) }),
    origin,
  };
  const verdict = await limits.begin(attempt);
  // Nobody can guess a passkey, so failures from unknown devices (`prove`) keep no one from showing theirs.
  if (verdict.next === 'wait') return { outcome: 'refused', reason: 'throttled', waitMs: verdict.waitMs };
  const holder = subject === undefined ? undefined : await people.bySubject(subject);
  if (passkeys === undefined || (subject !== undefined && holder === undefined)) return NOT_FOUND;
  let shown: VerifiedPasskey;
  try {
    const answer = { signIn, holder, credential, token, now: admission.clock.now() };
    shown = await observed(passkeys, () => verifyPasskey(store, passkeys, answer));
  } catch (error) {
    if (!(error instanceof CeremonyFault)) throw error;
    const owner = error.owner === undefined ? undefined : await people.bySubject(error.owner);
    return { outcome: 'refused', reason: 'passkey', fault: error, ...(owner && { person: owner }) };
  }
  return await admitOwner({ people, admission }, shown, { attempt, isOnlyFactor: subject === undefined });
}

interface Admitting {
  readonly attempt: Attempt;
  readonly isOnlyFactor: boolean;
}

async function admitOwner(
  { people, admission }: Pick<Checking, 'people' | 'admission'>,
  { holder: { subject, loginGeneration }, factor, isUserVerified }: VerifiedPasskey,
  { attempt, isOnlyFactor }: Admitting,
): Promise<SignInResult> {
  const person = await people.bySubject(subject);
  // Disabled, or without any other way to sign in: an administrator has taken it away.
  if (person === undefined) return NOT_FOUND;
  // A passkey replaces the password of who has one. Anyone else signs in through their provider, which vouches for them each time. And the
  // sign-in must not belong to logins that began after the passkey was checked, because it may have been removed then.
  if (isOnlyFactor && (!hasPassword(person) || person.loginGeneration !== loginGeneration)) {
    return { ...NOT_FOUND, person };
  }
  if (isOnlyFactor && isHardExpired(person, admission.clock.now())) {
    return { outcome: 'refused', reason: 'expired', person };
  }
  return await admitPerson(admission, person, {
    attempt: { ...attempt, knownAs: subjectKey(person.subject) },
    verified: 'mfa',
    amr: [...FACTOR_KINDS.passkey.amrOf(factor, isUserVerified), 'mfa'],
    checksAge: false,
  });
}

import { createHash } from 'node:crypto';
import type { Clock } from '../../kernel/clock.ts';
import type { Sealer } from '../../keys/key-ring.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import {
  type Attempt,
  type AttemptOrigin,
  openSignInLimits,
  type SignInLimits,
  subjectKey,
} from '../attempts/sign-in-limits.ts';
import { hasFactor } from '../credentials/credential-holder.ts';
import { withLoginsEnded } from '../credentials/login-generation.ts';
import { foldEmail, hasPassword, openPeople, type People, type Person } from '../credentials/people.ts';
import { FACTOR_KINDS } from '../factors/factor-kinds.ts';
import { takeRecoveryCode } from '../factors/recovery-codes.ts';
import type { PasskeySettings } from '../passkeys/passkey-settings.ts';
import { type AskedPasskey, askForPasskey, type PasskeyCall } from '../passkeys/verify-passkey.ts';
import { changePassword } from '../passwords/change-password.ts';
import type { Passwords } from '../passwords/passwords.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { type AdmissionDependencies, admitPerson } from './admit-person.ts';
import { checkPasskey, type PasskeyAttempt } from './check-passkey.ts';
import type { HeldPassword, SignInResult } from './sign-in-result.ts';

/** The name to sign in with: account and user name for an IAM user, or an e-mail address for anyone. */
export type SignInName = { readonly account: string; readonly userName: string } | EmailName;

/** An e-mail address. The account decides if the root user of one account and a user of another have the same address. */
export interface EmailName {
  readonly email: string;
  /** An account's id or alias. */
  readonly account?: string | undefined;
}

export interface PasswordAttempt extends AttemptOrigin {
  readonly name: SignInName;
  /** The key that the attempt counts under, besides the person, if several texts can mean the same name; default: the name. */
  readonly typed?: string;
  readonly password: string;
}

export interface MfaAttempt extends AttemptOrigin {
  readonly subject: string;
  readonly code: string;
}

export interface HeldAttempt extends AttemptOrigin {
  readonly held: HeldPassword;
  readonly code: string;
}

export interface SignInDependencies {
  readonly store: IdentityStore;
  readonly ephemeral: Ephemeral;
  readonly passwords: Passwords;
  readonly clock: Clock;
  readonly sealer: Sealer;
  /** Default: there are no passkeys. */
  readonly passkeys?: PasskeySettings;
  /** Defers a write that nothing depends on, so that it is batched with the caller's other writes. Default: write immediately. */
  readonly later?: (write: () => Promise<void>) => Promise<void>;
}

/** The steps of signing in with a password. Callers keep track, on the server, of the steps that a browser has completed. */
export interface SignIn {
  readonly people: People;
  checkPassword(attempt: PasswordAttempt): Promise<SignInResult>;
  checkMfa(attempt: MfaAttempt): Promise<SignInResult>;
  /** Checks the code that a held password waits for. A wrong code, a wrong password and an unknown person all get the same answer. */
  checkHeld(attempt: HeldAttempt): Promise<SignInResult>;
  /** What the browser passes to an authenticator; `undefined` if none can answer. It stores nothing. */
  askForPasskey(call: PasskeyCall): AskedPasskey | undefined;
  checkPasskey(attempt: PasskeyAttempt): Promise<SignInResult>;
  /**
   * Changes the password of a person who has just authenticated. `person` is the person as of that moment; returns the person after the
   * change.
   * @throws {ServiceError} PasswordPolicyViolation, and whatever else {@link changePassword} throws.
   */
  changePassword(person: Person, newPassword: string): Promise<Person>;
}

/** The key that a name counts under, whether it exists or not. */
function limitTarget(name: SignInName): string {
  return 'email' in name
    ? foldEmail(name.email)
    : JSON.stringify([name.account.toLowerCase(), name.userName.toLowerCase()]);
}

/** The name of an attempt, hashed, because people sometimes type their password into the name field. */
function heldTarget(target: string): string {
  return createHash('sha256').update(target).digest('base64url');
}

/** What a code proves. */
interface ProvenCode {
  /** RFC 8176. */
  readonly amr: readonly string[];
  /** How many recovery codes are left, if it was one. */
  readonly recoveryCodesLeft?: number;
}

/** Checks a code of one of the person's devices, or a recovery code. A valid code is then used up. */
async function proofBy(deps: SignInDependencies, person: Person, code: string): Promise<ProvenCode | undefined> {
  const shown = { holder: person, code, now: deps.clock.now() };
  if (await FACTOR_KINDS.totp.verify(deps, shown)) return { amr: CODE_AMR };
  const recoveryCodesLeft = await takeRecoveryCode(deps, shown);
  return recoveryCodesLeft === undefined ? undefined : { amr: RECOVERY_AMR, recoveryCodesLeft };
}

/** The authentication methods that a password and a code prove (RFC 8176). */
const PASSWORD_AMR = ['pwd'];
const CODE_AMR = [...FACTOR_KINDS.totp.amr, 'mfa'];
/** RFC 8176 has no value for codes from a list. */
const RECOVERY_AMR = ['mfa'];

/** A code has its own count, but the same known devices as the person's password. */
function codeAttempt(subject: string, origin: AttemptOrigin): Attempt {
  return { target: `mfa/${subject}`, knownAs: subjectKey(subject), origin };
}

interface Checking extends SignInDependencies {
  readonly people: People;
  readonly limits: SignInLimits;
  readonly admission: AdmissionDependencies;
}

async function checkPassword(
  { people, limits, passwords, admission }: Checking,
  { name, typed, password, ...origin }: PasswordAttempt,
): Promise<SignInResult> {
  const found = await ('email' in name
    ? people.byEmail(name.email, name.account)
    : people.byUserName(name.account, name.userName));
  // Someone who has no password is nobody here: the answer must not tell that they exist.
  const person = hasPassword(found) ? found : undefined;
  const target = typed ?? limitTarget(name);
  const attempt = { target, personKey: person ? subjectKey(person.subject) : `nobody ${target}`, origin };
  const verdict = await limits.begin(attempt);
  if (verdict.next === 'wait') return { outcome: 'refused', reason: 'throttled', waitMs: verdict.waitMs };
  // Do the same work whether the person exists or not, so that timing reveals nothing.
  const check = person ? await passwords.verify(person.password.hash, password) : await passwords.verifyDummy(password);
  const about = person && { person };
  if (verdict.next === 'prove' && (verdict.isDueToTarget || (person !== undefined && hasFactor(person)))) {
    const { subject, loginGeneration: generation } = person ?? {};
    const held = { target: heldTarget(target), ...(check.ok && { subject, generation }) };
    return { outcome: 'refused', reason: 'throttled', waitMs: verdict.waitMs, held, ...about };
  }
  if (person === undefined || !check.ok || verdict.next !== 'try') {
    return { outcome: 'refused', reason: 'credentials', ...about };
  }
  return admitPerson(admission, person, {
    attempt,
    verified: 'password',
    amr: PASSWORD_AMR,
    checksAge: true,
    rehash: check.rehash,
  });
}

async function checkHeld(deps: Checking, { held, code, ...origin }: HeldAttempt): Promise<SignInResult> {
  const { limits, people } = deps;
  const begun = await limits.begin({ target: `held/${held.target}`, origin });
  if (begun.next === 'wait') return { outcome: 'refused', reason: 'throttled', waitMs: begun.waitMs };
  const subject = held.subject ?? `nobody ${held.target}`;
  const attempt = codeAttempt(subject, origin);
  // Report every failure as a wrong password: any other answer would reveal that the password was correct.
  const mayPass = (await limits.begin(attempt)).next === 'try';
  const person = await people.bySubject(subject);
  const proven = person && mayPass ? await proofBy(deps, person, code) : undefined;
  if (person === undefined || proven === undefined) {
    return { outcome: 'refused', reason: 'credentials', ...(person && { person }) };
  }
  const target = subjectKey(subject);
  const result = await admitPerson(deps.admission, person, {
    attempt,
    verified: 'mfa',
    amr: [...PASSWORD_AMR, ...proven.amr],
    checksAge: true,
  });
  if (result.outcome === 'passed') await limits.succeeded({ target, origin }, true);
  return withCodesLeft(result, proven);
}

async function checkMfa(deps: Checking, { subject, code, ...origin }: MfaAttempt): Promise<SignInResult> {
  const attempt = codeAttempt(subject, origin);
  const verdict = await deps.limits.begin(attempt);
  if ('waitMs' in verdict) return { outcome: 'refused', reason: 'throttled', waitMs: verdict.waitMs };
  const person = await deps.people.bySubject(subject);
  const proven = person && (await proofBy(deps, person, code));
  if (person === undefined || proven === undefined) {
    return { outcome: 'refused', reason: 'credentials', ...(person && { person }) };
  }
  const admission = { attempt, verified: 'mfa', amr: proven.amr, checksAge: false } as const;
  return withCodesLeft(await admitPerson(deps.admission, person, admission), proven);
}

function withCodesLeft(result: SignInResult, { recoveryCodesLeft }: ProvenCode): SignInResult {
  return result.outcome === 'refused' || recoveryCodesLeft === undefined ? result : { ...result, recoveryCodesLeft };
}

export function openSignIn(deps: SignInDependencies): SignIn {
  const { store, ephemeral, passwords, clock, passkeys, later = (write) => write() } = deps;
  const people = openPeople(store, clock);
  const limits = openSignInLimits(ephemeral, { later });
  const checking = { ...deps, people, limits, admission: { store, clock, limits, later } };
  // Nobody can guess a passkey. So failures of others in the network, who may be an attacker in the same office, keep no passkey out (S24).
  const ofPasskeys = openSignInLimits(ephemeral, { later, isSigned: true });
  const checkingPasskeys = {
    ...checking,
    limits: ofPasskeys,
    admission: { ...checking.admission, limits: ofPasskeys },
  };
  return {
    people,
    checkPassword: (attempt) => checkPassword(checking, attempt),
    checkMfa: (attempt) => checkMfa(checking, attempt),
    checkHeld: (attempt) => checkHeld(checking, attempt),
    askForPasskey: (call) => passkeys && askForPasskey(passkeys, call),
    checkPasskey: (attempt) => checkPasskey({ ...checkingPasskeys, passkeys }, attempt),
    async changePassword(person, newPassword) {
      const now = clock.now();
      if (!hasPassword(person)) throw new TypeError('a person without a password cannot change it');
      await changePassword({ store, passwords }, { person, newPassword, now });
      const { loginGeneration } = withLoginsEnded(person);
      return { ...person, loginGeneration, password: { ...person.password, changedAt: now, resetRequired: false } };
    },
  };
}

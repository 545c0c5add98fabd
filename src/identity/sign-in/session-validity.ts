import { hasFactor } from '../credentials/credential-holder.ts';
import { isOriginOver, type LoginOrigin } from '../credentials/login-origin.ts';
import { isLoginOver, type Person } from '../credentials/people.ts';

/** What a page's session records about the sign-in that started it. */
export interface SignedInSession {
  /** Seconds since the epoch. */
  readonly loginTs?: number | undefined;
  /** When the session was last used, in seconds since the epoch. Absent in sessions of earlier versions. */
  readonly loginUsedAt?: number | undefined;
  readonly loginGeneration?: number | undefined;
  readonly loginOrigin?: LoginOrigin | undefined;
  /** The browser, in the words of its owner. Absent in sessions of earlier versions. */
  readonly loginBrowser?: string | undefined;
  /** The address from which the person signed in. Absent in sessions of earlier versions. */
  readonly loginAddress?: string | undefined;
  /** RFC 8176. */
  readonly amr?: readonly string[] | undefined;
  /** Whether the person added a passkey in this session, which has not been shown in it. The session goes on, as weak as it was. */
  readonly loginAddedFactor?: true | undefined;
}

/**
 * When a session ends by the limits of its account, in ms since the epoch (NIST SP 800-63B-4 §2.2.3). Read from the account each time, so
 * shorter limits also apply to sessions that began before.
 */
export function sessionEnd(
  { sessionLimits = {} }: Pick<Person, 'sessionLimits'>,
  { loginTs = 0, loginUsedAt = loginTs }: SignedInSession,
): number {
  const { idleSeconds = Infinity, absoluteSeconds = Infinity } = sessionLimits;
  return Math.min(loginUsedAt + idleSeconds, loginTs + absoluteSeconds) * 1000;
}

/**
 * Whether a person's page session has ended: its login has ended, a limit of the account is reached, the password must be changed, or a
 * second factor is missing. The next sign-in takes care of the last two.
 */
export function isSessionOver(person: Person, session: SignedInSession, now: number): boolean {
  const { loginTs = 0, loginGeneration, loginOrigin: origin, amr = [], loginAddedFactor } = session;
  const lacksFactor = hasFactor(person) && !amr.includes('mfa') && loginAddedFactor !== true;
  const isOver = isLoginOver(person, { generation: loginGeneration, began: loginTs * 1000, origin }, now);
  if (!(now < sessionEnd(person, session))) return true;
  return lacksFactor || person.password?.resetRequired === true || isOver;
}

/** How far a sign-in in progress has come. */
interface SignInProgress {
  readonly generation: number;
  readonly amr: readonly string[];
  readonly steps: readonly string[];
  readonly origin?: LoginOrigin | undefined;
}

/**
 * Whether a sign-in in progress has ended: either all logins have ended since the password was entered, or the person now has a second
 * factor that this sign-in does not ask for, or the outside login that it began with has ended.
 */
export function isSignInOver(person: Person, { generation, amr, steps, origin }: SignInProgress, now: number): boolean {
  const asksForFactor = steps.includes('mfa') || steps.includes('strong-factor');
  const lacksFactor = hasFactor(person) && !amr.includes('mfa') && !asksForFactor;
  const isEnded = origin !== undefined && isOriginOver(person.links, origin, now);
  return lacksFactor || isEnded || generation !== person.loginGeneration;
}

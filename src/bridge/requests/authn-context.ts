import type { LoginOrigin } from '../../identity/credentials/login-origin.ts';
import { isAtLeast, strengthOf } from '../../identity/credentials/strength.ts';
import type { RequestedContext } from './read-authn-request.ts';

/** How a person authenticated, as far as authentication contexts can tell. */
export interface AuthenticationFacts {
  /** RFC 8176. */
  readonly amr: readonly string[];
  /** The outside login that it began with, if it did: its connector may be trusted with a stronger proof than our own checks. */
  readonly origin?: LoginOrigin | undefined;
}

/** Whether it took a second factor, here or at a provider that is trusted with one: as `signin:Strength` says it. */
export const hasSecondFactor = (facts: AuthenticationFacts): boolean => isAtLeast(strengthOf(facts), 'mfa');

/** A context class that an application may ask for, and whether it takes a second factor. */
export interface ContextMapping {
  readonly classRef: string;
  readonly needsMfa: boolean;
  /** The method that it names, if not just any second factor meets it. */
  readonly needsMethod?: string;
}

const CLASSES = 'urn:oasis:names:tc:SAML:2.0:ac:classes';
export const PASSWORD_CONTEXT = `${CLASSES}:PasswordProtectedTransport`;
const UNSPECIFIED_CONTEXT = `${CLASSES}:unspecified`;
/** REFEDS MFA Profile 1.2. */
export const MFA_CONTEXT = 'https://refeds.org/profile/mfa';

/** What we know without an application's own mapping, weakest first: the order is that of `minimum` and `better`. */
const KNOWN: readonly ContextMapping[] = [
  { classRef: UNSPECIFIED_CONTEXT, needsMfa: false },
  { classRef: `${CLASSES}:Password`, needsMfa: false },
  { classRef: PASSWORD_CONTEXT, needsMfa: false },
  { classRef: 'https://refeds.org/profile/sfa', needsMfa: false },
  { classRef: 'http://schemas.microsoft.com/claims/multipleauthn', needsMfa: true },
  { classRef: `${CLASSES}:TimeSyncToken`, needsMfa: true, needsMethod: 'otp' },
  { classRef: MFA_CONTEXT, needsMfa: true },
];

/** The answer to what an application asks for: the class to state, or whether a second factor would meet it. */
export type ContextAnswer = { readonly classRef: string } | { readonly unmet: 'needs-mfa' | 'impossible' };

/**
 * Which context class describes a login. Without a request: MFA, password or nothing. With one, a class that was asked for, so that the service
 * provider recognises it (SAML V2.0 Core §3.3.2.2.1).
 */
export function contextOf(
  requested: RequestedContext | undefined,
  facts: AuthenticationFacts,
  mapping: readonly ContextMapping[],
): ContextAnswer {
  const { amr } = facts;
  const hasMfa = hasSecondFactor(facts);
  if (requested === undefined) return { classRef: ownContextOf(facts) };
  // An application's own list cannot make less of the MFA profile: others read the same assertions.
  const own = mapping.filter(({ classRef, needsMfa }) => needsMfa || classRef !== MFA_CONTEXT);
  const known = [...KNOWN.filter(({ classRef }) => !own.some((each) => each.classRef === classRef)), ...own];
  const acceptable = acceptableOf(requested, known);
  // The first one that is met: the service provider lists them by preference.
  const met = acceptable.find(
    ({ needsMfa, needsMethod }) => (hasMfa || !needsMfa) && (needsMethod === undefined || amr.includes(needsMethod)),
  );
  if (met !== undefined) return { classRef: met.classRef };
  return { unmet: acceptable.length > 0 ? 'needs-mfa' : 'impossible' };
}

/** A login through a connector that says nothing of its methods may have been anything. */
function ownContextOf(facts: AuthenticationFacts): string {
  if (hasSecondFactor(facts)) return MFA_CONTEXT;
  return facts.amr.includes('pwd') ? PASSWORD_CONTEXT : UNSPECIFIED_CONTEXT;
}

function acceptableOf(
  { classRefs, comparison }: RequestedContext,
  known: readonly ContextMapping[],
): readonly ContextMapping[] {
  const asked = classRefs.flatMap((ref) => known.find(({ classRef }) => classRef === ref) ?? []);
  switch (comparison) {
    case 'exact':
      return asked;
    case 'minimum':
      // Whatever was asked for, or anything that is stronger than the weakest of it.
      return asked.some(({ needsMfa }) => !needsMfa) ? asked : [...asked, ...(asked.length > 0 ? strong(known) : [])];
    case 'better':
      return asked.length > 0 && asked.every(({ needsMfa }) => !needsMfa) ? strong(known) : [];
    case 'maximum':
      // Stating a weaker class than what was done is always true.
      return asked.length === 0 ? [] : [...asked, ...known.filter(({ needsMfa }) => !needsMfa)];
  }
}

function strong(known: readonly ContextMapping[]): readonly ContextMapping[] {
  return [...known.filter(({ needsMfa }) => needsMfa)].reverse();
}

import type { RequestedContext } from './read-authn-request.ts';

/** How a person authenticated, as far as authentication contexts can tell. */
export interface AuthenticationFacts {
  /** RFC 8176. */
  readonly amr: readonly string[];
}

/** A context class that an application may ask for, and whether it takes a second factor. */
export interface ContextMapping {
  readonly classRef: string;
  readonly needsMfa: boolean;
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
  { classRef: `${CLASSES}:TimeSyncToken`, needsMfa: true },
  { classRef: `${CLASSES}:MobileTwoFactorContract`, needsMfa: true },
  { classRef: MFA_CONTEXT, needsMfa: true },
];

/** The answer to what an application asks for: the class to state, or whether a second factor would meet it. */
export type ContextAnswer = { readonly classRef: string } | { readonly unmet: 'needs-mfa' | 'impossible' };

/**
 * Which context class describes a login. Without a request: MFA or password. With one, a class that was asked for, so that the service
 * provider recognises it (SAML V2.0 Core §3.3.2.2.1).
 */
export function contextOf(
  requested: RequestedContext | undefined,
  { amr }: AuthenticationFacts,
  mapping: readonly ContextMapping[],
): ContextAnswer {
  const hasMfa = amr.includes('mfa');
  const own = hasMfa ? MFA_CONTEXT : PASSWORD_CONTEXT;
  if (requested === undefined) return { classRef: own };
  const known = [...KNOWN.filter(({ classRef }) => !mapping.some((each) => each.classRef === classRef)), ...mapping];
  const acceptable = acceptableOf(requested, known);
  // The first one that is met: the service provider lists them by preference.
  const met = acceptable.find(({ needsMfa }) => hasMfa || !needsMfa);
  if (met !== undefined) return { classRef: met.classRef };
  return { unmet: acceptable.length > 0 ? 'needs-mfa' : 'impossible' };
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

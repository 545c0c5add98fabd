import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Person } from '../identity/credentials/people.ts';
import { type SignedInSession, sessionEnd } from '../identity/sign-in/session-validity.ts';

/** The members of codes and tokens that end with the session in which they were issued. */
interface BoundToken {
  readonly kind?: string;
  readonly expiresWithSession?: boolean;
  readonly sessionUid?: string;
}

interface Bound {
  readonly person: Person;
  readonly token: object;
  /** Ms since the epoch. */
  readonly now: number;
}

/**
 * Whether a code or token belongs to a session that has reached a limit of its account. oidc-provider has read the session in the same
 * request, so this costs no further round trip.
 *
 * What a person has allowed by the back channel is bound to their session until the client redeems it, even if its tokens will not be: who signs
 * out may have thought better of it.
 */
export async function isBoundSessionOver(
  { oidc }: KoaContextWithOIDC,
  { person, token, now }: Bound,
): Promise<boolean> {
  const { kind, expiresWithSession, sessionUid }: BoundToken = token;
  const isRequest = kind === 'BackchannelAuthenticationRequest';
  if (sessionUid === undefined) return isRequest;
  if (!isRequest && (person.sessionLimits === undefined || expiresWithSession !== true)) return false;
  const session = await oidc.provider.Session.findByUid(sessionUid);
  if (session === undefined || !(now < sessionEnd(person, session as SignedInSession))) return true;
  return isRequest && session.accountId !== person.subject;
}

import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Person } from '../identity/credentials/people.ts';
import { type SignedInSession, sessionEnd } from '../identity/sign-in/session-validity.ts';

/** The members of codes and tokens that end with the session in which they were issued. */
interface BoundToken {
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
 */
export async function isBoundSessionOver(
  { oidc }: KoaContextWithOIDC,
  { person, token, now }: Bound,
): Promise<boolean> {
  const { expiresWithSession, sessionUid }: BoundToken = token;
  if (person.sessionLimits === undefined || expiresWithSession !== true || sessionUid === undefined) return false;
  const session = await oidc.provider.Session.findByUid(sessionUid);
  return session === undefined || !(now < sessionEnd(person, session as SignedInSession));
}

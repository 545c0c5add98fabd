import type { Tag } from '../documents/entity.ts';
import type { Link } from '../documents/link.ts';

/** The outside login that a login here came from. Stamped on everything issued for it, so that it can be ended on its own. */
export interface LoginOrigin {
  /** The id of the link by which the person signed in (`links/link-id.ts`). */
  readonly link: string;
  /** How often the logins of this link had been ended. */
  readonly generation: number;
  /** The provider's session, hashed (`links/upstream-session-id.ts`); absent if the provider named none. */
  readonly session?: string;
  /** When the provider's answer arrived, in ms since the epoch. */
  readonly at: number;
  /** From when the provider no longer vouches for the login (SAML SessionNotOnOrAfter), in ms since the epoch; absent if it did not say. */
  readonly endsAt?: number;
  /** The session tags that the rules of the connector gave; absent if none. */
  readonly tags?: readonly Tag[];
  /** The name of the connector at that time; absent in logins of earlier versions. */
  readonly connector?: string;
  /** That the provider vouches for a factor that cannot be phished, and that the connector trusts it with that; absent otherwise. */
  readonly strength?: 'phr';
  /** When the person showed that factor, as the provider says, in ms since the epoch; absent if it does not. */
  readonly strengthAt?: number;
}

/** The part of a link that decides which of its logins have ended. */
export type LinkStanding = Pick<Link, 'id' | 'generation' | 'endedSessions'>;

/** A link by which a person signs in, with the connector that vouches for it. */
export type HeldLink = LinkStanding & Pick<Link, 'connector' | 'subject'>;

/** Stands in {@link LinkStanding.endedSessions} for logins whose provider named no session. */
export const UNNAMED_SESSION = '';

/** Whether an outside login has ended: the link was removed, all its logins were ended, or the session at the provider ended. */
export function isOriginOver(links: readonly LinkStanding[], origin: LoginOrigin, now: number): boolean {
  if (origin.endsAt !== undefined && !(now < origin.endsAt)) return true;
  const link = links.find(({ id }) => id === origin.link);
  if (link === undefined || (link.generation ?? 0) !== origin.generation) return true;
  const session = origin.session ?? UNNAMED_SESSION;
  return (link.endedSessions ?? []).some(({ id, at }) => id === session && origin.at <= at);
}

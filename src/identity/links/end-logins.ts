import type { Link } from '../documents/link.ts';
import type { User } from '../documents/user.ts';

/** In ms. Longer than anything issued for a login lasts (refresh tokens: 14 days; role sessions: 12 hours more). */
export const LOGIN_LIFETIME = 15 * 86_400_000;
/** Sessions that one link remembers as ended. Beyond that, all its logins are ended instead. */
const MOST_ENDED = 50;

/** Which logins of a link to end: those of one session at the provider, or all. */
export type EndedLogins = { readonly session: string } | 'all';

/** Ends logins that came through a link. Everything issued for them carries the link's generation and session, and is refused from then on. */
export function withLinkLoginsEnded(
  user: User,
  linkId: string,
  { ended, now }: { readonly ended: EndedLogins; readonly now: number },
): User {
  const links = (user.links ?? []).map((link) => (link.id === linkId ? endedAt(link, ended, now) : link));
  return { ...user, links };
}

function endedAt(link: Link, ended: EndedLogins, now: number): Link {
  const { endedSessions = [], ...rest } = link;
  const current = endedSessions.filter(({ id, at }) => at > now - LOGIN_LIFETIME && id !== idOf(ended));
  if (ended === 'all' || current.length >= MOST_ENDED) return { ...rest, generation: (link.generation ?? 0) + 1 };
  return { ...link, endedSessions: [...current, { id: ended.session, at: now }] };
}

function idOf(ended: EndedLogins): string | undefined {
  return ended === 'all' ? undefined : ended.session;
}

import type { Clock } from '../../kernel/clock.ts';
import { DuplicateKeyError } from '../../ports/collections.ts';
import type { Link } from '../documents/link.ts';
import type { User } from '../documents/user.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { userKind } from '../users/user-kind.ts';
import { linkId } from './link-id.ts';

/** How many outside logins one user may have. */
export const LINKS_PER_USER = 10;

/** Why a login was not linked: it belongs to another user, the user has too many, or the user is gone. */
export type LinkRefusal = 'taken' | 'too-many' | 'no-user';

export interface NewLink {
  readonly user: Pick<User, 'accountId' | 'userId'>;
  readonly connector: { readonly connectorId: string; readonly name: string };
  readonly subject: string;
}

/** Stops a write that would give a user too many links. */
class TooMany extends Error {}

/**
 * Lets a user sign in by an outside login. Does nothing if the login is theirs already. The caller has proof that the login and the user
 * belong to one person, or is an administrator; a name or an e-mail address is no such proof (S31).
 */
export async function linkLogin(
  { store, clock }: { readonly store: IdentityStore; readonly clock: Clock },
  { user, connector, subject }: NewLink,
): Promise<User | LinkRefusal> {
  const id = linkId(connector.connectorId, subject);
  const now = clock.now();
  // Counted on from the time: logins of a link that was removed must not be those of the same link made again.
  const link: Link = { id, connector: connector.name, subject, groupIds: [], createdAt: now, generation: now };
  try {
    const written = await store.users.update([user.accountId, user.userId], (old) => {
      const { links = [] } = old;
      if (links.some((each) => each.id === id)) return old;
      if (links.length >= LINKS_PER_USER) throw new TooMany();
      return { ...old, links: [...links, link] };
    });
    return written ?? 'no-user';
  } catch (error) {
    if (error instanceof TooMany) return 'too-many';
    if (error instanceof DuplicateKeyError && error.index === 'byLink') return 'taken';
    throw error;
  }
}

/** Stops a write that would take away the last way to sign in. */
class LastWay extends Error {}

/**
 * Removes a link. Its logins end with it, and the groups that it alone gave.
 * @param mayRemove whether the user as it is may lose this link. Default: always.
 * @returns the user without it; `undefined` if the user is gone; `last-way` if `mayRemove` says no.
 */
export async function unlinkLogin(
  store: Pick<IdentityStore, 'users'>,
  { user, id }: { readonly user: User; readonly id: string },
  mayRemove: (user: User) => boolean = () => true,
): Promise<User | 'last-way' | undefined> {
  try {
    return await store.users.update(userKind.keyOf(user), (old) => {
      const { links: former = [], ...rest } = old;
      const removed = former.find((each) => each.id === id);
      if (removed === undefined) return old;
      if (!mayRemove(old)) throw new LastWay();
      const links = former.filter((each) => each.id !== id);
      const fromOthers = links.flatMap(({ groupIds }) => groupIds);
      const groupIds = old.groupIds.filter((each) => !removed.groupIds.includes(each) || fromOthers.includes(each));
      return { ...rest, groupIds, ...(links.length > 0 && { links }) };
    });
  } catch (error) {
    if (error instanceof LastWay) return 'last-way';
    throw error;
  }
}

/** Whether a user can sign in without one of its links: by password, or by another link whose connector takes sign-ins. */
export function hasOtherWay(
  { loginProfile, links = [] }: Pick<User, 'loginProfile' | 'links'>,
  id: string,
  connectors: readonly { readonly connectorId: string; readonly name: string }[],
): boolean {
  if (loginProfile !== undefined) return true;
  const works = (link: Link): boolean =>
    connectors.some(({ connectorId }) => linkId(connectorId, link.subject) === link.id);
  return links.some((link) => link.id !== id && works(link));
}

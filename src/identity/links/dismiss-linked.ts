import type { User } from '../documents/user.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { enableUser, withUserDisabled } from '../users/disable-user.ts';
import { userKind } from '../users/user-kind.ts';
import { withLinkLoginsEnded } from './end-logins.ts';

type Store = Pick<IdentityStore, 'users'>;

/** Whether a user has no other way to sign in than one outside login. Only then does its provider decide whether the user is enabled. */
export function hasOnlyOneLink({ loginProfile, links }: Pick<User, 'loginProfile' | 'links'>): boolean {
  return loginProfile === undefined && links?.length === 1;
}

/**
 * Ends all logins of a link whose provider no longer vouches for them, and disables a user who has no other way to sign in, all in one
 * write. The next sign-in through the link lifts it ({@link welcomeBack}).
 * @returns the user after the change; `undefined` if nobody has the link.
 */
export async function dismissLinked(
  { users }: Store,
  link: string,
  { reason, now }: { readonly reason: string; readonly now: number },
): Promise<User | undefined> {
  const [found] = (await users.find('byLink', [link], { limit: 1 })).items;
  if (found === undefined) return undefined;
  return await users.update(userKind.keyOf(found), (old) => {
    if (old.links?.some(({ id }) => id === link) !== true) return old;
    const ended = withLinkLoginsEnded(old, link, { ended: 'all', now });
    return hasOnlyOneLink(old) ? withUserDisabled(ended, { origin: 'directory', reason, now, link }) : ended;
  });
}

/** Whether a user is only disabled because the provider of this link no longer vouched for it. */
export function isDismissedBy({ disabled }: Pick<User, 'disabled'>, link: string): boolean {
  const { administrator, endDate, directory } = disabled ?? {};
  return administrator === undefined && endDate === undefined && directory?.link === link;
}

/** Enables a user whom {@link dismissLinked} disabled: the provider vouches for the person again. */
export async function welcomeBack(store: Store, user: User): Promise<User> {
  return (await enableUser(store, user, 'directory')) ?? user;
}

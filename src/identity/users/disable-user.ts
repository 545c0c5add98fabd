import { withLoginsEnded } from '../credentials/login-generation.ts';
import { type DisablingOrigin, isDisabled, type User } from '../documents/user.ts';
import type { IdentityStore } from '../store/identity-store.ts';

type Store = Pick<IdentityStore, 'users'>;
type UserKey = Pick<User, 'accountId' | 'userId'>;

interface Disabling {
  readonly origin: DisablingOrigin;
  readonly reason: string;
  readonly now: number;
  /** The link whose provider no longer vouches for the user, if that is why. */
  readonly link?: string;
}

/**
 * Disables a user for one origin. In the same write, all its logins end, and all sessions that come from its access keys; enabling the
 * user revives none of them. Nothing is deleted. Disabling again replaces the reason.
 * @returns the user after the change; `undefined` if it is gone.
 */
export function disableUser(
  { users }: Store,
  { accountId, userId }: UserKey,
  disabling: Disabling,
): Promise<User | undefined> {
  return users.update([accountId, userId], (old) => withUserDisabled(old, disabling));
}

/** The user as {@link disableUser} leaves it. */
export function withUserDisabled(old: User, { origin, reason, now, link }: Disabling): User {
  const at = old.disabled?.[origin]?.at ?? now;
  const disabled = { ...old.disabled, [origin]: { reason, at, ...(link !== undefined && { link }) } };
  if (isDisabled(old)) return { ...old, disabled };
  return { ...withLoginsEnded(old), timesDisabled: (old.timesDisabled ?? 0) + 1, disabled };
}

/**
 * Enables a user for one origin. The user stays disabled if the other one has disabled it too. One who was offboarded gets none of its
 * outside logins back: they ended like its password, and have to be linked again.
 * @returns the user after the change; `undefined` if it is gone.
 */
export function enableUser(
  { users }: Store,
  { accountId, userId }: UserKey,
  origin: DisablingOrigin,
): Promise<User | undefined> {
  return users.update([accountId, userId], ({ disabled: former, ...old }) => {
    const disabled: NonNullable<User['disabled']> = { ...former };
    delete disabled[origin];
    const user = disabled.administrator === undefined ? withoutOffboarding(old) : old;
    return isDisabled({ disabled }) ? { ...user, disabled } : user;
  });
}

function withoutOffboarding(old: User): User {
  const { offboardedAt, links = [], ...rest } = old;
  if (offboardedAt === undefined) return old;
  const given = links.flatMap(({ groupIds }) => groupIds);
  return { ...rest, groupIds: old.groupIds.filter((id) => !given.includes(id)) };
}

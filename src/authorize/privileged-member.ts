import type { User } from '../identity/documents/user.ts';
import type { Caller } from '../identity/sessions/caller.ts';
import type { IdentityStore } from '../identity/store/identity-store.ts';
import type { Target } from './target.ts';

/** Whether a user is protected: giving a way in as that user asks for a fresh factor of the caller. */
export type IsProtected = (user: User) => Promise<boolean>;

interface ProtectionDependencies {
  readonly store: Pick<IdentityStore, 'groups'>;
  /** Tells who could take over other people's identities. Absent if they are not protected. */
  readonly administrators?: () => IsProtected;
}

/**
 * Who is protected: members of groups that are marked as privileged and, if the operator wants it, administrators who have a passkey or
 * security key, or had one when they were offboarded. Otherwise an access key that may reset a passkey is worth as much as the passkey, as in
 * AWS. Administrators without one never are, because automation creates them.
 * @returns a function that opens it for one call, about any number of users.
 */
export function protectedUsers({ store, administrators }: ProtectionDependencies): () => IsProtected {
  return () => {
    const isAdministrator = administrators?.() ?? (() => Promise.resolve(false));
    const known = new Map<string, Promise<boolean>>();
    const isMarked = (accountId: string, groupId: string): Promise<boolean> => {
      const found =
        known.get(groupId) ?? store.groups.get([accountId, groupId]).then((group) => group?.isPrivileged === true);
      known.set(groupId, found);
      return found;
    };
    return async (user) => {
      const { accountId, groupIds, passkeys = [], offboardedAt } = user;
      const hasPasskey = passkeys.length > 0 || offboardedAt !== undefined;
      const marks = await Promise.all(groupIds.map((groupId) => isMarked(accountId, groupId)));
      return marks.includes(true) || (hasPasskey && (await isAdministrator(user)));
    };
  };
}

/**
 * The target of an operation that gives a way in as the user. If the user is protected, it also asks for what joining a privileged group asks
 * for: otherwise a session without a fresh factor could become a member instead of adding one, or an administrator by the reset of a passkey.
 */
export async function givingWayIn(isProtected: IsProtected, target: Target, user: User | undefined): Promise<Target> {
  const isPrivileged = user !== undefined && (await isProtected(user));
  return isPrivileged ? { ...target, isPrivileged } : target;
}

/** Whether the user makes the call itself, not by way of a role. */
export function isOwn(caller: Caller, user: User | undefined): boolean {
  return caller.type === 'User' && caller.uniqueId === user?.userId;
}

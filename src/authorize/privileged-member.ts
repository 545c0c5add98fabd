import type { User } from '../identity/documents/user.ts';
import type { Caller } from '../identity/sessions/caller.ts';
import type { IdentityStore } from '../identity/store/identity-store.ts';
import type { Target } from './target.ts';

type Groups = Pick<IdentityStore, 'groups'>;

/** Whether a user is in a group that is marked as privileged. */
async function isInPrivilegedGroup({ groups }: Groups, { accountId, groupIds }: User): Promise<boolean> {
  const found = await Promise.all(groupIds.map((groupId) => groups.get([accountId, groupId])));
  return found.some((group) => group?.isPrivileged === true);
}

/** The ids of the groups of an account that are marked, for many users at once. */
export async function privilegedGroupIds({ groups }: Groups, accountId: string): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  let after: string | undefined;
  do {
    const page = await groups.find('byName', [accountId], { limit: 1000, ...(after !== undefined && { after }) });
    for (const { groupId, isPrivileged } of page.items) if (isPrivileged === true) ids.add(groupId);
    after = page.next;
  } while (after !== undefined);
  return ids;
}

/**
 * The target of an operation that gives a way in as the user. If the user is in a privileged group, it also asks for what joining that group
 * asks for: otherwise a session without a fresh factor could become a member instead of adding one.
 */
export async function givingWayIn(store: Groups, target: Target, user: User | undefined): Promise<Target> {
  const isPrivileged = user !== undefined && (await isInPrivilegedGroup(store, user));
  return isPrivileged ? { ...target, isPrivileged } : target;
}

/** Whether the user makes the call itself, not by way of a role. */
export function isOwn(caller: Caller, user: User | undefined): boolean {
  return caller.type === 'User' && caller.uniqueId === user?.userId;
}

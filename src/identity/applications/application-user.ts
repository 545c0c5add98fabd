import type { Caller } from '../sessions/caller.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import type { ApplicationUser } from './may-use.ts';

/** The person that a caller is; `undefined` for sessions of roles and federated users, who cannot sign in to applications. */
export async function applicationUserOf(
  store: Pick<IdentityStore, 'users'>,
  caller: Caller,
): Promise<ApplicationUser | undefined> {
  const { accountId } = caller;
  if (caller.session?.assumedRoot !== undefined) return undefined;
  if (caller.type === 'Account') return { accountId, subject: accountId, groupIds: [] };
  if (caller.type !== 'User') return undefined;
  const user = await store.users.get([accountId, caller.uniqueId]);
  return user && { accountId, subject: user.userId, groupIds: user.groupIds };
}

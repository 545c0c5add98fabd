import type { User } from '../documents/user.ts';
import { noSuchHolder } from '../policy-holder/holder-kind.ts';
import { deleteConflict, requireNoPolicies } from '../policy-holder/require-no-policies.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { userKind } from './user-kind.ts';

/**
 * Deletes a user that has no policies, groups or credentials left.
 * @throws {ServiceError} DeleteConflict, NoSuchEntity.
 */
export async function deleteUser(store: IdentityStore, user: User): Promise<void> {
  const deletedGroups = await findDeletedGroups(store, user);
  const removed = await store.users.remove(userKind.keyOf(user), (now) => {
    requireNoPolicies(now);
    if (now.groupIds.some((groupId) => !deletedGroups.has(groupId))) throw deleteConflict('remove users from group');
    if (now.loginProfile) throw deleteConflict('delete login profile');
    if (now.accessKeys.length > 0) throw deleteConflict('delete access keys');
    if (now.signingCertificates !== undefined) throw deleteConflict('delete signing certificates');
    if (now.sshPublicKeys !== undefined || now.serviceCredentials !== undefined)
      throw deleteConflict('remove referenced objects');
    if (now.mfaDevices.length + (now.passkeys?.length ?? 0) > 0) throw deleteConflict('delete MFA device');
  });
  if (!removed) throw noSuchHolder('user', user.userName);
}

/** Memberships in groups that no longer exist, because a process was killed while deleting one. No caller could end them. */
async function findDeletedGroups(store: IdentityStore, user: User): Promise<ReadonlySet<string>> {
  const gone = new Set<string>();
  for (const groupId of user.groupIds) {
    if (!(await store.groups.get([user.accountId, groupId]))) gone.add(groupId);
  }
  return gone;
}

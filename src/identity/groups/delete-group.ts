import type { Group } from '../documents/group.ts';
import { noSuchHolder } from '../policy-holder/holder-kind.ts';
import { deleteConflict, requireNoPolicies } from '../policy-holder/require-no-policies.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { groupKind } from './group-kind.ts';
import { dropMembership } from './membership.ts';

/**
 * Deletes a group that has no users and no policies.
 * @throws {ServiceError} DeleteConflict, NoSuchEntity.
 */
export async function deleteGroup(store: IdentityStore, group: Group): Promise<void> {
  const members = await store.users.count('byGroup', [group.groupId], { limit: 1 });
  if (members > 0) throw deleteConflict('remove users from group');
  const removed = await store.groups.remove(groupKind.keyOf(group), requireNoPolicies);
  if (!removed) throw noSuchHolder('group', group.groupName);
  // Membership is stored in the users. Remove users that were added after the count but while the group still existed.
  const { items: late } = await store.users.find('byGroup', [group.groupId], { limit: 1000 });
  for (const user of late) await dropMembership(store, user, group.groupId);
}

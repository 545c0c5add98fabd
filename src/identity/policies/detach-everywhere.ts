import type { Collection, DocumentKey } from '../../ports/collections.ts';
import type { PolicyReference } from '../documents/entity.ts';
import type { IdentityStore } from '../store/identity-store.ts';

interface Holder {
  readonly attachedPolicies: PolicyReference[];
}

async function detachIn<Entity extends Holder>(
  collection: Collection<Entity>,
  which: { readonly accountId: string; readonly policyId: string; readonly keyOf: (entity: Entity) => DocumentKey },
): Promise<void> {
  for (;;) {
    const { items } = await collection.find('byAttachedPolicy', [which.accountId, which.policyId]);
    if (items.length === 0) return;
    for (const entity of items) {
      await collection.update(which.keyOf(entity), (old) => ({
        ...old,
        attachedPolicies: old.attachedPolicies.filter(({ policyId }) => policyId !== which.policyId),
      }));
    }
  }
}

/** Detaches a deleted policy from every user, group and role of the account that still has it. */
export async function detachEverywhere(store: IdentityStore, accountId: string, policyId: string): Promise<void> {
  const which = { accountId, policyId };
  await detachIn(store.users, { ...which, keyOf: (user) => [user.accountId, user.userId] });
  await detachIn(store.groups, { ...which, keyOf: (group) => [group.accountId, group.groupId] });
  await detachIn(store.roles, { ...which, keyOf: (role) => [role.accountId, role.roleId] });
}

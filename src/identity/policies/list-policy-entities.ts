import type { Group } from '../documents/group.ts';
import type { Role } from '../documents/role.ts';
import type { User } from '../documents/user.ts';
import { type ListPage, type PageRequest, pageOf } from '../rules/paging.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { readWholeIndex } from '../store/read-whole-index.ts';

/** An entity that a policy is attached to or bounds. */
export type PolicyEntity =
  | { readonly type: 'User'; readonly entity: User }
  | { readonly type: 'Group'; readonly entity: Group }
  | { readonly type: 'Role'; readonly entity: Role };

export interface EntityFilter {
  readonly accountId: string;
  readonly policyId: string;
  /** Only entities of this type. */
  readonly type: PolicyEntity['type'] | undefined;
  readonly pathPrefix: string;
  /** Only entities with the policy attached, or only those bounded by it. */
  readonly usage: 'PermissionsPolicy' | 'PermissionsBoundary' | undefined;
}

async function entitiesBy(store: IdentityStore, index: 'byAttachedPolicy' | 'byBoundary', filter: EntityFilter) {
  const values = [filter.accountId, filter.policyId];
  const wants = (type: PolicyEntity['type']): boolean => filter.type === undefined || filter.type === type;
  const groups =
    wants('Group') && index === 'byAttachedPolicy' ? await readWholeIndex(store.groups, index, values) : [];
  const roles = wants('Role') ? await readWholeIndex(store.roles, index, values) : [];
  const users = wants('User') ? await readWholeIndex(store.users, index, values) : [];
  return [
    ...groups.map((entity): PolicyEntity => ({ type: 'Group', entity })),
    ...roles.map((entity): PolicyEntity => ({ type: 'Role', entity })),
    ...users.map((entity): PolicyEntity => ({ type: 'User', entity })),
  ];
}

function positionOf({ type, entity }: PolicyEntity): string {
  return `${type}\n${entity.nameKey}`;
}

/**
 * A page of the entities that a policy is attached to or bounds: groups, roles, users, each sorted by name regardless of case. An entity
 * that the policy is both attached to and bounds is listed once.
 */
export async function listPolicyEntities(
  store: IdentityStore,
  filter: EntityFilter,
  request: PageRequest,
): Promise<ListPage<PolicyEntity>> {
  const attached = filter.usage === 'PermissionsBoundary' ? [] : await entitiesBy(store, 'byAttachedPolicy', filter);
  const bounded = filter.usage === 'PermissionsPolicy' ? [] : await entitiesBy(store, 'byBoundary', filter);
  const entities = new Map([...attached, ...bounded].map((entity) => [positionOf(entity), entity]));
  const kept = [...entities.values()].filter(({ entity }) => entity.path.startsWith(filter.pathPrefix));
  return pageOf(kept, { list: 'policy-entities', positionOf, request });
}

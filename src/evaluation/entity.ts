import {
  type GatheredPolicies,
  gatherGroupPolicies,
  gatherRolePolicies,
  gatherUserPolicies,
} from '../authorize/gather-policies.ts';
import type { Group } from '../identity/documents/group.ts';
import type { Role } from '../identity/documents/role.ts';
import type { User } from '../identity/documents/user.ts';
import { groupKind } from '../identity/groups/group-kind.ts';
import { findHolder } from '../identity/policy-holder/find-holder.ts';
import { arnOf } from '../identity/policy-holder/holder-kind.ts';
import { roleKind } from '../identity/roles/role-kind.ts';
import type { IdentityStore } from '../identity/store/identity-store.ts';
import { userKind } from '../identity/users/user-kind.ts';
import { parseArn } from '../kernel/arn.ts';

/** A user, group or role, as named by its ARN. */
export interface EntityName {
  readonly arn: string;
  readonly type: 'user' | 'group' | 'role';
  readonly accountId: string;
  /** Without the path. */
  readonly name: string;
}

/** A user, group or role that exists. */
export type Entity =
  | { readonly type: 'user'; readonly arn: string; readonly user: User }
  | { readonly type: 'group'; readonly arn: string; readonly group: Group }
  | { readonly type: 'role'; readonly arn: string; readonly role: Role };

const ENTITY = /^(user|group|role)\/(?:[!-~]+\/)?([\w+=,.@-]+)$/;
const ACCOUNT_ID = /^\d{12}$/;

/** Parses the ARN of a user, group or role; `undefined` for any other text, such as the ARN of an assumed role. */
export function parseEntityArn(arn: string): EntityName | undefined {
  const parsed = parseArn(arn);
  const [, type, name] = ENTITY.exec(parsed?.resource ?? '') ?? [];
  if (parsed?.service !== 'iam' || !ACCOUNT_ID.test(parsed.accountId) || name === undefined) return undefined;
  return { arn, type: type as EntityName['type'], accountId: parsed.accountId, name };
}

/** Finds the entity with this name and path. */
export async function findEntity(store: IdentityStore, named: EntityName): Promise<Entity | undefined> {
  const entity = await findByName(store, named);
  // Names are case-insensitive, as everywhere.
  return entity?.arn.toLowerCase() === named.arn.toLowerCase() ? entity : undefined;
}

async function findByName(store: IdentityStore, { type, ...at }: EntityName): Promise<Entity | undefined> {
  switch (type) {
    case 'user': {
      const user = await findHolder(userKind, store, at);
      return user && { type, arn: arnOf(userKind, user), user };
    }
    case 'group': {
      const group = await findHolder(groupKind, store, at);
      return group && { type, arn: arnOf(groupKind, group), group };
    }
    case 'role': {
      const role = await findHolder(roleKind, store, at);
      return role && { type, arn: arnOf(roleKind, role), role };
    }
  }
}

/** The policies of an entity, as the live engine gathers them. A user's include those of its groups. */
export function gatherEntityPolicies(store: IdentityStore, entity: Entity): Promise<GatheredPolicies> {
  // Read again for each call, so there is no cache to invalidate.
  const loader = { store, dependOn: () => {} };
  switch (entity.type) {
    case 'user':
      return gatherUserPolicies(loader, entity.user);
    case 'group':
      return gatherGroupPolicies(loader, entity.group);
    case 'role':
      return gatherRolePolicies(loader, entity.role);
  }
}

import { ServiceError } from '../../kernel/service-error.ts';
import type { InstanceProfile } from '../documents/instance-profile.ts';
import type { Role } from '../documents/role.ts';
import { noSuchHolder } from '../policy-holder/holder-kind.ts';
import { requireModifiable } from '../roles/protected-role.ts';
import { roleKind } from '../roles/role-kind.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';
import { QUOTAS, requireWithin } from '../rules/quotas.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { changeInstanceProfile } from './manage-instance-profiles.ts';

/** The role in an instance profile, if any. */
export async function roleIn(store: IdentityStore, profile: InstanceProfile): Promise<Role | undefined> {
  return profile.roleId === undefined ? undefined : store.roles.get([profile.accountId, profile.roleId]);
}

function withoutRole({ roleId: _roleId, ...profile }: InstanceProfile): InstanceProfile {
  return profile;
}

/** Adds a role to an instance profile, which holds at most one. @throws {ServiceError} UnmodifiableEntity, LimitExceeded, NoSuchEntity */
export async function addRole(store: IdentityStore, profile: InstanceProfile, role: Role): Promise<void> {
  requireModifiable(role);
  await changeInstanceProfile(store, profile, (old) => {
    requireWithin(QUOTAS.rolesPerInstanceProfile, old.roleId === undefined ? 1 : 2);
    return { ...old, roleId: role.roleId };
  });
  // If the role is gone, its deletion may have looked for instance profiles before it was in this one: undo the change.
  if (await store.roles.get(roleKind.keyOf(role))) return;
  await changeInstanceProfile(store, profile, (old) => (old.roleId === role.roleId ? withoutRole(old) : old));
  throw noSuchHolder('role', role.roleName);
}

/** AWS's error for a role that is not in the instance profile [aws-behaviour 30]. */
function notInProfile({ roleName }: Role, { instanceProfileName }: InstanceProfile): ServiceError {
  return new ServiceError(
    IAM_ERRORS.NoSuchEntity,
    `Role ${roleName} in Instance Profile ${instanceProfileName} cannot be found.`,
  );
}

/** Removes a role from an instance profile. @throws {ServiceError} UnmodifiableEntity, NoSuchEntity if it is not in the profile. */
export async function removeRole(store: IdentityStore, profile: InstanceProfile, role: Role): Promise<void> {
  requireModifiable(role);
  await changeInstanceProfile(store, profile, (old) => {
    if (old.roleId !== role.roleId) throw notInProfile(role, old);
    return withoutRole(old);
  });
}

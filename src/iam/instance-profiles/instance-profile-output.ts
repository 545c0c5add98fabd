import type { InstanceProfile as InstanceProfileOutput, Role as RoleOutput } from '@aws-sdk/client-iam';
import type { InstanceProfile } from '../../identity/documents/instance-profile.ts';
import { roleIn } from '../../identity/instance-profiles/instance-profile-roles.ts';
import { instanceProfileArn } from '../../identity/instance-profiles/manage-instance-profiles.ts';
import { roleViewer, type ShownRole, type ShowRole } from '../../identity/roles/shown-role.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import { createdRole } from '../roles/role-output.ts';
import { tagsMember } from '../tag-output.ts';

function roleOutput(role: ShownRole): RoleOutput {
  const { Path, RoleName, RoleId, Arn, CreateDate, AssumeRolePolicyDocument } = createdRole(role);
  return { Path, RoleName, RoleId, Arn, CreateDate, AssumeRolePolicyDocument };
}

/** An instance profile as lists show it: with its role, without tags. */
export async function listedInstanceProfile(
  store: IdentityStore,
  profile: InstanceProfile,
  show: ShowRole = roleViewer(store),
): Promise<InstanceProfileOutput> {
  const { accountId, path, instanceProfileName } = profile;
  const role = await roleIn(store, profile);
  return {
    Path: path,
    InstanceProfileName: instanceProfileName,
    InstanceProfileId: profile.instanceProfileId,
    Arn: instanceProfileArn(accountId, path, instanceProfileName),
    CreateDate: new Date(profile.createdAt),
    Roles: role ? [roleOutput(await show(role))] : [],
  };
}

/** An instance profile as the create and get operations return it: with its tags. */
export async function instanceProfileOutput(
  store: IdentityStore,
  profile: InstanceProfile,
): Promise<InstanceProfileOutput> {
  return { ...(await listedInstanceProfile(store, profile)), ...tagsMember(profile.tags) };
}

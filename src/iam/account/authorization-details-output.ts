import type { GroupDetail, ManagedPolicyDetail, PolicyDetail, RoleDetail, UserDetail } from '@aws-sdk/client-iam';
import type { InlinePolicy, PolicyReference } from '../../identity/documents/entity.ts';
import type { Group } from '../../identity/documents/group.ts';
import type { ManagedPolicy } from '../../identity/documents/managed-policy.ts';
import type { Role } from '../../identity/documents/role.ts';
import type { User } from '../../identity/documents/user.ts';
import { countAttachments } from '../../identity/policies/count-attachments.ts';
import type { ShowRole } from '../../identity/roles/shown-role.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import { readWholeIndex } from '../../identity/store/read-whole-index.ts';
import { encodeDocument } from '../encode-document.ts';
import { listedGroup } from '../groups/group-output.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { listedInstanceProfile } from '../instance-profiles/instance-profile-output.ts';
import { policyOutput, versionWithDocument } from '../policies/policy-output.ts';
import { boundaryMember } from '../policy-holders/boundary-output.ts';
import { createdRole } from '../roles/role-output.ts';
import { fromTags } from '../tag-output.ts';
import { listedUser } from '../users/user-output.ts';

function inlineOutput(policies: readonly InlinePolicy[]): PolicyDetail[] {
  return policies.map(({ policyName, document }) => ({
    PolicyName: policyName,
    PolicyDocument: encodeDocument(document),
  }));
}

function attachedOutput(policies: readonly PolicyReference[]) {
  return policies.map(({ policyArn }) => ({
    PolicyName: policyArn.slice(policyArn.lastIndexOf('/') + 1),
    PolicyArn: policyArn,
  }));
}

export async function userDetail(store: IdentityStore, user: User): Promise<UserDetail> {
  const groups = await Promise.all(user.groupIds.map((groupId) => store.groups.get([user.accountId, groupId])));
  const { Path, UserName, UserId, Arn, CreateDate } = listedUser(user);
  return {
    Path,
    UserName,
    UserId,
    Arn,
    CreateDate,
    UserPolicyList: inlineOutput(user.inlinePolicies),
    GroupList: groups.flatMap((group) => (group ? [group.groupName] : [])),
    AttachedManagedPolicies: attachedOutput(user.attachedPolicies),
    ...boundaryMember(user.permissionsBoundary),
    Tags: fromTags(user.tags),
  };
}

export function groupDetail(group: Group): GroupDetail {
  return {
    ...listedGroup(group),
    GroupPolicyList: inlineOutput(group.inlinePolicies),
    AttachedManagedPolicies: attachedOutput(group.attachedPolicies),
  };
}

export async function roleDetail(
  { store, lastUsed }: IamDependencies,
  role: Role,
  show: ShowRole,
): Promise<RoleDetail> {
  const profiles = await readWholeIndex(store.instanceProfiles, 'byRole', [role.accountId, role.roleId]);
  const use = await lastUsed.lastUse(role.roleId);
  const { Path, RoleName, RoleId, Arn, CreateDate, AssumeRolePolicyDocument } = createdRole(await show(role));
  return {
    Path,
    RoleName,
    RoleId,
    Arn,
    CreateDate,
    AssumeRolePolicyDocument,
    InstanceProfileList: await Promise.all(profiles.map((profile) => listedInstanceProfile(store, profile, show))),
    RolePolicyList: inlineOutput(role.inlinePolicies),
    AttachedManagedPolicies: attachedOutput(role.attachedPolicies),
    ...boundaryMember(role.permissionsBoundary),
    Tags: fromTags(role.tags),
    RoleLastUsed: use ? { LastUsedDate: new Date(use.at), Region: use.region } : {},
  };
}

export async function policyDetail(
  store: IdentityStore,
  accountId: string,
  policy: ManagedPolicy,
): Promise<ManagedPolicyDetail> {
  const usage = await countAttachments(store, accountId, policy.policyId);
  return {
    ...policyOutput(policy, usage),
    ...(policy.description === undefined ? {} : { Description: policy.description }),
    PolicyVersionList: policy.versions
      .map((version) => versionWithDocument(version, version.versionId === policy.defaultVersionId))
      .reverse(),
  };
}

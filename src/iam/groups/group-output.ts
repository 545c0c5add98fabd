import type { Group as GroupOutput } from '@aws-sdk/client-iam';
import type { Group } from '../../identity/documents/group.ts';
import { groupKind } from '../../identity/groups/group-kind.ts';
import { arnOf } from '../../identity/policy-holder/holder-kind.ts';

/** A group, as every operation returns it. */
export function listedGroup(group: Group): GroupOutput {
  return {
    Path: group.path,
    GroupName: group.groupName,
    GroupId: group.groupId,
    Arn: arnOf(groupKind, group),
    CreateDate: new Date(group.createdAt),
  };
}

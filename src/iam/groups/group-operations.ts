import {
  AddUserToGroup$,
  type AddUserToGroupCommandInput,
  AttachGroupPolicy$,
  type AttachGroupPolicyCommandInput,
  DeleteGroup$,
  type DeleteGroupCommandInput,
  DeleteGroupPolicy$,
  type DeleteGroupPolicyCommandInput,
  DetachGroupPolicy$,
  type DetachGroupPolicyCommandInput,
  GetGroupPolicy$,
  type GetGroupPolicyCommandInput,
  ListAttachedGroupPolicies$,
  type ListAttachedGroupPoliciesCommandInput,
  ListGroupPolicies$,
  type ListGroupPoliciesCommandInput,
  ListGroups$,
  PutGroupPolicy$,
  type PutGroupPolicyCommandInput,
  RemoveUserFromGroup$,
  type RemoveUserFromGroupCommandInput,
  UpdateGroup$,
  type UpdateGroupCommandInput,
} from '@aws-sdk/client-iam';
import type { StaticOperationSchema } from '@smithy/types';
import type { Group } from '../../identity/documents/group.ts';
import { deleteGroup } from '../../identity/groups/delete-group.ts';
import { groupKind } from '../../identity/groups/group-kind.ts';
import { addUserToGroup, removeUserFromGroup } from '../../identity/groups/membership.ts';
import { IAM_ERRORS } from '../../identity/rules/iam-errors.ts';
import type { AnyOperation } from '../../operations/operation.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { truncation } from '../list-output.ts';
import { attachOperation, detachOperation, listAttachedOperation } from '../policy-holders/attachment-operations.ts';
import { changeOperation, type HolderRow } from '../policy-holders/holder-row.ts';
import {
  deletePolicyOperation,
  getPolicyOperation,
  listPoliciesOperation,
  putPolicyOperation,
} from '../policy-holders/inline-policy-operations.ts';
import { listHoldersOperation } from '../policy-holders/list-operation.ts';
import { renameOperation } from '../policy-holders/rename-operation.ts';
import { createGroupOperation } from './create-group.ts';
import { getGroupOperation } from './get-group.ts';
import { listedGroup } from './group-output.ts';
import { listGroupsForUserOperation } from './list-groups-for-user.ts';
import { membershipOperation } from './membership-operation.ts';

/** An operation on the group that `GroupName` names. */
function group<Input extends { GroupName: string | undefined }>(
  schema: StaticOperationSchema,
): HolderRow<Decoded<Input>, Group> {
  return { schema, kind: groupKind, name: ({ GroupName }) => GroupName ?? '' };
}

/** The operations on groups. */
export function groupOperations(deps: IamDependencies): readonly AnyOperation[] {
  return [
    createGroupOperation(deps),
    getGroupOperation(deps),
    changeOperation(deps, group<DeleteGroupCommandInput>(DeleteGroup$), {
      change: ({ found }) => deleteGroup(deps.store, found),
    }),
    {
      ...renameOperation(deps, {
        schema: UpdateGroup$,
        kind: groupKind,
        renaming: (input: Decoded<UpdateGroupCommandInput>) => ({
          name: input.GroupName,
          newName: input.NewGroupName,
          newPath: input.NewPath,
        }),
      }),
      // Another call moved the group meanwhile. The model has this error for UpdateUser only.
      errors: [IAM_ERRORS.ConcurrentModification],
    },
    listHoldersOperation(deps, {
      schema: ListGroups$,
      kind: groupKind,
      output: (page) => ({ Groups: page.items.map(listedGroup), ...truncation(page) }),
    }),
    membershipOperation<Decoded<AddUserToGroupCommandInput>>(deps, {
      schema: AddUserToGroup$,
      missedFirst: 'group',
      change: addUserToGroup,
    }),
    membershipOperation<Decoded<RemoveUserFromGroupCommandInput>>(deps, {
      schema: RemoveUserFromGroup$,
      missedFirst: 'user',
      change: removeUserFromGroup,
    }),
    listGroupsForUserOperation(deps),
    putPolicyOperation(deps, group<PutGroupPolicyCommandInput>(PutGroupPolicy$)),
    getPolicyOperation(deps, {
      ...group<GetGroupPolicyCommandInput>(GetGroupPolicy$),
      named: ({ groupName }) => ({ GroupName: groupName }),
    }),
    deletePolicyOperation(deps, group<DeleteGroupPolicyCommandInput>(DeleteGroupPolicy$)),
    listPoliciesOperation(deps, group<ListGroupPoliciesCommandInput>(ListGroupPolicies$)),
    attachOperation(deps, group<AttachGroupPolicyCommandInput>(AttachGroupPolicy$)),
    detachOperation(deps, group<DetachGroupPolicyCommandInput>(DetachGroupPolicy$)),
    listAttachedOperation(deps, group<ListAttachedGroupPoliciesCommandInput>(ListAttachedGroupPolicies$)),
  ];
}

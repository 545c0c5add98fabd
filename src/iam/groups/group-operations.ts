import {
  AddUserToGroup$,
  type AddUserToGroupCommandInput,
  AttachGroupPolicy$,
  DeleteGroup$,
  type DeleteGroupCommandInput,
  DeleteGroupPolicy$,
  DetachGroupPolicy$,
  GetGroupPolicy$,
  ListAttachedGroupPolicies$,
  ListGroupPolicies$,
  ListGroups$,
  PutGroupPolicy$,
  RemoveUserFromGroup$,
  type RemoveUserFromGroupCommandInput,
  UpdateGroup$,
  type UpdateGroupCommandInput,
} from '@aws-sdk/client-iam';
import type { Group } from '../../identity/documents/group.ts';
import { deleteGroup } from '../../identity/groups/delete-group.ts';
import { groupKind } from '../../identity/groups/group-kind.ts';
import { addUserToGroup, removeUserFromGroup } from '../../identity/groups/membership.ts';
import { IAM_ERRORS } from '../../identity/rules/iam-errors.ts';
import type { AnyOperation } from '../../operations/operation.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { truncation } from '../list-output.ts';
import { attachmentOperations } from '../policy-holders/attachment-operations.ts';
import { changeOperation } from '../policy-holders/holder-operation.ts';
import { inlinePolicyOperations } from '../policy-holders/inline-policy-operations.ts';
import { listHoldersOperation } from '../policy-holders/list-operation.ts';
import { renameOperation } from '../policy-holders/rename-operation.ts';
import { createGroupOperation } from './create-group.ts';
import { getGroupOperation } from './get-group.ts';
import { listedGroup } from './group-output.ts';
import { listGroupsForUserOperation } from './list-groups-for-user.ts';
import { membershipOperation } from './membership-operation.ts';

const GROUP = { kind: groupKind, parameter: 'GroupName' } as const;

/** The operations on groups. */
export function groupOperations(deps: IamDependencies): readonly AnyOperation[] {
  return [
    createGroupOperation(deps),
    getGroupOperation(deps),
    changeOperation<Decoded<DeleteGroupCommandInput>, Group>(deps, {
      ...GROUP,
      schema: DeleteGroup$,
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
      joins: true,
      change: addUserToGroup,
    }),
    membershipOperation<Decoded<RemoveUserFromGroupCommandInput>>(deps, {
      schema: RemoveUserFromGroup$,
      missedFirst: 'user',
      joins: false,
      change: removeUserFromGroup,
    }),
    listGroupsForUserOperation(deps),
    ...inlinePolicyOperations(deps, GROUP, {
      put: PutGroupPolicy$,
      get: GetGroupPolicy$,
      delete: DeleteGroupPolicy$,
      list: ListGroupPolicies$,
    }),
    ...attachmentOperations(deps, GROUP, {
      attach: AttachGroupPolicy$,
      detach: DetachGroupPolicy$,
      list: ListAttachedGroupPolicies$,
    }),
  ];
}

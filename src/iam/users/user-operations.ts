import {
  AttachUserPolicy$,
  type AttachUserPolicyCommandInput,
  DeleteUser$,
  type DeleteUserCommandInput,
  DeleteUserPermissionsBoundary$,
  type DeleteUserPermissionsBoundaryCommandInput,
  DeleteUserPolicy$,
  type DeleteUserPolicyCommandInput,
  DetachUserPolicy$,
  type DetachUserPolicyCommandInput,
  GetUserPolicy$,
  type GetUserPolicyCommandInput,
  ListAttachedUserPolicies$,
  type ListAttachedUserPoliciesCommandInput,
  ListUserPolicies$,
  type ListUserPoliciesCommandInput,
  ListUsers$,
  ListUserTags$,
  type ListUserTagsCommandInput,
  PutUserPermissionsBoundary$,
  type PutUserPermissionsBoundaryCommandInput,
  PutUserPolicy$,
  type PutUserPolicyCommandInput,
  TagUser$,
  type TagUserCommandInput,
  UntagUser$,
  type UntagUserCommandInput,
  UpdateUser$,
  type UpdateUserCommandInput,
} from '@aws-sdk/client-iam';
import type { StaticOperationSchema } from '@smithy/types';
import type { User } from '../../identity/documents/user.ts';
import { deleteUser } from '../../identity/users/delete-user.ts';
import { userKind } from '../../identity/users/user-kind.ts';
import type { AnyOperation } from '../../operations/operation.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { truncation } from '../list-output.ts';
import { attachOperation, detachOperation, listAttachedOperation } from '../policy-holders/attachment-operations.ts';
import { deleteBoundaryOperation, putBoundaryOperation } from '../policy-holders/boundary-operations.ts';
import { changeOperation, type HolderRow } from '../policy-holders/holder-row.ts';
import {
  deletePolicyOperation,
  getPolicyOperation,
  listPoliciesOperation,
  putPolicyOperation,
} from '../policy-holders/inline-policy-operations.ts';
import { listHoldersOperation } from '../policy-holders/list-operation.ts';
import { renameOperation } from '../policy-holders/rename-operation.ts';
import { listTagsOperation, tagOperation, untagOperation } from '../policy-holders/tag-operations.ts';
import { createUserOperation } from './create-user.ts';
import { getUserOperation } from './get-user.ts';
import { listedUser } from './user-output.ts';

/** An operation on the user that `UserName` names. */
function user<Input extends { UserName: string | undefined }>(
  schema: StaticOperationSchema,
): HolderRow<Decoded<Input>, User> {
  return { schema, kind: userKind, name: ({ UserName }) => UserName ?? '' };
}

/** The operations on users. */
export function userOperations(deps: IamDependencies): readonly AnyOperation[] {
  return [
    createUserOperation(deps),
    getUserOperation(deps),
    changeOperation(deps, user<DeleteUserCommandInput>(DeleteUser$), {
      change: ({ found }) => deleteUser(deps.store, found),
    }),
    renameOperation(deps, {
      schema: UpdateUser$,
      kind: userKind,
      renaming: (input: Decoded<UpdateUserCommandInput>) => ({
        name: input.UserName,
        newName: input.NewUserName,
        newPath: input.NewPath,
      }),
    }),
    listHoldersOperation(deps, {
      schema: ListUsers$,
      kind: userKind,
      output: (page) => ({ Users: page.items.map(listedUser), ...truncation(page) }),
    }),
    putPolicyOperation(deps, user<PutUserPolicyCommandInput>(PutUserPolicy$)),
    getPolicyOperation(deps, {
      ...user<GetUserPolicyCommandInput>(GetUserPolicy$),
      named: ({ userName }) => ({ UserName: userName }),
    }),
    deletePolicyOperation(deps, user<DeleteUserPolicyCommandInput>(DeleteUserPolicy$)),
    listPoliciesOperation(deps, user<ListUserPoliciesCommandInput>(ListUserPolicies$)),
    attachOperation(deps, user<AttachUserPolicyCommandInput>(AttachUserPolicy$)),
    detachOperation(deps, user<DetachUserPolicyCommandInput>(DetachUserPolicy$)),
    listAttachedOperation(deps, user<ListAttachedUserPoliciesCommandInput>(ListAttachedUserPolicies$)),
    putBoundaryOperation(deps, user<PutUserPermissionsBoundaryCommandInput>(PutUserPermissionsBoundary$)),
    deleteBoundaryOperation(deps, user<DeleteUserPermissionsBoundaryCommandInput>(DeleteUserPermissionsBoundary$)),
    tagOperation(deps, user<TagUserCommandInput>(TagUser$)),
    untagOperation(deps, user<UntagUserCommandInput>(UntagUser$)),
    listTagsOperation(deps, user<ListUserTagsCommandInput>(ListUserTags$)),
  ];
}

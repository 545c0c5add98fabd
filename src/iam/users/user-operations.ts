import {
  AttachUserPolicy$,
  DeleteUser$,
  type DeleteUserCommandInput,
  DeleteUserPermissionsBoundary$,
  DeleteUserPolicy$,
  DetachUserPolicy$,
  GetUserPolicy$,
  ListAttachedUserPolicies$,
  ListUserPolicies$,
  ListUsers$,
  ListUserTags$,
  PutUserPermissionsBoundary$,
  PutUserPolicy$,
  TagUser$,
  UntagUser$,
  UpdateUser$,
  type UpdateUserCommandInput,
} from '@aws-sdk/client-iam';
import type { User } from '../../identity/documents/user.ts';
import { deleteUser } from '../../identity/users/delete-user.ts';
import { userKind } from '../../identity/users/user-kind.ts';
import type { AnyOperation } from '../../operations/operation.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { truncation } from '../list-output.ts';
import { attachmentOperations } from '../policy-holders/attachment-operations.ts';
import { boundaryOperations } from '../policy-holders/boundary-operations.ts';
import { changeOperation } from '../policy-holders/holder-operation.ts';
import { inlinePolicyOperations } from '../policy-holders/inline-policy-operations.ts';
import { listHoldersOperation } from '../policy-holders/list-operation.ts';
import { renameOperation } from '../policy-holders/rename-operation.ts';
import { tagOperations } from '../policy-holders/tag-operations.ts';
import { createUserOperation } from './create-user.ts';
import { getUserOperation } from './get-user.ts';
import { listedUser } from './user-output.ts';

const USER = { kind: userKind, parameter: 'UserName' } as const;

/** The operations on users. */
export function userOperations(deps: IamDependencies): readonly AnyOperation[] {
  return [
    createUserOperation(deps),
    getUserOperation(deps),
    changeOperation<Decoded<DeleteUserCommandInput>, User>(deps, {
      ...USER,
      schema: DeleteUser$,
      async change({ found }) {
        await deleteUser(deps.store, found);
        await deps.accessed.forget(found.userId);
      },
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
    ...inlinePolicyOperations(deps, USER, {
      put: PutUserPolicy$,
      get: GetUserPolicy$,
      delete: DeleteUserPolicy$,
      list: ListUserPolicies$,
    }),
    ...attachmentOperations(deps, USER, {
      attach: AttachUserPolicy$,
      detach: DetachUserPolicy$,
      list: ListAttachedUserPolicies$,
    }),
    ...boundaryOperations(deps, USER, {
      put: PutUserPermissionsBoundary$,
      delete: DeleteUserPermissionsBoundary$,
    }),
    ...tagOperations(deps, USER, { tag: TagUser$, untag: UntagUser$, list: ListUserTags$ }),
  ];
}

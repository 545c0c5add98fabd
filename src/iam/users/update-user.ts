import { UpdateUser$, type UpdateUserCommandInput } from '@aws-sdk/client-iam';
import { userKind } from '../../identity/users/user-kind.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { renameOperation } from '../policy-holders/rename-operation.ts';

/** UpdateUser: gives a user another name or path. */
export function updateUser(deps: IamDependencies) {
  return renameOperation(deps, {
    schema: UpdateUser$,
    kind: userKind,
    renaming: (input: Decoded<UpdateUserCommandInput>) => ({
      name: input.UserName,
      newName: input.NewUserName,
      newPath: input.NewPath,
    }),
  });
}

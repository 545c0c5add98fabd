import { DeleteUser$, type DeleteUserCommandInput } from '@aws-sdk/client-iam';
import type { User } from '../../identity/documents/user.ts';
import { deleteUser as removeUser } from '../../identity/users/delete-user.ts';
import { userKind } from '../../identity/users/user-kind.ts';
import type { Decoded, NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { holderOperation } from '../policy-holders/holder-operation.ts';

/** DeleteUser: deletes a user that has nothing left. */
export function deleteUser(deps: IamDependencies) {
  return holderOperation<Decoded<DeleteUserCommandInput>, NoOutput, User>(deps, {
    schema: DeleteUser$,
    readOnly: false,
    kind: userKind,
    name: (input) => input.UserName,
    async handle({ holder }) {
      await removeUser(deps.store, holder);
      return {};
    },
  });
}

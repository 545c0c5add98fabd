import { CreateUser$, type CreateUserCommandInput, type CreateUserResponse } from '@aws-sdk/client-iam';
import { createUser } from '../../identity/users/create-user.ts';
import { signedOperation } from '../../operations/operation.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { creationTarget } from '../policy-holders/creation-target.ts';
import { toTags } from '../tag-output.ts';
import { userOutput } from './user-output.ts';

export function createUserOperation(deps: IamDependencies) {
  return signedOperation<Decoded<CreateUserCommandInput>, CreateUserResponse, undefined>({
    schema: CreateUser$,
    readOnly: false,
    authorize: ({ UserName, Path, Tags, PermissionsBoundary }, { caller: { accountId } }) =>
      creationTarget(CreateUser$, accountId, {
        type: 'user',
        name: UserName,
        path: Path,
        tags: Tags,
        boundary: PermissionsBoundary,
      }),
    async handle({ UserName, Path, Tags, PermissionsBoundary }, { caller: { accountId }, now }) {
      const user = await createUser(deps, {
        accountId,
        userName: UserName,
        path: Path,
        permissionsBoundaryArn: PermissionsBoundary,
        tags: toTags(Tags),
        now,
      });
      return { User: userOutput(user) };
    },
  });
}

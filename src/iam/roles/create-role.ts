import { CreateRole$, type CreateRoleCommandInput, type CreateRoleResponse } from '@aws-sdk/client-iam';
import { createRole } from '../../identity/roles/create-role.ts';
import { showRole } from '../../identity/roles/shown-role.ts';
import { IAM_ERRORS } from '../../identity/rules/iam-errors.ts';
import { signedOperation } from '../../operations/operation.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { creationTarget } from '../policy-holders/creation-target.ts';
import { toTags } from '../tag-output.ts';
import { createdRole } from './role-output.ts';

export function createRoleOperation(deps: IamDependencies) {
  return signedOperation<Decoded<CreateRoleCommandInput>, CreateRoleResponse, undefined>({
    schema: CreateRole$,
    readOnly: false,
    // AWS's answer for a boundary that does not exist [aws-behaviour 24].
    errors: [IAM_ERRORS.NoSuchEntity],
    authorize: ({ RoleName, Path, Tags, PermissionsBoundary }, { caller: { accountId } }) =>
      creationTarget(CreateRole$, accountId, {
        type: 'role',
        name: RoleName,
        path: Path,
        tags: Tags,
        boundary: PermissionsBoundary,
      }),
    async handle(input, { caller: { accountId }, now }) {
      const role = await createRole(deps, {
        accountId,
        roleName: input.RoleName,
        path: input.Path,
        trustPolicy: input.AssumeRolePolicyDocument,
        description: input.Description,
        maxSessionDuration: input.MaxSessionDuration,
        permissionsBoundaryArn: input.PermissionsBoundary,
        tags: toTags(input.Tags),
        now,
      });
      return { Role: createdRole(await showRole(deps.store, role)) };
    },
  });
}

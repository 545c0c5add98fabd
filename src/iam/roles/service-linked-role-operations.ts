import {
  CreateServiceLinkedRole$,
  type CreateServiceLinkedRoleCommandInput,
  type CreateServiceLinkedRoleResponse,
  DeleteServiceLinkedRole$,
  type DeleteServiceLinkedRoleCommandInput,
  type DeleteServiceLinkedRoleResponse,
  GetServiceLinkedRoleDeletionStatus$,
  type GetServiceLinkedRoleDeletionStatusCommandInput,
  type GetServiceLinkedRoleDeletionStatusResponse,
} from '@aws-sdk/client-iam';
import type { Role } from '../../identity/documents/role.ts';
import { showRole } from '../../identity/roles/shown-role.ts';
import {
  createServiceLinkedRole,
  namedLinkedRole,
} from '../../identity/service-linked-roles/create-service-linked-role.ts';
import {
  deleteServiceLinkedRole,
  deletionTask,
  roleOfTask,
} from '../../identity/service-linked-roles/delete-service-linked-role.ts';
import { actionOf } from '../../operations/action-of.ts';
import { namedOperation } from '../../operations/named-operation.ts';
import { type AnyOperation, signedOperation } from '../../operations/operation.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { ROLE } from '../resource-kinds.ts';
import { createdRole } from './role-output.ts';

/** CreateServiceLinkedRole: creates the role of a service, which its service alone may change. */
function createOperation(deps: IamDependencies) {
  type Input = Decoded<CreateServiceLinkedRoleCommandInput>;
  return signedOperation<Input, CreateServiceLinkedRoleResponse, undefined>({
    schema: CreateServiceLinkedRole$,
    readOnly: false,
    authorize({ AWSServiceName, CustomSuffix }, { caller: { accountId } }) {
      const wanted = { accountId, service: AWSServiceName, customSuffix: CustomSuffix };
      const target = {
        action: actionOf(CreateServiceLinkedRole$),
        resource: namedLinkedRole(deps.linkedServices, wanted).arn,
        resourceAccountId: accountId,
        conditions: new Map([['iam:awsservicename', AWSServiceName]]),
      };
      return { targets: [target], subject: undefined };
    },
    async handle({ AWSServiceName, CustomSuffix, Description }, { caller: { accountId }, now }) {
      const role = await createServiceLinkedRole(deps, deps.linkedServices, {
        ...{ accountId, now, service: AWSServiceName, customSuffix: CustomSuffix },
        description: Description,
      });
      return { Role: createdRole(await showRole(deps.store, role)) };
    },
  });
}

/** The operations on service-linked roles. */
export function serviceLinkedRoleOperations(deps: IamDependencies): readonly AnyOperation[] {
  return [
    createOperation(deps),
    namedOperation<Decoded<DeleteServiceLinkedRoleCommandInput>, DeleteServiceLinkedRoleResponse, Role>(deps, {
      schema: DeleteServiceLinkedRole$,
      readOnly: false,
      kind: ROLE,
      name: (input) => input.RoleName,
      async handle({ found }) {
        const { taskId, isDeleted } = await deleteServiceLinkedRole(deps, found);
        if (isDeleted) await Promise.all([deps.lastUsed.forget(found.roleId), deps.accessed.forget(found.roleId)]);
        return { DeletionTaskId: taskId };
      },
    }),
    signedOperation<
      Decoded<GetServiceLinkedRoleDeletionStatusCommandInput>,
      GetServiceLinkedRoleDeletionStatusResponse,
      undefined
    >({
      schema: GetServiceLinkedRoleDeletionStatus$,
      readOnly: true,
      authorize({ DeletionTaskId }, { caller: { accountId } }) {
        const resource = roleOfTask(accountId, DeletionTaskId);
        return {
          targets: [{ action: actionOf(GetServiceLinkedRoleDeletionStatus$), resource, resourceAccountId: accountId }],
          subject: undefined,
        };
      },
      async handle({ DeletionTaskId }, { caller: { accountId } }) {
        const Status = await deletionTask(deps.ephemeral, accountId, DeletionTaskId);
        if (Status === 'SUCCEEDED') return { Status };
        const Reason = 'IAM Role Manager is enabled. Disable it before deleting this service-linked role.';
        return { Status, Reason: { Reason, RoleUsageList: [] } };
      },
    }),
  ];
}

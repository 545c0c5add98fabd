import {
  CreateServiceLinkedRole$,
  GetAccountProperties$,
  type GetAccountPropertiesResponse,
  PutAccountProperties$,
  type PutAccountPropertiesRequest,
} from '@aws-sdk/client-iam';
import {
  accountProperties,
  enablesRoleManager,
  namespacesOf,
  putAccountProperties,
} from '../../identity/role-templates/account-properties.ts';
import { namedLinkedRole } from '../../identity/service-linked-roles/create-service-linked-role.ts';
import { ROLE_MANAGER } from '../../identity/service-linked-roles/linked-service.ts';
import { actionOf } from '../../operations/action-of.ts';
import { type AnyOperation, signedOperation } from '../../operations/operation.ts';
import { onAccount } from '../account-target.ts';
import type { Decoded, NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';

const KEY = 'iam:accountpropertynamespaces';

/** GetAccountProperties and PutAccountProperties: settings of the account by namespace. */
export function accountPropertiesOperations(deps: IamDependencies): readonly AnyOperation[] {
  const { store, linkedServices } = deps;
  return [
    signedOperation<unknown, GetAccountPropertiesResponse, undefined>({
      schema: GetAccountProperties$,
      readOnly: true,
      authorize: (_input, { caller }) =>
        onAccount(GetAccountProperties$, caller.accountId, { conditions: new Map([[KEY, ['RoleManager']]]) }),
      handle: async (_input, { caller }) => ({ Properties: await accountProperties(store, caller.accountId) }),
    }),
    signedOperation<Decoded<PutAccountPropertiesRequest>, NoOutput, undefined>({
      schema: PutAccountProperties$,
      readOnly: false,
      authorize({ Properties }, { caller: { accountId } }) {
        const conditions = new Map([[KEY, namespacesOf(Properties)]]);
        const { targets } = onAccount(PutAccountProperties$, accountId, { conditions });
        if (!enablesRoleManager(Properties)) return { targets, subject: undefined };
        // As at AWS, whether or not the role exists already.
        const role = {
          action: actionOf(CreateServiceLinkedRole$),
          resource: namedLinkedRole(linkedServices, { accountId, service: ROLE_MANAGER }).arn,
          resourceAccountId: accountId,
          conditions: new Map([['iam:awsservicename', ROLE_MANAGER]]),
        };
        return { targets: [...targets, role], subject: undefined };
      },
      async handle({ Properties }, { caller: { accountId }, now }) {
        await putAccountProperties(deps, linkedServices, { accountId, properties: Properties, now });
        return {};
      },
    }),
  ];
}

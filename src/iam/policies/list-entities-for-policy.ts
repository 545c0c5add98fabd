import {
  ListEntitiesForPolicy$,
  type ListEntitiesForPolicyRequest,
  type ListEntitiesForPolicyResponse,
} from '@aws-sdk/client-iam';
import { listPolicyEntities, type PolicyEntity } from '../../identity/policies/list-policy-entities.ts';
import { requirePolicy } from '../../identity/policies/require-policy.ts';
import { notAttachable } from '../../identity/policy-holder/attachable-policy.ts';
import { operationByName } from '../../operations/named-operation.ts';
import type { SignedOperation } from '../../operations/operation.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { pageRequest, truncation } from '../list-output.ts';
import { policyRow } from './policy-row.ts';

type Input = Decoded<ListEntitiesForPolicyRequest>;

/** The entity types that can have a policy; other values of the wire's `EntityType` match nothing. */
const TYPES: readonly PolicyEntity['type'][] = ['User', 'Group', 'Role'];

export function listEntitiesForPolicyOperation(
  deps: IamDependencies,
): SignedOperation<Input, ListEntitiesForPolicyResponse, undefined> {
  return operationByName(deps, {
    ...policyRow<ListEntitiesForPolicyRequest>(ListEntitiesForPolicy$),
    readOnly: true,
    async handle({ input, named: { accountId, name: arn } }) {
      const { policyId } = await requirePolicy(deps.store, accountId, arn, notAttachable);
      const type = TYPES.find((candidate) => candidate === input.EntityFilter);
      if (input.EntityFilter !== undefined && type === undefined) return entitiesOutput([]);
      const pathPrefix = input.PathPrefix ?? '/';
      const filter = { accountId, policyId, type, pathPrefix, usage: input.PolicyUsageFilter };
      const page = await listPolicyEntities(deps.store, filter, pageRequest(input));
      return { ...entitiesOutput(page.items), ...truncation(page) };
    },
  });
}

function entitiesOutput(items: readonly PolicyEntity[]): ListEntitiesForPolicyResponse {
  return {
    PolicyGroups: items.flatMap((item) =>
      item.type === 'Group' ? [{ GroupName: item.entity.groupName, GroupId: item.entity.groupId }] : [],
    ),
    PolicyUsers: items.flatMap((item) =>
      item.type === 'User' ? [{ UserName: item.entity.userName, UserId: item.entity.userId }] : [],
    ),
    PolicyRoles: items.flatMap((item) =>
      item.type === 'Role' ? [{ RoleName: item.entity.roleName, RoleId: item.entity.roleId }] : [],
    ),
    IsTruncated: false,
  };
}

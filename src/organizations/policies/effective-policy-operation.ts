import {
  DescribeEffectivePolicy$,
  type DescribeEffectivePolicyRequest,
  type DescribeEffectivePolicyResponse,
  ListAccountsWithInvalidEffectivePolicy$,
  type ListAccountsWithInvalidEffectivePolicyRequest,
  type ListAccountsWithInvalidEffectivePolicyResponse,
  ListEffectivePolicyValidationErrors$,
  type ListEffectivePolicyValidationErrorsRequest,
  type ListEffectivePolicyValidationErrorsResponse,
} from '@aws-sdk/client-organizations';
import type { Organization } from '../../identity/documents/organizations/organization.ts';
import { effectivePolicy } from '../../identity/organizations/effective-policy.ts';
import { invalidInput, organizationError } from '../../identity/organizations/organization-errors.ts';
import { orgPathOf, pathTo } from '../../identity/organizations/organization-tree.ts';
import type { Decoded } from '../../operations/decoded.ts';
import type { AnyOperation } from '../../operations/operation.ts';
import { findPolicy } from '../find-policy.ts';
import { organizationOperation } from '../organization-operation.ts';
import type { OrganizationsDependencies } from '../organizations-dependencies.ts';
import { policyTypeKey, targetResource } from '../resources.ts';

/** The operations on effective policies. Texts are checked when they are stored; nothing here evaluates what they come to, so none is invalid. */
export function effectivePolicyOperations(deps: OrganizationsDependencies): readonly AnyOperation[] {
  return [describeEffectivePolicy(deps), listInvalid(deps), listErrors(deps)];
}

/** @throws {ServiceError} EffectivePolicyNotFoundException, InvalidInputException */
function requireFirstPage({ policyTypes }: Organization, { PolicyType, NextToken }: PagedTypeInput): void {
  if (!policyTypes.includes(PolicyType)) throw organizationError('EffectivePolicyNotFoundException');
  if (NextToken !== undefined) throw invalidInput('INVALID_NEXT_TOKEN');
}

interface PagedTypeInput {
  readonly PolicyType: string;
  readonly NextToken?: string | undefined;
}

function listInvalid(deps: OrganizationsDependencies): AnyOperation {
  return organizationOperation<
    Decoded<ListAccountsWithInvalidEffectivePolicyRequest>,
    ListAccountsWithInvalidEffectivePolicyResponse
  >(deps, {
    schema: ListAccountsWithInvalidEffectivePolicy$,
    readOnly: true,
    access: 'administrators',
    keys: ({ PolicyType }) => policyTypeKey(PolicyType),
    handle({ input, organization }) {
      requireFirstPage(organization, input);
      return { Accounts: [], PolicyType: input.PolicyType };
    },
  });
}

function listErrors(deps: OrganizationsDependencies): AnyOperation {
  return organizationOperation<
    Decoded<ListEffectivePolicyValidationErrorsRequest>,
    ListEffectivePolicyValidationErrorsResponse
  >(deps, {
    schema: ListEffectivePolicyValidationErrors$,
    readOnly: true,
    access: 'administrators',
    resources: ({ AccountId }, organization) => [targetResource(organization, AccountId)],
    keys: ({ PolicyType }) => policyTypeKey(PolicyType),
    handle({ input, organization, call: { now } }) {
      const { AccountId, PolicyType } = input;
      const path = pathTo(organization, AccountId);
      if (path.at(-1)?.type !== 'ACCOUNT') throw organizationError('AccountNotFoundException');
      requireFirstPage(organization, input);
      return {
        AccountId,
        PolicyType,
        Path: `${orgPathOf(organization, path)}${AccountId}/`,
        EvaluationTimestamp: new Date(now),
        EffectivePolicyValidationErrors: [],
      };
    },
  });
}

/** `DescribeEffectivePolicy`: what the policies of a management type come to for an account. Members may ask for themselves. */
function describeEffectivePolicy(deps: OrganizationsDependencies): AnyOperation {
  return organizationOperation<Decoded<DescribeEffectivePolicyRequest>, DescribeEffectivePolicyResponse>(deps, {
    schema: DescribeEffectivePolicy$,
    readOnly: true,
    access: 'members',
    resources: ({ TargetId }, organization) =>
      TargetId ? [targetResource(organization, TargetId)] : [{ resource: '*' }],
    keys: ({ PolicyType }) => policyTypeKey(PolicyType),
    async handle({ input: { PolicyType, TargetId }, organization, call: { caller, now } }) {
      const target = TargetId ?? caller.accountId;
      const { managementAccountId, delegations } = organization;
      const mayAsk =
        [target, managementAccountId].includes(caller.accountId) ||
        delegations.some(({ accountId }) => accountId === caller.accountId);
      if (!mayAsk) throw organizationError('AccessDeniedException');
      const path = pathTo(organization, target);
      if (path.at(-1)?.type !== 'ACCOUNT') throw organizationError('TargetNotFoundException');
      if (!organization.policyTypes.includes(PolicyType)) throw organizationError('EffectivePolicyNotFoundException');
      const levels = path.map(async ({ policyIds }) => {
        const policies = await Promise.all(policyIds.map((id) => findPolicy(deps.store, organization, id)));
        return policies.filter((policy) => policy?.type === PolicyType).map((policy) => policy?.content ?? '{}');
      });
      const PolicyContent = effectivePolicy(await Promise.all(levels));
      if (PolicyContent === undefined) throw organizationError('EffectivePolicyNotFoundException');
      return { EffectivePolicy: { PolicyContent, TargetId: target, PolicyType, LastUpdatedTimestamp: new Date(now) } };
    },
  });
}

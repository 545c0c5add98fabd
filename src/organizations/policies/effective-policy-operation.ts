import {
  DescribeEffectivePolicy$,
  type DescribeEffectivePolicyRequest,
  type DescribeEffectivePolicyResponse,
} from '@aws-sdk/client-organizations';
import { effectivePolicy } from '../../identity/organizations/effective-policy.ts';
import { organizationError } from '../../identity/organizations/organization-errors.ts';
import { pathTo } from '../../identity/organizations/organization-tree.ts';
import type { Decoded } from '../../operations/decoded.ts';
import type { AnyOperation } from '../../operations/operation.ts';
import { findPolicy } from '../find-policy.ts';
import { organizationOperation } from '../organization-operation.ts';
import type { OrganizationsDependencies } from '../organizations-dependencies.ts';
import { policyTypeKey, targetResource } from '../resources.ts';

/** `DescribeEffectivePolicy`: what the policies of a management type come to for an account. Members may ask for themselves. */
export function effectivePolicyOperation(deps: OrganizationsDependencies): AnyOperation {
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

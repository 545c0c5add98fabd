import type { Policy, PolicySummary, PolicyType } from '@aws-sdk/client-organizations';
import type { Organization } from '../../identity/documents/organizations/organization.ts';
import type { OrganizationPolicy } from '../../identity/documents/organizations/organization-policy.ts';
import { defaultPolicy } from '../../identity/organizations/default-policies.ts';
import { policyArn } from '../../identity/organizations/organization-arns.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import { findPolicy } from '../find-policy.ts';

function summaryOf(organization: Organization, policy: OrganizationPolicy): PolicySummary {
  const { policyId, type, name, description } = policy;
  return {
    Id: policyId,
    Arn: policyArn(organization, type, policyId),
    Name: name,
    Description: description,
    Type: type as PolicyType,
    AwsManaged: defaultPolicy(policyId) !== undefined,
  };
}

export function shownPolicy(organization: Organization, policy: OrganizationPolicy): Policy {
  return { PolicySummary: summaryOf(organization, policy), Content: policy.content };
}

/** What lists show of policies. One that has just been deleted is left out. */
export async function shownSummary(
  store: Pick<IdentityStore, 'organizationPolicies'>,
  organization: Organization,
  policyIds: readonly string[],
): Promise<PolicySummary[]> {
  const found = await Promise.all(policyIds.map((policyId) => findPolicy(store, organization, policyId)));
  return found.filter((policy) => policy !== undefined).map((policy) => summaryOf(organization, policy));
}

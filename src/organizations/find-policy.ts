import type { Organization } from '../identity/documents/organizations/organization.ts';
import type { OrganizationPolicy } from '../identity/documents/organizations/organization-policy.ts';
import { defaultPolicy } from '../identity/organizations/default-policies.ts';
import { organizationError } from '../identity/organizations/organization-errors.ts';
import type { IdentityStore } from '../identity/store/identity-store.ts';

type Policies = Pick<IdentityStore, 'organizationPolicies'>;

/** A policy of an organization, or one that every organization has. */
export async function findPolicy(
  { organizationPolicies }: Policies,
  { organizationId, policies }: Organization,
  policyId: string,
): Promise<OrganizationPolicy | undefined> {
  const standard = defaultPolicy(policyId);
  if (standard !== undefined) return { ...standard, organizationId, revision: 0, tags: [] };
  if (!policies.some((policy) => policy.policyId === policyId)) return undefined;
  return organizationPolicies.get([organizationId, policyId]);
}

/** @throws {ServiceError} PolicyNotFoundException */
export async function requirePolicy(
  store: Policies,
  organization: Organization,
  policyId: string,
): Promise<OrganizationPolicy> {
  const found = await findPolicy(store, organization, policyId);
  if (found === undefined) throw organizationError('PolicyNotFoundException');
  return found;
}

import type { Organization } from '../identity/documents/organizations/organization.ts';
import { policyArn, targetArn } from '../identity/organizations/organization-arns.ts';
import { findTarget } from '../identity/organizations/organization-tree.ts';
import type { IdentityStore } from '../identity/store/identity-store.ts';
import { findPolicy } from './find-policy.ts';
import type { OrganizationResource } from './organization-operation.ts';

/** A root, unit or account, or the ARN that it would have. */
export function targetResource(organization: Organization, id: string): OrganizationResource {
  const found = findTarget(organization, id);
  return { resource: targetArn(organization, id), ...(found && { resourceTags: found.tags }) };
}

/** A policy and its type. If it does not exist, it is taken for a service control policy. */
export async function policyResource(
  store: Pick<IdentityStore, 'organizationPolicies'>,
  organization: Organization,
  policyId: string,
): Promise<OrganizationResource & { readonly conditions: ReadonlyMap<string, string> }> {
  const found = await findPolicy(store, organization, policyId);
  const type = found?.type ?? 'SERVICE_CONTROL_POLICY';
  return {
    resource: policyArn(organization, type, policyId),
    ...(found && { resourceTags: found.tags }),
    ...policyTypeKey(type),
  };
}

/** The condition key `organizations:PolicyType`. */
export function policyTypeKey(type: string): { readonly conditions: ReadonlyMap<string, string> } {
  return { conditions: new Map([['organizations:policytype', type]]) };
}

/** The condition key `organizations:ServicePrincipal`. */
export function serviceKey(servicePrincipal: string | undefined): {
  readonly conditions?: ReadonlyMap<string, string>;
} {
  if (servicePrincipal === undefined) return {};
  return { conditions: new Map([['organizations:serviceprincipal', servicePrincipal]]) };
}

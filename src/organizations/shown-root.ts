import type { PolicyTypeSummary, Root } from '@aws-sdk/client-organizations';
import type { Organization } from '../identity/documents/organizations/organization.ts';
import { rootTargetArn } from '../identity/organizations/organization-arns.ts';

/** The root of an organization, with the policy types that are enabled. */
export function shownRoot(organization: Organization): Root {
  const { rootId } = organization.root;
  return {
    Id: rootId,
    Arn: rootTargetArn(organization, rootId),
    Name: 'Root',
    PolicyTypes: enabledTypes(organization.policyTypes),
  };
}

export const enabledTypes = (types: readonly string[]): PolicyTypeSummary[] =>
  types.map((type) => ({ Type: type as NonNullable<PolicyTypeSummary['Type']>, Status: 'ENABLED' }));

import type { Organization } from '../documents/organizations/organization.ts';
import { defaultPolicy } from './default-policies.ts';

type Owner = Pick<Organization, 'organizationId' | 'managementAccountId'>;

const arn = ({ managementAccountId }: Owner, resource: string): string =>
  `arn:aws:organizations::${managementAccountId}:${resource}`;

/** The ARNs of Organizations' resources, which all belong to the management account. */
export const organizationArn = (owner: Owner): string => arn(owner, `organization/${owner.organizationId}`);
export const accountArn = (owner: Owner, accountId: string): string =>
  arn(owner, `account/${owner.organizationId}/${accountId}`);
export const rootTargetArn = (owner: Owner, rootId: string): string =>
  arn(owner, `root/${owner.organizationId}/${rootId}`);
export const unitArn = (owner: Owner, unitId: string): string => arn(owner, `ou/${owner.organizationId}/${unitId}`);

export const handshakeArn = (owner: Owner, handshakeId: string): string =>
  arn(owner, `handshake/${owner.organizationId}/invite/${handshakeId}`);

/** Policies that every organization has belong to AWS. */
export function policyArn(owner: Owner, type: string, policyId: string): string {
  const kind = type.toLowerCase();
  if (defaultPolicy(policyId) !== undefined) return `arn:aws:organizations::aws:policy/${kind}/${policyId}`;
  return arn(owner, `policy/${owner.organizationId}/${kind}/${policyId}`);
}

/** The ARN of a root, unit or account, whether or not it exists, by the form of its id. */
export function targetArn(owner: Owner, id: string): string {
  if (id.startsWith('r-')) return rootTargetArn(owner, id);
  return id.startsWith('ou-') ? unitArn(owner, id) : accountArn(owner, id);
}

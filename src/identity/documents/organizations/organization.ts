import * as z from 'zod';
import type { CollectionDeclaration } from '../../../ports/collections.ts';
import { tagShape } from '../entity.ts';

/** What the root, organizational units and accounts have in common: policies are attached to them. */
const targetFields = {
  /** The policies attached to it, in the order they were attached. Never `p-RCPFullAWSAccess`, which is attached to everything. */
  policyIds: z.array(z.string()),
  tags: z.array(tagShape),
};

export const organizationalUnitShape = z.object({
  /** `ou-…` */
  unitId: z.string(),
  name: z.string(),
  /** The root or another unit. */
  parentId: z.string(),
  ...targetFields,
});
export type OrganizationalUnit = z.infer<typeof organizationalUnitShape>;

export const memberAccountShape = z.object({
  accountId: z.string(),
  name: z.string(),
  /** The root or a unit. */
  parentId: z.string(),
  joinedAt: z.number(),
  joinedMethod: z.enum(['CREATED', 'INVITED']),
  ...targetFields,
});
export type MemberAccount = z.infer<typeof memberAccountShape>;

/** The features of central root access, as IAM calls them, in the order in which they are listed. */
export const ROOT_FEATURES = ['RootCredentialsManagement', 'RootSessions'] as const;
export type RootFeature = (typeof ROOT_FEATURES)[number];

/**
 * An organization with its tree. All of it is one document, so that every rule about the tree is held by one compare-and-swap. The texts of
 * its policies are in the collection `organizationPolicies`.
 */
export const organizationShape = z.object({
  /** `o-…` */
  organizationId: z.string(),
  managementAccountId: z.string(),
  createdAt: z.number(),
  featureSet: z.enum(['ALL', 'CONSOLIDATED_BILLING']),
  root: z.object({ rootId: z.string(), ...targetFields }),
  /** The policy types that are enabled. */
  policyTypes: z.array(z.string()),
  units: z.array(organizationalUnitShape),
  /** The management account is the first. */
  accounts: z.array(memberAccountShape),
  /** Every policy of the organization. What is not here is being created or deleted. */
  policies: z.array(z.object({ policyId: z.string(), type: z.string() })),
  /** The services that may work in the organization's accounts. */
  services: z.array(z.object({ servicePrincipal: z.string(), enabledAt: z.number() })),
  delegations: z.array(z.object({ accountId: z.string(), servicePrincipal: z.string(), registeredAt: z.number() })),
  /** The accounts that were closed in the last 30 days, for the quota, also those that were opened again. Absent until one was. */
  closings: z.array(z.object({ accountId: z.string(), closedAt: z.number() })).optional(),
  /** The features of central root access that are enabled. Absent until one was. */
  rootFeatures: z.array(z.enum(ROOT_FEATURES)).optional(),
});
export type Organization = z.infer<typeof organizationShape>;

export const organizations: CollectionDeclaration<Organization> = {
  name: 'organizations',
  shape: organizationShape,
  key: ['organizationId'],
  // INVARIANT: an account belongs to at most one organization.
  unique: { byAccount: ['accounts.accountId'] },
  indexes: {},
};

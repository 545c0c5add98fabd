import * as z from 'zod';
import type { CollectionDeclaration } from '../../../ports/collections.ts';
import { tagShape } from '../entity.ts';

/** A policy of an organization, of any type. */
export const organizationPolicyShape = z.object({
  organizationId: z.string(),
  /** `p-…` */
  policyId: z.string(),
  /** `SERVICE_CONTROL_POLICY`, … */
  type: z.string(),
  name: z.string(),
  description: z.string(),
  content: z.string(),
  /** Counts the changes of the content, so that what was compiled from it is found again. */
  revision: z.number(),
  tags: z.array(tagShape),
});
export type OrganizationPolicy = z.infer<typeof organizationPolicyShape>;

export const organizationPolicies: CollectionDeclaration<OrganizationPolicy> = {
  name: 'organizationPolicies',
  shape: organizationPolicyShape,
  key: ['organizationId', 'policyId'],
  unique: { byName: ['organizationId', 'type', 'name'] },
  indexes: {},
  counted: { byName: 2 },
};

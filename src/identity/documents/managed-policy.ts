import * as z from 'zod';
import type { CollectionDeclaration } from '../../ports/collections.ts';
import { tagShape } from './entity.ts';

export const policyVersionShape = z.object({
  /** `v1`, `v2`, …; numbers are never reused. */
  versionId: z.string(),
  /** The original text of the policy. */
  document: z.string(),
  createdAt: z.number(),
});
export type PolicyVersion = z.infer<typeof policyVersionShape>;

/** A customer managed policy with its versions (at most five). */
export const managedPolicyShape = z.object({
  accountId: z.string(),
  /** `ANPA…` */
  policyId: z.string(),
  policyName: z.string(),
  nameKey: z.string(),
  path: z.string(),
  arn: z.string(),
  description: z.string().optional(),
  createdAt: z.number(),
  updatedAt: z.number(),
  defaultVersionId: z.string(),
  /** Oldest first. */
  versions: z.array(policyVersionShape),
  nextVersion: z.number(),
  tags: z.array(tagShape),
});
export type ManagedPolicy = z.infer<typeof managedPolicyShape>;

export const managedPolicies: CollectionDeclaration<ManagedPolicy> = {
  name: 'managedPolicies',
  shape: managedPolicyShape,
  key: ['accountId', 'policyId'],
  unique: { byName: ['accountId', 'nameKey'], byArn: ['arn'] },
  indexes: {},
  counted: { byName: 1 },
};

import * as z from 'zod';

/** What users, groups, roles and policies have in common. Times are milliseconds since the epoch. */

/** A tag. `rules/tag-keys.ts` says how the keys of a resource compare. */
export const tagShape = z.object({ key: z.string(), value: z.string() });
export type Tag = z.infer<typeof tagShape>;

/** A policy stored inside its entity. `document` is the original text. */
export const inlinePolicyShape = z.object({ policyName: z.string(), document: z.string() });
export type InlinePolicy = z.infer<typeof inlinePolicyShape>;

/**
 * A managed policy that is attached or set as a boundary. The unique id is stored too, so that a policy deleted and created again under the
 * same ARN does not take the old one's place.
 */
export const policyReferenceShape = z.object({ policyArn: z.string(), policyId: z.string() });
export type PolicyReference = z.infer<typeof policyReferenceShape>;

/** The fields of every entity that can have policies. */
export const policyHolderFields = {
  /** Sorted by name, regardless of case. */
  inlinePolicies: z.array(inlinePolicyShape),
  /** In the order they were attached. */
  attachedPolicies: z.array(policyReferenceShape),
};

/** The fields of users and roles, which can have a boundary and tags. */
export const principalFields = {
  ...policyHolderFields,
  permissionsBoundary: policyReferenceShape.optional(),
  tags: z.array(tagShape),
};

/** The form in which names are compared and sorted, since they are unique regardless of case. */
export function foldName(name: string): string {
  return name.toLowerCase();
}

import * as z from 'zod';

/** What users, groups, roles and policies have in common. Times are milliseconds since the epoch. */

/** A tag; keys are unique in a list without regard to case. */
export const tagShape = z.object({ key: z.string(), value: z.string() });
export type Tag = z.infer<typeof tagShape>;

/** A policy that lives inside its entity. `document` is the text as it was put in. */
export const inlinePolicyShape = z.object({ policyName: z.string(), document: z.string() });
export type InlinePolicy = z.infer<typeof inlinePolicyShape>;

/**
 * A managed policy that is attached, or set as a boundary: held by its unique id as well, so that a policy which is deleted
 * and made anew under the same ARN does not slip into the place of the old one.
 */
export const policyReferenceShape = z.object({ policyArn: z.string(), policyId: z.string() });
export type PolicyReference = z.infer<typeof policyReferenceShape>;

/** The fields of everything that policies are put on. */
export const policyHolderFields = {
  /** Sorted by name, without regard to case. */
  inlinePolicies: z.array(inlinePolicyShape),
  /** In the order of attaching. */
  attachedPolicies: z.array(policyReferenceShape),
};

/** The fields of users and roles, which may be bounded and tagged. */
export const principalFields = {
  ...policyHolderFields,
  permissionsBoundary: policyReferenceShape.optional(),
  tags: z.array(tagShape),
};

/** Names are unique without regard to case: this is the form that is compared and sorted by. */
export function foldName(name: string): string {
  return name.toLowerCase();
}

import * as z from 'zod';
import type { CollectionDeclaration } from '../../ports/collections.ts';
import { policyHolderFields } from './entity.ts';

/** A group of users. Membership is stored in the users (`groupIds`). */
export const groupShape = z.object({
  accountId: z.string(),
  /** `AGPA…` */
  groupId: z.string(),
  groupName: z.string(),
  nameKey: z.string(),
  path: z.string(),
  createdAt: z.number(),
  /** Whether assuming or joining it asks for a fresh factor that cannot be phished (docs/step-up.md). */
  isPrivileged: z.literal(true).optional(),
  ...policyHolderFields,
});
export type Group = z.infer<typeof groupShape>;

export const groups: CollectionDeclaration<Group> = {
  name: 'groups',
  shape: groupShape,
  key: ['accountId', 'groupId'],
  unique: { byName: ['accountId', 'nameKey'] },
  indexes: { byAttachedPolicy: ['accountId', 'attachedPolicies.policyId', 'nameKey'] },
  counted: { byName: 1, byAttachedPolicy: 2 },
};

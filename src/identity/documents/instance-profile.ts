import * as z from 'zod';
import type { CollectionDeclaration } from '../../ports/collections.ts';
import { tagShape } from './entity.ts';

/**
 * An instance profile, which passes a role to a machine. This server runs no machines, but tools that manage roles query instance profiles
 * anyway (Terraform does before it deletes a role).
 */
export const instanceProfileShape = z.object({
  accountId: z.string(),
  /** `AIPA…` */
  instanceProfileId: z.string(),
  instanceProfileName: z.string(),
  nameKey: z.string(),
  path: z.string(),
  createdAt: z.number(),
  /** The unique id of its role (at most one). */
  roleId: z.string().optional(),
  tags: z.array(tagShape),
});
export type InstanceProfile = z.infer<typeof instanceProfileShape>;

export const instanceProfiles: CollectionDeclaration<InstanceProfile> = {
  name: 'instanceProfiles',
  shape: instanceProfileShape,
  key: ['accountId', 'instanceProfileId'],
  unique: { byName: ['accountId', 'nameKey'] },
  indexes: { byRole: ['accountId', 'roleId', 'nameKey'] },
  counted: { byName: 1, byRole: 2 },
};

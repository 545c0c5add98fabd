import * as z from 'zod';
import type { CollectionDeclaration } from '../../ports/collections.ts';
import { principalFields } from './entity.ts';

/** A role: what may be assumed by those that its trust policy names. */
export const roleShape = z.object({
  accountId: z.string(),
  /** `AROA…` */
  roleId: z.string(),
  roleName: z.string(),
  nameKey: z.string(),
  path: z.string(),
  description: z.string().optional(),
  createdAt: z.number(),
  /** Seconds, 3600 to 43200. */
  maxSessionDuration: z.number(),
  /** The trust policy's text as it was put in. */
  trustPolicy: z.string(),
  /** Principals that the trust policy names by ARN, with the unique id each had when it was saved (`AROA…:SESSION` for a session
   *  of a role): a user or role that is deleted and created again under the same name is not trusted. Former versions have
   *  none of sessions (`bind-trust.ts`). */
  trustedIds: z.record(z.string(), z.string()).optional(),
  ...principalFields,
});
export type Role = z.infer<typeof roleShape>;

export const roles: CollectionDeclaration<Role> = {
  name: 'roles',
  shape: roleShape,
  key: ['accountId', 'roleId'],
  unique: { byName: ['accountId', 'nameKey'] },
  indexes: {
    byAttachedPolicy: ['accountId', 'attachedPolicies.policyId', 'nameKey'],
    byBoundary: ['accountId', 'permissionsBoundary.policyId', 'nameKey'],
  },
  counted: { byName: 1, byAttachedPolicy: 2, byBoundary: 2 },
};

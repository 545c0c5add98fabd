import * as z from 'zod';
import type { CollectionDeclaration } from '../../ports/collections.ts';
import { principalFields } from './entity.ts';
import { trustedKeysOf } from './trusted-keys.ts';

/** A role, which the principals named in its trust policy may assume. */
export const roleShape = z.object({
  accountId: z.string(),
  /** `AROA…` */
  roleId: z.string(),
  roleName: z.string(),
  nameKey: z.string(),
  path: z.string(),
  description: z.string().optional(),
  createdAt: z.number(),
  /** The role template that AcquireRole made it from, and the values that were given. */
  sourceTemplate: z
    .object({ arn: z.string(), minorVersion: z.number(), values: z.record(z.string(), z.array(z.string())) })
    .optional(),
  /** The principal of the service that a service-linked role belongs to. Nothing but CreateServiceLinkedRole sets it. */
  linkedService: z.string().optional(),
  /** Whether assuming or joining it asks for a fresh factor that cannot be phished (docs/step-up.md). */
  isPrivileged: z.literal(true).optional(),
  /** Seconds, 3600 to 43200. */
  maxSessionDuration: z.number(),
  /** The original text of the trust policy. */
  trustPolicy: z.string(),
  /**
   * The principals that the trust policy names by ARN, with the unique id each had when the policy was saved (`AROA…:SESSION` for a role
   * session). A user or role that is deleted and created again under the same name is therefore not trusted. Earlier versions stored no ids
   * for sessions (`bind-trust.ts`).
   */
  trustedIds: z.record(z.string(), z.string()).optional(),
  /** The keys of the callers that the trust policy may let in (`trusted-keys.ts`). */
  trusts: z.array(z.string()),
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
    byTrusted: ['trusts', 'accountId'],
  },
  counted: { byName: 1, byAttachedPolicy: 2, byBoundary: 2 },
  migrations: [addTrusts],
};

/** Earlier versions stored no keys of trusted callers. */
function addTrusts(stored: object): object {
  const role = stored as Omit<Role, 'trusts'>;
  return { ...role, trusts: trustedKeysOf(role.trustPolicy, role.trustedIds) };
}

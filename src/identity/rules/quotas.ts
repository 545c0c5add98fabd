import { ServiceError } from '../../kernel/service-error.ts';
import { IAM_ERRORS } from './iam-errors.ts';

/** One of AWS's limits, under the name that AWS's error message uses. */
export interface Quota {
  readonly name: string;
  readonly limit: number;
}

/** AWS's default quotas for IAM (IAM User Guide, "IAM and STS quotas"). Sizes are in characters without white space. */
export const QUOTAS = {
  usersPerAccount: { name: 'UsersPerAccount', limit: 5000 },
  groupsPerAccount: { name: 'GroupsPerAccount', limit: 300 },
  rolesPerAccount: { name: 'RolesPerAccount', limit: 1000 },
  policiesPerAccount: { name: 'PoliciesPerAccount', limit: 1500 },
  instanceProfilesPerAccount: { name: 'InstanceProfilesPerAccount', limit: 1000 },
  rolesPerInstanceProfile: { name: 'InstanceSessionsPerInstanceProfile', limit: 1 },
  openIdConnectProvidersPerAccount: { name: 'OpenIdConnectProvidersPerAccount', limit: 100 },
  samlProvidersPerAccount: { name: 'SAMLProvidersPerAccount', limit: 100 },
  clientIdsPerOpenIdConnectProvider: { name: 'ClientIdsPerOpenIdConnectProvider', limit: 100 },
  groupsPerUser: { name: 'GroupsPerUser', limit: 10 },
  accessKeysPerUser: { name: 'AccessKeysPerUser', limit: 2 },
  sshPublicKeysPerUser: { name: 'SSHPublicKeysPerUser', limit: 5 },
  signingCertificatesPerUser: { name: 'CertificatesPerUser', limit: 2 },
  serviceCredentialsPerUser: { name: 'ServiceSpecificCredentialsPerUser', limit: 2 },
  serverCertificatesPerAccount: { name: 'ServerCertificatesPerAccount', limit: 20 },
  mfaDevicesPerUser: { name: 'MFADevicesPerUser', limit: 8 },
  policiesPerUser: { name: 'PoliciesPerUser', limit: 10 },
  policiesPerGroup: { name: 'PoliciesPerGroup', limit: 10 },
  policiesPerRole: { name: 'PoliciesPerRole', limit: 10 },
  versionsPerPolicy: { name: 'VersionsPerPolicy', limit: 5 },
  policySize: { name: 'PolicySize', limit: 6144 },
  trustPolicySize: { name: 'ACLSizePerRole', limit: 2048 },
} as const satisfies Record<string, Quota>;

/**
 * The quotas that an account can change, each with the highest limit: where AWS has one, its own. Lists of more than these would no longer be
 * read in one piece.
 */
export const ADJUSTABLE_QUOTAS = {
  UsersPerAccount: 50_000,
  GroupsPerAccount: 1_000,
  RolesPerAccount: 10_000,
  PoliciesPerAccount: 10_000,
  InstanceProfilesPerAccount: 10_000,
  OpenIdConnectProvidersPerAccount: 700,
  SAMLProvidersPerAccount: 700,
  ServerCertificatesPerAccount: 1_000,
  PoliciesPerUser: 25,
  PoliciesPerGroup: 25,
  PoliciesPerRole: 25,
} as const;
export type AdjustableQuota = keyof typeof ADJUSTABLE_QUOTAS;

/** Total size of all inline policies of an entity. AWS words this error differently (`inline-policies.ts`). */
export const INLINE_POLICY_SIZE = { user: 2048, group: 5120, role: 10240 } as const;

/** Tags per resource. AWS words this error differently (`merge-tags.ts`). */
export const TAGS_PER_RESOURCE = 50;

/** @throws {ServiceError} LimitExceeded, in AWS's words, if `count` exceeds the quota. */
export function requireWithin(quota: Quota, count: number): void {
  if (count > quota.limit) {
    throw new ServiceError(IAM_ERRORS.LimitExceeded, `Cannot exceed quota for ${quota.name}: ${quota.limit}`);
  }
}

import { requireAccount } from '../accounts/account-alias.ts';
import { countMfaDevices } from '../factors/list-mfa-devices.ts';
import { countPolicies } from '../policies/list-managed-policies.ts';
import { INLINE_POLICY_SIZE, QUOTAS } from '../rules/quotas.ts';
import type { IdentityStore } from '../store/identity-store.ts';

/** AWS's quotas, as the summary names them, including those for resources that do not exist here. */
const QUOTA_ENTRIES = {
  UsersQuota: QUOTAS.usersPerAccount.limit,
  GroupsQuota: QUOTAS.groupsPerAccount.limit,
  RolesQuota: QUOTAS.rolesPerAccount.limit,
  PoliciesQuota: QUOTAS.policiesPerAccount.limit,
  PolicySizeQuota: QUOTAS.policySize.limit,
  PolicyVersionsInUseQuota: 10_000,
  VersionsPerPolicyQuota: QUOTAS.versionsPerPolicy.limit,
  UserPolicySizeQuota: INLINE_POLICY_SIZE.user,
  GroupPolicySizeQuota: INLINE_POLICY_SIZE.group,
  RolePolicySizeQuota: INLINE_POLICY_SIZE.role,
  AssumeRolePolicySizeQuota: QUOTAS.trustPolicySize.limit,
  AttachedPoliciesPerUserQuota: QUOTAS.policiesPerUser.limit,
  AttachedPoliciesPerGroupQuota: QUOTAS.policiesPerGroup.limit,
  AttachedPoliciesPerRoleQuota: QUOTAS.policiesPerRole.limit,
  GroupsPerUserQuota: QUOTAS.groupsPerUser.limit,
  AccessKeysPerUserQuota: QUOTAS.accessKeysPerUser.limit,
  SigningCertificatesPerUserQuota: QUOTAS.signingCertificatesPerUser.limit,
  ServerCertificatesQuota: QUOTAS.serverCertificatesPerAccount.limit,
  InstanceProfilesQuota: QUOTAS.instanceProfilesPerAccount.limit,
} as const;

/** The account's resource counts and quotas: the map that `GetAccountSummary` returns. */
export async function accountSummary(store: IdentityStore, accountId: string): Promise<Record<string, number>> {
  const [
    { root, globalEndpointTokenVersion },
    users,
    groups,
    roles,
    oidcProviders,
    samlProviders,
    { policies, versions },
    { devices, inUse },
    instanceProfiles,
    serverCertificates,
  ] = await Promise.all([
    requireAccount(store, accountId),
    store.users.count('byName', [accountId]),
    store.groups.count('byName', [accountId]),
    store.roles.count('byName', [accountId]),
    store.oidcProviders.count('key', [accountId]),
    store.samlProviders.count('key', [accountId]),
    countPolicies(store, accountId),
    countMfaDevices(store, accountId),
    store.instanceProfiles.count('byName', [accountId]),
    store.serverCertificates.count('byName', [accountId]),
  ]);
  return {
    ...QUOTA_ENTRIES,
    Users: users,
    Groups: groups,
    Roles: roles,
    Policies: policies,
    PolicyVersionsInUse: versions,
    Providers: oidcProviders + samlProviders,
    MFADevices: devices,
    MFADevicesInUse: inUse,
    AccountMFAEnabled: root.mfaDevices.length + (root.passkeys?.length ?? 0) > 0 ? 1 : 0,
    AccountAccessKeysPresent: root.accessKeys.length > 0 ? 1 : 0,
    AccountPasswordPresent: 1,
    AccountSigningCertificatesPresent: root.signingCertificates === undefined ? 0 : 1,
    ServerCertificates: serverCertificates,
    InstanceProfiles: instanceProfiles,
    GlobalEndpointTokenVersion: globalEndpointTokenVersion ?? 1,
  };
}

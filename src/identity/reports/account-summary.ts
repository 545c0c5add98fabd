import { requireAccount } from '../accounts/account-alias.ts';
import { countMfaDevices } from '../factors/list-mfa-devices.ts';
import { countPolicies } from '../policies/list-managed-policies.ts';
import { INLINE_POLICY_SIZE, QUOTAS, type Quota } from '../rules/quotas.ts';
import type { IdentityStore } from '../store/identity-store.ts';

/** AWS's quotas, as the summary names them, including those for resources that do not exist here. */
const QUOTA_ENTRIES = {
  UsersQuota: QUOTAS.usersPerAccount,
  GroupsQuota: QUOTAS.groupsPerAccount,
  RolesQuota: QUOTAS.rolesPerAccount,
  PoliciesQuota: QUOTAS.policiesPerAccount,
  PolicySizeQuota: QUOTAS.policySize,
  PolicyVersionsInUseQuota: 10_000,
  VersionsPerPolicyQuota: QUOTAS.versionsPerPolicy,
  UserPolicySizeQuota: INLINE_POLICY_SIZE.user,
  GroupPolicySizeQuota: INLINE_POLICY_SIZE.group,
  RolePolicySizeQuota: INLINE_POLICY_SIZE.role,
  AssumeRolePolicySizeQuota: QUOTAS.trustPolicySize,
  AttachedPoliciesPerUserQuota: QUOTAS.policiesPerUser,
  AttachedPoliciesPerGroupQuota: QUOTAS.policiesPerGroup,
  AttachedPoliciesPerRoleQuota: QUOTAS.policiesPerRole,
  GroupsPerUserQuota: QUOTAS.groupsPerUser,
  AccessKeysPerUserQuota: QUOTAS.accessKeysPerUser,
  SigningCertificatesPerUserQuota: QUOTAS.signingCertificatesPerUser,
  ServerCertificatesQuota: QUOTAS.serverCertificatesPerAccount,
  InstanceProfilesQuota: QUOTAS.instanceProfilesPerAccount,
} as const satisfies Record<string, Quota | number>;

/** The quotas as they are in force in an account. */
function quotaEntries(quotas: Readonly<Record<string, number>>): Record<string, number> {
  const inForce = (quota: Quota | number): number =>
    typeof quota === 'number' ? quota : (quotas[quota.name] ?? quota.limit);
  return Object.fromEntries(Object.entries(QUOTA_ENTRIES).map(([name, quota]) => [name, inForce(quota)]));
}

/** The account's resource counts and quotas: the map that `GetAccountSummary` returns. */
export async function accountSummary(store: IdentityStore, accountId: string): Promise<Record<string, number>> {
  const [
    { root, globalEndpointTokenVersion, quotas },
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
    ...quotaEntries(quotas ?? {}),
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
    AccountPasswordPresent: root.passwordHash === undefined ? 0 : 1,
    AccountSigningCertificatesPresent: root.signingCertificates === undefined ? 0 : 1,
    ServerCertificates: serverCertificates,
    InstanceProfiles: instanceProfiles,
    GlobalEndpointTokenVersion: globalEndpointTokenVersion ?? 1,
  };
}

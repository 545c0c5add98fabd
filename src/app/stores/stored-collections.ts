import { auditBatches, auditBlocks, auditIndex, auditTrims } from '../../audit/stored-audit.ts';
import { lastUses } from '../../identity/access-keys/last-used.ts';
import { accessed } from '../../identity/accessed/accessed.ts';
import { accounts } from '../../identity/documents/account.ts';
import { outboundKeys } from '../../identity/documents/account-keys/outbound-key.ts';
import { samlKeys } from '../../identity/documents/account-keys/saml-key.ts';
import { applications, registeredApplications } from '../../identity/documents/application.ts';
import { formerOidcClients } from '../../identity/documents/applications/former-oidc-client.ts';
import { initialAccessTokens } from '../../identity/documents/applications/initial-access-token.ts';
import { brandLogos } from '../../identity/documents/brand-logo.ts';
import { connectors } from '../../identity/documents/connector.ts';
import { delegationRequests } from '../../identity/documents/delegations/delegation-request.ts';
import type { PolicyReference } from '../../identity/documents/entity.ts';
import { groups } from '../../identity/documents/group.ts';
import { instanceProfiles } from '../../identity/documents/instance-profile.ts';
import { managedPolicies } from '../../identity/documents/managed-policy.ts';
import type { EnabledMfaDevice } from '../../identity/documents/mfa-device.ts';
import { oidcProviders } from '../../identity/documents/oidc-provider.ts';
import { accountRequests } from '../../identity/documents/organizations/account-request.ts';
import { handshakes } from '../../identity/documents/organizations/handshake.ts';
import { organizations } from '../../identity/documents/organizations/organization.ts';
import { organizationPolicies } from '../../identity/documents/organizations/organization-policy.ts';
import { roles } from '../../identity/documents/role.ts';
import { samlProviders } from '../../identity/documents/saml-provider.ts';
import { serverCertificates } from '../../identity/documents/server-certificate.ts';
import { users } from '../../identity/documents/user.ts';
import { virtualMfaDevices } from '../../identity/documents/virtual-mfa-device.ts';
import { firstStarts } from '../../identity/first-start/first-start-claim.ts';
import { dataKeys } from '../../keys/data-key.ts';
import { installationSecrets } from '../../keys/installation-secret.ts';
import { keyGenerations } from '../../keys/key-generation.ts';
import { outgoingMails } from '../../mail/stored-mail.ts';
import type { CollectionStore } from '../../ports/collections.ts';
import { type Reference, type StoredCollection, storedCollection } from '../../store/transfer/stored-collection.ts';
import { publicUrls } from './public-url.ts';

/** Audit blocks, SAML metadata and chains of certificates may be large. */
const LARGE = { pageSize: 20 };

/**
 * Every collection that the server stores. Exports read them in this order, possibly during writes: a collection that refers to
 * others comes before them, so that documents added meanwhile never refer to one that was missed. So the keys that seal all secrets
 * come last (they are never removed), and links of the audit chain are read newest first, before those they link to.
 */
export const storedCollections: readonly StoredCollection[] = [
  storedCollection(instanceProfiles, {
    references: ({ accountId, roleId }) => [
      inAccount(accountId),
      ...(roleId ? [one(roles.name, accountId, roleId)] : []),
    ],
  }),
  storedCollection(users, {
    references: (user) => [
      inAccount(user.accountId),
      ...user.groupIds.map((groupId) => one(groups.name, user.accountId, groupId)),
      ...policiesOf(user),
      ...mfaDevicesOf(user.accountId, user.mfaDevices),
    ],
  }),
  storedCollection(groups, { references: (group) => [inAccount(group.accountId), ...policiesOf(group)] }),
  storedCollection(roles, { references: (role) => [inAccount(role.accountId), ...policiesOf(role)] }),
  storedCollection(managedPolicies, { references: ({ accountId }) => [inAccount(accountId)] }),
  storedCollection(oidcProviders, { references: ({ accountId }) => [inAccount(accountId)] }),
  storedCollection(samlProviders, { ...LARGE, references: ({ accountId }) => [inAccount(accountId)] }),
  storedCollection(serverCertificates, { ...LARGE, references: ({ accountId }) => [inAccount(accountId)] }),
  storedCollection(connectors, { references: ({ accountId }) => [inAccount(accountId)] }),
  storedCollection(applications, { references: ({ accountId }) => [inAccount(accountId)] }),
  storedCollection(registeredApplications, { references: ({ accountId }) => [inAccount(accountId)] }),
  storedCollection(initialAccessTokens, { references: ({ accountId }) => [inAccount(accountId)] }),
  storedCollection(formerOidcClients, { references: ({ accountId }) => [inAccount(accountId)] }),
  storedCollection(samlKeys, { references: ({ accountId }) => [inAccount(accountId)] }),
  storedCollection(outboundKeys, { references: ({ accountId }) => [inAccount(accountId)] }),
  storedCollection(firstStarts, { references: ({ accountId }) => [inAccount(accountId)] }),
  storedCollection(delegationRequests, { references: ({ requestorAccountId }) => [inAccount(requestorAccountId)] }),
  storedCollection(handshakes, {
    references: ({ organizationId }) => [{ collection: organizations.name, key: [organizationId] }],
  }),
  storedCollection(accountRequests, {
    references: ({ organizationId }) => [{ collection: organizations.name, key: [organizationId] }],
  }),
  storedCollection(organizations, {
    ...LARGE,
    references: (organization) => [
      ...organization.accounts.map(({ accountId }) => inAccount(accountId)),
      ...organization.policies.map(({ policyId }) =>
        one(organizationPolicies.name, organization.organizationId, policyId),
      ),
    ],
  }),
  storedCollection(organizationPolicies),
  storedCollection(accounts, {
    references: ({ accountId, root, branding }) => [
      ...mfaDevicesOf(accountId, root.mfaDevices),
      ...(branding?.logo ? [one(brandLogos.name, accountId, branding.logo.logoId)] : []),
    ],
  }),
  storedCollection(brandLogos, LARGE),
  storedCollection(virtualMfaDevices),
  storedCollection(outgoingMails),
  storedCollection(lastUses),
  storedCollection(accessed),
  storedCollection(auditBatches, { ...LARGE, newestFirst: true }),
  storedCollection(auditIndex),
  storedCollection(auditBlocks, LARGE),
  storedCollection(publicUrls),
  storedCollection(auditTrims),
  storedCollection(keyGenerations),
  storedCollection(installationSecrets),
  storedCollection(dataKeys),
];

const one = (collection: string, accountId: string, id: string): Reference => ({ collection, key: [accountId, id] });

const inAccount = (accountId: string): Reference => ({ collection: accounts.name, key: [accountId] });

interface PolicyHolder {
  readonly accountId: string;
  readonly attachedPolicies: readonly PolicyReference[];
  readonly permissionsBoundary?: PolicyReference | undefined;
}

/** AWS managed policies are part of the program, not of the store. */
function policiesOf({ accountId, attachedPolicies, permissionsBoundary }: PolicyHolder): readonly Reference[] {
  return [...attachedPolicies, ...(permissionsBoundary ? [permissionsBoundary] : [])]
    .filter(({ policyArn }) => !policyArn.startsWith('arn:aws:iam::aws:'))
    .map(({ policyId }) => one(managedPolicies.name, accountId, policyId));
}

/** Devices are stored by serial number, case-folded. */
function mfaDevicesOf(accountId: string, devices: readonly EnabledMfaDevice[]): readonly Reference[] {
  return devices.map(({ serialNumber }) => one(virtualMfaDevices.name, accountId, serialNumber.toLowerCase()));
}

/** Only opens collections listed above, so that nothing can be stored that exports would miss. */
export function listedOnly(store: CollectionStore): CollectionStore {
  return {
    open(declaration) {
      if (!storedCollections.some((each) => Object.is(each.declaration, declaration)))
        throw new TypeError(`the collection ${declaration.name} is not listed in stored-collections.ts`);
      return store.open(declaration);
    },
    ping: () => store.ping(),
    close: () => store.close(),
  };
}

import type { Collection, CollectionStore } from '../../ports/collections.ts';
import { type Account, accounts } from '../documents/account.ts';
import { type OutboundKey, outboundKeys } from '../documents/account-keys/outbound-key.ts';
import { type Application, applications, registeredApplications } from '../documents/application.ts';
import { type InitialAccessToken, initialAccessTokens } from '../documents/applications/initial-access-token.ts';
import { type BrandLogo, brandLogos } from '../documents/brand-logo.ts';
import { type Connector, connectors } from '../documents/connector.ts';
import { type DelegationRequest, delegationRequests } from '../documents/delegations/delegation-request.ts';
import { type Group, groups } from '../documents/group.ts';
import { type InstanceProfile, instanceProfiles } from '../documents/instance-profile.ts';
import { type ManagedPolicy, managedPolicies } from '../documents/managed-policy.ts';
import { type OidcProvider, oidcProviders } from '../documents/oidc-provider.ts';
import { type AccountRequest, accountRequests } from '../documents/organizations/account-request.ts';
import { type Handshake, handshakes } from '../documents/organizations/handshake.ts';
import { type Organization, organizations } from '../documents/organizations/organization.ts';
import { type OrganizationPolicy, organizationPolicies } from '../documents/organizations/organization-policy.ts';
import { type Role, roles } from '../documents/role.ts';
import { type SamlProvider, samlProviders } from '../documents/saml-provider.ts';
import { type ServerCertificate, serverCertificates } from '../documents/server-certificate.ts';
import { type User, users } from '../documents/user.ts';
import { type VirtualMfaDevice, virtualMfaDevices } from '../documents/virtual-mfa-device.ts';

/** The open collections that hold identities. */
export interface IdentityStore {
  readonly accounts: Collection<Account>;
  readonly brandLogos: Collection<BrandLogo>;
  readonly users: Collection<User>;
  readonly groups: Collection<Group>;
  readonly roles: Collection<Role>;
  readonly managedPolicies: Collection<ManagedPolicy>;
  readonly oidcProviders: Collection<OidcProvider>;
  readonly outboundKeys: Collection<OutboundKey>;
  readonly samlProviders: Collection<SamlProvider>;
  readonly connectors: Collection<Connector>;
  readonly applications: Collection<Application>;
  /** Those that registered themselves. */
  readonly registeredApplications: Collection<Application>;
  readonly initialAccessTokens: Collection<InitialAccessToken>;
  readonly virtualMfaDevices: Collection<VirtualMfaDevice>;
  readonly instanceProfiles: Collection<InstanceProfile>;
  readonly serverCertificates: Collection<ServerCertificate>;
  readonly organizations: Collection<Organization>;
  readonly organizationPolicies: Collection<OrganizationPolicy>;
  readonly accountRequests: Collection<AccountRequest>;
  readonly handshakes: Collection<Handshake>;
  readonly delegationRequests: Collection<DelegationRequest>;
}

export function openIdentityStore(store: CollectionStore): IdentityStore {
  return {
    accounts: store.open(accounts),
    brandLogos: store.open(brandLogos),
    users: store.open(users),
    groups: store.open(groups),
    roles: store.open(roles),
    managedPolicies: store.open(managedPolicies),
    oidcProviders: store.open(oidcProviders),
    outboundKeys: store.open(outboundKeys),
    samlProviders: store.open(samlProviders),
    connectors: store.open(connectors),
    applications: store.open(applications),
    registeredApplications: store.open(registeredApplications),
    initialAccessTokens: store.open(initialAccessTokens),
    virtualMfaDevices: store.open(virtualMfaDevices),
    instanceProfiles: store.open(instanceProfiles),
    serverCertificates: store.open(serverCertificates),
    organizations: store.open(organizations),
    organizationPolicies: store.open(organizationPolicies),
    accountRequests: store.open(accountRequests),
    handshakes: store.open(handshakes),
    delegationRequests: store.open(delegationRequests),
  };
}

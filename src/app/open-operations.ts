import type { Registry as MetricsRegistry } from 'prom-client';
import type { QueryAudit } from '../audit/query-audit.ts';
import type { AuthorizationMessages } from '../authorize/authorization-messages.ts';
import type { Authorizer } from '../authorize/authorizer.ts';
import type { IsProtected } from '../authorize/privileged-member.ts';
import { cloudtrailOperations } from '../cloudtrail/cloudtrail-operations.ts';
import { CLOUDTRAIL_SERVICE } from '../cloudtrail/cloudtrail-service.ts';
import { openRoleFinder } from '../evaluation/role-finder.ts';
import { connectorOpener } from '../federation/connectors/open-connector.ts';
import { directoryPasswordVerifier } from '../federation/directory-identities/verify-directory-password.ts';
import { metadataFetch } from '../federation/saml/service-providers/import-service-provider.ts';
import type { IssuerKeys } from '../federation/web-identity/key-cache.ts';
import { type OutboundIssuers, withOutboundIssuers } from '../federation/web-identity/outbound-issuers.ts';
import { iamOperations } from '../iam/iam-operations.ts';
import type { LastUsed } from '../identity/access-keys/last-used.ts';
import type { AccessRecord } from '../identity/accessed/accessed.ts';
import { openApplicationEditor } from '../identity/applications/edit-applications.ts';
import { type OwnApplications, openOwnApplications } from '../identity/applications/own-applications.ts';
import type { ConnectorOutcomes } from '../identity/connectors/connector-outcomes.ts';
import { type Connectors, openConnectors } from '../identity/connectors/open-connectors.ts';
import { openPeople } from '../identity/credentials/people.ts';
import { delegationTemplates } from '../identity/delegations/delegation-template.ts';
import { verifyMfaCode } from '../identity/factors/verify-mfa-code.ts';
import { accountOfIssuer, issuerIdIn } from '../identity/outbound/outbound-federation.ts';
import { openOutboundKeys } from '../identity/outbound/outbound-keys.ts';
import type { Passwords } from '../identity/passwords/passwords.ts';
import { openProviderDirectory } from '../identity/providers/provider-directory.ts';
import { openAccessReports } from '../identity/reports/access-report/access-reports.ts';
import { openOrganizationReports } from '../identity/reports/access-report/organization-reports.ts';
import { openCredentialReports } from '../identity/reports/credential-report/credential-reports.ts';
import { roleTemplates } from '../identity/role-templates/role-template.ts';
import { openRoleDirectory } from '../identity/roles/role-directory.ts';
import { openTrustingRoles } from '../identity/roles/trusting-roles.ts';
import { awsLinkedServices } from '../identity/service-linked-roles/aws-linked-services.ts';
import { linkedServices } from '../identity/service-linked-roles/linked-service.ts';
import { mintSession, sessionCaller } from '../identity/sessions/mint.ts';
import type { SignInJudge } from '../identity/sign-in-policy/judge-sign-in.ts';
import type { IdentityStore } from '../identity/store/identity-store.ts';
import { setEndDate } from '../identity/users/end-dates.ts';
import type { RecordAuditEvent } from '../kernel/audit-event.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Random } from '../kernel/random.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import type { TokenSigner } from '../keys/token-signer.ts';
import { openProtocols, type Protocols } from '../operations/choose-protocol.ts';
import { createRegistry, type Registry } from '../operations/registry.ts';
import { organizationsOperations } from '../organizations/organizations-operations.ts';
import { ORGANIZATIONS_SERVICE } from '../organizations/organizations-service.ts';
import type { ServiceDescription } from '../policy/catalogue/service-catalogue.ts';
import type { Ephemeral } from '../ports/ephemeral.ts';
import type { Mailer } from '../ports/mailer.ts';
import type { ApplicationAdministration, RolecallDependencies } from '../rolecall/rolecall-dependencies.ts';
import { rolecallOperations } from '../rolecall/rolecall-operations.ts';
import { rolecallService } from '../rolecall/rolecall-service.ts';
import type { Declared } from '../rolecall/shapes/declare-operation.ts';
import { stsOperations } from '../sts/sts-operations.ts';
import { serverFacts } from './api/server-facts.ts';
import type { Log } from './log/log.ts';
import { connectorAdministration, openerDependencies } from './login/connectors.ts';
import { openAppSyncs } from './login/directory-syncs.ts';
import { openLoginTests } from './login/login-tests.ts';
import { type MinioSources, openMinioSources } from './login/minio-sources.ts';
import { openSamlLogins } from './login/saml-logins.ts';
import { startAddresses } from './login/start-sources.ts';
import { openIssuerKeys, openVerifier, openWebIdentities } from './login/web-identities.ts';
import { openServiceCatalogue } from './services/open-service-catalogue.ts';
import { organizationCreators } from './settings/organization-creators.ts';
import type { Settings } from './settings/settings.ts';

interface OperationDependencies {
  readonly store: IdentityStore;
  /** The same with the accounts that are closed, which Organizations shows. */
  readonly everyAccount: IdentityStore;
  readonly ephemeral: Ephemeral;
  readonly keyRing: KeyRing;
  readonly signer: TokenSigner;
  readonly passwords: Passwords;
  readonly lastUsed: LastUsed;
  readonly accessed: AccessRecord;
  readonly authorizer: Authorizer;
  /** Tells who is protected, for one call. */
  readonly protection: () => IsProtected;
  readonly messages: AuthorizationMessages;
  readonly metrics: MetricsRegistry;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly onFault: (fault: unknown) => void;
  readonly outcomes: Pick<ConnectorOutcomes, 'last'>;
  readonly record: RecordAuditEvent;
  /** Simulates sign-ins. */
  readonly judge: SignInJudge;
  /** Absent if no mail server is configured. */
  readonly mailer: Mailer | undefined;
  /** The browser sessions of people. */
  readonly userSessions: RolecallDependencies['userSessions'];
  readonly activity: RolecallDependencies['activity'];
  readonly queryAudit: QueryAudit;
  /** The operator's own services. */
  readonly serviceFiles: readonly ServiceDescription[];
  /** What the OIDC library refuses about an application. */
  readonly refusalOf: ApplicationAdministration['refusalOf'];
}

interface Operations {
  readonly registry: Registry;
  readonly protocols: Protocols;
  /** The operations of our own API. */
  readonly declarations: readonly Declared[];
  /** The keys of outside issuers, which connectors share. */
  readonly issuerKeys: IssuerKeys;
  /** The published keys of an account's outbound issuer; `undefined` for any other URL. */
  readonly outboundJwks: OutboundIssuers['jwksOf'];
  /** The applications that the start page shows. */
  readonly ownApplications: OwnApplications;
  /** The sources of MinIO's operations, which a reload of the configuration replaces. */
  readonly minio: Pick<MinioSources, 'certificateHeader' | 'replacement'>;
  close(): Promise<void>;
}

/** Creates every operation of the wire API with its dependencies, and the protocols that carry them. */
export function openOperations(settings: Settings, deps: OperationDependencies): Operations {
  const { store, ephemeral, keyRing, metrics, clock, random, lastUsed, passwords, log } = deps;
  const { publicUrl } = settings.server;
  const { sealer } = keyRing;
  const ownIssuer = `${publicUrl}/oidc`;
  const roles = openRoleDirectory({ store, feed: ephemeral, clock });
  const trustingRoles = openTrustingRoles({ store, feed: ephemeral, clock });
  const ownApplications = openOwnApplications({ store, feed: ephemeral, clock, addresses: startAddresses(publicUrl) });
  const providers = openProviderDirectory({ store, feed: ephemeral, clock });
  const outboundKeys = openOutboundKeys({ collection: store.outboundKeys, sealer, clock });
  const accountOf = async (issuer: string) => {
    const issuerId = issuerIdIn(publicUrl, issuer);
    return issuerId === undefined ? undefined : await accountOfIssuer(store, issuerId);
  };
  const outboundJwks = async (issuer: string) => {
    const account = await accountOf(issuer);
    return account && outboundKeys.jwks(account.accountId);
  };
  const outsideKeys = openIssuerKeys({ settings, keyRing, ownIssuer, registry: metrics, log });
  const issuerKeys = withOutboundIssuers({ jwksOf: outboundJwks }, outsideKeys);
  let directories: Connectors | undefined;
  const verifier = openVerifier(settings, deps.onFault);
  const verifyToken = verifier.verify;
  const ownProfileAttributes = new Set(settings.oidc.ownProfileAttributes);
  const webIdentities = {
    ownProfileAttributes,
    store,
    clock,
    providers,
    keys: issuerKeys,
    verifyToken,
    keyRing,
    random,
    ownIssuer,
  };
  const { onFault, record } = deps;
  const connectors = openerDependencies({ settings, sealer, keys: issuerKeys, feed: ephemeral });
  const syncs = openAppSyncs({ store, ephemeral, clock, random, connectors, record, onFault });
  // The catalogue contains our own operations, one of which reads it.
  const services = openServiceCatalogue({ files: deps.serviceFiles, declarations: () => declarations });
  const ownOperations = rolecallOperations({
    ...{ store, sealer },
    services,
    protection: deps.protection,
    ownProfileAttributes,
    sendsMail: deps.mailer !== undefined,
    clock,
    lastUsed,
    random,
    server: serverFacts(settings),
    sessionLimits: settings.oidc.sessions,
    userSessions: deps.userSessions,
    activity: deps.activity,
    applications: {
      editor: openApplicationEditor({ store, sealer, clock, random }),
      refusalOf: deps.refusalOf,
      fetchMetadata: metadataFetch(settings.oidc.allowPrivateNetworks),
    },
    registration: { isOn: settings.oidc.registration.mode !== 'off', settings: settings.oidc.registration },
    connectors: connectorAdministration({ store, sealer, clock, random, outcomes: deps.outcomes }, settings),
    syncs,
    signIns: { judge: deps.judge, people: openPeople(store, clock) },
    setEndDate: (user, endsAt) => setEndDate({ store, feed: ephemeral, now: clock.now() }, user, endsAt),
    invitations: { store, random, publicUrl, mailer: deps.mailer },
    ownApplications,
    roleFinder: openRoleFinder({ roles: trustingRoles, authorizer: deps.authorizer }),
    loginTests: openLoginTests({ ...webIdentities, settings, ephemeral, roles, authorizer: deps.authorizer }),
  });
  const minio = openMinioSources(settings, {
    registry: metrics,
    openDirectories() {
      directories = openConnectors({ store, feed: ephemeral, clock });
      const open = connectorOpener(connectors);
      return directoryPasswordVerifier({
        connectors: directories,
        open,
        ephemeral,
        store,
        people: openPeople(store, clock),
      });
    },
  });
  const declarations: readonly Declared[] = ownOperations.map(({ declaration }) => declaration);
  const protocols = openProtocols([rolecallService(declarations), CLOUDTRAIL_SERVICE, ORGANIZATIONS_SERVICE]);
  const credentialReports = openCredentialReports({ store, lastUsed, ephemeral, clock, random, onFault });
  const accessReports = openAccessReports({ ephemeral, clock, random, onFault });
  const organizationReports = openOrganizationReports({ ephemeral, clock, random, onFault });
  const operations = [
    ...iamOperations({
      ...{ store, sealer, random, ephemeral, lastUsed, passwords, credentialReports, ownIssuer, publicUrl },
      roleTemplates: roleTemplates(settings.roleTemplates),
      delegationTemplates: delegationTemplates(settings.delegationTemplates),
      authorizer: deps.authorizer,
      linkedServices: linkedServices(awsLinkedServices(), settings.serviceLinkedRoles),
      ...{ accessed: deps.accessed, accessReports, organizationReports, services },
      protection: deps.protection,
      factorResetMs: settings.signIn.factorResetHours * 3_600_000,
      sendsMail: deps.mailer !== undefined,
    }),
    ...stsOperations({
      ...{ store, sealer },
      delegatedSessionHolds: async (asked, now) =>
        (await deps.authorizer.current(sessionCaller(asked, now))) !== undefined,
      roles,
      lastUsed,
      authorizationMessages: deps.messages,
      mint: mintSession({ keyRing, signer: deps.signer, random, clock, issuer: publicUrl }),
      verifyMfa: (caller, shown) => verifyMfaCode({ store, sealer, ephemeral }, caller, shown),
      ...openWebIdentities({ ...webIdentities, accountOf, registry: metrics }),
      outbound: { keys: outboundKeys, random, publicUrl },
      minio: minio.current,
      samlLogins: openSamlLogins({ store, sealer, ephemeral, publicUrl, settings: settings.federation.saml }, metrics),
    }),
    ...cloudtrailOperations({ queryAudit: deps.queryAudit }),
    ...organizationsOperations({
      ...{ store: deps.everyAccount, ephemeral, random, passwords },
      ...organizationCreators(deps.everyAccount, settings.organizations),
    }),
    ...ownOperations,
  ];
  return {
    registry: createRegistry(operations, protocols),
    protocols,
    declarations,
    issuerKeys,
    outboundJwks,
    ownApplications,
    minio,
    async close() {
      await Promise.all([
        syncs.close(),
        credentialReports.settle(),
        accessReports.settle(),
        organizationReports.settle(),
      ]);
      roles.close();
      trustingRoles.close();
      ownApplications.close();
      providers.close();
      directories?.close();
      await verifier.close();
    },
  };
}

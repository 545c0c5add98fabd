import { type AuditLog, openAuditLog } from '../audit/audit-log.ts';
import { openActivityList } from '../audit/list-activity.ts';
import { queryAudit } from '../audit/query-audit.ts';
import { openAuditCollections } from '../audit/stored-audit.ts';
import { authorizationMessages } from '../authorize/authorization-messages.ts';
import { createAuthorizer } from '../authorize/authorizer.ts';
import { protectedUsers } from '../authorize/privileged-member.ts';
import { openPrivileges } from '../evaluation/sign-in/privileges.ts';
import { metadataFetch } from '../federation/saml/service-providers/import-service-provider.ts';
import { clientAddress, trustedProxies } from '../http/client-address.ts';
import { clientCertificates } from '../http/client-certificate.ts';
import { isClientFault } from '../http/client-fault.ts';
import { openCredentials } from '../identity/access-keys/credentials.ts';
import { openLastUsed } from '../identity/access-keys/last-used.ts';
import { openAccessRecord } from '../identity/accessed/accessed.ts';
import { samlRefusal } from '../identity/applications/saml-seeds.ts';
import { openConnectorOutcomes } from '../identity/connectors/connector-outcomes.ts';
import {
  type FirstAccount,
  firstAccount,
  firstAccountId,
  firstAccountMaker,
} from '../identity/first-start/first-account.ts';
import { firstStarts } from '../identity/first-start/first-start-claim.ts';
import { ignoredSettings } from '../identity/first-start/ignored-settings.ts';
import { type Notices, openNotices } from '../identity/notices/notices.ts';
import { watchCredentials } from '../identity/notices/watch-credentials.ts';
import { outboundIssuer } from '../identity/outbound/outbound-federation.ts';
import { rpIdOf } from '../identity/passkeys/passkey-settings.ts';
import { ARGON2_PARAMETERS, openPasswords } from '../identity/passwords/passwords.ts';
import { openSignInHistory } from '../identity/sign-in-policy/sign-in-history.ts';
import { announceChanges } from '../identity/store/announce-changes.ts';
import { openClosedAccounts } from '../identity/store/closed-accounts.ts';
import { openIdentityStore } from '../identity/store/identity-store.ts';
import { type OnLoginsEnded, watchLogins } from '../identity/store/watch-logins.ts';
import { withoutClosedAccounts } from '../identity/store/without-closed-accounts.ts';
import { ServiceError } from '../kernel/service-error.ts';
import { generatePrivateKey } from '../keys/key-slot.ts';
import { createOidc } from '../oidc/create-oidc.ts';
import { modelFiles } from '../rolecall/model/model-files.ts';
import { requireNoUnfinishedImport } from '../store/transfer/import-marker.ts';
import { serverDescriber } from './api/describe-server.ts';
import type { Application, ComposeDependencies } from './application.ts';
import { openRegistrationSweep } from './applications/registration-sweep.ts';
import { hostPinning } from './edge/host-pinning.ts';
import { mount } from './edge/mount.ts';
import { outboundFiles } from './edge/outbound-files.ts';
import { anyFile, publicFiles } from './edge/public-files.ts';
import { BODY_LIMIT } from './edge/read-body.ts';
import { reportWeakPasswords, warnOfIgnoredSettings } from './first-start.ts';
import { openMetrics } from './health/metrics.ts';
import { openMonitoring } from './health/open-monitoring.ts';
import { foldFaults } from './log/fold-faults.ts';
import { configuredApplications, syncApplications } from './login/applications.ts';
import { ASSUME_ROLE, ASSUME_ROLE_WITH_WEB_IDENTITY } from './login/assume-role.ts';
import { openAppBridge } from './login/bridge.ts';
import { openAppConnectors, syncConnectors } from './login/connectors.ts';
import { deviceMetric } from './login/devices.ts';
import { doorMetrics } from './login/door-metrics.ts';
import { openMutualTls } from './login/mutual-tls.ts';
import { ownUrls, relatedOriginFiles } from './login/related-origins.ts';
import { openRootPasskeys } from './login/root-passkeys.ts';
import { openAppSignInJudge } from './login/sign-in-judge.ts';
import { startSources } from './login/start-sources.ts';
import { openAppMail } from './mail/open-app-mail.ts';
import { oidcRules, oidcSettings } from './oidc-settings.ts';
import { openCalls } from './open-calls.ts';
import { openKeys } from './open-keys.ts';
import { openOperations } from './open-operations.ts';
import { openPages } from './pages/open-pages.ts';
import { openBreached } from './passwords/open-breached.ts';
import { hashingThreads } from './processes/available-cores.ts';
import { metricsReader } from './processes/cluster-metrics.ts';
import { workerCount } from './processes/workers.ts';
import { readServiceFiles } from './services/read-service-files.ts';
import type { Settings } from './settings/settings.ts';
import { warnOfOtherPasskeys } from './stores/passkey-host.ts';
import { requirePublicUrl } from './stores/public-url.ts';
import { readiness } from './stores/readiness.ts';
import { listedOnly } from './stores/stored-collections.ts';
import { registerTlsMetrics } from './tls/register-tls-metrics.ts';
import { openCredentialRounds } from './users/credential-rounds.ts';
import { openAppEndDates } from './users/end-dates.ts';

/**
 * The composition root: creates every part with all its dependencies. Nothing else is global.
 * @throws {StoreUnavailableError} if the stores cannot be reached. Nothing is left open then, and the call may be retried.
 */
export async function compose(
  settings: Settings,
  {
    stores,
    log,
    clock,
    random,
    makePrivateKey = generatePrivateKey,
    argon2 = ARGON2_PARAMETERS,
    faults = foldFaults(log),
    ready = () => readiness(stores.health),
    tls,
  }: ComposeDependencies,
): Promise<Application> {
  const { publicUrl } = settings.server;
  const onFault = faults.background;
  await requireNoUnfinishedImport(stores.collections);
  const collections = listedOnly(stores.collections);
  await requirePublicUrl(settings.server, { collections, clock, log });
  const { ephemeral } = stores;
  const { keyRing, signer } = await openKeys(settings, {
    collections,
    ephemeral,
    clock,
    random,
    makePrivateKey,
    onFault,
  });

  // The provider notifies the apps, and it is created from the store, so this is set later.
  let notifyApps: OnLoginsEnded = () => {};
  let notices: Notices | undefined;
  // Also closed accounts. Only for what must see them.
  const everyAccount = announceChanges(openIdentityStore(collections), ephemeral);
  const closedAccounts = openClosedAccounts({ store: everyAccount, feed: ephemeral, clock });
  const store = watchCredentials(
    watchLogins(withoutClosedAccounts(everyAccount, closedAccounts), (subject) => notifyApps(subject)),
    (before, after) => notices?.changed(before, after),
  );
  const { sealer } = keyRing;
  const metrics = openMetrics(log.droppedLines);
  if (tls !== undefined) registerTlsMetrics(metrics.registry, tls);
  const passwords = openPasswords({
    size: settings.passwords.threads ?? hashingThreads(workerCount(settings.server)),
    parameters: argon2,
    breached: await openBreached(settings.passwords, { registry: metrics.registry, onFault: faults.error }),
  });
  const mail = openAppMail(settings.mail, {
    collections,
    sealer,
    clock,
    random,
    registry: metrics.registry,
    log,
    onFault,
  });
  const outcomes = openConnectorOutcomes({ ephemeral, clock, failed: onFault });
  const lastUsed = openLastUsed({ collections, failed: onFault });
  const accessed = openAccessRecord({ collections, failed: onFault });
  const audit: AuditLog = openAuditLog({ collections, log: log.audit, clock, onFault });
  const monitoring = openMonitoring(settings, {
    stores,
    collections,
    audit,
    registry: metrics.registry,
    faults,
    log,
    clock,
  });

  const authorizer = createAuthorizer({ store, feed: ephemeral, clock });
  const credentials = openCredentials({ store, keyRing, feed: ephemeral, clock });
  const { lastLanguage } = openSignInHistory(ephemeral, sealer);
  notices =
    mail &&
    openNotices({ mailer: mail, languageOf: lastLanguage, ephemeral, store, clock, random, publicUrl, onFault });
  const warnOfWeakRoots = openRootPasskeys(settings, { store, registry: metrics.registry, log, clock });
  const privileges = openPrivileges({ store, feed: ephemeral, clock });
  const signInJudge = openAppSignInJudge(settings, { store, privileges, sealer, log, notices });
  const audited = openAuditCollections(collections);
  const activity = {
    list: openActivityList(audited, clock),
    countryOf: signInJudge.countryOf,
  };
  const messages = authorizationMessages({ keyRing, random, elapsed: () => performance.now() });
  const { registry, protocols, declarations, issuerKeys, outboundJwks, ownApplications, minio, ...directories } =
    openOperations(settings, {
      store,
      everyAccount,
      ephemeral,
      keyRing,
      signer,
      passwords,
      lastUsed,
      accessed,
      authorizer,
      protection: protectedUsers({
        store,
        ...(settings.signIn.protectAdministrators && { administrators: privileges.administrators }),
      }),
      messages,
      metrics: metrics.registry,
      clock,
      random,
      log,
      onFault,
      outcomes,
      record: audit.record,
      judge: signInJudge.open(ephemeral),
      mailer: mail,
      // The provider is created below.
      refusalOf: (seed) => samlRefusal(seed) ?? oidc.refusalOf(seed),
      activity,
      serviceFiles: await readServiceFiles(settings.policies.servicesDirectory),
      queryAudit: (query) => queryAudit(audited.blocks, query),
      userSessions: {
        list: (subject) => oidc.sessions.list(subject),
        end: (subject, uid) => oidc.sessions.end(subject, uid),
      },
    });
  const { pipeline, invoke, invokeUnsigned, allows, ...calls } = openCalls(settings, {
    registry,
    protocols,
    store,
    credentials,
    authorizer,
    privileges,
    messages,
    lastUsed,
    accessed,
    audit,
    metrics,
    faults,
    log,
    clock,
    random,
    notices,
  });

  const proxies = trustedProxies(settings.server.trustedProxies);
  let oldest: string | undefined;
  const oidc = await createOidc({
    ...oidcSettings(settings),
    ...oidcRules(settings, { authorizer, clock }),
    mailer: mail,
    recoveryMailer: settings.signIn.recoveryByMail ? mail : undefined,
    ephemeral,
    identities: store,
    keyRing,
    passwords,
    record: calls.recordSignIn,
    clock,
    random,
    logError: (error, requestId) => {
      if (!isClientFault(error)) faults.error('a page failed', error, { requestId });
    },
    clientAddress: (request) => clientAddress(request, proxies),
    protocol: openAppBridge(
      {
        publicUrl,
        collections,
        fetchMetadata: metadataFetch(settings.oidc.allowPrivateNetworks),
        identities: store,
        ephemeral,
        keyRing,
        clock,
        random,
        sessionMs: settings.oidc.sessions.absoluteSeconds * 1000,
      },
      metrics.registry,
    ),
    mutualTls: openMutualTls(settings.server, { proxies, clock, onFault }),
    firstAccount: async () => {
      // It stays the first, and strangers who register apps must not make the server read all accounts.
      oldest ??= await firstAccountId(store);
      return oldest;
    },
    observeDevice: deviceMetric(metrics.registry),
    assumeRole: (input, by) => invoke(ASSUME_ROLE, input, by),
    assumeRoleWithWebIdentity: (input, by) => invokeUnsigned(ASSUME_ROLE_WITH_WEB_IDENTITY, input, by),
    proveIdentity: calls.proveIdentity,
    advise: (message, facts) => log.warn(message, facts),
    credentials,
    observeDoors: doorMetrics(metrics.registry),
    openJudge: signInJudge.open,
    activity,
    describeServer: serverDescriber({ invoke, allows }),
    start: startSources({ invoke, store, ownApplications }),
    connectors: openAppConnectors({
      settings,
      store,
      feed: ephemeral,
      clock,
      sealer,
      keys: issuerKeys,
      registry: metrics.registry,
      log,
      outcomes,
    }),
  });
  notifyApps = oidc.loginsEnded;
  const endDates = openAppEndDates({ store, feed: ephemeral, clock, random, record: audit.record, onFault });
  endDates.start();
  const credentialRounds = openCredentialRounds({
    ...{ store, ephemeral, lastUsed, passwords, notices, clock, random, record: audit.record, onFault },
    registry: metrics.registry,
  });
  credentialRounds.start();
  const registrationSweep = openRegistrationSweep(settings.oidc.registration, {
    store,
    clock,
    random,
    record: audit.record,
    onFault,
  });
  registrationSweep.start();
  mail?.start();

  const pages = openPages({
    pages: oidc.callback,
    passwords,
    clientAddress: (request) => clientAddress(request, proxies),
    isKnownBrowser: oidc.isKnownBrowser,
    random,
    secure: publicUrl.startsWith('https:'),
    registry: metrics.registry,
  });
  const claims = collections.open(firstStarts);
  const makeFirst = firstAccountMaker(
    { store: everyAccount, claims, sealer, passwords, clock, random },
    settings.firstStart,
  );
  let first: FirstAccount | undefined;
  const readMetrics = metricsReader(metrics.registry);
  return {
    listener: mount({
      wire: pipeline.handle,
      servesTarget: protocols.servesTarget,
      files: anyFile(
        publicFiles(new Map([...modelFiles(declarations), ...relatedOriginFiles(settings)])),
        outboundFiles({
          issuerOf: (issuerId) => outboundIssuer(publicUrl, issuerId),
          jwksOf: outboundJwks,
          fault: onFault,
        }),
      ),
      tooLarge: (request) =>
        pipeline.refuse(
          new ServiceError(
            'RequestEntityTooLarge',
            `The request is larger than ${BODY_LIMIT} bytes: send less at once.`,
          ),
          request,
        ),
      unserved: pipeline.refuseUnserved,
      isOurHost: hostPinning(settings.server.allowedHosts, ownUrls(settings)),
      corsOrigins: settings.server.corsOrigins,
      ready,
      metrics: async () => ({ contentType: metrics.registry.contentType, text: await readMetrics() }),
      pages: pages.listener,
      trustedProxies: proxies,
      clientCertificate: clientCertificates(minio.certificateHeader, proxies),
      certificateHeaders: settings.server.clientCertificates,
      fault: (error) => {
        if (!isClientFault(error)) faults.error('an answer could not be given', error);
      },
    }),

    async makeFirstAccount() {
      first ??= await reportWeakPasswords(makeFirst);
      return first;
    },
    async syncClients(current) {
      // Fails before anything changes if the sources cannot be used.
      const useMinioSources = current === settings ? undefined : minio.replacement(current);
      const useLists = current === settings ? undefined : signInJudge.replacement(current);
      const accountId = await firstAccountId(everyAccount);
      // The configuration file may still name a closed account, whose connectors and applications do not work.
      await syncConnectors({ store: everyAccount, sealer, clock, random }, current, { accountId, log });
      const { refusalOf } = oidc;
      await syncApplications(
        { store: everyAccount, sealer, clock, refusalOf, log },
        configuredApplications(current, accountId),
      );
      useMinioSources?.();
      useLists?.();
    },

    async warnOfIgnoredSettings() {
      if (first !== undefined) return;
      const account = await firstAccount(store);
      warnOfIgnoredSettings(log, await ignoredSettings({ store, sealer, passwords }, account, settings.firstStart));
    },

    warnOfWeakRoots,

    warnOfOtherPasskeys: () =>
      warnOfOtherPasskeys({ collections, store, log, rpId: rpIdOf(publicUrl, settings.signIn.passkeyRpId) }),

    refuseWaiting: pages.refuseWaiting,

    async close() {
      calls.flush();
      await oidc.close();
      authorizer.close();
      privileges.close();
      credentials.close();
      closedAccounts.close();
      await directories.close();
      // Its last mails are queued.
      await credentialRounds.close();
      await notices?.close();
      await mail?.close();
      await endDates.close();
      await registrationSweep.close();
      keyRing.close();
      await monitoring.close();
      await Promise.all([
        audit.close(),
        lastUsed.flush(),
        accessed.flush(),
        outcomes.flush(),
        passwords.close(),
        signer.close(),
      ]);
      faults.flush();
      const end = audit.head();
      if (end !== undefined) log.info('the audit chain ends here', end);
    },
  };
}

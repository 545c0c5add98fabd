import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Context } from 'koa';
import type Provider from 'oidc-provider';
import type { ApplicationSeed } from '../identity/applications/application-seed.ts';
import { openUpstreamLogins } from '../identity/links/upstream-logins.ts';
import { RECOVERY_PATH } from '../identity/recovery/begin-recovery.ts';
import type { PersonSessions } from '../identity/sign-in/person-sessions.ts';
import { openSignInAnswers } from '../sign-in/sign-in-answers.ts';
import { typedNames } from '../sign-in/typed-names.ts';
import { callerOf } from './account-page/account-routes.ts';
import { browserSignIns } from './account-page/browser-sign-ins.ts';
import { notifyAppsOf } from './account-page/notify-apps.ts';
import { personRecords } from './account-page/person-records.ts';
import { personSessions } from './account-page/person-sessions.ts';
import { findSignedIn } from './account-page/signed-in.ts';
import { refusedClient } from './clients/check-clients.ts';
import { openClients } from './clients/open-clients.ts';
import { UNOBSERVED } from './door-outcomes.ts';
import { languageRoute } from './entry/language-route.ts';
import { ownPages } from './entry/own-pages.ts';
import { brandPages, logoRoute } from './entry/page-brands.ts';
import { isServedHere, requestEntry, requestIdOf } from './entry/request-entry.ts';
import { continuesSignIn } from './features/further-sign-out.ts';
import { limitStarts } from './features/limit-starts.ts';
import { postedRequests } from './features/posted-requests.ts';
import { adviseOnRefresh } from './features/refresh-advice.ts';
import { resourceMetadata } from './features/resource-metadata.ts';
import { SESSION_LIMITS } from './features/sessions.ts';
import { flowParts } from './flow-parts.ts';
import { connectorPages } from './interactions/connector-pages.ts';
import { grantConsent } from './interactions/consent.ts';
import { endedInteraction } from './interactions/ended-interaction.ts';
import { interactionPages } from './interactions/interaction-pages.ts';
import { findFinishedApp } from './interactions/late-forms.ts';
import { browserSession } from './library/browser-session.ts';
import { currentRequest } from './library/current-request.ts';
import { loadGrantHelpers } from './library/exchange/grant-steps.ts';
import { resultOf } from './library/interaction-result.ts';
import { loadOidcProvider } from './library/load-oidc-provider.ts';
import { logoutNotices } from './library/logout-notices.ts';
import { loginHolds } from './login-holds.ts';
import type { OidcDependencies } from './oidc-dependencies.ts';
import { openAccounts } from './open-accounts.ts';
import { INTERACTION_PATH } from './own-client.ts';
import { makeProvider } from './provider.ts';
import { notAssignedEvent, recordProviderEvents } from './provider-events.ts';
import { openRegistrations } from './registration/open-registrations.ts';
import { NO_REGISTRATION } from './registration/registration-settings.ts';
import type { RecheckRequest } from './session-holder.ts';
import { signInParts } from './sign-in-parts.ts';
import { signedInRoutes } from './signed-in-routes.ts';
import { askedStrengthOf } from './step-up/asked-acr.ts';
import { openAdapter } from './storage/adapter.ts';
import { liveProvider } from './storage/live-provider.ts';
import { readAhead } from './storage/read-ahead.ts';
import { requestStore } from './storage/request-store.ts';
import { storeInOne } from './storage/store-in-one.ts';
import { openUserCodes } from './storage/user-codes.ts';

export interface Oidc {
  /** Whether a path belongs to the provider: everything below the issuer, and the account page. */
  handles(path: string): boolean;
  /** Answers a request whose path {@link Oidc.handles} accepts. */
  callback(request: IncomingMessage, response: ServerResponse): void;
  /** Whether a browser was used to sign in before. */
  isKnownBrowser(request: IncomingMessage): boolean;
  /** What the OIDC library refuses about an application; `undefined` if it can be a client. */
  refusalOf(seed: ApplicationSeed): string | undefined;
  /** Notifies apps of a person's ended sessions, in the background (Back-Channel Logout). Call this after logins have ended. */
  loginsEnded(subject: string): void;
  /** The browser sessions of everyone. */
  readonly sessions: PersonSessions;
  close(): Promise<void>;
}

/** The OpenID provider with its pages. All state is in the stores, so any process can answer any request. */
export async function createOidc(deps: OidcDependencies): Promise<Oidc> {
  const { publicUrl, ephemeral, identities, keyRing, clock, random } = deps;
  const secure = publicUrl.startsWith('https:');
  const library = await loadOidcProvider();
  const helpers = await loadGrantHelpers();
  const logError = (error: unknown): void => deps.logError(error, '');
  // Replaced when the keys change.
  const provider = (): Provider => live.current();
  const registration = deps.registration ?? NO_REGISTRATION;
  const { sealer } = keyRing;
  const clients = openClients({ store: identities, feed: ephemeral, sealer, clock, registration });
  const current = currentRequest(library);
  const requests = requestStore(ephemeral, current.get);
  const doors = deps.observeDoors ?? UNOBSERVED;
  const shared = { requests, doors, secure, logError };
  const parts = signInParts(deps, shared);
  const { background, passkeys, signIn, folded, recordEvent, factsOf, startLimit, names, answers, ended } = parts;
  const { proofAges, csrf, sessions, remembered, brands, devices, pending, browsers, mailedAddresses } = parts;
  const { enforcement, mayOpen } = parts;
  const finishedApp = findFinishedApp(ended, provider);
  const recheck: RecheckRequest = (person, origin, request) => connectors.recheck(person, origin, factsOf(request));
  const protocol = deps.protocol?.(
    browserSignIns({
      provider,
      signIn,
      clock,
      proofAges,
      recheck,
      records: () => records,
      publicUrl,
      random,
      recordEvent,
      factsOf,
      startLimit,
      mayOpen,
    }),
  );
  const signedIn = (ctx: Context) => findSignedIn({ provider, signIn, clock, proofAges, recheck }, ctx);
  const connectors = connectorPages({
    connectors: deps.connectors,
    store: identities,
    people: signIn.people,
    ephemeral: requests.ephemeral,
    sharedEphemeral: ephemeral,
    loginsEnded: (subject) => notifyApps(subject),
    upstreamLogins: openUpstreamLogins({ store: identities, ephemeral: requests.ephemeral, clock }),
    clock,
    random,
    sealer: keyRing.sealer,
    stateSecret: keyRing.secret('connector-states'),
    publicUrl,
    sessionMs: (deps.sessionLimits ?? SESSION_LIMITS).absoluteSeconds * 1000,
    recordEvent,
    factsOf,
    devices,
    pending,
    answers,
    signIn,
    enforcement,
    signedIn,
    askedOf: async (uid) => askedStrengthOf((await provider().Interaction.find(uid))?.params ?? {}),
    async signOutApps(ctx, next) {
      const session = await browserSession(provider(), ctx);
      // The provider may have named another session than that of the browser that brought its message.
      if (session.accountId === undefined || (await signedIn(ctx)) !== undefined) return undefined;
      return await protocol?.beginSignOut(session.uid, next, false);
    },
    async mayLink(ctx, connector) {
      const found = await signedIn(ctx);
      if (found === undefined) return false;
      const by = await callerOf({ sessions, factsOf }, ctx, found);
      return await deps.mayChangeOwnLinks(found.person, by, { action: 'rolecall:CreateLink', connector });
    },
  });
  const readRecords = async (request: IncomingMessage) => void (await readAhead({ requests, random }, request));
  const interactions = interactionPages({
    provider,
    signIn,
    pending,
    connectors: connectors.starts,
    enforcement,
    recordEvent,
    names,
    csrfTokens: csrf,
    clock,
    origin: new URL(publicUrl).origin,
    factsOf,
    readAhead: readRecords,
    answers,
    storedAnswers: openSignInAnswers(ephemeral),
    recoverAt: deps.recoveryMailer && RECOVERY_PATH,
    finishedApp,
    devices,
    typedNames: typedNames({ path: INTERACTION_PATH, secure }),
    rememberedAccount: remembered,
    protocol,
  });
  const advice = adviseOnRefresh(deps.advise ?? (() => {}));
  const posted = postedRequests({
    ephemeral: requests.ephemeral,
    sealer: keyRing.sealer,
    random,
    logError: deps.logError,
    requestIdOf,
  });
  const registrations = openRegistrations({
    ...deps,
    library,
    store: identities,
    sealer,
    settings: registration,
    openAccount: async () => registration.open.account ?? (await deps.firstAccount()),
    folded,
    factsOf,
  });
  const adapter = openAdapter({
    registrations: registrations.records,
    requests,
    answers,
    ended,
    userCodes: openUserCodes({
      ephemeral: requests.ephemeral,
      sealer: keyRing.sealer,
      secret: keyRing.secret('oidc-user-codes'),
    }),
    resultOf,
    findClient: clients.find,
    library,
    random,
  });
  const { commandLine, ciba, tokenExchange, ...flows } = flowParts(deps, {
    library,
    helpers,
    provider,
    clients,
    shared,
    parts,
    signedIn,
    recheck,
  });
  const createProvider = (): Provider => {
    const created = makeProvider({
      library,
      publicUrl,
      keyRing,
      random,
      adapter,
      identities,
      findAccount: openAccounts({
        ...deps,
        library,
        people: signIn.people,
        proofAges,
        recheck,
      }),
      loginHolds: tokenExchange.holds(loginHolds({ people: signIn.people, clock, proofAges })),
      tokenExchange,
      sessionLimits: deps.sessionLimits ?? SESSION_LIMITS,
      commandLine,
      devices: flows.devices,
      ciba,
      frontChannelTokens: deps.frontChannelTokens ?? false,
      authorizationDetailsTypes: deps.authorizationDetailsTypes ?? [],
      documents: deps.clientIdMetadataDocuments ?? { enabled: false, hosts: [], scopes: [], resources: [] },
      registrations,
      fetchForStranger: deps.fetchForStranger,
      clock,
      appAuthorities: deps.appAuthorities,
      responseTypesInUse: async () => (await clients.inUse()).responseTypes,
      roleCredentials: {
        people: signIn.people,
        clock,
        recheck,
        sessions,
        factsOf,
        assumeRole: deps.assumeRole,
        observe: doors.roleCredentials,
      },
      allowPrivateFetch: deps.allowPrivateNetworks ?? false,
      mutualTls: deps.mutualTls,
      clientAddress: deps.clientAddress,
      requestIdOf,
      startLimit: limitStarts(startLimit),
      postedRequests: posted,
      adviseOnRefresh: advice,
      storeInOne: storeInOne({ requests, current, random, showEnded: endedInteraction({ finishedApp, requestIdOf }) }),
      mayOpen,
      recordNotAssigned: (ctx, why) => recordEvent(notAssignedEvent(ctx, { source: factsOf(ctx.req), why })),
      grantConsent: grantConsent({ people: signIn.people, recordEvent, factsOf }),
      async beginFurtherSignOut(request, { uid, loginOrigin }, next) {
        const upstream = loginOrigin && (await connectors.beginSignOut(request, loginOrigin, next));
        const isLast = upstream === undefined && !continuesSignIn(publicUrl, next);
        return (await protocol?.beginSignOut(uid, upstream ?? { url: next }, isLast)) ?? upstream;
      },
    });
    flows.devices.listen(created);
    registrations.listen(created);
    recordProviderEvents(created, { requests, folded, people: signIn.people, factsOf, logError: deps.logError });
    return created;
  };
  const live = liveProvider({ keyRing, create: createProvider, logError });

  const notices = logoutNotices({ provider, logError });
  const records = personRecords({ provider, ephemeral: requests.ephemeral, notices });
  const notifyApps = notifyAppsOf({ people: signIn.people, records, clock, logError });
  const account = {
    provider,
    signIn,
    proofAges,
    recheck,
    records,
    recordEvent,
    csrfTokens: csrf,
    factsOf,
    sessions,
    devices,
    browsers,
    mailedAddresses,
    pendingRequests: ciba.pendingOf,
  };
  const pages = ownPages({
    publicUrl,
    requestIdOf,
    logError: deps.logError,
    during: (request, handle) => requests.run(request, () => current.during(request, handle)),
    interactions: [
      resourceMetadata({ publicUrl, roleCredentials: commandLine.enabled }),
      ...[languageRoute(publicUrl), logoRoute({ brands, store: identities }), interactions, ...connectors.routes].map(
        (routes) => routes.routes(),
      ),
    ],
    readAhead: readRecords,
    account: signedInRoutes({
      deps,
      account,
      enforcement,
      protocol,
      passkeys,
      starts: connectors.starts,
      startLimit,
      doors,
      background,
      requests: ciba.people,
    }),
  });

  return {
    handles: isServedHere,
    callback: requestEntry({
      random,
      secure,
      prepare: brandPages({ brands, remembered }),
      pages,
      provider: live.handle,
    }),
    isKnownBrowser: devices.isVouchedFor,
    refusalOf: (seed) => refusedClient(library, provider(), seed),
    loginsEnded: notifyApps,
    sessions: personSessions({ records, people: signIn.people, clock }),
    async close() {
      folded.flush();
      live.close();
      clients.close();
      brands.close();
      deps.connectors.stored.close();
      await background.close();
      await ciba.close();
      await notices.close();
    },
  };
}

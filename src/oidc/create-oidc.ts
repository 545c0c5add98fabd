import type { IncomingMessage, ServerResponse } from 'node:http';
import Router from '@koa/router';
import type { Context } from 'koa';
import type Provider from 'oidc-provider';
import { csrfTokens } from '../http/csrf.ts';
import type { ApplicationSeed } from '../identity/applications/application-seed.ts';
import { openProofAges } from '../identity/connectors/proof-ages.ts';
import { isLoginOver } from '../identity/credentials/people.ts';
import { openUpstreamLogins } from '../identity/links/upstream-logins.ts';
import { openPasskeys } from '../identity/passkeys/passkey-settings.ts';
import { isSessionOver } from '../identity/sign-in/session-validity.ts';
import { openSignIn } from '../identity/sign-in/sign-in.ts';
import { sessionAuthentication } from '../operations/authentication/session.ts';
import { consoleFederation } from '../sign-in/console-federation/console-federation.ts';
import { foldedEvents } from '../sign-in/events/folded-events.ts';
import { type RequestFacts, signInEvents } from '../sign-in/events/sign-in-events.ts';
import { knownDevices } from '../sign-in/known-devices.ts';
import { openPendingSignIns } from '../sign-in/pending-sign-in.ts';
import { openSignInAnswers } from '../sign-in/sign-in-answers.ts';
import { openSignInNames } from '../sign-in/sign-in-names.ts';
import { appIconRoute } from '../sign-in/start/app-icon-route.ts';
import { startRoutes } from '../sign-in/start/start-routes.ts';
import { openStartLimit } from '../sign-in/start-limit.ts';
import { continuesOldProof, findAccount, loginOf } from './account-claims.ts';
import { accountRoutes, callerOf } from './account-page/account-routes.ts';
import { browserSignIns } from './account-page/browser-sign-ins.ts';
import { linksRoutes } from './account-page/links-routes.ts';
import { passwordRoutes } from './account-page/password-routes.ts';
import { personRecords } from './account-page/person-records.ts';
import { ACCOUNT_FORMS, browserSessionOf, findSignedIn } from './account-page/signed-in.ts';
import { BACK_TO_START, startSignIn } from './account-page/start-sign-in.ts';
import { isEndedFor, mayUseClient } from './client-access.ts';
import { refusedClient } from './clients/check-clients.ts';
import { openClients } from './clients/open-clients.ts';
import { deviceRedirect } from './device/device-routes.ts';
import { openDevices } from './device/open-devices.ts';
import { UNOBSERVED } from './door-outcomes.ts';
import { factorsRoutes } from './factors-page/factors-routes.ts';
import { continuesSignIn } from './features/further-sign-out.ts';
import { limitStarts } from './features/limit-starts.ts';
import { mappedAccountClaims } from './features/mapped-claims.ts';
import { postedRequests } from './features/posted-requests.ts';
import { adviseOnRefresh } from './features/refresh-advice.ts';
import { SESSION_LIMITS } from './features/sessions.ts';
import { connectorPages } from './interactions/connector-pages.ts';
import { grantConsent } from './interactions/consent.ts';
import { endedInteraction } from './interactions/ended-interaction.ts';
import { interactionPages } from './interactions/interaction-pages.ts';
import { findFinishedApp } from './interactions/late-forms.ts';
import { browserSession } from './library/browser-session.ts';
import { currentRequest } from './library/current-request.ts';
import { DEVICE_GRANT } from './library/device-code.ts';
import { NOT_CONFIRMED, OLD_PROOF } from './library/grant-refusals.ts';
import { resultOf } from './library/interaction-result.ts';
import { loadOidcProvider } from './library/load-oidc-provider.ts';
import { logoutNotices } from './library/logout-notices.ts';
import type { OidcDependencies } from './oidc-dependencies.ts';
import { ACCOUNT_PATH, DEVICE_PATH, SIGN_OUT_PATH } from './own-client.ts';
import { ownPages } from './own-pages.ts';
import { makeProvider } from './provider.ts';
import { notAssignedEvent, recordProviderEvents } from './provider-events.ts';
import { isServedHere, requestEntry, requestIdOf } from './request-entry.ts';
import { openAdapter } from './storage/adapter.ts';
import { openEndedInteractions } from './storage/ended-interactions.ts';
import { readAhead } from './storage/read-ahead.ts';
import { requestStore } from './storage/request-store.ts';
import { openUserCodes } from './storage/user-codes.ts';

export interface Oidc {
  /** Whether a path belongs to the provider: everything below the issuer, and the account page. */
  handles(path: string): boolean;
  /** Answers a request whose path {@link Oidc.handles} accepts. */
  callback(request: IncomingMessage, response: ServerResponse): void;
  /** What the OIDC library refuses about an application; `undefined` if it can be a client. */
  refusalOf(seed: ApplicationSeed): string | undefined;
  /** Notifies apps of a person's ended sessions, in the background (Back-Channel Logout). Call this after logins have ended. */
  loginsEnded(subject: string): void;
  close(): Promise<void>;
}

/** The OpenID provider with its pages. All state is in the stores, so any process can answer any request. */
export async function createOidc(deps: OidcDependencies): Promise<Oidc> {
  const { publicUrl, ephemeral, identities, keyRing, clock, random } = deps;
  const library = await loadOidcProvider();
  const clients = openClients({ store: identities, feed: ephemeral, sealer: keyRing.sealer, clock });
  const current = currentRequest(library);
  const requests = requestStore(ephemeral, current.get);
  const doors = deps.observeDoors ?? UNOBSERVED;
  const passkeys = openPasskeys({ publicUrl, keyRing, ephemeral, clock, random, observe: doors.passkey });
  const signIn = openSignIn({
    passkeys,
    store: identities,
    ephemeral,
    later: requests.later,
    passwords: deps.passwords,
    clock,
    sealer: keyRing.sealer,
  });
  const folded = foldedEvents(signInEvents({ record: deps.record, clock, random }), (error) =>
    deps.logError(error, ''),
  );
  const recordEvent = folded.record;

  const factsOf = (request: IncomingMessage): RequestFacts => ({
    requestId: requestIdOf(request),
    ip: deps.clientAddress(request),
    userAgent: request.headers['user-agent'],
  });

  const startLimit = openStartLimit({ clock, clientAddress: deps.clientAddress, requestIdOf });
  const answers = openSignInAnswers(requests.ephemeral);
  const ended = openEndedInteractions(requests.ephemeral);
  const finishedApp = findFinishedApp(ended, () => built.provider);
  const showEnded = endedInteraction({ finishedApp, requestIdOf });
  const storeInOne =
    (resumed: (ctx: Context) => string | undefined) =>
    (ctx: Context, next: () => Promise<void>): Promise<void> =>
      requests.run(ctx.req, () => {
        // A machine's request names no records to read ahead.
        if (ctx.headers.cookie === undefined) return next();
        return current.during(ctx.req, async () => {
          const uid = resumed(ctx);
          const isThere = await readAhead({ requests, random }, ctx.req, uid);
          await (uid === undefined || isThere ? next() : showEnded(ctx, uid));
        });
      });
  const proofAges = openProofAges({ connectors: deps.connectors.stored, clock });
  const csrf = csrfTokens(keyRing.secret('oidc-csrf'));
  const sessions = sessionAuthentication({
    currentCaller: deps.currentCaller,
    csrfTokens: csrf,
    purpose: ACCOUNT_FORMS,
    origin: new URL(publicUrl).origin,
  });
  const devices = knownDevices({ random, secure: publicUrl.startsWith('https:') });
  const pending = openPendingSignIns(requests.ephemeral);
  const protocol = deps.protocol?.(
    browserSignIns({
      provider: () => built.provider,
      signIn,
      clock,
      proofAges,
      records: () => records,
      publicUrl,
      random,
      recordEvent,
      factsOf,
      startLimit,
    }),
  );
  const signedIn = (ctx: Context) => findSignedIn({ provider: () => built.provider, signIn, clock, proofAges }, ctx);
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
    publicUrl,
    sessionMs: (deps.sessionLimits ?? SESSION_LIMITS).absoluteSeconds * 1000,
    recordEvent,
    factsOf,
    devices,
    pending,
    answers,
    signedIn,
    async signOutApps(ctx, next) {
      const session = await browserSession(built.provider, ctx);
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
  const interactions = interactionPages({
    provider: () => built.provider,
    signIn,
    pending,
    connectors: connectors.starts,
    recordEvent,
    names: openSignInNames(identities),
    csrfTokens: csrf,
    clock,
    origin: new URL(publicUrl).origin,
    factsOf,
    readAhead: async (request) => void (await readAhead({ requests, random }, request)),
    answers,
    storedAnswers: openSignInAnswers(ephemeral),
    finishedApp,
    devices,
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
  const userCodes = openUserCodes({
    ephemeral: requests.ephemeral,
    sealer: keyRing.sealer,
    secret: keyRing.secret('oidc-user-codes'),
  });
  const adapter = openAdapter({
    requests,
    answers,
    ended,
    userCodes,
    resultOf,
    findClient: clients.find,
    library,
    random,
  });
  const commandLine = deps.commandLine ?? { enabled: true, deviceCodes: true, sessionSeconds: 12 * 3600 };
  const deviceSignIns = openDevices({
    library,
    publicUrl,
    clock,
    random,
    ephemeral: requests.ephemeral,
    folded,
    factsOf,
    requestIdOf,
    logError: deps.logError,
    observe: deps.observeDevice ?? (() => {}),
    signedIn,
    mayBeUsed: async () => (commandLine.enabled && commandLine.deviceCodes) || (await clients.anyUses(DEVICE_GRANT)),
  });
  const build = (): { provider: Provider; handle: (request: IncomingMessage, response: ServerResponse) => void } => {
    const provider = makeProvider({
      library,
      publicUrl,
      keyRing,
      random,
      adapter,
      identities,
      findAccount: findAccount({
        people: signIn.people,
        store: identities,
        clock,
        proofAges,
        claimsOfClient: (whose, use) => mappedAccountClaims(identities, whose, use),
        recheck: (person, origin, request) => connectors.recheck(person, origin, factsOf(request)),
        notConfirmed: () => new library.errors.InvalidGrant(NOT_CONFIRMED),
        oldProof() {
          deps.connectors.observeOldProof();
          return new library.errors.InvalidGrant(OLD_PROOF);
        },
      }),
      async loginHolds(token, client) {
        if (isEndedFor(client, token)) return false;
        if (token.accountId === undefined) return true;
        const person = await signIn.people.bySubject(token.accountId);
        if (person === undefined || !mayUseClient(client, person)) return false;
        if (isLoginOver(person, loginOf(token), clock.now())) return false;
        return !(await continuesOldProof(proofAges, person, token));
      },
      sessionLimits: deps.sessionLimits ?? SESSION_LIMITS,
      commandLine,
      devices: deviceSignIns,
      roleCredentials: {
        people: signIn.people,
        clock,
        sessions,
        factsOf,
        assumeRole: deps.assumeRole,
        observe: doors.roleCredentials,
      },
      allowPrivateFetch: deps.allowPrivateNetworks ?? false,
      requestIdOf,
      startLimit: limitStarts(startLimit),
      postedRequests: posted,
      adviseOnRefresh: advice,
      storeInOne,
      recordNotAssigned: (ctx, why) => recordEvent(notAssignedEvent(ctx, { source: factsOf(ctx.req), why })),
      grantConsent: grantConsent({ people: signIn.people, recordEvent, factsOf }),
      async beginFurtherSignOut(request, { uid, loginOrigin }, next) {
        const upstream = loginOrigin && (await connectors.beginSignOut(request, loginOrigin, next));
        const isLast = upstream === undefined && !continuesSignIn(publicUrl, next);
        return (await protocol?.beginSignOut(uid, upstream ?? { url: next }, isLast)) ?? upstream;
      },
    });
    deviceSignIns.listen(provider);
    recordProviderEvents(provider, {
      requests,
      folded,
      people: signIn.people,
      factsOf,
      logError: deps.logError,
    });
    return { provider, handle: provider.callback() };
  };
  // Keys are part of the provider, so new keys need a new one. Requests in progress finish on the old one.
  let built = build();
  const stopListening = keyRing.onChange(() => {
    try {
      built = build();
    } catch (error) {
      // Keep serving with the previous keys.
      deps.logError(error, '');
    }
  });

  const provider = (): Provider => built.provider;
  const notices = logoutNotices({ provider, logError: (error) => deps.logError(error, '') });
  const records = personRecords({ provider, ephemeral: requests.ephemeral, notices });
  const notifyApps = (subject: string): void => {
    const notify = async (): Promise<void> => {
      const person = await signIn.people.bySubject(subject);
      await records.notifyOfEnded(
        subject,
        (session) => person === undefined || isSessionOver(person, session, clock.now()),
      );
    };
    notify().catch((error: unknown) => deps.logError(error, ''));
  };
  const account = {
    provider,
    signIn,
    proofAges,
    records,
    recordEvent,
    csrfTokens: csrf,
    clock,
    random,
    publicUrl,
    factsOf,
    mayChangeOwnPassword: deps.mayChangeOwnPassword,
    mayChangeOwnLinks: deps.mayChangeOwnLinks,
    describeServer: deps.describeServer,
    sessions,
    devices,
    protocol,
  };
  const federation = consoleFederation({
    observe: doors.consoleFederation,
    startLimit,
    ...account,
    ephemeral,
    sealer: keyRing.sealer,
    store: identities,
    credentials: deps.credentials,
    currentCaller: deps.currentCaller,
    record: deps.record,
    personIn: async (ctx) => (await findSignedIn(account, ctx))?.person.name,
  });
  const start = {
    ...account,
    async signedIn(ctx: Context) {
      const found = await findSignedIn(account, ctx);
      return found && browserSessionOf(found);
    },
    beginSignIn: (ctx: Context, { isStepUp }: { readonly isStepUp: boolean }) =>
      startSignIn(account, ctx, { state: BACK_TO_START, ...(isStepUp && { prompt: 'login' }) }),
    formPurpose: ACCOUNT_FORMS,
    sources: deps.start,
    paths: { account: ACCOUNT_PATH, signOut: SIGN_OUT_PATH },
  };
  const links = { ...account, store: identities, connectors: deps.connectors.stored, starts: connectors.starts };
  const factors = {
    ...account,
    factors: { store: identities, sealer: keyRing.sealer, random, ephemeral },
    passkeys,
    mayChangeOwnFactors: deps.mayChangeOwnFactors,
  };
  const pages = ownPages({
    publicUrl,
    requestIdOf,
    logError: deps.logError,
    during: (request, handle) => requests.run(request, () => current.during(request, handle)),
    interactions: [interactions, ...connectors.routes].map((routes) => routes.routes()),
    readAhead: async (request) => void (await readAhead({ requests, random }, request)),
    account: [
      accountRoutes(account),
      passwordRoutes(account),
      linksRoutes(links),
      factorsRoutes(factors),
      federation,
      startRoutes(start),
      appIconRoute(start),
      new Router().get(DEVICE_PATH, deviceRedirect(deps)),
      ...(protocol?.routes ?? []),
    ].map((routes) => routes.routes()),
  });

  return {
    handles: isServedHere,
    callback: requestEntry({
      random,
      secure: publicUrl.startsWith('https:'),
      pages,
      provider: (request, response) => built.handle(request, response),
    }),
    refusalOf: (seed) => refusedClient(library, provider(), seed),
    loginsEnded: notifyApps,
    async close() {
      folded.flush();
      stopListening();
      clients.close();
      deps.connectors.stored.close();
      await notices.close();
    },
  };
}

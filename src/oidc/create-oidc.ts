import type { IncomingMessage, ServerResponse } from 'node:http';
import Koa, { type Context } from 'koa';
import type Provider from 'oidc-provider';
import type { ClientAddress } from '../http/client-address.ts';
import { csrfTokens } from '../http/csrf.ts';
import { errorPages } from '../http/error-page.ts';
import { answerFavicon, FAVICON_PATH } from '../http/favicon.ts';
import { REQUEST_ID_HEADER, requestIdMaker } from '../http/request-id.ts';
import { securityHeaders, setHeaders } from '../http/security-headers.ts';
import { refuseMethod } from '../http/wrong-method.ts';
import { isLoginOver } from '../identity/credentials/people.ts';
import type { Passwords } from '../identity/passwords/passwords.ts';
import { isSessionOver } from '../identity/sign-in/session-validity.ts';
import { openSignIn } from '../identity/sign-in/sign-in.ts';
import type { IdentityStore } from '../identity/store/identity-store.ts';
import type { RecordAuditEvent } from '../kernel/audit-event.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Random } from '../kernel/random.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import { type SessionAuthenticationDependencies, sessionAuthentication } from '../operations/authentication/session.ts';
import type { CollectionStore } from '../ports/collections.ts';
import type { Ephemeral } from '../ports/ephemeral.ts';
import { foldedEvents } from '../sign-in/events/folded-events.ts';
import { type RequestFacts, signInEvents } from '../sign-in/events/sign-in-events.ts';
import { knownDevices } from '../sign-in/known-devices.ts';
import { openPendingSignIns } from '../sign-in/pending-sign-in.ts';
import { openSignInAnswers } from '../sign-in/sign-in-answers.ts';
import { openSignInNames } from '../sign-in/sign-in-names.ts';
import { findAccount, loginOf } from './account-claims.ts';
import { accountRoutes, type DescribeServer, type OwnPasswordRule } from './account-page/account-routes.ts';
import { passwordRoutes } from './account-page/password-routes.ts';
import { personRecords } from './account-page/person-records.ts';
import { ACCOUNT_FORMS } from './account-page/signed-in.ts';
import { ClientSettingsError, misplacedClients, refusedClients } from './clients/check-clients.ts';
import { oidcClients } from './clients/client.ts';
import { type ClientSeed, openClients } from './clients/open-clients.ts';
import { limitStarts } from './features/limit-starts.ts';
import { postedRequests } from './features/posted-requests.ts';
import { type Advise, adviseOnRefresh } from './features/refresh-advice.ts';
import { SESSION_LIMITS, type SessionLimits } from './features/sessions.ts';
import { type ConnectorDependencies, connectorPages } from './interactions/connector-pages.ts';
import { grantConsent } from './interactions/consent.ts';
import { endedInteraction } from './interactions/ended-interaction.ts';
import { interactionPages } from './interactions/interaction-pages.ts';
import { CONTINUE, findFinishedApp } from './interactions/late-forms.ts';
import { currentRequest } from './library/current-request.ts';
import { resultOf } from './library/interaction-result.ts';
import { loadOidcProvider } from './library/load-oidc-provider.ts';
import { logoutNotices } from './library/logout-notices.ts';
import { pinOrigin } from './library/request-origin.ts';
import { ACCOUNT_PATH, belowIssuer, INTERACTION_PATH, ISSUER_PATH, PASSWORD_PATH } from './own-client.ts';
import { makeProvider } from './provider.ts';
import { recordProviderEvents } from './provider-events.ts';
import { openAdapter } from './storage/adapter.ts';
import { openEndedInteractions } from './storage/ended-interactions.ts';
import { readAhead } from './storage/read-ahead.ts';
import { requestStore } from './storage/request-store.ts';

export interface OidcDependencies {
  /** Without a trailing slash. */
  readonly publicUrl: string;
  readonly collections: CollectionStore;
  readonly ephemeral: Ephemeral;
  readonly identities: IdentityStore;
  readonly keyRing: KeyRing;
  readonly passwords: Passwords;
  readonly record: RecordAuditEvent;
  readonly clock: Clock;
  readonly random: Random;
  /** Called with failures that neither the person nor the app caused. */
  readonly logError: (error: unknown, requestId: string) => void;
  /** Called with advice for the operator about an app's requests. Default: dropped. */
  readonly advise?: Advise;
  readonly clientAddress: ClientAddress;
  /** Whether a person may change their password on the account page. */
  readonly mayChangeOwnPassword: OwnPasswordRule;
  readonly describeServer: DescribeServer;
  readonly currentCaller: SessionAuthenticationDependencies['currentCaller'];
  readonly connectors: ConnectorDependencies;
  readonly sessionLimits?: SessionLimits;
  /** Whether clients may have their keys, and receive notices of sign-outs, at addresses in private networks. */
  readonly allowPrivateNetworks?: boolean;
}

export interface Oidc {
  /** Whether a path belongs to the provider: everything below the issuer, and the account page. */
  handles(path: string): boolean;
  /** Answers a request whose path {@link Oidc.handles} accepts. */
  callback(request: IncomingMessage, response: ServerResponse): void;
  /**
   * Creates or updates clients.
   * @throws {ClientSettingsError} naming every invalid client; then none was stored.
   */
  seedClients(seeds: readonly ClientSeed[]): Promise<void>;
  /** Disables all other clients until they are seeded again. Returns those that it disabled. */
  disableOtherClients(clientIds: ReadonlySet<string>): Promise<readonly string[]>;
  /** Notifies apps of a person's ended sessions, in the background (Back-Channel Logout). Call this after logins have ended. */
  loginsEnded(subject: string): void;
  close(): Promise<void>;
}

/** In the form that the router expects. */
const INTERACTION = new RegExp(`^${INTERACTION_PATH}/[^/?]+(?:/${CONTINUE})?/?(?:\\?|$)`, 'i');
const OWN_PAGES = new RegExp(`^(?:${ACCOUNT_PATH}|${PASSWORD_PATH}|${INTERACTION_PATH}/[^/]+)/?$`, 'i');

const REQUEST_ID = Symbol('request id');

interface Identified {
  [REQUEST_ID]?: string;
}

/** The OpenID provider with its pages. All state is in the stores, so any process can answer any request. */
export async function createOidc(deps: OidcDependencies): Promise<Oidc> {
  const { publicUrl, ephemeral, identities, keyRing, clock, random } = deps;
  const library = await loadOidcProvider();
  const clients = openClients({
    collection: deps.collections.open(oidcClients),
    ephemeral,
    sealer: keyRing.sealer,
    clock,
  });
  const current = currentRequest(library);
  const requests = requestStore(ephemeral, current.get);
  const signIn = openSignIn({
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

  const requestIdOf = (request: object): string => (request as Identified)[REQUEST_ID] ?? '';
  const factsOf = (request: IncomingMessage): RequestFacts => ({
    requestId: requestIdOf(request),
    ip: deps.clientAddress(request),
    userAgent: request.headers['user-agent'],
  });

  const startLimit = limitStarts({ clock, clientAddress: deps.clientAddress, requestIdOf });
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
  const csrf = csrfTokens(keyRing.secret('oidc-csrf'));
  const devices = knownDevices({ random, secure: publicUrl.startsWith('https:') });
  const pending = openPendingSignIns(requests.ephemeral);
  const connectors = connectorPages({
    connectors: deps.connectors,
    store: identities,
    people: signIn.people,
    ephemeral: requests.ephemeral,
    clock,
    random,
    sealer: keyRing.sealer,
    publicUrl,
    recordEvent,
    factsOf,
    devices,
    pending,
    answers,
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
  });
  const advice = adviseOnRefresh(deps.advise ?? (() => {}));
  const posted = postedRequests({
    ephemeral: requests.ephemeral,
    sealer: keyRing.sealer,
    random,
    logError: deps.logError,
    requestIdOf,
  });
  const adapter = openAdapter({ requests, answers, ended, resultOf, findClient: clients.find, library, random });
  const build = (): { provider: Provider; handle: (request: IncomingMessage, response: ServerResponse) => void } => {
    const provider = makeProvider({
      library,
      publicUrl,
      keyRing,
      adapter,
      findAccount: findAccount({ people: signIn.people, store: identities }),
      async loginHolds(token) {
        if (token.accountId === undefined) return true;
        const person = await signIn.people.bySubject(token.accountId);
        return person !== undefined && !isLoginOver(person, loginOf(token));
      },
      sessionLimits: deps.sessionLimits ?? SESSION_LIMITS,
      allowPrivateFetch: deps.allowPrivateNetworks ?? false,
      requestIdOf,
      startLimit,
      postedRequests: posted,
      adviseOnRefresh: advice,
      storeInOne,
      grantConsent: grantConsent({ people: signIn.people, recordEvent, factsOf }),
    });
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
  const pages = new Koa<{ requestId: string }>();
  pinOrigin(pages, publicUrl);
  pages.use((ctx, next) => {
    ctx.state.requestId = requestIdOf(ctx.req);
    return next();
  });
  pages.use(errorPages(deps.logError));
  pages.use((ctx, next) => requests.run(ctx.req, () => current.during(ctx.req, next)));
  pages.use(interactions.routes() as never);
  pages.use(connectors.routes.routes() as never);
  pages.use(async (ctx, next) => {
    await readAhead({ requests, random }, ctx.req);
    await next();
  });
  const account = {
    provider,
    signIn,
    records,
    recordEvent,
    csrfTokens: csrf,
    random,
    publicUrl,
    factsOf,
    mayChangeOwnPassword: deps.mayChangeOwnPassword,
    describeServer: deps.describeServer,
    sessions: sessionAuthentication({
      currentCaller: deps.currentCaller,
      csrfTokens: csrf,
      purpose: ACCOUNT_FORMS,
      origin: new URL(publicUrl).origin,
    }),
    devices,
  };
  pages.use(accountRoutes(account).routes() as never);
  pages.use(passwordRoutes(account).routes() as never);
  pages.use((ctx, next) => (ctx.path === FAVICON_PATH ? answerFavicon(ctx) : next()));
  pages.use((ctx, next) => {
    if (!OWN_PAGES.test(ctx.path)) return next();
    return refuseMethod(ctx, ['GET', 'HEAD', 'POST'], ctx.state.requestId);
  });
  pages.on('error', (error: unknown) => deps.logError(error, ''));
  const handlePages = pages.callback();
  const nextRequestId = requestIdMaker(random);
  const secure = publicUrl.startsWith('https:');
  const headersOf = {
    here: securityHeaders({ secure, leads: 'here' }),
    apps: securityHeaders({ secure, leads: 'apps' }),
  };

  return {
    handles: (path) =>
      path === ISSUER_PATH || path.startsWith(`${ISSUER_PATH}/`) || path === ACCOUNT_PATH || path === PASSWORD_PATH,
    callback(request: IncomingMessage & Identified, response) {
      const requestId = nextRequestId();
      request[REQUEST_ID] = requestId;
      response.setHeader(REQUEST_ID_HEADER, requestId);
      const path = belowIssuer(request.url ?? '/');
      setHeaders(response, path === undefined ? headersOf.here : headersOf.apps);
      if (path === undefined || INTERACTION.test(request.url ?? '')) {
        void handlePages(request, response);
        return;
      }
      // Like mounting in Express: oidc-provider derives its own path from this.
      Object.assign(request, { originalUrl: ISSUER_PATH + path });
      request.url = path;
      built.handle(request, response);
    },
    async seedClients(seeds) {
      const problems = [
        ...refusedClients(library, provider(), seeds),
        ...(await misplacedClients({ accounts: identities.accounts, ownerOf: clients.ownerOf }, seeds)),
      ];
      if (problems.length > 0) throw new ClientSettingsError(problems);
      await clients.seed(seeds);
    },
    disableOtherClients: (clientIds) => clients.disableOthers(clientIds),
    loginsEnded(subject) {
      const notify = async (): Promise<void> => {
        const person = await signIn.people.bySubject(subject);
        await records.notifyOfEnded(subject, (session) => person === undefined || isSessionOver(person, session));
      };
      notify().catch((error: unknown) => deps.logError(error, ''));
    },
    async close() {
      folded.flush();
      stopListening();
      clients.close();
      deps.connectors.stored.close();
      await notices.close();
    },
  };
}

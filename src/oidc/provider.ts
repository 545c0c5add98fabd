import type { Context, Middleware } from 'koa';
import type Provider from 'oidc-provider';
import type { Adapter, Configuration } from 'oidc-provider';
import type { ClientAddress } from '../http/client-address.ts';
import { LANGUAGE_TAGS } from '../http/messages/languages.ts';
import type { OutboundFetch } from '../http/outbound-fetch.ts';
import { LOGIN_SECRET, loginMarks } from '../identity/credentials/login-mark.ts';
import type { IdentityStore } from '../identity/store/identity-store.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Random } from '../kernel/random.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import type { BrowserSignIns } from '../sign-in/protocol-pages.ts';
import type { FindPerson } from './account-claims.ts';
import type { Ciba } from './ciba/open-ciba.ts';
import type { Devices } from './device/open-devices.ts';
import { certificateMethods, certificateSteps, type MutualTls, mutualTls } from './features/certificates/mutual-tls.ts';
import { claims } from './features/claims.ts';
import { clientAuthentication, type LoginHolds } from './features/client-authentication.ts';
import { deniedClaim } from './features/clients/limited-claims.ts';
import { type DocumentSettings, documentReader, metadataDocuments } from './features/clients/metadata-documents.ts';
import { registration } from './features/clients/registration.ts';
import { dpop } from './features/dpop.ts';
import { noRoute, plainOptions } from './features/endpoint-methods.ts';
import { errorPage } from './features/error-page.ts';
import { fapiProfile } from './features/fapi/fapi-profile.ts';
import { nameInteraction } from './features/fapi/interaction-id.ts';
import { authorizationDetails } from './features/flows/authorization-details.ts';
import { withoutLookUp } from './features/flows/ciba.ts';
import { pkce } from './features/flows/pkce.ts';
import { announceResponseTypes, nameIssuer, responseTypes } from './features/flows/response-types.ts';
import { refuseUnknownPrompts } from './features/flows/unknown-prompts.ts';
import { frontChannel, signOutFrames } from './features/front-channel.ts';
import { type BeginFurtherSignOut, furtherSignOut } from './features/further-sign-out.ts';
import { type GrantConsent, interactions, type RecordNotAssigned } from './features/interactions.ts';
import { clientAssertions } from './features/jose/client-assertions.ts';
import { encryption } from './features/jose/encryption.ts';
import { requestObjects } from './features/jose/request-objects.ts';
import { signedAnswers } from './features/jose/signed-answers.ts';
import type { limitStarts } from './features/limit-starts.ts';
import { alreadySignedOut, logout } from './features/logout.ts';
import { mappedClaims } from './features/mapped-claims.ts';
import { outbound } from './features/outbound.ts';
import { withoutQuery } from './features/posted-requests.ts';
import { limitPushedRequests, pushedRequests, pushRules } from './features/pushed-requests.ts';
import { refresh } from './features/refresh.ts';
import type { adviseOnRefresh } from './features/refresh-advice.ts';
import { pointToMetadata } from './features/resource-metadata.ts';
import { replaceResource, resources } from './features/resources.ts';
import {
  announceRoleCredentials,
  type RoleCredentialsDependencies,
  roleCredentials,
} from './features/role-credentials.ts';
import { publishSessionKeys } from './features/session-keys.ts';
import { type SessionLimits, sessions } from './features/sessions.ts';
import { subjects } from './features/subjects.ts';
import { tokens } from './features/tokens.ts';
import { notStored } from './features/unavailable.ts';
import { answerAcr } from './library/acr.ts';
import { holdToMethod } from './library/client-secret-method.ts';
import { encryptionJwks } from './library/encryption-keys.ts';
import { nameSessionsForFrames } from './library/front-channel-sid.ts';
import { resumedInteraction } from './library/interaction-cookie.ts';
import { keepClients } from './library/keep-clients.ts';
import type { OidcProviderLibrary } from './library/load-oidc-provider.ts';
import { stampLogins } from './library/login-stamps.ts';
import { addMappedClaims } from './library/mapped-claims.ts';
import { beforeRoutes, behindRoutes } from './library/middleware.ts';
import { bindPushedRequests } from './library/pushed-requests.ts';
import { tellKept } from './library/records/kept-records.ts';
import { currentRegistration } from './library/registration/current-registration.ts';
import { strangerFetches } from './library/registration/stranger-fetches.ts';
import { acceptOtherAudience, pinOrigin } from './library/request-origin.ts';
import { prepareDocuments } from './library/requests/document-clients.ts';
import { replaceResources } from './library/requests/requested-resources.ts';
import { stampUse } from './library/session-use.ts';
import { signingKeys } from './library/signing-keys.ts';
import { withUnavailableErrors } from './library/store-failures.ts';
import { nameTokens } from './library/token-ids.ts';
import { commandLineClient, ISSUER_PATH, ownClient } from './own-client.ts';
import type { Registrations } from './registration/open-registrations.ts';
import type { OidcSettings } from './settings.ts';
import { sessionAcr, stepUp } from './step-up/step-up.ts';
import type { TokenExchange } from './token-exchange/open-exchange.ts';

export interface ProviderOptions {
  readonly library: OidcProviderLibrary;
  /** Without a trailing slash. */
  readonly publicUrl: string;
  readonly keyRing: KeyRing;
  readonly random: Random;
  readonly adapter: (model: string) => Adapter;
  readonly findAccount: FindPerson;
  readonly identities: Pick<IdentityStore, 'groups' | 'users'>;
  /** Whether the login that a token was issued for is still valid. */
  readonly loginHolds: LoginHolds;
  readonly sessionLimits: SessionLimits;
  readonly commandLine: OidcSettings['commandLine'];
  readonly roleCredentials: Omit<RoleCredentialsDependencies, 'provider'>;
  readonly allowPrivateFetch: boolean;
  /** `undefined`: no client certificate can arrive. */
  readonly mutualTls: MutualTls | undefined;
  readonly clientAddress: ClientAddress;
  readonly requestIdOf: (request: object) => string;
  /** Creates a middleware that stores everything at the end of a request. It is told which interaction a request continues after. */
  readonly storeInOne: (resumed: (ctx: Context) => string | undefined) => Middleware;
  readonly grantConsent: GrantConsent;
  readonly beginFurtherSignOut: BeginFurtherSignOut;
  readonly recordNotAssigned: RecordNotAssigned;
  readonly mayOpen: BrowserSignIns['mayOpen'];
  /** Kept when the provider is recreated. */
  readonly startLimit: ReturnType<typeof limitStarts>;
  readonly adviseOnRefresh: ReturnType<typeof adviseOnRefresh>;
  readonly devices: Devices;
  readonly ciba: Ciba;
  /** Whether clients may be registered for access tokens in the browser. */
  readonly frontChannelTokens: boolean;
  readonly authorizationDetailsTypes: OidcSettings['authorizationDetailsTypes'];
  /** Which apps with a client id metadata document are accepted. */
  readonly documents: DocumentSettings;
  /** Apps that register themselves. */
  readonly registrations: Registrations;
  /** Requests addresses of such apps. Default: as the guarded client does. */
  readonly fetchForStranger: OutboundFetch | undefined;
  readonly clock: Clock;
  /** PEM certificates of the only certificate authorities to trust in requests to apps' servers. */
  readonly appAuthorities: string | undefined;
  /** The response types that clients are registered for. */
  readonly responseTypesInUse: () => Promise<ReadonlySet<string>>;
  readonly tokenExchange: TokenExchange;
  /** Handles requests posted by apps. */
  readonly postedRequests: Middleware;
}

/** Merges the configurations of the features; several of them contribute to `discovery`, `enabledJWA`, `features` and `ttl`. */
function compose(parts: readonly Configuration[]): Configuration {
  const merged = <Key extends 'discovery' | 'enabledJWA' | 'features' | 'ttl'>(key: Key): Configuration[Key] =>
    Object.assign({}, ...parts.map((part) => part[key] ?? {}));
  return {
    ...Object.assign({}, ...parts),
    discovery: merged('discovery'),
    enabledJWA: merged('enabledJWA'),
    features: merged('features'),
    ttl: merged('ttl'),
  };
}

/** Creates a configured oidc-provider; repeated when the keys change. */
export function makeProvider(options: ProviderOptions): Provider {
  const { library, publicUrl, keyRing, devices, ciba, tokenExchange, registrations } = options;
  const strangers = strangerFetches();
  const pairwise = subjects(keyRing.secret('oidc-pairwise'));
  const ownErrorPage = errorPage(library, options.requestIdOf);
  const ownOrigins = [publicUrl, ...(options.mutualTls?.url === undefined ? [] : [options.mutualTls.url])].map(
    (url) => new URL(url).origin,
  );
  const secure = publicUrl.startsWith('https:');
  const signing = signingKeys(library, keyRing.oidcSigningKeys());
  const configuration = compose([
    {
      adapter: options.adapter,
      findAccount: withUnavailableErrors(library, withoutLookUp(options.findAccount)),
      clients: [ownClient(publicUrl), ...(options.commandLine.enabled ? [commandLineClient(options.commandLine)] : [])],
      jwks: { keys: [...signing.keys, ...encryptionJwks(keyRing.encryptionKeys())] } as unknown as NonNullable<
        Configuration['jwks']
      >,
      // OpenID Connect Core 1.0 §3.1.2.1 requires it, and a duplicate parameter must not be replaced by a default.
      allowOmittingSingleRegisteredRedirectUri: false,
      features: { externalSigningSupport: { enabled: true, ack: 'experimental-01' } },
    },
    responseTypes(options.frontChannelTokens),
    pkce(),
    fapiProfile(),
    tokens(),
    refresh(options.commandLine.sessionSeconds),
    claims(),
    mappedClaims(options.identities),
    pairwise,
    clientAuthentication(library, options.loginHolds, certificateMethods(options.mutualTls)),
    mutualTls(options.mutualTls, { library, publicUrl, issuerPath: ISSUER_PATH }),
    clientAssertions(library),
    requestObjects(library),
    signedAnswers(),
    encryption(),
    resources(publicUrl, library, (oidc) => asksForUserinfo(oidc)),
    authorizationDetails(options.authorizationDetailsTypes, library),
    pushedRequests(),
    dpop(keyRing.secret('oidc-dpop-nonce')),
    sessions({
      limits: options.sessionLimits,
      secure,
      cookieKeys: [keyRing.secret('oidc-cookies').toString('base64url')],
    }),
    stepUp(library, deniedClaim),
    interactions(library, { ...options, deviceConsent: devices.consent }),
    logout(),
    frontChannel(),
    { discovery: { ui_locales_supported: [...LANGUAGE_TAGS] } },
    outbound({
      allowPrivate: options.allowPrivateFetch,
      ca: options.appAuthorities,
      isForStranger: () => strangers.isRunning() || currentRegistration(library) !== undefined,
      fetchForStranger: options.fetchForStranger,
      clock: options.clock,
    }),
    metadataDocuments(options.documents, options),
    registration(library, {
      settings: registrations.settings,
      limit: registrations.limit,
      ownOrigins,
      random: options.random,
    }),
    ownErrorPage,
    devices.configuration(ownErrorPage.renderError),
    ciba.configuration(),
    options.commandLine.enabled ? announceRoleCredentials(publicUrl) : {},
    tokenExchange.configuration(),
  ]);
  const provider = new library.Provider(`${publicUrl}${ISSUER_PATH}`, configuration);
  const mtlsUrl = options.mutualTls?.url;
  pinOrigin(provider, publicUrl, mtlsUrl);
  if (mtlsUrl !== undefined) acceptOtherAudience(provider, publicUrl, mtlsUrl);
  tellKept(provider);
  nameTokens(provider, library);
  stampLogins(provider, library, loginMarks(keyRing.secret(LOGIN_SECRET), options.random));
  stampUse(provider, library, options.clientAddress);
  bindPushedRequests(provider, library, pushRules(library));
  holdToMethod(provider, library);
  addMappedClaims(provider);
  nameIssuer(provider);
  refuseUnknownPrompts(provider);
  answerAcr(provider, sessionAcr);
  nameSessionsForFrames(provider);
  tokenExchange.register(provider, { findAccount: options.findAccount, pairwise: pairwise.pairwiseIdentifier });
  const asksForUserinfo = replaceResources(provider, replaceResource(publicUrl));
  prepareDocuments(provider, library, documentReader(library, { ...options.documents, ownOrigins }));
  ciba.prepare(provider);
  keepClients(provider, options.adapter('Client'), strangers);
  beforeRoutes(provider, [
    ...registrations.steps,
    notStored(options.requestIdOf),
    plainOptions(options.requestIdOf),
    publishSessionKeys(keyRing),
    ...(options.mutualTls === undefined
      ? []
      : certificateSteps(options.mutualTls, { publicUrl, issuerPath: ISSUER_PATH })),
    options.startLimit,
    limitPushedRequests,
    options.storeInOne((ctx) => resumedInteraction(provider, ctx)),
    pointToMetadata(publicUrl),
    nameInteraction,
    ...(options.commandLine.enabled ? [roleCredentials({ ...options.roleCredentials, provider })] : []),
    ...devices.steps,
    ...ciba.steps,
    announceResponseTypes(options.responseTypesInUse),
    ...tokenExchange.steps,
    options.adviseOnRefresh,
    withoutQuery,
    options.postedRequests,
    alreadySignedOut,
    furtherSignOut({
      begin: options.beginFurtherSignOut,
      framesOf: (apps) => signOutFrames(provider, publicUrl, apps),
    }),
  ]);
  behindRoutes(provider, noRoute(options.requestIdOf));
  return provider;
}

import type { Context } from 'koa';
import type Provider from 'oidc-provider';
import { EXCHANGE_GRANT } from '../identity/applications/oidc/exchange-settings.ts';
import type { SignedIn } from './account-page/signed-in.ts';
import { openCiba } from './ciba/open-ciba.ts';
import type { Clients } from './clients/open-clients.ts';
import { openDevices } from './device/open-devices.ts';
import { requestIdOf, unsignedSource } from './entry/request-entry.ts';
import { DEVICE_GRANT } from './library/device-code.ts';
import type { GrantHelpers } from './library/exchange/grant-steps.ts';
import type { OidcProviderLibrary } from './library/load-oidc-provider.ts';
import { CIBA_GRANT } from './library/requests/backchannel-requests.ts';
import type { OidcDependencies } from './oidc-dependencies.ts';
import type { RecheckRequest } from './session-holder.ts';
import type { SharedParts, SignInParts } from './sign-in-parts.ts';
import { personKey } from './storage/record-keys.ts';
import { openTokenExchange } from './token-exchange/open-exchange.ts';

/** The provider as the flows need it, which are its parts. */
interface FlowDependencies {
  readonly library: OidcProviderLibrary;
  readonly helpers: GrantHelpers;
  readonly provider: () => Provider;
  readonly clients: Pick<Clients, 'inUse'>;
  readonly shared: SharedParts;
  readonly parts: SignInParts;
  readonly signedIn: (ctx: Context) => Promise<SignedIn | undefined>;
  readonly recheck: RecheckRequest;
}

/** The flows that end at the token endpoint and are more than what oidc-provider has: devices, requests to people, and token exchange. */
export function flowParts(deps: OidcDependencies, flow: FlowDependencies) {
  const { publicUrl, identities, keyRing, clock, random } = deps;
  const { library, helpers, provider, clients, parts, signedIn, recheck } = flow;
  const { requests, doors, secure, logError } = flow.shared;
  const { signIn, folded, factsOf, names, background, mayOpen, proofAges } = parts;
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
    mayBeUsed: async () =>
      (commandLine.enabled && commandLine.deviceCodes) || (await clients.inUse()).grantTypes.has(DEVICE_GRANT),
  });
  const ciba = openCiba({
    library,
    provider,
    publicUrl,
    clock,
    random,
    keyRing,
    store: identities,
    signIn,
    names,
    requests,
    background,
    folded,
    mailer: deps.mailer,
    mayOpen,
    factsOf,
    logError,
    observe: doors.backchannelSignIn,
    mayBeUsed: async () => (await clients.inUse()).grantTypes.has(CIBA_GRANT),
  });
  const tokenExchange = openTokenExchange({
    ...deps,
    library,
    helpers,
    people: signIn.people,
    proofAges,
    recheck,
    ephemeral: requests.ephemeral,
    ipOf: (request) => factsOf(request).ip,
    sourceOf: (request) => unsignedSource(factsOf(request), secure),
    mayGetAccessToken: (asked, request) =>
      deps.mayGetAccessToken(asked, unsignedSource(factsOf(request), secure).source),
    mayBeUsed: async () => (await clients.inUse()).grantTypes.has(EXCHANGE_GRANT),
    grantIdsOf: (subject) => requests.ephemeral.members(personKey('Grant', subject)),
    observe: doors.tokenExchange,
  });
  return { commandLine, devices: deviceSignIns, ciba, tokenExchange };
}

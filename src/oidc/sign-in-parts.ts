import { csrfTokens } from '../http/csrf.ts';
import { openBrands } from '../identity/branding/open-brands.ts';
import { openProofAges } from '../identity/connectors/proof-ages.ts';
import { openPasskeys } from '../identity/passkeys/passkey-settings.ts';
import { openSignIn } from '../identity/sign-in/sign-in.ts';
import { sessionAuthentication } from '../operations/authentication/session.ts';
import { foldedEvents } from '../sign-in/events/folded-events.ts';
import { signInEvents } from '../sign-in/events/sign-in-events.ts';
import { knownDevices } from '../sign-in/known-devices.ts';
import { openPendingSignIns } from '../sign-in/pending-sign-in.ts';
import { rememberedAccount } from '../sign-in/remembered-account.ts';
import { openSignInAnswers } from '../sign-in/sign-in-answers.ts';
import { openSignInNames } from '../sign-in/sign-in-names.ts';
import { openStartLimit } from '../sign-in/start-limit.ts';
import { ACCOUNT_FORMS } from './account-page/signed-in.ts';
import { openBackground } from './background.ts';
import type { DoorOutcomes } from './door-outcomes.ts';
import { enforcementOf } from './enforcement.ts';
import { requestFacts, requestIdOf } from './entry/request-entry.ts';
import { mailedCodesOf } from './mailed-codes.ts';
import type { OidcDependencies } from './oidc-dependencies.ts';
import { appPolicy } from './step-up/app-policy.ts';
import { openEndedInteractions } from './storage/ended-interactions.ts';
import type { RequestStore } from './storage/request-store.ts';

/** What every part of the provider works with. */
export interface SharedParts {
  readonly requests: RequestStore;
  readonly doors: DoorOutcomes;
  /** Whether the server is reached by https. */
  readonly secure: boolean;
  readonly logError: (error: unknown) => void;
}

/** What sign-ins, their pages and the account page share. Nothing here knows the provider. */
export function signInParts(deps: OidcDependencies, shared: SharedParts) {
  const { publicUrl, ephemeral, identities, keyRing, clock, random } = deps;
  const { requests, doors, secure, logError } = shared;
  const background = openBackground(logError);
  const passkeys = openPasskeys({
    publicUrl,
    rpId: deps.passkeyRpId,
    relatedOrigins: deps.passkeyOrigins,
    keyRing,
    ephemeral,
    clock,
    random,
    observe: doors.passkey,
  });
  const signIn = openSignIn({
    passkeys,
    store: identities,
    ephemeral,
    later: requests.later,
    passwords: deps.passwords,
    clock,
    sealer: keyRing.sealer,
  });
  const folded = foldedEvents(signInEvents({ record: deps.record, clock, random }), logError);
  const recordEvent = folded.record;

  const factsOf = requestFacts(deps.clientAddress);
  const startLimit = openStartLimit({ clock, clientAddress: deps.clientAddress, requestIdOf });
  const names = openSignInNames(identities);
  const answers = openSignInAnswers(requests.ephemeral);
  const ended = openEndedInteractions(requests.ephemeral);
  const proofAges = openProofAges({ connectors: deps.connectors.stored, clock });
  const csrf = csrfTokens(keyRing.secret('oidc-csrf'));
  const sessions = sessionAuthentication({
    currentCaller: deps.currentCaller,
    csrfTokens: csrf,
    purpose: ACCOUNT_FORMS,
    origin: new URL(publicUrl).origin,
  });
  const remembered = rememberedAccount({ secure });
  const brands = openBrands({ store: identities, feed: ephemeral, clock });
  const devices = knownDevices({ random, secure, secret: keyRing.secret('known-devices') });
  const pending = openPendingSignIns(requests.ephemeral);
  const { browsers, mailedAddresses } = mailedCodesOf(deps, { recordEvent, background });
  const enforcement = enforcementOf(deps, { requests, passkeys, browsers, sessions });
  const mayOpen = appPolicy({ enforcement, recordEvent, factsOf, devices, clock });
  return {
    background,
    passkeys,
    signIn,
    folded,
    recordEvent,
    factsOf,
    startLimit,
    names,
    answers,
    ended,
    proofAges,
    csrf,
    sessions,
    remembered,
    brands,
    devices,
    pending,
    browsers,
    mailedAddresses,
    enforcement,
    mayOpen,
  };
}
export type SignInParts = ReturnType<typeof signInParts>;

import type { PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/server';
import { changeCredentials } from '../credentials/change-credentials.ts';
import type { CredentialHolder, PasskeyFactor } from '../credentials/credential-holder.ts';
import { findHolderBy } from '../credentials/find-credential-holder.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { CeremonyFault } from './ceremony-fault.ts';
import type { Ceremony } from './challenges.ts';
import type { BegunCeremony } from './enrol-passkey.ts';
import type { PasskeySettings } from './passkey-settings.ts';
import { passkeysOf } from './passkeys-of.ts';
import { type Assertion, readAssertion, refuseFramed } from './read-answer.ts';
import { loadWebAuthn } from './webauthn.ts';

const TIMEOUT = 5 * 60_000;

/** The sign-in that a passkey is shown in; with a person, as their second factor. */
export interface PasskeyCall {
  readonly signIn: string;
  readonly holder?: CredentialHolder | undefined;
}

const ceremonyOf = ({ signIn, holder }: PasskeyCall): Ceremony =>
  holder === undefined
    ? { purpose: 'sign-in', boundTo: signIn }
    : { purpose: 'factor', boundTo: `${holder.subject} ${signIn}` };

export type AskedPasskey = BegunCeremony<PublicKeyCredentialRequestOptionsJSON>;

/**
 * What the browser passes to the authenticator. Without a person, any passkey of this site may answer, and only with user verification: it
 * stands for both factors. @returns `undefined` if there can be none, or the person has none.
 */
export function askForPasskey({ rpId, challenges }: PasskeySettings, call: PasskeyCall): AskedPasskey | undefined {
  if (rpId === undefined) return undefined;
  const { challenge, token } = challenges.make(ceremonyOf(call));
  const common = { rpId, challenge, timeout: TIMEOUT };
  if (call.holder === undefined) return { token, options: { ...common, userVerification: 'required' } };
  const allowCredentials = passkeysOf(call.holder, rpId).map(({ credentialId, transports }) => ({
    id: credentialId,
    type: 'public-key' as const,
    transports: transports as NonNullable<PublicKeyCredentialRequestOptionsJSON['allowCredentials']>[0]['transports'] &
      [],
  }));
  if (allowCredentials.length === 0) return undefined;
  return { token, options: { ...common, allowCredentials, userVerification: 'discouraged' } };
}

export interface ShownPasskey {
  readonly credential: string;
  readonly token: string;
  readonly now: number;
}

export interface VerifiedPasskey {
  readonly holder: CredentialHolder;
  readonly factor: PasskeyFactor;
  readonly isUserVerified: boolean;
}

async function ownerOf(store: IdentityStore, { id }: Assertion): Promise<CredentialHolder> {
  const holder = await findHolderBy(store, 'credentialId', id);
  if (holder === undefined) throw new CeremonyFault('unknown-credential');
  return holder;
}

/**
 * Checks a passkey (WebAuthn Level 3 §7.2). It is accepted once, even if it is posted several times at the same moment.
 * @throws {CeremonyFault} if a check fails.
 */
export async function verifyPasskey(
  store: IdentityStore,
  settings: PasskeySettings,
  { credential, token, now, ...call }: PasskeyCall & ShownPasskey,
): Promise<VerifiedPasskey> {
  if (settings.rpId === undefined) throw new CeremonyFault('unavailable');
  const assertion = readAssertion(credential);
  const challenge = await settings.challenges.take(token, ceremonyOf(call));
  if (challenge === undefined) throw new CeremonyFault('expired');
  const holder = call.holder ?? (await ownerOf(store, assertion));
  try {
    return await checkAnswer(store, settings, { holder, assertion, challenge, call, now });
  } catch (error) {
    throw error instanceof CeremonyFault ? error.withOwner(holder.subject) : error;
  }
}

interface Answer {
  readonly holder: CredentialHolder;
  readonly assertion: Assertion;
  readonly challenge: string;
  readonly call: PasskeyCall;
  readonly now: number;
}

async function checkAnswer(
  store: IdentityStore,
  settings: PasskeySettings,
  { holder, assertion, challenge, call, now }: Answer,
): Promise<VerifiedPasskey> {
  const factor = holder.factors.find((each) => each.kind === 'passkey' && each.credentialId === assertion.id);
  if (factor?.kind !== 'passkey') throw new CeremonyFault('other-person');
  if (factor.rpId !== settings.rpId) throw new CeremonyFault('other-site');
  requireHandle(assertion, factor, call);
  refuseFramed(assertion.response.clientDataJSON);
  const { counter, isUserVerified } = await verified(settings, { assertion, challenge, factor, call });
  // An authenticator without a counter always sends 0. A copied one is told apart; the genuine one soon counts past it.
  if ((counter > 0 || factor.counter > 0) && counter <= factor.counter) throw new CeremonyFault('counter');
  const used = await recordUse(store, { holder, factor, counter, now });
  return { holder: used, factor, isUserVerified };
}

/** The authenticator says whose credential it is if it found it by itself, and must then agree with us. */
function requireHandle(
  { response: { userHandle } }: Assertion,
  { userHandle: ours }: PasskeyFactor,
  call: PasskeyCall,
): void {
  const isMissing = userHandle === undefined || userHandle === null || userHandle === '';
  if (isMissing ? call.holder === undefined : userHandle !== ours) throw new CeremonyFault('other-person');
}

interface Verifying {
  readonly assertion: Assertion;
  readonly challenge: string;
  readonly factor: PasskeyFactor;
  readonly call: PasskeyCall;
}

async function verified({ origins }: PasskeySettings, { assertion, challenge, factor, call }: Verifying) {
  const { verifyAuthenticationResponse } = await loadWebAuthn();
  const { userHandle: _checked, ...response } = assertion.response;
  try {
    const result = await verifyAuthenticationResponse({
      response: { ...assertion, clientExtensionResults: {}, response },
      expectedChallenge: challenge,
      expectedOrigin: [...origins],
      expectedRPID: factor.rpId,
      requireUserVerification: call.holder === undefined,
      // The library throws if the counter did not increase; we tell that apart.
      credential: {
        id: factor.credentialId,
        publicKey: new Uint8Array(Buffer.from(factor.publicKey, 'base64url')),
        counter: 0,
      },
    });
    if (!result.verified) throw new Error('the signature is not valid');
    return { counter: result.authenticationInfo.newCounter, isUserVerified: result.authenticationInfo.userVerified };
  } catch (error) {
    throw new CeremonyFault('not-valid', (error as Error).message);
  }
}

interface Use {
  readonly holder: CredentialHolder;
  readonly factor: PasskeyFactor;
  readonly counter: number;
  readonly now: number;
}

/** Stores the counter. @throws {CeremonyFault} if the passkey was removed meanwhile, or used with a higher counter. */
async function recordUse(store: IdentityStore, { holder, factor, counter, now }: Use): Promise<CredentialHolder> {
  const changed = await changeCredentials(store, holder, (old) => ({
    ...old,
    factors: old.factors.map((each) => {
      if (each.kind !== 'passkey' || each.credentialId !== factor.credentialId) return each;
      if (each.counter > 0 && counter <= each.counter) throw new CeremonyFault('counter');
      return { ...each, counter, lastUsedAt: now };
    }),
  }));
  const isThere = changed?.factors.some((each) => each.serialNumber === factor.serialNumber);
  if (changed === undefined || isThere !== true) throw new CeremonyFault('unknown-credential');
  return changed;
}

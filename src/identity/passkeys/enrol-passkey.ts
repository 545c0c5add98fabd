import type { PublicKeyCredentialCreationOptionsJSON } from '@simplewebauthn/server';
import { iamArn } from '../../kernel/arn.ts';
import { DuplicateKeyError } from '../../ports/collections.ts';
import type { CredentialHolder, PasskeyFactor } from '../credentials/credential-holder.ts';
import { findHolderBy } from '../credentials/find-credential-holder.ts';
import type { Person } from '../credentials/people.ts';
import { changeFactors } from '../factors/change-factors.ts';
import { labelOf } from '../factors/factor-label.ts';
import type { MfaDependencies } from '../factors/mfa-dependencies.ts';
import { requireSameLogin } from '../factors/require-same-login.ts';
import { QUOTAS, requireWithin } from '../rules/quotas.ts';
import { CeremonyFault } from './ceremony-fault.ts';
import type { Ceremony } from './challenges.ts';
import type { PasskeySettings } from './passkey-settings.ts';
import { namesInPasskeys, passkeysOf } from './passkeys-of.ts';
import { type Registration, readRegistration, refuseFramed } from './read-answer.ts';
import { readAttestation, refuseUnknownAndroidRoot, requireAttestation } from './require-attestation.ts';
import { ALGORITHMS, loadWebAuthn } from './webauthn.ts';

/** How long the browser waits for the person, in ms. */
const TIMEOUT = 5 * 60_000;

export interface BegunCeremony<Options> {
  readonly options: Options;
  readonly token: string;
}

/** The person who adds a passkey, and the session in which they do. */
export interface EnrollingPasskey {
  /** With the passkey policy of the account, which every enrolment is held to. */
  readonly holder: CredentialHolder & Pick<Person, 'passkeyPolicy'>;
  readonly session: string;
  /** Whether it replaces the password, so that it must be found by itself and check who its owner is. Default: no. */
  readonly isPasswordless?: boolean;
}

const ceremonyOf = ({ holder, session }: EnrollingPasskey): Ceremony => ({
  purpose: 'enrol',
  boundTo: `${holder.subject} ${session}`,
});

/** What the browser passes to the authenticator. @throws {CeremonyFault} if this server can have no passkeys. */
export async function beginPasskey(
  { rpId, challenges, userHandleOf }: PasskeySettings,
  who: EnrollingPasskey,
): Promise<BegunCeremony<PublicKeyCredentialCreationOptionsJSON>> {
  if (rpId === undefined) throw new CeremonyFault('unavailable');
  const { holder, isPasswordless = false } = who;
  const needed = isPasswordless ? 'required' : 'preferred';
  const { challenge, token } = challenges.make(ceremonyOf(who));
  const { generateRegistrationOptions } = await loadWebAuthn();
  const options = await generateRegistrationOptions({
    rpName: 'Rolecall',
    rpID: rpId,
    userID: new Uint8Array(userHandleOf(holder.subject)),
    userName: namesInPasskeys(holder).name,
    userDisplayName: namesInPasskeys(holder).displayName,
    challenge: new Uint8Array(Buffer.from(challenge, 'base64url')),
    timeout: TIMEOUT,
    attestationType: holder.passkeyPolicy?.attestation === 'required' ? 'direct' : 'none',
    excludeCredentials: passkeysOf(holder, rpId).map(({ credentialId }) => ({ id: credentialId })),
    // Required, it would fill the few places of a hardware key, even if that is to be a second factor only.
    authenticatorSelection: { residentKey: needed, userVerification: needed },
    supportedAlgorithmIDs: [...ALGORITHMS],
  });
  return { options, token };
}

/** The authenticator's answer, as the browser posts it. */
export interface PasskeyAnswer {
  readonly credential: string;
  readonly token: string;
  readonly label: string;
  readonly now: number;
}

interface Verifying {
  readonly challenge: string;
  readonly response: Registration;
  readonly requireUserVerification: boolean;
}

async function verified(
  { origins, rpId }: PasskeySettings,
  { challenge, response, requireUserVerification }: Verifying,
) {
  const { verifyRegistrationResponse } = await loadWebAuthn();
  const { transports, ...rest } = response.response;
  refuseFramed(rest.clientDataJSON);
  try {
    const { registrationInfo } = await verifyRegistrationResponse({
      response: { ...response, clientExtensionResults: {}, response: rest },
      expectedChallenge: challenge,
      expectedOrigin: [...origins],
      expectedRPID: String(rpId),
      requireUserVerification,
      supportedAlgorithmIDs: [...ALGORITHMS],
    });
    if (registrationInfo === undefined) throw new Error('the attestation is not valid');
    return registrationInfo;
  } catch (error) {
    throw new CeremonyFault('not-valid', (error as Error).message);
  }
}

export interface EnrolledPasskey {
  readonly holder: CredentialHolder;
  readonly factor: PasskeyFactor;
  readonly isUserVerified: boolean;
}

/**
 * Checks the answer of an authenticator that made a passkey, and whether the account accepts this authenticator. Stores nothing but that its challenge is used.
 * @throws {CeremonyFault} if a check fails.
 */
export async function checkNewPasskey(
  deps: Pick<MfaDependencies, 'store' | 'random'>,
  settings: PasskeySettings,
  { credential, token, label, now, ...who }: EnrollingPasskey & PasskeyAnswer,
): Promise<Omit<EnrolledPasskey, 'holder'>> {
  const { holder, isPasswordless = false } = who;
  const { rpId } = settings;
  if (rpId === undefined) throw new CeremonyFault('unavailable');
  const response = readRegistration(credential);
  const challenge = await settings.challenges.take(token, ceremonyOf(who));
  if (challenge === undefined) throw new CeremonyFault('expired');
  const attestation = await readAttestation(response.response.attestationObject);
  await refuseUnknownAndroidRoot(attestation);
  const policy = holder.passkeyPolicy;
  if (policy?.attestation === 'required') requireAttestation(attestation, policy, now);
  const info = await verified(settings, { challenge, response, requireUserVerification: isPasswordless });
  const isDiscoverable = response.clientExtensionResults?.credProps?.rk;
  // It would leave the person without a way in: they have no password to name themselves with.
  if (isPasswordless && isDiscoverable === false) throw new CeremonyFault('not-discoverable');
  const credentialId = info.credential.id;
  // The unique indexes cover users and root users each for themselves.
  if ((await findHolderBy(deps.store, 'credentialId', credentialId)) !== undefined) throw new CeremonyFault('taken');
  const isSynced = info.credentialDeviceType === 'multiDevice';
  const factor: PasskeyFactor = {
    kind: 'passkey',
    serialNumber: serialNumberOf(holder, deps.random.bytes(10).toString('hex')),
    credentialId,
    publicKey: Buffer.from(info.credential.publicKey).toString('base64url'),
    userHandle: settings.userHandleOf(holder.subject).toString('base64url'),
    rpId,
    counter: info.credential.counter,
    transports: response.response.transports ?? [],
    ...(isDiscoverable !== undefined && { isDiscoverable }),
    isSynced,
    aaguid: info.aaguid,
    label: labelOf(label, isSynced ? 'Passkey' : 'Security key'),
    enabledAt: now,
  };
  return { factor, isUserVerified: info.userVerified };
}

/**
 * Adds the passkey of which the answer tells. This ends all logins of the person.
 * @returns `undefined` if the person is gone.
 * @throws {CeremonyFault} if a check fails. @throws {ServiceError} LimitExceeded; AccessDenied if all logins ended meanwhile.
 */
export async function enrolPasskey(
  deps: Pick<MfaDependencies, 'store' | 'random'>,
  settings: PasskeySettings,
  answer: EnrollingPasskey & PasskeyAnswer,
): Promise<EnrolledPasskey | undefined> {
  const { holder } = answer;
  const { factor, isUserVerified } = await checkNewPasskey(deps, settings, answer);
  try {
    const changed = await changeFactors(deps.store, holder, (factors, current) => {
      requireSameLogin(current, holder);
      requireWithin(QUOTAS.mfaDevicesPerUser, factors.length + 1);
      return [...factors, factor];
    });
    return changed && { holder: changed, factor, isUserVerified };
  } catch (error) {
    if (error instanceof DuplicateKeyError) throw new CeremonyFault('taken');
    throw error;
  }
}

/** In AWS's form. */
function serialNumberOf({ accountId, userName }: CredentialHolder, id: string): string {
  return iamArn(accountId, 'u2f', userName === undefined ? '/root-account/' : `/user/${userName}/`, id);
}

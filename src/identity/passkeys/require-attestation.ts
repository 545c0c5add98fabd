import { X509Certificate } from 'node:crypto';
import type { StoredPasskeyPolicy } from '../documents/account.ts';
import { certifiedAaguid, chainFault } from './attestation-chain.ts';
import { AttestationFault } from './attestation-fault.ts';
import { CeremonyFault } from './ceremony-fault.ts';
import { loadWebAuthn, loadWebAuthnHelpers } from './webauthn.ts';

/** The formats whose certificates the library verifies. SafetyNet no longer exists. */
const FORMATS: ReadonlySet<string> = new Set(['packed', 'fido-u2f', 'tpm', 'apple', 'android-key']);

/** What an authenticator says about itself. Nothing of it is verified yet. */
export interface Attestation {
  readonly format: string;
  /** The certificates, the authenticator's first; empty if it shows none. */
  readonly x5c: readonly Uint8Array[];
  /** A UUID in lower case. */
  readonly aaguid: string;
}

/** Reads an attestation object (WebAuthn Level 3 §6.5.4). @throws {CeremonyFault} if it is not one. */
export async function readAttestation(attestationObject: string): Promise<Attestation> {
  const { convertAAGUIDToString, decodeAttestationObject, parseAuthenticatorData } = await loadWebAuthnHelpers();
  try {
    const object = decodeAttestationObject(new Uint8Array(Buffer.from(attestationObject, 'base64url')));
    const { aaguid } = parseAuthenticatorData(object.get('authData'));
    const x5c: unknown = object.get('attStmt').get('x5c') ?? [];
    if (aaguid === undefined || !isCertificates(x5c)) throw new Error('the attestation lacks its parts');
    return { format: String(object.get('fmt')), x5c, aaguid: convertAAGUIDToString(aaguid) };
  } catch (error) {
    throw new CeremonyFault('not-valid', (error as Error).message);
  }
}

const isCertificates = (value: unknown): value is readonly Uint8Array[] =>
  Array.isArray(value) && value.every((each) => each instanceof Uint8Array);

/**
 * Refuses an attestation of Android whose last certificate is not a root of Google. The library first trusts any root that was sent, and
 * then asks the addresses that these certificates name for revocation lists: anyone could make this server send requests.
 * @throws {CeremonyFault}
 */
export async function refuseUnknownAndroidRoot({ format, x5c }: Attestation): Promise<void> {
  if (format !== 'android-key') return;
  const { SettingsService } = await loadWebAuthn();
  const root = Buffer.from(x5c.at(-1) ?? []);
  const known = SettingsService.getRootCertificates({ identifier: 'android-key' });
  if (known.some((pem) => root.equals(new X509Certificate(pem).raw))) return;
  throw new CeremonyFault('not-valid', 'the attestation does not end in a root certificate of Android');
}

/**
 * Requires that the passkey policy of the account accepts an authenticator. The certificates are checked against the anchors of this
 * account only; that the authenticator signed with them is for the library to verify, which must follow.
 * @param now milliseconds since the epoch.
 * @throws {AttestationFault}
 */
export function requireAttestation(
  { format, x5c, aaguid }: Attestation,
  { allowedAaguids, trustAnchors }: Pick<StoredPasskeyPolicy, 'allowedAaguids' | 'trustAnchors'>,
  now: number,
): void {
  if (format === 'none') throw new AttestationFault('no-attestation', aaguid, 'the authenticator proves no model');
  if (!FORMATS.has(format)) throw new AttestationFault('format', aaguid, `the format ${format} is not supported`);
  const [leaf] = x5c;
  if (leaf === undefined)
    throw new AttestationFault('self-attestation', aaguid, 'the authenticator vouches for itself only');
  const fault = chainFault(x5c, { trustAnchors, now });
  if (fault !== undefined) throw new AttestationFault(fault.refusal, aaguid, fault.message);
  requireSameModel(leaf, { format, aaguid });
  if (allowedAaguids.length > 0 && !allowedAaguids.includes(aaguid))
    throw new AttestationFault('aaguid-not-allowed', aaguid, 'the policy of the account does not list this model');
}

/** Refuses a certificate of another model. U2F has no AAGUIDs: its are zero, whatever the certificate names. */
function requireSameModel(leaf: Uint8Array, { format, aaguid }: Pick<Attestation, 'format' | 'aaguid'>): void {
  if (format === 'fido-u2f') return;
  let certified: string | undefined;
  try {
    certified = certifiedAaguid(leaf);
  } catch {
    throw new AttestationFault('certificate-unreadable', aaguid, 'the AAGUID of the certificate cannot be read');
  }
  if (certified !== undefined && certified !== aaguid.replaceAll('-', ''))
    throw new AttestationFault('aaguid-differs', aaguid, `the certificate is for the model ${certified}`);
}

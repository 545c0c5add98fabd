import { X509Certificate } from 'node:crypto';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import { BasicConstraints, Certificate, id_ce_basicConstraints } from '@peculiar/asn1-x509';
import type { AttestationRefusal } from './attestation-fault.ts';

/** The most certificates of an attestation. Android's have up to five. */
const LONGEST_CHAIN = 6;
/** `id-fido-gen-ce-aaguid` (WebAuthn Level 3 §8.2.1): the model that the certificate is for. */
const AAGUID_EXTENSION = '1.3.6.1.4.1.45724.1.1.4';

/** Why a chain is not accepted. */
export interface ChainFault {
  readonly refusal: AttestationRefusal;
  readonly message: string;
}

/** Reads one certificate in PEM, with nothing else beside it; `undefined` if it is not that. */
export function readAnchor(pem: string): X509Certificate | undefined {
  if (pem.split('-----BEGIN').length !== 2) return undefined;
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

/** Whether a certificate is valid at this time, in ms since the epoch. A time that cannot be read is never valid. */
export function isCurrent({ validFrom, validTo }: X509Certificate, now: number): boolean {
  return Date.parse(validFrom) <= now && now <= Date.parse(validTo);
}

/**
 * Checks the certificates of an attestation, the authenticator's first, up to one of these roots (RFC 5280 §6.1): signatures, validity,
 * and of each authority that it may issue certificates at this depth. Revocation is not checked: no requests go to addresses that a
 * certificate names.
 * @returns why they are not accepted; `undefined` if they are.
 */
export function chainFault(
  x5c: readonly Uint8Array[],
  { trustAnchors, now }: { readonly trustAnchors: readonly string[]; readonly now: number },
): ChainFault | undefined {
  if (x5c.length > LONGEST_CHAIN)
    return { refusal: 'not-trusted', message: 'the attestation has too many certificates' };
  const anchors = trustAnchors.map((pem) => new X509Certificate(pem));
  try {
    return walk(
      x5c.map((der) => new X509Certificate(der)),
      anchors,
      now,
    );
  } catch {
    return { refusal: 'certificate-unreadable', message: 'a certificate of the attestation cannot be read' };
  }
}

function walk(
  chain: readonly X509Certificate[],
  anchors: readonly X509Certificate[],
  now: number,
): ChainFault | undefined {
  for (const [depth, certificate] of chain.entries()) {
    if (!isCurrent(certificate, now)) return expired(certificate);
    // The root may be sent too. It counts because it is an anchor, not because it was sent.
    if (depth > 0 && anchors.some(({ raw }) => raw.equals(certificate.raw))) return undefined;
    const issuers = anchors.filter((each) => isIssuer(each, certificate, depth));
    if (issuers.some((each) => isCurrent(each, now))) return undefined;
    if (issuers[0] !== undefined) return expired(issuers[0]);
    const next = chain[depth + 1];
    if (next === undefined || !isIssuer(next, certificate, depth)) break;
  }
  const issuer = oneLine(chain.at(-1)?.issuer ?? '');
  return { refusal: 'not-trusted', message: `the attestation leads to no trust anchor of the account: ${issuer}` };
}

const expired = (certificate: X509Certificate): ChainFault => ({
  refusal: 'certificate-expired',
  message: `the certificate is valid from ${certificate.validFrom} to ${certificate.validTo}: ${oneLine(certificate.subject)}`,
});

const oneLine = (name: string): string => name.replaceAll('\n', ', ');

/** Whether an authority issued the certificate that has `below` authorities beneath it, and may have. */
function isIssuer(authority: X509Certificate, certificate: X509Certificate, below: number): boolean {
  if (!authority.ca || !certificate.checkIssued(authority) || !certificate.verify(authority.publicKey)) return false;
  const value = extensionOf(authority, id_ce_basicConstraints);
  const longest = value && AsnConvert.parse(value, BasicConstraints).pathLenConstraint;
  return longest === undefined || below <= longest;
}

function extensionOf({ raw }: X509Certificate, id: string): ArrayBuffer | undefined {
  const { extensions = [] } = AsnConvert.parse(raw, Certificate).tbsCertificate;
  return extensions.find(({ extnID }) => extnID === id)?.extnValue.buffer;
}

/** The AAGUID that a certificate is for, as hex; `undefined` if it names none. @throws {Error} if it cannot be read. */
export function certifiedAaguid(der: Uint8Array): string | undefined {
  const value = extensionOf(new X509Certificate(der), AAGUID_EXTENSION);
  return value && Buffer.from(AsnConvert.parse(value, OctetString).buffer).toString('hex');
}

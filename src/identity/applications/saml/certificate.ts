import { X509Certificate } from 'node:crypto';

/** In bits. */
const SHORTEST_RSA = 2048;
const ARMOUR = /-----(?:BEGIN|END) CERTIFICATE-----/g;

/**
 * Reads a service provider's certificate from PEM, or base64 as in metadata. Its dates do not matter: only its key is used, which the
 * administrator trusts.
 * @returns it in base64 (DER).
 * @throws {Error} saying what is wrong with it.
 */
export function readSpCertificate(text: string): string {
  const base64 = text.replace(ARMOUR, '').replace(/\s+/g, '');
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(Buffer.from(base64, 'base64'));
  } catch (cause) {
    throw new Error('must be one certificate, in PEM', { cause });
  }
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = certificate.publicKey;
  if (type !== 'rsa') throw new Error(`must have an RSA key, not ${type ?? 'an unknown one'}`);
  if ((details?.modulusLength ?? 0) < SHORTEST_RSA)
    throw new Error(`must have an RSA key of at least ${SHORTEST_RSA} bits`);
  return certificate.raw.toString('base64');
}

import { type AsymmetricKeyDetails, X509Certificate } from 'node:crypto';

/** In bits. */
const SHORTEST_RSA = 2048;
/** Those of ECDSA with SHA-256, SHA-384 and SHA-512, as OpenSSL calls them. */
const CURVES = ['prime256v1', 'secp384r1', 'secp521r1'];
const ARMOUR = /-----(?:BEGIN|END) CERTIFICATE-----/g;

/** What a service provider uses a key for. Assertions can be encrypted for RSA keys only. */
export type SpKeyUse = 'signing' | 'encryption';

/**
 * Reads a service provider's certificate from PEM, or base64 as in metadata. Its dates do not matter: only its key is used, which the
 * administrator trusts.
 * @returns it in base64 (DER).
 * @throws {Error} saying what is wrong with it.
 */
export function readSpCertificate(text: string, use: SpKeyUse): string {
  const base64 = text.replace(ARMOUR, '').replace(/\s+/g, '');
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(Buffer.from(base64, 'base64'));
  } catch (cause) {
    throw new Error('must be one certificate, in PEM', { cause });
  }
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = certificate.publicKey;
  const problem = keyProblem(type, details ?? {}, use);
  if (problem !== undefined) throw new Error(problem);
  return certificate.raw.toString('base64');
}

function keyProblem(type: string | undefined, details: AsymmetricKeyDetails, use: SpKeyUse): string | undefined {
  if (type === 'rsa') {
    return (details.modulusLength ?? 0) < SHORTEST_RSA
      ? `must have an RSA key of at least ${SHORTEST_RSA} bits`
      : undefined;
  }
  if (use === 'encryption')
    return `must have an RSA key, not ${type ?? 'an unknown one'}: nothing else can be encrypted for`;
  if (type !== 'ec') return `must have an RSA or EC key, not ${type ?? 'an unknown one'}`;
  return CURVES.includes(details.namedCurve ?? '') ? undefined : 'must have an EC key on P-256, P-384 or P-521';
}

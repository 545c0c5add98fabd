import { generateKeyPair, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { selfSignedCertificate } from './self-signed-certificate.ts';

const TEN_YEARS = 10 * 365 * 86_400_000;
/** The clock of whoever looks at the certificate may be behind. */
const BACKDATED = 86_400_000;

/** A new RSA key with a certificate of its own. */
export interface CertifiedKey {
  /** PKCS #8, DER. */
  readonly key: Buffer;
  /** DER in base64. */
  readonly certificate: string;
}

/** Generates a key for SAML, where a certificate is only the container of a key: it is valid for ten years. */
export async function generateCertifiedKey({
  commonName,
  modulusLength,
  now,
}: {
  readonly commonName: string;
  readonly modulusLength: number;
  readonly now: number;
}): Promise<CertifiedKey> {
  const pair = await promisify(generateKeyPair)('rsa', { modulusLength });
  const certificate = selfSignedCertificate({
    ...pair,
    commonName,
    serial: serialNumber(),
    notBefore: new Date(now - BACKDATED),
    notAfter: new Date(now + TEN_YEARS),
  });
  return { key: pair.privateKey.export({ type: 'pkcs8', format: 'der' }), certificate };
}

/** Positive, and in its shortest encoding. */
function serialNumber(): Buffer {
  const [first = 0, ...rest] = randomBytes(16);
  return Buffer.from([(first & 0x3f) | 0x40, ...rest]);
}

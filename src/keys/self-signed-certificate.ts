import { type KeyObject, sign } from 'node:crypto';

/** Self-signed X.509 certificates (RFC 5280), which `node:crypto` reads but cannot make. */

const OIDS = {
  sha256WithRsa: Buffer.from('2a864886f70d01010b', 'hex'),
  ecdsaWithSha256: Buffer.from('2a8648ce3d040302', 'hex'),
  commonName: Buffer.from('550403', 'hex'),
};
const [SEQUENCE, SET, INTEGER, BIT_STRING, NULL, OID, UTF8_STRING, UTC_TIME, VERSION] = [
  0x30, 0x31, 2, 3, 5, 6, 0x0c, 0x17, 0xa0,
] as const;
const SHORT_LENGTH = 128;
const VERSION_3 = Buffer.from([2]);

export interface CertificateContent {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
  readonly commonName: string;
  /** A positive number. Unique among the certificates of one name. */
  readonly serial: Buffer;
  readonly notBefore: Date;
  /** Before 2050. */
  readonly notAfter: Date;
}

/** A certificate for a key pair (RSA or P-256), DER in base64. */
export function selfSignedCertificate(content: CertificateContent): string {
  const { publicKey, privateKey, commonName, serial, notBefore, notAfter } = content;
  const algorithm = algorithmOf(privateKey);
  const attribute = sequence(der(OID, OIDS.commonName), der(UTF8_STRING, Buffer.from(commonName)));
  const name = sequence(der(SET, attribute));
  const body = sequence(
    der(VERSION, der(INTEGER, VERSION_3)),
    der(INTEGER, serial),
    algorithm,
    name,
    sequence(utcTime(notBefore), utcTime(notAfter)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signature = sign('sha256', body, privateKey);
  return sequence(body, algorithm, der(BIT_STRING, Buffer.from([0]), signature)).toString('base64');
}

/** One DER value: tag, length, content. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag, ...lengthOf(content.length)]), content]);
}

function lengthOf(length: number): readonly number[] {
  if (length < SHORT_LENGTH) return [length];
  return length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(SEQUENCE, ...parts);
}

function utcTime(time: Date): Buffer {
  const digits = time.toISOString().slice(2, 19).replace(/[-:T]/g, '');
  return der(UTC_TIME, Buffer.from(`${digits}Z`));
}

function algorithmOf(key: KeyObject): Buffer {
  return key.asymmetricKeyType === 'rsa'
    ? sequence(der(OID, OIDS.sha256WithRsa), der(NULL))
    : sequence(der(OID, OIDS.ecdsaWithSha256));
}

import { type KeyObject, type KeyPairKeyObjectResult, sign } from 'node:crypto';

/** X.509 certificates (RFC 5280), since `node:crypto` reads them but cannot make them. */

const OIDS = {
  rsa: Buffer.from('2a864886f70d01010b', 'hex'),
  ec: Buffer.from('2a8648ce3d040302', 'hex'),
  commonName: Buffer.from('550403', 'hex'),
};

/** One DER value: tag, length, content. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const head = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...head]), content]);
}

const sequence = (...parts: readonly Buffer[]) => der(0x30, ...parts);
const utcTime = (time: Date) => der(0x17, Buffer.from(`${time.toISOString().slice(2, 19).replace(/[-:T]/g, '')}Z`));

function algorithmOf(key: KeyObject): Buffer {
  return key.asymmetricKeyType === 'rsa' ? sequence(der(6, OIDS.rsa), der(5)) : sequence(der(6, OIDS.ec));
}

/** A certificate of a key pair, DER in base64. Without `until`, it is valid until 2049. */
export function selfSigned({ publicKey, privateKey }: KeyPairKeyObjectResult, until?: Date): string {
  return issuedCertificate(publicKey, privateKey, until && { until });
}

/** A certificate that another key signs, DER in base64. All have the same name. */
export function issuedCertificate(
  publicKey: KeyObject,
  issuer: KeyObject,
  { from = new Date(Date.UTC(2000, 0, 1)), until = new Date(Date.UTC(2049, 0, 1)) } = {},
): string {
  const algorithm = algorithmOf(issuer);
  const name = sequence(der(0x31, sequence(der(6, OIDS.commonName), der(0x0c, Buffer.from('idp')))));
  const body = sequence(
    der(0xa0, der(2, Buffer.from([2]))),
    der(2, Buffer.from([1])),
    algorithm,
    name,
    sequence(utcTime(from), utcTime(until)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signature = sign('sha256', body, issuer);
  return sequence(body, algorithm, der(3, Buffer.from([0]), signature)).toString('base64');
}

/** The lines of PEM (RFC 7468) around DER in base64. */
export function certificatePem(der: string): string {
  return `-----BEGIN CERTIFICATE-----\n${der.match(/.{1,64}/g)?.join('\n')}\n-----END CERTIFICATE-----\n`;
}

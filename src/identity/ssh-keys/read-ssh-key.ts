import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { ServiceError } from '../../kernel/service-error.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';

const ALGORITHM = 'ssh-rsa';
/** AWS's least length of a key, in bits. */
const LEAST_BITS = 2048;
/** OpenSSL refuses to use longer keys. */
const MOST_BITS = 16_384;
const UNREADABLE = 'it cannot be read as an ssh-rsa key';

function invalid(why: string, cause?: unknown): ServiceError {
  return new ServiceError(IAM_ERRORS.InvalidPublicKey, `The public key is invalid: ${why}.`, { cause });
}

/**
 * Reads an RSA key, as a line of OpenSSH or as PEM (SPKI or PKCS #1).
 * @returns the key as SSH transfers it (RFC 4253 §6.6), base64.
 * @throws {ServiceError} InvalidPublicKey, UnrecognizedPublicKeyEncoding
 */
export function readSshKey(body: string): string {
  const text = body.trim();
  const [algorithm, blob = ''] = text.split(/[ \t]+/);
  if (algorithm === ALGORITHM) return blobOf(checked(keyOf(blob)));
  // In AWS's words.
  if (!text.startsWith('-----BEGIN ')) {
    throw new ServiceError(IAM_ERRORS.UnrecognizedPublicKeyEncoding, 'Invalid public key uploaded.');
  }
  // From a private key, Node would derive the public one.
  if (!/^-----BEGIN (RSA )?PUBLIC KEY-----/.test(text)) throw invalid('the PEM does not contain a public key');
  try {
    return blobOf(checked(createPublicKey(text)));
  } catch (error) {
    if (error instanceof ServiceError) throw error;
    throw invalid('it cannot be read as PEM', error);
  }
}

/** The key as PEM (SPKI). */
export function pemOf(blob: string): string {
  return keyOf(blob).export({ type: 'spki', format: 'pem' }).toString();
}

/** The key's MD5 fingerprint, as `ssh-keygen -l -E md5` prints it. */
export function fingerprintOf(blob: string): string {
  const digest = createHash('md5').update(Buffer.from(blob, 'base64')).digest('hex');
  return digest.replace(/..(?!$)/g, '$&:');
}

function checked(key: KeyObject): KeyObject {
  if (key.asymmetricKeyType !== 'rsa') throw invalid('it is not an RSA key');
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (bits < LEAST_BITS || bits > MOST_BITS) {
    throw invalid(`it has ${bits} bits; ${LEAST_BITS} to ${MOST_BITS} are allowed`);
  }
  return key;
}

function keyOf(blob: string): KeyObject {
  const parts = partsOf(Buffer.from(blob, 'base64'));
  const [name, e, n] = parts;
  if (parts.length !== 3 || name?.toString('latin1') !== ALGORITHM || e === undefined || n === undefined) {
    throw invalid(UNREADABLE);
  }
  try {
    const key = { kty: 'RSA', e: e.toString('base64url'), n: n.toString('base64url') };
    return createPublicKey({ key, format: 'jwk' });
  } catch (error) {
    throw invalid(UNREADABLE, error);
  }
}

/** The strings of RFC 4251 §5 in a message: each has its length before it. */
function partsOf(message: Buffer): readonly Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at < message.length; ) {
    if (at + 4 > message.length) return [];
    const end = at + 4 + message.readUInt32BE(at);
    if (end > message.length) return [];
    parts.push(message.subarray(at + 4, end));
    at = end;
  }
  return parts;
}

function blobOf(key: KeyObject): string {
  const { e = '', n = '' } = key.export({ format: 'jwk' });
  const numbers = [e, n].map((number) => mpint(Buffer.from(number, 'base64url')));
  return Buffer.concat([Buffer.from(ALGORITHM), ...numbers].flatMap((part) => [lengthOf(part), part])).toString(
    'base64',
  );
}

/** A number of RFC 4251 §5: a first byte from 0x80 would make it negative. */
function mpint(number: Buffer): Buffer {
  return (number[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.alloc(1), number]) : number;
}

function lengthOf(part: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(part.length);
  return length;
}

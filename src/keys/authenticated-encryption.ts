import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { Random } from '../kernel/random.ts';

/** AES-256-GCM as NIST SP 800-38D has it: a random 96-bit nonce and a 128-bit tag around the ciphertext. */
const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export interface Encryption {
  readonly key: Uint8Array;
  /** What the ciphertext is bound to; it opens only with the same. */
  readonly context: string;
}

/** Nonce, ciphertext and tag in one. */
export function encrypt(plain: Uint8Array, { key, context }: Encryption, random: Random): Buffer {
  const nonce = random.bytes(NONCE_BYTES);
  // The tag has 16 bytes unless told otherwise; an object of options would cost as much as the encryption of a short text.
  const cipher = createCipheriv(ALGORITHM, key, nonce);
  cipher.setAAD(Buffer.from(context, 'utf8'));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** @throws {Error} where the bytes, the key or the context are not those of {@link encrypt}. */
export function decrypt(bytes: Buffer, { key, context }: Encryption): Buffer {
  if (bytes.length < NONCE_BYTES + TAG_BYTES) throw new Error('the ciphertext is cut short');
  const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(context, 'utf8'));
  decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
  const plain = decipher.update(bytes.subarray(NONCE_BYTES, bytes.length - TAG_BYTES));
  return Buffer.concat([plain, decipher.final()]);
}

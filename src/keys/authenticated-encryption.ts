import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { Random } from '../kernel/random.ts';

/** AES-256-GCM (NIST SP 800-38D), with a random 96-bit nonce before the ciphertext and a 128-bit tag after it. */
const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export interface Encryption {
  readonly key: Uint8Array;
  /** What the ciphertext is bound to. Decryption needs the same context. */
  readonly context: string;
}

/** Returns the nonce, the ciphertext and the tag, concatenated. */
export function encrypt(plain: Uint8Array, { key, context }: Encryption, random: Random): Buffer {
  const nonce = random.bytes(NONCE_BYTES);
  // The tag has 16 bytes by default. Passing an options object would cost as much as encrypting a short text.
  const cipher = createCipheriv(ALGORITHM, key, nonce);
  cipher.setAAD(Buffer.from(context, 'utf8'));
  const text = cipher.update(plain);
  // GCM leaves nothing for the end; the call computes the tag.
  cipher.final();
  return Buffer.concat([nonce, text, cipher.getAuthTag()]);
}

/** @throws {Error} if the bytes, the key or the context are not those of {@link encrypt}. */
export function decrypt(bytes: Buffer, { key, context }: Encryption): Buffer {
  if (bytes.length < NONCE_BYTES + TAG_BYTES) throw new Error('the ciphertext is truncated');
  const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(context, 'utf8'));
  decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
  const plain = decipher.update(bytes.subarray(NONCE_BYTES, bytes.length - TAG_BYTES));
  // Checks the tag, and throws if it is wrong.
  decipher.final();
  return plain;
}

/** The length of the key-encryption key, in bytes. */
export const KEY_ENCRYPTION_KEY_BYTES = 32;

const HEX = /^[0-9a-fA-F]{64}$/;
const BASE64 = /^[A-Za-z0-9+/]{43}=?$/;
const BASE64URL = /^[A-Za-z0-9_-]{43}=?$/;

/**
 * Parses the key-encryption key from a setting: 32 bytes as base64, base64url or hexadecimal.
 * @throws {Error} if it is none of these. The message never contains the text itself.
 */
export function parseKeyEncryptionKey(text: string): Buffer {
  const trimmed = text.trim();
  if (HEX.test(trimmed)) return Buffer.from(trimmed, 'hex');
  if (BASE64.test(trimmed)) return Buffer.from(trimmed, 'base64');
  if (BASE64URL.test(trimmed)) return Buffer.from(trimmed, 'base64url');
  throw new Error(
    'the key-encryption key is not 32 bytes in base64 or hexadecimal; `openssl rand -base64 32` makes one',
  );
}

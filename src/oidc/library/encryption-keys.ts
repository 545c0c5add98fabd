import type { JWK } from 'oidc-provider';
import type { EncryptionKey } from '../../keys/key-ring.ts';

/**
 * The issuer's keys that decrypt, as oidc-provider takes them: it has no external keys for decryption, so these are the only private keys that
 * it holds. It serves all algorithms of the family with a key that names none.
 */
export function encryptionJwks(keys: readonly EncryptionKey[]): readonly JWK[] {
  return keys.map(({ kid, privateKey }) => ({ ...privateKey.export({ format: 'jwk' }), kid, use: 'enc' }) as JWK);
}

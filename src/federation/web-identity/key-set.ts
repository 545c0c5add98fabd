import { createPublicKey, type JsonWebKey, X509Certificate } from 'node:crypto';
import { createLocalJWKSet, type JWK, type JWTVerifyGetKey } from 'jose';

const MOST_KEYS = 100;
const PUBLIC_TYPES = new Set(['RSA', 'EC', 'OKP']);

/** An issuer's keys, ready to verify with. */
export interface KeySet {
  /** Two sets with the same text hold the same keys. */
  readonly text: string;
  readonly getKey: JWTVerifyGetKey;
}

/**
 * Reads a JWK Set (RFC 7517 §5). Members that cannot verify a signature are left out: secrets, private keys, keys for
 * encryption, and keys that differ from their own certificate (`x5c`, §4.7). `jose` then chooses by `kid`, `kty`, `alg`,
 * `use`, `key_ops` and curve.
 * @throws {Error} if it is no JWK Set, or has no usable key.
 */
export function readKeySet(value: unknown): KeySet {
  const { keys } = (typeof value === 'object' && value !== null ? value : {}) as { readonly keys?: unknown };
  if (!Array.isArray(keys)) throw new Error('it is not a JWK Set: there is no list "keys"');
  if (keys.length > MOST_KEYS) throw new Error(`it has more than ${MOST_KEYS} keys`);
  const usable = keys.filter(isUsable);
  if (usable.length === 0) throw new Error('it has no public key for signatures');
  return { text: JSON.stringify(usable), getKey: createLocalJWKSet({ keys: usable }) };
}

function isUsable(key: unknown): key is JWK {
  if (typeof key !== 'object' || key === null) return false;
  const { kty, use, d, x5c } = key as JWK;
  if (typeof kty !== 'string' || !PUBLIC_TYPES.has(kty) || d !== undefined) return false;
  if (use !== undefined && use !== 'sig') return false;
  return x5c === undefined || isKeyOf(x5c, key as JsonWebKey);
}

/** Whether the first certificate of a chain is about this key. */
function isKeyOf(chain: unknown, key: JsonWebKey): boolean {
  const leaf: unknown = Array.isArray(chain) ? chain[0] : undefined;
  if (typeof leaf !== 'string') return false;
  try {
    return new X509Certificate(Buffer.from(leaf, 'base64')).publicKey.equals(createPublicKey({ key, format: 'jwk' }));
  } catch {
    return false;
  }
}

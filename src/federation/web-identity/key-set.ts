import { createPublicKey, type JsonWebKey, type KeyObject, X509Certificate } from 'node:crypto';
import type { JWK } from 'jose';
import { BoundedCache } from '../../kernel/bounded-cache.ts';
import { SIGNATURE_ALGORITHMS, type SignatureAlgorithm, type VerificationKey } from './signature-algorithms.ts';

const MAX_KEYS = 100;
const PUBLIC_TYPES = new Set(['RSA', 'EC', 'OKP']);
/** RFC 7518 §3.3. */
const SHORTEST_MODULUS = 2048;
const MAX_CACHED_TOKENS = 2000;

/** An issuer's keys, ready to verify with. */
export interface KeySet {
  /** Two sets with the same text hold the same keys. */
  readonly text: string;
  readonly keys: readonly UsableKey[];
  /** The texts of tokens whose signatures these keys have verified: workloads present one token again and again. */
  readonly verified: BoundedCache<string, true>;
}

interface UsableKey {
  readonly jwk: JWK;
  /** How to verify with it, for each algorithm that it fits. */
  readonly byAlgorithm: ReadonlyMap<string, VerificationKey>;
}

/**
 * Reads a JWK Set (RFC 7517 §5). Members that cannot verify a signature are left out: secrets, private keys, keys for
 * another use (`use`, `key_ops`), short RSA keys, and keys that differ from their own certificate (`x5c`, §4.7).
 * @throws {Error} if it is no JWK Set, or has no usable key.
 */
export function readKeySet(value: unknown): KeySet {
  const { keys } = (typeof value === 'object' && value !== null ? value : {}) as { readonly keys?: unknown };
  if (!Array.isArray(keys)) throw new Error('it is not a JWK Set: there is no list "keys"');
  if (keys.length > MAX_KEYS) throw new Error(`it has more than ${MAX_KEYS} keys`);
  const usable = keys.flatMap(readKey);
  if (usable.length === 0) throw new Error('it has no public key for signatures');
  return {
    text: JSON.stringify(usable.map(({ jwk }) => jwk)),
    keys: usable,
    verified: new BoundedCache(MAX_CACHED_TOKENS),
  };
}

/** The keys that fit a token's header: by type, curve and `alg`, and by `kid` if the token names one. */
export function fittingKeys(
  { keys }: KeySet,
  { alg, kid }: { readonly alg: string; readonly kid: unknown },
): readonly VerificationKey[] {
  return keys.flatMap(({ jwk, byAlgorithm }) => {
    const key = kid === undefined || jwk.kid === kid ? byAlgorithm.get(alg) : undefined;
    return key ?? [];
  });
}

function readKey(value: unknown): readonly UsableKey[] {
  if (typeof value !== 'object' || value === null) return [];
  const jwk = value as JWK;
  if (typeof jwk.kty !== 'string' || !PUBLIC_TYPES.has(jwk.kty) || jwk.d !== undefined || !isForSignatures(jwk))
    return [];
  const key = importKey(jwk);
  if (key === undefined || (jwk.x5c !== undefined && !isKeyOf(jwk.x5c, key))) return [];
  const bits = key.asymmetricKeyDetails?.modulusLength;
  return bits !== undefined && bits < SHORTEST_MODULUS ? [] : [{ jwk, byAlgorithm: algorithmsOf(jwk, key) }];
}

function algorithmsOf(jwk: JWK, key: KeyObject): ReadonlyMap<string, VerificationKey> {
  const fits = ([alg, { kty, crv }]: readonly [string, SignatureAlgorithm]): boolean =>
    jwk.kty === kty && jwk.crv === crv && (jwk.alg === undefined || jwk.alg === alg);
  return new Map([...SIGNATURE_ALGORITHMS].filter(fits).map(([alg, { options }]) => [alg, { key, ...options }]));
}

function isForSignatures({ use, key_ops: operations }: JWK): boolean {
  if (use !== undefined && use !== 'sig') return false;
  return operations === undefined || (Array.isArray(operations) && operations.includes('verify'));
}

function importKey(jwk: JWK): KeyObject | undefined {
  try {
    return createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
  } catch {
    return undefined;
  }
}

/** Whether the first certificate of a chain is about this key. */
function isKeyOf(chain: unknown, key: KeyObject): boolean {
  const leaf: unknown = Array.isArray(chain) ? chain[0] : undefined;
  if (typeof leaf !== 'string') return false;
  try {
    return new X509Certificate(Buffer.from(leaf, 'base64')).publicKey.equals(key);
  } catch {
    return false;
  }
}

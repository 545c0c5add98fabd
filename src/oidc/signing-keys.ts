import { constants, type KeyObject, type SignKeyObjectInput, sign } from 'node:crypto';
import { promisify } from 'node:util';
import type { ExternalSigningKey } from 'oidc-provider';
import type { SigningKey } from '../keys/key-ring.ts';
import type { OidcProviderLibrary } from './load-oidc-provider.ts';

type Algorithm = SigningKey['algorithm'];

interface Signing {
  readonly digest: 'sha256' | null;
  readonly options: Omit<SignKeyObjectInput, 'key'>;
}

const signInBackground: (digest: string | null, data: Uint8Array, key: SignKeyObjectInput) => Promise<Uint8Array> =
  promisify(sign);

/** How each JWS algorithm (RFC 7518 §3.1, RFC 8037) is done with `node:crypto`. */
const SIGNING: Readonly<Record<Algorithm, Signing>> = {
  ES256: { digest: 'sha256', options: { dsaEncoding: 'ieee-p1363' } },
  PS256: { digest: 'sha256', options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } },
  RS256: { digest: 'sha256', options: { padding: constants.RSA_PKCS1_PADDING } },
  EdDSA: { digest: null, options: {} },
};

/**
 * The issuer's keys as oidc-provider takes them: by what they can do rather than as JWKs, so that private keys are never
 * exported, and each signature is one call of `node:crypto`, without what `jose` does around it. It runs in Node's thread pool:
 * an RSA signature takes a millisecond, and this way tokens are made on several cores (measured: a fifth more ES256 tokens).
 * The first key of an algorithm signs; the others are published and verify.
 */
export function signingKeys(
  library: OidcProviderLibrary,
  keys: readonly SigningKey[],
): { readonly keys: ExternalSigningKey[] } {
  class RingKey extends library.ExternalSigningKey {
    readonly #publicKey: KeyObject;
    readonly #digest: Signing['digest'];
    readonly #signing: SignKeyObjectInput;

    constructor({ kid, algorithm, privateKey, publicKey }: SigningKey) {
      super();
      Object.assign(this, { kid, alg: algorithm });
      this.#publicKey = publicKey;
      const { digest, options } = SIGNING[algorithm];
      this.#digest = digest;
      this.#signing = { key: privateKey, ...options };
    }

    override keyObject(): KeyObject {
      return this.#publicKey;
    }

    override sign(data: Uint8Array): Promise<Uint8Array> {
      return signInBackground(this.#digest, data, this.#signing);
    }
  }
  return { keys: keys.map((key) => new RingKey(key)) };
}

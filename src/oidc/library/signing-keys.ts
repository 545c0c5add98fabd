import { constants, type KeyObject, type SignKeyObjectInput, sign } from 'node:crypto';
import type { ExternalSigningKey } from 'oidc-provider';
import type { SigningKey } from '../../keys/key-ring.ts';
import { joseSignature } from './jose-signature.ts';
import type { OidcProviderLibrary } from './load-oidc-provider.ts';

type Algorithm = SigningKey['algorithm'];

interface Signing {
  readonly digest: 'sha256' | null;
  /** Options besides the key. */
  readonly options?: Omit<SignKeyObjectInput, 'key'>;
  /** Converts the signature to the JOSE form, if that differs. */
  readonly encode?: (signature: Uint8Array) => Uint8Array;
}

/**
 * How `node:crypto` performs each JWS algorithm (RFC 7518 §3.1, RFC 8037). Without options, the key is passed directly, because wrapping
 * it in an object is slower on Node.js 24. RSA keys use PKCS #1 v1.5 padding by default.
 */
const SIGNING: Readonly<Record<Algorithm, Signing>> = {
  ES256: { digest: 'sha256', encode: joseSignature },
  PS256: { digest: 'sha256', options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } },
  RS256: { digest: 'sha256' },
  EdDSA: { digest: null },
};

function signInBackground(
  { digest, encode }: Signing,
  key: KeyObject | SignKeyObjectInput,
  data: Uint8Array,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) =>
    sign(digest, data, key, (error, signature) => {
      if (error) reject(error);
      else resolve(encode === undefined ? signature : encode(signature));
    }),
  );
}

/**
 * The issuer's keys for oidc-provider, as external keys rather than JWKs, so that private keys are never exported and each signature is a
 * single call of `node:crypto`. It runs in Node's thread pool, so several cores sign tokens. The first key of an algorithm signs; the
 * others are published and verify.
 */
export function signingKeys(
  library: OidcProviderLibrary,
  keys: readonly SigningKey[],
): { readonly keys: ExternalSigningKey[] } {
  class RingKey extends library.ExternalSigningKey {
    readonly #privateKey: KeyObject | SignKeyObjectInput;
    readonly #publicKey: KeyObject;
    readonly #signing: Signing;

    constructor({ kid, algorithm, privateKey, publicKey }: SigningKey) {
      super();
      Object.assign(this, { kid, alg: algorithm });
      this.#publicKey = publicKey;
      this.#signing = SIGNING[algorithm];
      const { options } = this.#signing;
      this.#privateKey = options === undefined ? privateKey : { key: privateKey, ...options };
    }

    override keyObject(): KeyObject {
      return this.#publicKey;
    }

    override sign(data: Uint8Array): Promise<Uint8Array> {
      return signInBackground(this.#signing, this.#privateKey, data);
    }
  }
  return { keys: keys.map((key) => new RingKey(key)) };
}

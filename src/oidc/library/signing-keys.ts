import { constants, type KeyObject, type SignKeyObjectInput, sign } from 'node:crypto';
import type { ExternalSigningKey } from 'oidc-provider';
import type { SigningKey } from '../../keys/key-ring.ts';
import { joseSignature } from './jose-signature.ts';
import type { OidcProviderLibrary } from './load-oidc-provider.ts';

type Algorithm = SigningKey['algorithm'];

interface Signing {
  readonly digest: 'sha256' | null;
  /** What is to be said beside the key. */
  readonly options?: Omit<SignKeyObjectInput, 'key'>;
  /** How JOSE has the signature that comes out, where it is another form. */
  readonly encode?: (signature: Uint8Array) => Uint8Array;
}

/**
 * How each JWS algorithm (RFC 7518 §3.1, RFC 8037) is done with `node:crypto`. Without options the key goes in by itself: on Node.js 24 an object
 * around it made machine tokens a seventh dearer. RSA keys are padded by PKCS #1 v1.5 unless said otherwise.
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

import { BoundedCache } from '../../kernel/bounded-cache.ts';
import { amzDateReader } from './amz-date.ts';
import type { CredentialScope } from './credential.ts';
import type { SigningKey } from './signing-key.ts';

/** Who signed, and which headers are covered: an Authorization header without the signature. For a client, it only changes daily. */
export interface Signer {
  /** `accessKeyId/date/region/service/aws4_request`, as sent. */
  readonly credential: string;
  readonly accessKeyId: string;
  readonly scope: CredentialScope;
  /** Names in lower case, sorted; `host` is always among them. */
  readonly signedHeaders: readonly string[];
}

/** A signing key, and the secret from which it was derived. */
export interface KnownKey {
  readonly secretAccessKey: string;
  readonly key: SigningKey;
}

/** Results worth keeping between requests. The cache only saves work; it never decides whether a signature is valid. */
export interface SignatureCache {
  /** By the Authorization header up to its signature. */
  readonly signers: BoundedCache<string, Signer>;
  /** By credential. */
  readonly keys: BoundedCache<string, KnownKey>;
  /** {@link parseAmzDate} for the `X-Amz-Date` header, which is the same for all requests signed in one second. */
  readonly timeOf: (date: string) => number | undefined;
}

/** Creates the cache of one process; `capacity` is the number of credentials to remember. */
export function createSignatureCache({ capacity }: { capacity: number }): SignatureCache {
  return {
    signers: new BoundedCache(capacity),
    keys: new BoundedCache(capacity),
    timeOf: amzDateReader(),
  };
}

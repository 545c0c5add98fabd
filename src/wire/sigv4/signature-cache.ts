import { BoundedCache } from '../../kernel/bounded-cache.ts';
import { amzDateReader } from './amz-date.ts';
import type { CredentialScope } from './credential.ts';
import type { SigningKey } from './signing-key.ts';

/** Who signed and what is covered: all of an Authorization header but the signature. A client sends the same all day. */
export interface Signer {
  /** `accessKeyId/date/region/service/aws4_request`, as sent. */
  readonly credential: string;
  readonly accessKeyId: string;
  readonly scope: CredentialScope;
  /** Names in lower case, sorted; `host` is always among them. */
  readonly signedHeaders: readonly string[];
}

/** A signing key, and the secret it was derived from. */
export interface KnownKey {
  readonly secretAccessKey: string;
  readonly key: SigningKey;
}

/** What is worth remembering between requests. Nothing in it decides anything: it only spares work. */
export interface SignatureCache {
  /** By Authorization header up to its signature. */
  readonly signers: BoundedCache<string, Signer>;
  /** By credential. */
  readonly keys: BoundedCache<string, KnownKey>;
  /** {@link parseAmzDate} of the `X-Amz-Date` header; requests of one second say the same. */
  readonly timeOf: (date: string) => number | undefined;
}

/** Makes the cache of one process; `capacity` is the number of credentials remembered. */
export function createSignatureCache({ capacity }: { capacity: number }): SignatureCache {
  return {
    signers: new BoundedCache(capacity),
    keys: new BoundedCache(capacity),
    timeOf: amzDateReader(),
  };
}

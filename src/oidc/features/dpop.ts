import type { Configuration } from 'oidc-provider';

/** RFC 9449: tokens bound to a key of the client. @param nonceSecret 32 bytes, the same on every process. */
export function dpop(nonceSecret: Buffer): Configuration {
  return { features: { dPoP: { enabled: true, nonceSecret, requireNonce: () => false, allowReplay: false } } };
}

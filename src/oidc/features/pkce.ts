import type { Configuration } from 'oidc-provider';

/** Codes alone, each bound to its request: no implicit flow, PKCE for every client (RFC 9700 §2.1.1, §2.1.2; only S256 exists). */
export function pkce(): Configuration {
  return { responseTypes: ['code'], pkce: { required: () => true } };
}

/** The algorithms that may sign tokens, answers and what clients sign (RFC 8725 §3.1). `none` and HMAC are excluded. */
export const SIGNING = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const;
export type SigningAlgorithm = (typeof SIGNING)[number];

/** Those that FAPI 2.0 allows (Security Profile §5.4.1). */
export const FAPI_SIGNING = ['PS256', 'ES256', 'EdDSA'] as const satisfies readonly SigningAlgorithm[];

/** What signs assertions of `client_secret_jwt`. Longer hashes would need longer secrets (RFC 7518 §3.2). */
export const SECRET_SIGNING = 'HS256';
/** RFC 7518 §3.2: a key of at least the size of the hash. */
export const SHORTEST_SIGNING_SECRET = 32;

/** How a content key is encrypted (RFC 7518 §4.1), always for the recipient's public key. */
export const KEY_ENCRYPTION = [
  'RSA-OAEP-256',
  'RSA-OAEP',
  'ECDH-ES',
  'ECDH-ES+A128KW',
  'ECDH-ES+A192KW',
  'ECDH-ES+A256KW',
] as const;

/** How content is encrypted (RFC 7518 §5.1). */
export const CONTENT_ENCRYPTION = [
  'A128CBC-HS256',
  'A128GCM',
  'A192CBC-HS384',
  'A192GCM',
  'A256CBC-HS512',
  'A256GCM',
] as const;

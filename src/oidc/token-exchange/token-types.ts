/** Identifiers of token types (RFC 8693 §3, and two of our own). */
export const TOKEN_TYPES = {
  accessToken: 'urn:ietf:params:oauth:token-type:access_token',
  refreshToken: 'urn:ietf:params:oauth:token-type:refresh_token',
  idToken: 'urn:ietf:params:oauth:token-type:id_token',
  jwt: 'urn:ietf:params:oauth:token-type:jwt',
  /** A `GetCallerIdentity` of STS, signed for this server and not sent. */
  callerIdentity: 'urn:rolecall:token-type:presigned-get-caller-identity',
  /** Temporary credentials of a role. */
  roleCredentials: 'urn:rolecall:token-type:role-credentials',
} as const;

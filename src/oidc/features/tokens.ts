import type { Configuration } from 'oidc-provider';
import { SIGNING } from '../../identity/applications/oidc/client-algorithms.ts';
import { COMMAND_LINE_CLIENT_ID } from '../own-client.ts';

/** Seconds. */
export const TOKEN_LIFETIMES = {
  /** RFC 6749 §4.1.2 recommends at most ten minutes, ASVS 10.4.3 one. */
  code: 60,
  accessToken: 3600,
  machineToken: 600,
  /** It is exchanged at once. */
  commandLineToken: 300,
  idToken: 3600,
} as const;

/** The lifetimes of tokens, and the algorithms that may sign them (RFC 8725 §3.1). `none` and HMAC are excluded. */
export function tokens(): Configuration {
  return {
    // The tolerated difference between clocks (FAPI 2.0 §5.3.2.1: 10 s must be accepted).
    clockTolerance: 10,
    ttl: {
      AuthorizationCode: TOKEN_LIFETIMES.code,
      AccessToken: (_ctx, token, { clientId }) =>
        clientId === COMMAND_LINE_CLIENT_ID
          ? TOKEN_LIFETIMES.commandLineToken
          : (token.resourceServer?.accessTokenTTL ?? TOKEN_LIFETIMES.accessToken),
      ClientCredentials: (_ctx, token) => token.resourceServer?.accessTokenTTL ?? TOKEN_LIFETIMES.machineToken,
      IdToken: TOKEN_LIFETIMES.idToken,
    },
    enabledJWA: {
      idTokenSigningAlgValues: [...SIGNING],
      dPoPSigningAlgValues: ['ES256', 'EdDSA', 'PS256'],
    },
    // Tokens in URLs end up in logs and histories (RFC 9700 §4.3.2).
    acceptQueryParamAccessTokens: false,
  };
}

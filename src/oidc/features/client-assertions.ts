import type { Client, Configuration, KoaContextWithOIDC } from 'oidc-provider';
import type { OidcProviderLibrary } from '../library/load-oidc-provider.ts';

/** In seconds. FAPI 2.0 §5.3.2.1: 10 s must be accepted; more than this is refused. */
const MAX_AHEAD = 60;

interface AssertionClaims {
  readonly aud?: unknown;
  readonly iat?: unknown;
  readonly nbf?: unknown;
}

/**
 * Checks of client assertions (RFC 7523 §3) in addition to oidc-provider's. The library has already checked that one audience is ours; a
 * list must contain no others, or another server that receives the assertion could use it here. A client on the FAPI profile must send
 * only the issuer, as one string (FAPI 2.0 §5.3.3), so that an assertion for one endpoint cannot be used at another.
 */
export function clientAssertions({ errors }: OidcProviderLibrary): Configuration {
  const refuse = (why: string): never => {
    throw new errors.InvalidClientAuth(why);
  };
  return {
    async assertJwtClientAuthClaimsAndHeader(ctx, claims, _header, client) {
      const { aud, iat, nbf } = claims as AssertionClaims;
      const latest = Date.now() / 1000 + MAX_AHEAD;
      for (const [name, time] of Object.entries({ iat, nbf })) {
        if (time !== undefined && !(typeof time === 'number' && time <= latest)) {
          refuse(`${name} must be a time in seconds, and not more than ${MAX_AHEAD} s in the future`);
        }
      }
      if (isOnFapiProfile(client)) {
        if (aud !== ctx.oidc.issuer) refuse('aud must be the issuer, as one string: the client is on the FAPI profile');
      } else if (Array.isArray(aud) && !aud.every((each) => isOurs(ctx, each))) {
        refuse('aud names another server beside this one');
      }
    },
  };
}

function isOurs(ctx: KoaContextWithOIDC, audience: unknown): boolean {
  return ctx.oidc.clientJwtAuthExpectedAudience().has(audience as string);
}

/** Whether a client is on the FAPI profile (FAPI 2.0 §5.3.2), which follows from its other requirements. */
export function isOnFapiProfile(client: Client): boolean {
  const { requirePushedAuthorizationRequests, dpopBoundAccessTokens } = client;
  return requirePushedAuthorizationRequests === true && dpopBoundAccessTokens === true;
}

import type { Client, Configuration, KoaContextWithOIDC } from 'oidc-provider';
import type { OidcProviderLibrary } from '../library/load-oidc-provider.ts';

/** Seconds; FAPI 2.0 §5.3.2.1: 10 must be accepted, and more than this refused. */
const MOST_AHEAD = 60;

interface AssertionClaims {
  readonly aud?: unknown;
  readonly iat?: unknown;
  readonly nbf?: unknown;
}

/**
 * What oidc-provider leaves open of client assertions (RFC 7523 §3). The library has asked already that an audience is one of ours; a list
 * must hold no other's, or a server that gets one could use it here. A client on the FAPI profile sends the issuer alone, as one string
 * (FAPI 2.0 §5.3.3): what it signs for one endpoint is nothing to another.
 */
export function clientAssertions({ errors }: OidcProviderLibrary): Configuration {
  const refuse = (why: string): never => {
    throw new errors.InvalidClientAuth(why);
  };
  return {
    async assertJwtClientAuthClaimsAndHeader(ctx, claims, _header, client) {
      const { aud, iat, nbf } = claims as AssertionClaims;
      const latest = Date.now() / 1000 + MOST_AHEAD;
      for (const [name, time] of Object.entries({ iat, nbf })) {
        if (time !== undefined && !(typeof time === 'number' && time <= latest)) {
          refuse(`${name} must be a time in seconds, and not more than ${MOST_AHEAD} s in the future`);
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

/** FAPI 2.0 §5.3.2: what makes a client one of the profile is what it is bound to. */
export function isOnFapiProfile(client: Client): boolean {
  const { requirePushedAuthorizationRequests, dpopBoundAccessTokens } = client;
  return requirePushedAuthorizationRequests === true && dpopBoundAccessTokens === true;
}

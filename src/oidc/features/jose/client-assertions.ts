import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { SECRET_SIGNING, SIGNING } from '../../../identity/applications/oidc/client-algorithms.ts';
import { FAPI_CIBA_SIGNING, isOnFapiCiba } from '../../../identity/applications/oidc/fapi-ciba-profile.ts';
import type { OidcProviderLibrary } from '../../library/load-oidc-provider.ts';
import { isFapiAlgorithm, isOnFapiProfile } from '../fapi/fapi-profile.ts';
import { futureTime } from './future-time.ts';

/** Types of other JWTs that clients sign, which are no assertions (RFC 9101 §10.8, RFC 9449 §4.2). */
const OTHER_TYPES = /^(?:application\/)?(?:oauth-authz-req|dpop)\+jwt$/i;

/**
 * Client assertions (RFC 7523), signed with a key of the client (`private_key_jwt`) or with its secret (`client_secret_jwt`), and checks of
 * them in addition to oidc-provider's. The library has already checked that one audience is ours; a list must contain no others, or
 * another server that receives the assertion could use it here. A client on the FAPI profile must send only the issuer, as one string (FAPI
 * 2.0 Security Profile §5.3.2.1), so that an assertion for one endpoint cannot be used at another.
 */
export function clientAssertions({ errors }: OidcProviderLibrary): Configuration {
  const refuse = (why: string): never => {
    throw new errors.InvalidClientAuth(why);
  };
  return {
    enabledJWA: { clientAuthSigningAlgValues: [...SIGNING, SECRET_SIGNING] },
    async assertJwtClientAuthClaimsAndHeader(ctx, claims, header, client) {
      const { aud } = claims as { readonly aud?: unknown };
      const { alg, typ } = header as { readonly alg?: unknown; readonly typ?: unknown };
      if (typeof typ === 'string' && OTHER_TYPES.test(typ))
        refuse('the JWT is of another type than a client assertion');
      const future = futureTime(claims);
      if (future !== undefined) refuse(future);
      if (isOnFapiCiba(client) && !(FAPI_CIBA_SIGNING as readonly unknown[]).includes(alg)) {
        refuse(`alg must be ${FAPI_CIBA_SIGNING.join(' or ')}: the client is on the FAPI-CIBA profile`);
      }
      if (isOnFapiProfile(client)) {
        if (aud !== ctx.oidc.issuer) refuse('aud must be the issuer, as one string: the client is on the FAPI profile');
        if (!isFapiAlgorithm(alg)) refuse('alg must be PS256, ES256 or EdDSA: the client is on the FAPI profile');
      } else if (Array.isArray(aud) && !aud.every((each) => isOurs(ctx, each))) {
        refuse('aud names another server beside this one');
      }
    },
  };
}

function isOurs(ctx: KoaContextWithOIDC, audience: unknown): boolean {
  return ctx.oidc.clientJwtAuthExpectedAudience().has(audience as string);
}

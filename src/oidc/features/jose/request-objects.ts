import type { Client, Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { SIGNING } from '../../../identity/applications/oidc/client-algorithms.ts';
import { isOnFapiCiba } from '../../../identity/applications/oidc/fapi-ciba-profile.ts';
import type { OidcProviderLibrary } from '../../library/load-oidc-provider.ts';
import { BACKCHANNEL_ROUTE } from '../../library/requests/backchannel-requests.ts';
import { isFapiAlgorithm, isOnFapiProfile } from '../fapi/fapi-profile.ts';
import { futureTime } from './future-time.ts';
import { noteSignedRequest } from './single-use-requests.ts';

/** FAPI 2.0 Message Signing §5.3.1, in seconds: how long before its end a request object may begin to be valid. */
const LONGEST_VALIDITY = 3600;
/** RFC 9101 §10.8 and §4; RFC 7519 §5.1. */
const TYPES = /^(?:application\/)?(?:oauth-authz-req\+)?jwt$/i;

interface RequestClaims {
  readonly sub?: unknown;
  readonly exp?: unknown;
  readonly nbf?: unknown;
  readonly iat?: unknown;
  readonly jti?: unknown;
}
interface RequestHeader {
  readonly alg?: unknown;
  readonly typ?: unknown;
}

/**
 * Authorization requests in a signed JWT (RFC 9101), by the parameter `request`, at the authorization or the PAR endpoint. There is no
 * `request_uri` but that of a pushed request, so nothing is fetched. oidc-provider checks the signature, `iss` and `aud`.
 */
export function requestObjects({ errors }: OidcProviderLibrary): Configuration {
  const refuse = (why: string): never => {
    throw new errors.InvalidRequestObject(why);
  };
  const checkFapi = (claims: RequestClaims, { alg }: RequestHeader): void => {
    if (!isFapiAlgorithm(alg)) refuse('the algorithm of the request object must be PS256, ES256 or EdDSA');
    checkValidity(claims);
  };
  const checkValidity = ({ exp, nbf }: RequestClaims): void => {
    if (typeof exp !== 'number') refuse('the request object needs exp');
    if (typeof nbf !== 'number') refuse('the request object needs nbf');
    const validity = Number(exp) - Number(nbf);
    if (!(validity > 0 && validity <= LONGEST_VALIDITY)) {
      refuse(`exp of the request object must be at most ${LONGEST_VALIDITY} s after nbf`);
    }
  };
  /** OpenID Connect CIBA Core 1.0 §7.1.1; FAPI-CIBA §5.2.2. */
  const checkBackchannel = (ctx: KoaContextWithOIDC, claims: RequestClaims, client: Client): void => {
    for (const name of ['exp', 'iat', 'nbf'] as const) {
      if (typeof claims[name] !== 'number')
        refuse(`the signed authentication request needs ${name}, a time in seconds`);
    }
    if (typeof claims.jti !== 'string' || claims.jti === '') refuse('the signed authentication request needs jti');
    noteSignedRequest(ctx, { jti: String(claims.jti), exp: Number(claims.exp) });
    if (!isOnFapiCiba(client)) return;
    checkValidity(claims);
    if (Number(claims.nbf) < Date.now() / 1000 - LONGEST_VALIDITY) {
      refuse(`nbf of the request object must be at most ${LONGEST_VALIDITY} s in the past`);
    }
  };
  return {
    features: {
      requestObjects: {
        enabled: true,
        async assertJwtClaimsAndHeader(ctx: KoaContextWithOIDC, claims: object, header: object, client: Client) {
          // What was pushed was checked then. Without a request object, it is stored as an unsigned one.
          if (ctx.oidc.entities['PushedAuthorizationRequest'] !== undefined) return;
          const { typ } = header as RequestHeader;
          const { sub } = claims as RequestClaims;
          if (typ !== undefined && !TYPES.test(String(typ))) refuse('the JWT is of another type than a request object');
          // RFC 9101 §10.8: it could be mistaken for a client assertion.
          if (sub === client.clientId) refuse('sub of a request object must not be the client');
          const future = futureTime(claims);
          if (future !== undefined) refuse(future);
          if (ctx.oidc.route === BACKCHANNEL_ROUTE) checkBackchannel(ctx, claims, client);
          if (isOnFapiProfile(client)) checkFapi(claims, header);
        },
      },
    },
    enabledJWA: { requestObjectSigningAlgValues: [...SIGNING] },
  };
}

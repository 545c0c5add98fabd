import type { Client, Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { SIGNING } from '../../../identity/applications/oidc/client-algorithms.ts';
import type { OidcProviderLibrary } from '../../library/load-oidc-provider.ts';
import { isFapiAlgorithm, isOnFapiProfile } from '../fapi/fapi-profile.ts';
import { futureTime } from './future-time.ts';

/** FAPI 2.0 Message Signing §5.3.1, in seconds: how long before its end a request object may begin to be valid. */
const LONGEST_VALIDITY = 3600;
/** RFC 9101 §10.8 and §4; RFC 7519 §5.1. */
const TYPES = /^(?:application\/)?(?:oauth-authz-req\+)?jwt$/i;

interface RequestClaims {
  readonly sub?: unknown;
  readonly exp?: unknown;
  readonly nbf?: unknown;
  readonly iat?: unknown;
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
  const checkFapi = ({ exp, nbf }: RequestClaims, { alg }: RequestHeader): void => {
    if (!isFapiAlgorithm(alg)) refuse('the algorithm of the request object must be PS256, ES256 or EdDSA');
    if (typeof exp !== 'number') refuse('the request object needs exp');
    if (typeof nbf !== 'number') refuse('the request object needs nbf');
    const validity = Number(exp) - Number(nbf);
    if (!(validity > 0 && validity <= LONGEST_VALIDITY)) {
      refuse(`exp of the request object must be at most ${LONGEST_VALIDITY} s after nbf`);
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
          if (isOnFapiProfile(client)) checkFapi(claims, header);
        },
      },
    },
    enabledJWA: { requestObjectSigningAlgValues: [...SIGNING] },
  };
}

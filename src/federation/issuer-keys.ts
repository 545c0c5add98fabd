import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { ServiceError } from '../kernel/service-error.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import { FEDERATION_ERRORS } from './federation-errors.ts';

/**
 * The keys for verifying an issuer's tokens. The server's own issuer, accepted only under its exact URL, uses the key
 * ring directly, without an HTTP request to itself. Other issuers (which must use https) are refused until upstream
 * federation exists.
 */
export function issuerKeys(keyRing: KeyRing, ownIssuer: string): (issuer: string) => Promise<JWTVerifyGetKey> {
  const makeOwn = (): JWTVerifyGetKey => createLocalJWKSet(keyRing.publicJwks() as unknown as JSONWebKeySet);
  let own = makeOwn();
  keyRing.onChange(() => {
    own = makeOwn();
  });
  return async (issuer) => {
    if (issuer === ownIssuer) return own;
    throw new ServiceError(
      FEDERATION_ERRORS.IDPCommunicationError,
      `Couldn't retrieve verification key from your identity provider ${issuer}: only this server's own tokens are supported so far`,
    );
  };
}

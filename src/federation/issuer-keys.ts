import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { ServiceError } from '../kernel/service-error.ts';
import type { KeyRing } from '../keys/key-ring.ts';

/**
 * The keys of an issuer, for checking its tokens. The server's own issuer is served from the key ring, without a request
 * to itself, and only under its exact URL; outside issuers (which must be https) come with upstream federation and are refused
 * until then.
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
      'IDPCommunicationError',
      `Couldn't retrieve verification key from your identity provider ${issuer}: only tokens of this server's own issuer can be checked so far`,
    );
  };
}

import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import type { KeyRing } from '../../keys/key-ring.ts';
import type { IssuerKeys } from './key-cache.ts';

/**
 * The keys for verifying an issuer's tokens. The server's own issuer, accepted only under its exact URL, uses the key
 * ring directly, without an HTTP request to itself. All others are in the cache.
 */
export function issuerKeys(keyRing: KeyRing, ownIssuer: string, others: IssuerKeys): IssuerKeys {
  const makeOwn = (): JWTVerifyGetKey => createLocalJWKSet(keyRing.publicJwks() as unknown as JSONWebKeySet);
  let own = makeOwn();
  keyRing.onChange(() => {
    own = makeOwn();
  });
  return {
    of: async (issuer) => (issuer === ownIssuer ? own : others.of(issuer)),
    newerThan: async (issuer, known) => {
      if (issuer !== ownIssuer) return others.newerThan(issuer, known);
      return own === known ? undefined : own;
    },
  };
}

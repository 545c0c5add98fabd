import type { KeyRing } from '../../keys/key-ring.ts';
import type { IssuerKeys } from './key-cache.ts';
import { type KeySet, readKeySet } from './key-set.ts';

/**
 * The keys for verifying an issuer's tokens. The server's own issuer, accepted only under its exact URL, uses the key
 * ring directly, without an HTTP request to itself. All others are in the cache.
 */
export function issuerKeys(keyRing: KeyRing, ownIssuer: string, others: IssuerKeys): IssuerKeys {
  const makeOwn = (): KeySet => readKeySet(keyRing.publicJwks());
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

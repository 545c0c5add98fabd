import { BoundedCache } from '../../kernel/bounded-cache.ts';
import type { IssuerKeys } from './key-cache.ts';
import { type KeySet, readKeySet } from './key-set.ts';

const MOST_KEPT = 1000;

/** The issuers of this server's accounts (`/outbound/…`). */
export interface OutboundIssuers {
  /** The published keys of an issuer; `undefined` if the URL is none of ours, or of no account. */
  jwksOf(issuer: string): Promise<{ readonly keys: readonly object[] } | undefined>;
}

/** The keys of issuers, of which those of our own accounts are read from the store, without a request to ourselves. */
export function withOutboundIssuers(issuers: OutboundIssuers, others: IssuerKeys): IssuerKeys {
  const kept = new BoundedCache<string, KeySet>(MOST_KEPT);
  const read = async (issuer: string): Promise<KeySet | undefined> => {
    const jwks = await issuers.jwksOf(issuer);
    if (jwks === undefined) return undefined;
    const set = readKeySet(jwks);
    const known = kept.get(issuer);
    // The same keys stay the same object, with the tokens that they have verified.
    if (known?.text === set.text) return known;
    kept.set(issuer, set);
    return set;
  };
  return {
    of: async (issuer) => (await read(issuer)) ?? others.of(issuer),
    async newerThan(issuer, known) {
      const set = await read(issuer);
      if (set === undefined) return others.newerThan(issuer, known);
      return set === known ? undefined : set;
    },
  };
}

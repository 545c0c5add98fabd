import { networksOf } from '../identity/attempts/networks.ts';
import { ServiceError } from '../kernel/service-error.ts';
import { TokenBuckets } from '../kernel/token-bucket.ts';

/** The rate limit for unauthenticated callers on this process, by address. */
export interface StrangerLimit {
  /** Takes one unit for an unsigned call, or for one with an invalid signature; `false` if none is left. `now` in ms. */
  take(address: string, now: number): boolean;
  /** Whether the address has no units left. */
  isSpent(address: string, now: number): boolean;
}

const MAX_NETWORKS = 20_000;
/**
 * The units of each enclosing network, narrowest first, as multiples of those of one address. One party may own an
 * entire IPv6 /48, or more.
 */
const TIMES: readonly number[] = [1, 3, 30];

/** @param perSecond The units that one address (for IPv6, one /64) gets per second; 0 means no limit. */
export function strangerLimit(perSecond: number): StrangerLimit {
  const buckets = new TokenBuckets(MAX_NETWORKS);
  const rateOf = (index: number): number => perSecond * (TIMES[index] ?? 1);
  return {
    // A call refused for a narrow network does not count against the wider ones, which it shares with others.
    take: (address, now) =>
      perSecond === 0 || networksOf(address).every(({ name }, index) => buckets.take(name, rateOf(index), now)),
    isSpent: (address, now) =>
      perSecond !== 0 && networksOf(address).some(({ name }, index) => buckets.isEmpty(name, rateOf(index), now)),
  };
}

/** The error for exceeding a limit. SDKs wait and retry. */
export function throttled(cause?: unknown): ServiceError {
  return new ServiceError('Throttling', 'Rate exceeded', { cause });
}

import { networksOf } from '../identity/attempts/networks.ts';
import { ServiceError } from '../kernel/service-error.ts';
import { TokenBuckets } from '../kernel/token-bucket.ts';

/** How much callers may ask of this process before they have proven who they are, by their address. */
export interface StrangerLimit {
  /** Takes one unit for an unsigned call, or for one whose signature did not hold; tells whether there was one. `now` in ms. */
  take(address: string, now: number): boolean;
  /** Whether nothing is left for the address. */
  isSpent(address: string, now: number): boolean;
}

const NETWORKS_HELD = 20_000;
/** How many times the units of one address its networks have, from the narrowest on: one party may have all of an IPv6 /48, or more. */
const TIMES: readonly number[] = [1, 3, 30];

/** @param perSecond Units that one address (of IPv6, one /64) gets in a second; 0: no limit. */
export function strangerLimit(perSecond: number): StrangerLimit {
  const buckets = new TokenBuckets(NETWORKS_HELD);
  const rateOf = (index: number): number => perSecond * (TIMES[index] ?? 1);
  return {
    // What a narrow network is refused does not count against the wider ones, which others share.
    take: (address, now) =>
      perSecond === 0 || networksOf(address).every(({ name }, index) => buckets.take(name, rateOf(index), now)),
    isSpent: (address, now) =>
      perSecond !== 0 && networksOf(address).some(({ name }, index) => buckets.isEmpty(name, rateOf(index), now)),
  };
}

/** The refusal of what is beyond a limit; SDKs wait and try again. */
export function throttled(cause?: unknown): ServiceError {
  return new ServiceError('Throttling', 'Rate exceeded', { cause });
}

import { BoundedCache } from './bounded-cache.ts';

/** A bucket of units that refills over time. */
interface Bucket {
  units: number;
  /** When it was last refilled, in ms. */
  at: number;
}

/** The number of seconds' worth of units that a full bucket holds. */
const BURST_SECONDS = 2;

/** Token buckets by name. The least recently used are evicted; a new or evicted bucket starts full. */
export class TokenBuckets {
  readonly #buckets: BoundedCache<string, Bucket>;

  /** @param held Maximum number of buckets kept. */
  constructor(held: number) {
    this.#buckets = new BoundedCache(held);
  }

  /** Takes one unit if available, and returns whether it did. `now` is in ms. */
  take(name: string, perSecond: number, now: number): boolean {
    const bucket = this.#filled(name, perSecond, now);
    if (bucket === undefined) {
      this.#buckets.set(name, { units: perSecond * BURST_SECONDS - 1, at: now });
      return true;
    }
    if (bucket.units < 1) return false;
    bucket.units -= 1;
    return true;
  }

  /** Whether there is no unit left. */
  isEmpty(name: string, perSecond: number, now: number): boolean {
    return (this.#filled(name, perSecond, now)?.units ?? 1) < 1;
  }

  /** Takes units from an existing bucket. It may go into debt, which is then refilled first. */
  charge(name: string, units: number): void {
    const bucket = this.#buckets.get(name);
    if (bucket !== undefined) bucket.units -= units;
  }

  #filled(name: string, perSecond: number, now: number): Bucket | undefined {
    const bucket = this.#buckets.get(name);
    if (bucket === undefined) return undefined;
    // If the clock was set back, the bucket neither gains nor loses units.
    if (now > bucket.at) {
      bucket.units = Math.min(perSecond * BURST_SECONDS, bucket.units + ((now - bucket.at) * perSecond) / 1000);
    }
    bucket.at = now;
    return bucket;
  }
}

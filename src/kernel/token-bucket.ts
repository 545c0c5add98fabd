import { BoundedCache } from './bounded-cache.ts';

/** A bucket of units that fills with time. */
interface Bucket {
  units: number;
  /** When it was filled up last, in ms. */
  at: number;
}

/** A full bucket holds the units of so many seconds. */
const BURST_SECONDS = 2;

/** Token buckets by name. The least recently used are forgotten, and start full. */
export class TokenBuckets {
  readonly #buckets: BoundedCache<string, Bucket>;

  /** @param held How many buckets are kept at most. */
  constructor(held: number) {
    this.#buckets = new BoundedCache(held);
  }

  /** Takes one unit, if there is one. `now` in ms. */
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

  /** Takes units from a bucket that is there; it may go into debt, which has to be filled up first. */
  charge(name: string, units: number): void {
    const bucket = this.#buckets.get(name);
    if (bucket !== undefined) bucket.units -= units;
  }

  #filled(name: string, perSecond: number, now: number): Bucket | undefined {
    const bucket = this.#buckets.get(name);
    if (bucket === undefined) return undefined;
    // A clock that was set back gives nothing, and takes nothing.
    if (now > bucket.at) {
      bucket.units = Math.min(perSecond * BURST_SECONDS, bucket.units + ((now - bucket.at) * perSecond) / 1000);
    }
    bucket.at = now;
    return bucket;
  }
}

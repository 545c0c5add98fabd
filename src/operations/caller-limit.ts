import type { Caller } from '../identity/sessions/caller.ts';
import { BoundedCache } from '../kernel/bounded-cache.ts';

/** How much one caller may ask of this process: a bucket that fills with time. */
export interface CallerLimit {
  /** Takes one unit for a call; tells whether there was one. `now` in ms. */
  take(caller: Caller, now: number): boolean;
  /** Takes what the length of an answer costs beyond that; the bucket may go into debt, which later calls wait out. */
  charge(caller: Caller, answerLength: number): void;
}

interface Bucket {
  units: number;
  /** When it was filled up last, in ms. */
  at: number;
}

const CALLERS_HELD = 10_000;
/** Answers up to this length cost no more than their call. */
const FREE_LENGTH = 16 * 1024;
/** Each further piece of this length costs one unit, about what it takes to make. */
const UNIT_LENGTH = 256;
/** A full bucket holds the units of so many seconds. */
const BURST_SECONDS = 2;

/** The sessions of a role share one bucket, else a caller would get more of them by more session names. */
function bucketName(caller: Caller): string {
  return 'uniqueId' in caller ? caller.uniqueId : caller.userId;
}

/** @param perSecond Units that a caller gets in a second. */
export function callerLimit(perSecond: number): CallerLimit {
  const capacity = perSecond * BURST_SECONDS;
  const buckets = new BoundedCache<string, Bucket>(CALLERS_HELD);
  return {
    take(caller, now) {
      const name = bucketName(caller);
      const bucket = buckets.get(name);
      if (bucket === undefined) {
        buckets.set(name, { units: capacity - 1, at: now });
        return true;
      }
      // A clock that was set back gives nothing, and takes nothing.
      if (now > bucket.at) bucket.units = Math.min(capacity, bucket.units + ((now - bucket.at) * perSecond) / 1000);
      bucket.at = now;
      if (bucket.units < 1) return false;
      bucket.units -= 1;
      return true;
    },
    charge(caller, answerLength) {
      if (answerLength <= FREE_LENGTH) return;
      const bucket = buckets.get(bucketName(caller));
      if (bucket !== undefined) bucket.units -= (answerLength - FREE_LENGTH) / UNIT_LENGTH;
    },
  };
}

import type { Caller } from '../identity/sessions/caller.ts';
import { TokenBuckets } from '../kernel/token-bucket.ts';

/** How much one caller may ask of this process. */
export interface CallerLimit {
  /** Takes one unit for a call; tells whether there was one. `now` in ms. */
  take(caller: Caller, now: number): boolean;
  /** Takes what the length of an answer costs beyond that; the bucket may go into debt, which later calls wait out. */
  charge(caller: Caller, answerLength: number): void;
}

const BUCKETS_HELD = 20_000;
/** Answers up to this length cost no more than their call. */
const FREE_LENGTH = 16 * 1024;
/** Each further piece of this length costs one unit, about what it takes to make. */
const UNIT_LENGTH = 256;
/** How many times the units of one session all sessions of a role have together. */
const ROLE_SHARE = 4;

/**
 * A bucket for each user, root user and role session, and one for all sessions of a role together: one noisy session leaves the others
 * their share, and further session names give a caller only so much more.
 * @param perSecond Units that a caller gets in a second.
 */
export function callerLimit(perSecond: number): CallerLimit {
  const buckets = new TokenBuckets(BUCKETS_HELD);
  return {
    take(caller, now) {
      if (!buckets.take(caller.userId, perSecond, now)) return false;
      return caller.type !== 'AssumedRole' || buckets.take(caller.uniqueId, perSecond * ROLE_SHARE, now);
    },
    charge(caller, answerLength) {
      if (answerLength <= FREE_LENGTH) return;
      const units = (answerLength - FREE_LENGTH) / UNIT_LENGTH;
      buckets.charge(caller.userId, units);
      if (caller.type === 'AssumedRole') buckets.charge(caller.uniqueId, units);
    },
  };
}

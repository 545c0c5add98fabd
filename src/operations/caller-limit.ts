import type { Caller } from '../identity/sessions/caller.ts';
import { TokenBuckets } from '../kernel/token-bucket.ts';

/** The rate limit for one caller on this process. */
export interface CallerLimit {
  /** Takes one unit for a call; `false` if none is left. `now` in ms. */
  take(caller: Caller, now: number): boolean;
  /** Charges for the length of an answer. The bucket may go into debt, which delays later calls. */
  charge(caller: Caller, answerLength: number): void;
}

const MAX_BUCKETS = 20_000;
/** Answers up to this length are included in the cost of the call. */
const FREE_LENGTH = 16 * 1024;
/** Each further piece of this length costs one unit, roughly the work of producing it. */
const UNIT_LENGTH = 256;
/** All sessions of a role, and all federated users of a user, together have this many times the units of one session. */
const GROUP_SHARE = 4;

/**
 * Keeps a bucket for each user, root user and role session, and one for all sessions of a role together, and for
 * all federated users of a user. One noisy session leaves the others their share, and opening more sessions gives a caller only a limited number of extra
 * units.
 * @param perSecond The units that a caller gets per second.
 */
export function callerLimit(perSecond: number): CallerLimit {
  const buckets = new TokenBuckets(MAX_BUCKETS);
  return {
    take(caller, now) {
      if (!buckets.take(caller.userId, perSecond, now)) return false;
      const group = groupOf(caller);
      return group === undefined || buckets.take(group, perSecond * GROUP_SHARE, now);
    },
    charge(caller, answerLength) {
      if (answerLength <= FREE_LENGTH) return;
      const units = (answerLength - FREE_LENGTH) / UNIT_LENGTH;
      buckets.charge(caller.userId, units);
      const group = groupOf(caller);
      if (group !== undefined) buckets.charge(group, units);
    },
  };
}

/** The bucket that the caller shares with other sessions; `undefined` if it has only its own. */
function groupOf(caller: Caller): string | undefined {
  if (caller.type === 'AssumedRole') return caller.uniqueId;
  // the bucket named by a user's id alone is the user's own
  return caller.type === 'FederatedUser' ? `${caller.uniqueId} federated` : undefined;
}

import type { Clock } from './clock.ts';

const steadyClocks = new WeakMap<Clock, Clock>();

/**
 * A clock for ages: how long something has been cached, or unheard. Setting the given clock back does not move it, so trust never lasts
 * longer for that. It jumps ahead with a clock that is set forward, because the monotonic clock may stand still while the machine sleeps.
 * One for each clock, so that all who compare their times agree.
 */
export function steadyClock(clock: Clock): Clock {
  const known = steadyClocks.get(clock);
  if (known !== undefined) return known;
  const monotonic = clock.monotonic ?? (() => performance.now());
  let ahead = Number.NEGATIVE_INFINITY;
  const steady: Clock = {
    now() {
      const elapsed = monotonic();
      ahead = Math.max(ahead, clock.now() - elapsed);
      return Math.floor(elapsed + ahead);
    },
  };
  steadyClocks.set(clock, steady);
  steadyClocks.set(steady, steady);
  return steady;
}

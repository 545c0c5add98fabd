import type { Clock } from './clock.ts';

const steadyClocks = new WeakMap<Clock, Clock>();

/**
 * A clock for measuring ages, such as how long something has been cached. Setting the given clock back does not move it, so cached
 * data is never trusted for longer. It does follow a clock that is set forward, because the monotonic clock may stop while the
 * machine sleeps. There is one steady clock per clock, so that times from different callers are comparable.
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

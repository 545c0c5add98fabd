import { networksOf } from '../../identity/attempts/networks.ts';
import { BoundedCache } from '../../kernel/bounded-cache.ts';
import type { Clock } from '../../kernel/clock.ts';

/** As long as an answer is held. */
const WINDOW = 60_000;
/** Bytes that one process holds for everyone: thousands of sign-ins in a minute. */
export const MOST_HELD = 128 * 1024 * 1024;
/** Bytes for one address (for IPv6, per /64): several hundred sign-ins in a minute, from an office behind one address. */
export const MOST_HELD_OF_ADDRESS = 8 * 1024 * 1024;
/** Multiples of that limit for the networks of an address, narrowest first. */
const TIMES: readonly number[] = [1, 2, 4];
const MAX_NETWORKS = 20_000;

/** Counts the bytes of an answer. @returns whether it may be held. */
export type HeldLimit = (ip: string, bytes: number) => boolean;

interface Counted {
  readonly since: number;
  bytes: number;
}

/** Limits what posted answers take up in the store. Counts in memory, because a counter in the store would be one more write. */
export function openHeldLimit(clock: Clock): HeldLimit {
  const networks = new BoundedCache<string, Counted>(MAX_NETWORKS);
  let all: Counted = { since: clock.now(), bytes: 0 };
  const current = (counted: Counted | undefined): Counted =>
    counted === undefined || clock.now() - counted.since >= WINDOW ? { since: clock.now(), bytes: 0 } : counted;

  return (ip, bytes) => {
    all = current(all);
    const own = networksOf(ip).map(({ name }, index) => {
      return { name, counted: current(networks.get(name)), most: MOST_HELD_OF_ADDRESS * (TIMES[index] ?? 1) };
    });
    // What is refused is not held, so it counts nowhere: nobody can use up what others share.
    if (all.bytes + bytes > MOST_HELD || own.some(({ counted, most }) => counted.bytes + bytes > most)) return false;
    all.bytes += bytes;
    for (const { name, counted } of own) {
      counted.bytes += bytes;
      networks.set(name, counted);
    }
    return true;
  };
}

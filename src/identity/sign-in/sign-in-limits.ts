import { createHash } from 'node:crypto';
import type { Ephemeral } from '../../ports/ephemeral.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** How many failures in how long; each is counted before the password is looked at, so that guesses at once cannot slip by. */
const PER_ADDRESS = { limit: 100, ttlMs: 10 * MINUTE };
const PER_PERSON_AND_ADDRESS = { limit: 10, ttlMs: 15 * MINUTE };
/** NIST SP 800-63B-4 §3.2.2: at most 100 failures in a row. It binds only addresses from which the person never came in. */
const PER_PERSON = { limit: 100, ttlMs: DAY };
const ADDRESS_REMEMBERED = 90 * DAY;

/** Slows down guessing without letting an attacker lock anybody out. */
export interface SignInLimits {
  /**
   * Counts an attempt. `target` is what the attempt is for (what was typed, whether it exists or not).
   * Answers whether it may go on.
   */
  enter(target: string, ip: string): Promise<boolean>;
  /** Takes the attempt, and the failures before it, back: it succeeded. */
  succeeded(target: string, ip: string): Promise<void>;
}

/** An IPv6 customer has a /64 or more: addresses in it count as one. */
function addressGroup(ip: string): string {
  return ip.includes(':') ? ip.split('::')[0]?.split(':').slice(0, 4).join(':') || ip : ip;
}

export function openSignInLimits(ephemeral: Ephemeral): SignInLimits {
  const keys = (target: string, ip: string) => {
    // Hashed: what people type into the name field is now and then their password.
    const person = createHash('sha256').update(target).digest('base64url');
    const address = addressGroup(ip);
    return {
      address: `sign-in/address/${address}`,
      person: `sign-in/person/${person}`,
      both: `sign-in/person-address/${person}/${address}`,
      known: `sign-in/known-address/${person}/${address}`,
    };
  };
  return {
    async enter(target, ip) {
      const key = keys(target, ip);
      const [address, both, person, known] = await Promise.all([
        ephemeral.increment(key.address, 1, PER_ADDRESS.ttlMs),
        ephemeral.increment(key.both, 1, PER_PERSON_AND_ADDRESS.ttlMs),
        ephemeral.increment(key.person, 1, PER_PERSON.ttlMs),
        ephemeral.get(key.known),
      ]);
      if (address > PER_ADDRESS.limit || both > PER_PERSON_AND_ADDRESS.limit) return false;
      return person <= PER_PERSON.limit || known !== undefined;
    },
    async succeeded(target, ip) {
      const key = keys(target, ip);
      await Promise.all([
        ephemeral.increment(key.address, -1, PER_ADDRESS.ttlMs),
        ephemeral.delete([key.both, key.person]),
        ephemeral.set(key.known, '1', ADDRESS_REMEMBERED),
      ]);
    },
  };
}

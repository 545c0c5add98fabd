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
   * Counts an attempt from an address. `target` is what the attempt is for (what was typed, whether it exists or not).
   * Answers whether it may go on.
   */
  enter(target: string, ip: string): Promise<boolean>;
  /**
   * Counts an attempt that entered at a person: by what was typed, and by the person that it names, by whichever of its names (account id
   * or alias and user name, e-mail address). `who`: the subject; of nobody, something of its own for what was typed.
   * Answers whether it may go on, and whether it may succeed. One that may not succeed is to be answered like a wrong password: anything
   * else would tell that two names are of the same person.
   */
  enterPerson(
    target: string,
    ip: string,
    who?: string,
  ): Promise<{ readonly mayGoOn: boolean; readonly mayPass: boolean }>;
  /** Takes the attempt, and the failures before it, back: it succeeded. `who` as in {@link SignInLimits.enterPerson}. */
  succeeded(target: string, ip: string, who?: string): Promise<void>;
}

/** An IPv6 customer has a /64 or more: addresses in it count as one, however they are written (RFC 5952 §2). */
export function addressGroup(ip: string): string {
  if (!ip.includes(':')) return ip;
  const [head = '', tail] = ip.split('::');
  const groups = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - groups.length - last.length) }, () => '0');
  const network = [...groups, ...zeros, ...last].slice(0, 4);
  return network.map((group) => group.toLowerCase().replace(/^0+(?=.)/, '')).join(':');
}

/** What the failures of a person are counted under, by whichever way the password is tried. */
export function subjectCounted(subject: string): string {
  return `subject ${subject}`;
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
  const mayTry = async (key: { person: string; known: string }): Promise<boolean> => {
    const [person, known] = await Promise.all([
      ephemeral.increment(key.person, 1, PER_PERSON.ttlMs),
      ephemeral.get(key.known),
    ]);
    return person <= PER_PERSON.limit || known !== undefined;
  };
  return {
    async enter(target, ip) {
      const key = keys(target, ip);
      const [address, both] = await Promise.all([
        ephemeral.increment(key.address, 1, PER_ADDRESS.ttlMs),
        ephemeral.increment(key.both, 1, PER_PERSON_AND_ADDRESS.ttlMs),
      ]);
      if (address <= PER_ADDRESS.limit) return both <= PER_PERSON_AND_ADDRESS.limit;
      // An attempt that is refused for its address must not count against whoever it is for, nor leave counters behind.
      if (both <= 1) await ephemeral.delete([key.both]);
      else await ephemeral.increment(key.both, -1, PER_PERSON_AND_ADDRESS.ttlMs);
      return false;
    },
    // After `enter`, for the same reason: a single address could otherwise lock a person out everywhere else.
    async enterPerson(target, ip, who = target) {
      const mayGoOn = mayTry(keys(target, ip));
      const mayPass = who === target ? mayGoOn : mayTry(keys(who, ip));
      return { mayGoOn: await mayGoOn, mayPass: await mayPass };
    },
    async succeeded(target, ip, who = target) {
      const key = keys(target, ip);
      const person = keys(who, ip);
      await Promise.all([
        ephemeral.increment(key.address, -1, PER_ADDRESS.ttlMs),
        ephemeral.delete([key.both, key.person, person.person]),
        ephemeral.set(key.known, '1', ADDRESS_REMEMBERED),
        ephemeral.set(person.known, '1', ADDRESS_REMEMBERED),
      ]);
    },
  };
}

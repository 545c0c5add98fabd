import { createHash } from 'node:crypto';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { EPHEMERAL_KEYS as KEYS } from '../../ports/ephemeral-keys.ts';
import { addressGroup, type Network, networksOf } from './networks.ts';

/** Failures against one person from one address or one known device. */
const ATTEMPTS = 10;
/** A known device with more failures per day counts as unknown: its owner would not need that many. */
const PER_KNOWN_DEVICE = 50;
/** NIST SP 800-63B-4 §3.2.2: at most 100 consecutive failures. Counts all devices and addresses that the person has never used. */
const FROM_UNKNOWN = 100;
/** The limit for all targets that count together; higher, so that one target alone cannot use it up. */
const TOGETHER = 3 * FROM_UNKNOWN;

/** Where an attempt comes from. */
export interface AttemptOrigin {
  readonly ip: string;
  /** The id that the browser keeps. It means nothing until the person has signed in with it. */
  readonly device?: string | undefined;
  /** Whether the id was generated for this request. No one can have signed in with it, so the store is not queried. */
  readonly isNewDevice?: boolean;
}

/** An attempt to authenticate as a person. */
export interface Attempt {
  /** What the attempt names (as typed, whether it exists or not). */
  readonly target: string;
  /** The person, by one key shared by all of the person's names; default: the target. */
  readonly personKey?: string;
  /** The key under which the person's devices and addresses are known; default: `personKey`. */
  readonly knownAs?: string;
  /** A key under which failures of several targets also count together, for callers who can create targets at will; default: none. */
  readonly together?: string;
  readonly origin: AttemptOrigin;
}

/**
 * What to do with an attempt.
 * - `try`: check it; it has been counted.
 * - `wait`: refuse it; its device, address or network failed too often.
 * - `prove`: unknown devices failed too often, so this one must show another factor before the attempt is answered. `isDueToTarget` says
 * whether the target alone explains this.
 * - `fail`: answer as if it were wrong; giving the reason would reveal that two names belong to the same person.
 */
export type AttemptVerdict =
  | { readonly next: 'try' | 'fail' }
  | { readonly next: 'wait'; readonly waitMs: number }
  | { readonly next: 'prove'; readonly waitMs: number; readonly isDueToTarget: boolean };

/** Slows down guessing without letting an attacker lock anyone out: failures from unknown devices do not affect known ones. */
export interface SignInLimits {
  /** Counts an attempt before it is checked, so that simultaneous guesses cannot evade the limit. */
  begin(attempt: Attempt): Promise<AttemptVerdict>;
  /** The failures that counted against an attempt when it began: those of its device if that is known, and else of all unknown ones. */
  failuresBefore(attempt: Attempt): number;
  /**
   * Clears this attempt and the failures before it, because it succeeded.
   * @param complete whether the person is now signed in. If so, their device and address are known from now on.
   */
  succeeded(attempt: Attempt, complete: boolean): Promise<void>;
}

/** The key that a person's failures count under, however the password is tried. */
export function subjectKey(subject: string): string {
  return `subject ${subject}`;
}

interface FromDevice {
  readonly verdict: AttemptVerdict | undefined;
  /** `undefined` if it was not looked up. */
  readonly addressIsKnown: boolean | undefined;
}

/** The highest of some counters before the present attempt. */
interface CountsSeen {
  before: number;
}

interface Counter {
  readonly key: string;
  readonly limit: number;
  readonly ttlMs: number;
}

// Hashed, because people sometimes type their password into the name field, and a stored device id would be as good as the cookie.
const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64url');

const unknownKey = (name: string): string => KEYS.failuresFromUnknown.of(hashOf(name));

/** The counters for one name of a person from one address. */
function countersOf(name: string, networks: readonly [Network, ...Network[]], window: number) {
  const person = hashOf(name);
  const [{ name: address }] = networks;
  return {
    address: { key: KEYS.failuresFromAddress.of(person, address), limit: ATTEMPTS, ttlMs: window },
    networks: networks.map(
      (network): Counter => ({
        key: KEYS.failuresFromNetwork.of(person, network.name),
        limit: network.perPerson,
        ttlMs: KEYS.failuresFromNetwork.lifetime,
      }),
    ),
    unknown: { key: unknownKey(name), limit: FROM_UNKNOWN, ttlMs: KEYS.failuresFromUnknown.lifetime },
  };
}

function togetherCounters({ together }: Attempt): readonly Counter[] {
  if (together === undefined) return [];
  const { of, lifetime } = KEYS.failuresTogether;
  return [{ key: of(hashOf(together)), limit: TOGETHER, ttlMs: lifetime }];
}

/** The counters for a known device of a person, and the keys that mark the device and the address as known. */
function knownKeys({ target, personKey = target, knownAs = personKey, origin }: Attempt, window: number) {
  const [person, knownPerson] = [hashOf(personKey), hashOf(knownAs)];
  const id = origin.device === undefined ? undefined : hashOf(origin.device);
  return {
    address: KEYS.knownAddress.of(knownPerson, addressGroup(origin.ip)),
    device: id && KEYS.knownDevice.of(knownPerson, id),
    attempts: { key: KEYS.failuresFromDevice.of(person, `${id}`), limit: ATTEMPTS, ttlMs: window },
    inDay: {
      key: KEYS.dailyFailuresFromDevice.of(person, `${id}`),
      limit: PER_KNOWN_DEVICE,
      ttlMs: KEYS.dailyFailuresFromDevice.lifetime,
    },
  };
}

function windowCounters(networks: readonly Network[]): Counter[] {
  return networks.map(({ name, perWindow }) => ({
    key: KEYS.failuresOfNetwork.of(name),
    limit: perWindow,
    ttlMs: KEYS.failuresOfNetwork.lifetime,
  }));
}

/**
 * Clears a person's failures from unknown devices after they regained access some other way, so that those failures do not keep them out.
 * @param names the person's names, both as `target` and as `personKey`; see {@link Attempt}.
 */
export async function forgetFailures(ephemeral: Ephemeral, names: readonly string[]): Promise<void> {
  await ephemeral.delete(names.map((name) => unknownKey(name)));
}

export interface LimitOptions {
  /** Time, in ms, in which one address or device may fail ten times against a person. */
  readonly attemptsWindow?: number;
  /** Callers prove who they are by a signature, so failures of others in their network do not count against them. */
  readonly isSigned?: boolean;
  /** Defers a write that nothing depends on, so that it is batched with the caller's other writes. Default: write immediately. */
  readonly later?: (write: () => Promise<void>) => Promise<void>;
}

export function openSignInLimits(
  ephemeral: Ephemeral,
  {
    attemptsWindow = KEYS.failuresFromAddress.lifetime,
    isSigned = false,
    later = (write) => write(),
  }: LimitOptions = {},
): SignInLimits {
  const windowsOf = (ip: string): readonly Counter[] => (isSigned ? [] : windowCounters(networksOf(ip)));
  /** Increments the counters and returns those over their limit. */
  const count = async (counters: readonly Counter[], seen?: CountsSeen): Promise<readonly Counter[]> => {
    const counts = await Promise.all(counters.map(({ key, ttlMs }) => ephemeral.increment(key, 1, ttlMs)));
    if (seen !== undefined) seen.before = Math.max(0, ...counts.map((each) => each - 1));
    return counters.filter(({ limit }, index) => (counts[index] ?? 0) > limit);
  };
  const uncount = async (counters: readonly Counter[]): Promise<void> => {
    const counts = await Promise.all(counters.map(({ key, ttlMs }) => ephemeral.increment(key, -1, ttlMs)));
    const empty = counters.filter((_, index) => (counts[index] ?? 0) <= 0);
    if (empty.length > 0) await ephemeral.delete(empty.map(({ key }) => key));
  };
  const waitFor = async (over: readonly Counter[]): Promise<number> =>
    Math.max(...(await Promise.all(over.map(async ({ key, ttlMs }) => (await ephemeral.expiresIn(key)) ?? ttlMs))));

  const isKnown = async (key: string): Promise<boolean> => (await ephemeral.get(key)) !== undefined;

  /**
   * Counts an attempt against its device, in the same round trip that looks up whether the device and the address are known. The verdict
   * is `undefined` if the device is unknown, and therefore not counted, or no longer trusted.
   */
  const fromDevice = async (known: ReturnType<typeof knownKeys>, seen: CountsSeen): Promise<FromDevice> => {
    if (known.device === undefined) return { verdict: undefined, addressIsKnown: undefined };
    const counters = [known.attempts, known.inDay];
    const [deviceIsKnown, addressIsKnown, over] = await Promise.all([
      isKnown(known.device),
      isKnown(known.address),
      count(counters, seen),
    ]);
    if (!deviceIsKnown) await later(() => ephemeral.delete(counters.map(({ key }) => key)));
    if (!deviceIsKnown || over.includes(known.inDay)) return { verdict: undefined, addressIsKnown };
    if (over.length === 0) return { verdict: { next: 'try' }, addressIsKnown };
    return { verdict: { next: 'wait', waitMs: await waitFor(over) }, addressIsKnown };
  };

  /** Counts an attempt against its address and networks. Returns a verdict if they failed too often. */
  const fromNetworks = async (names: readonly ReturnType<typeof countersOf>[], ip: string) => {
    const window = windowsOf(ip);
    const addresses = names.map(({ address }) => address);
    const days = names.flatMap(({ networks }) => networks);
    const over = new Set(await count([...window, ...addresses, ...days]));
    const overOf = (counters: readonly Counter[]): readonly Counter[] => counters.filter((each) => over.has(each));
    // A refused attempt must not count against the person, prolong the wait, or leave counters behind.
    if (overOf(window).length > 0) await uncount([...addresses, ...days]);
    else if (overOf(addresses).length > 0) await uncount(days);
    const typed = names[0];
    const revealable = overOf([...window, ...(typed ? [typed.address, ...typed.networks] : [])]);
    if (revealable.length > 0) return { next: 'wait', waitMs: await waitFor(revealable) } as const;
    return over.size > 0 ? ({ next: 'fail' } as const) : undefined;
  };

  const namesOf = ({ target, personKey = target, origin }: Attempt) =>
    [...new Set([target, personKey])].map((name) => countersOf(name, networksOf(origin.ip), attemptsWindow));

  // Remembers which attempts counted against their networks, so that `succeeded` need not query the store.
  const onNetworks = new WeakMap<Attempt, boolean>();
  const failures = new WeakMap<Attempt, CountsSeen>();

  return {
    async begin(attempt) {
      const { ip, isNewDevice } = attempt.origin;
      const keys = knownKeys(attempt, attemptsWindow);
      const known = isNewDevice === true ? { ...keys, device: undefined } : keys;
      const seen: CountsSeen = { before: 0 };
      failures.set(attempt, seen);
      const { verdict, addressIsKnown: address } = await fromDevice(known, seen);
      onNetworks.set(attempt, verdict === undefined);
      if (verdict !== undefined) return verdict;
      const names = namesOf(attempt);
      const unknown = address === true ? [] : names.map((name) => name.unknown);
      // Counted in the same round trip as the networks. If these refuse, or the address is known, the count is undone.
      const [refused, addressIsKnown, ofNames] = await Promise.all([
        fromNetworks(names, ip),
        address ?? isKnown(known.address),
        count(unknown, seen),
      ]);
      if (refused !== undefined) {
        await uncount(unknown);
        return refused;
      }
      if (addressIsKnown) {
        const takeBack = () => Promise.all(unknown.map(({ key, ttlMs }) => ephemeral.increment(key, -1, ttlMs)));
        await later(async () => void (await takeBack()));
        return { next: 'try' };
      }
      // A target over its own limit must not use up the shared limit.
      const over = ofNames.length > 0 ? ofNames : await count(togetherCounters(attempt));
      if (over.length === 0) return { next: 'try' };
      return {
        next: 'prove',
        waitMs: await waitFor(over),
        isDueToTarget: over.some(({ key }) => key === names[0]?.unknown.key),
      };
    },
    failuresBefore: (attempt) => failures.get(attempt)?.before ?? 0,
    async succeeded(attempt, complete) {
      const known = knownKeys(attempt, attemptsWindow);
      const ended = namesOf(attempt).flatMap((name) => [name.address, ...name.networks, name.unknown]);
      const ofDevice = known.device === undefined ? [] : [known.attempts, known.inDay];
      ended.push(...togetherCounters(attempt));
      // A known device was not counted against its networks, so there is nothing to undo.
      const isOnNetworks = onNetworks.get(attempt) ?? (known.device === undefined || !(await isKnown(known.device)));
      const counted = isOnNetworks ? windowsOf(attempt.origin.ip) : [];
      await Promise.all([
        ...counted.map(({ key, ttlMs }) => ephemeral.increment(key, -1, ttlMs)),
        ephemeral.delete([...ended, ...ofDevice].map(({ key }) => key)),
        complete && ephemeral.set(known.address, '1', KEYS.knownAddress.lifetime),
        complete && known.device !== undefined && ephemeral.set(known.device, '1', KEYS.knownDevice.lifetime),
      ]);
    },
  };
}

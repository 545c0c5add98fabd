import { BoundedCache } from '../../kernel/bounded-cache.ts';
import type { KeySet } from './key-set.ts';
import { type KeySource, KeysUnavailable } from './key-source.ts';
import { TokenFault } from './token-fault.ts';

/** All times in milliseconds. */
const MINUTE = 60_000;
/** Older keys are refreshed in the background at their next use. */
export const FRESH_MS = 10 * MINUTE;
/**
 * Keys that nothing has refreshed for this long, because no token came, are refreshed before they are used: the issuer may have withdrawn
 * one of them.
 */
export const IDLE_MS = 30 * MINUTE;
/** While an issuer cannot be reached, its last keys are used for this long. After that its tokens are refused. */
export const KEPT_MS = 12 * 60 * MINUTE;
/** The shortest time between two fetches because of a token that the known keys do not verify. */
export const COOL_DOWN_MS = 30_000;
/** A failed first fetch is not repeated for this long; each further failure doubles it, up to the longest. */
export const FAILURE_MS = 15_000;
export const LONGEST_FAILURE_MS = 2 * MINUTE;
/** Fetches at the same time. A further issuer is refused at once, so that slow ones cannot use up sockets and memory. */
const MAX_FETCHES = 64;
/** Calls that may wait for one fetch. */
const MAX_WAITING = 1000;
const MAX_CACHED_ISSUERS = 2000;

/** The verification keys of issuers. */
export interface IssuerKeys {
  /** An issuer's keys. Waits only if there are none yet, or none that were refreshed lately. @throws {TokenFault} IDPCommunicationError, InvalidIdentityToken. */
  of(issuer: string): Promise<KeySet>;
  /** Keys that the issuer has published since `known`, fetched if that is due; `undefined` if there are none. */
  newerThan(issuer: string, known: KeySet): Promise<KeySet | undefined>;
}

export interface KeyCacheDependencies {
  readonly sourceOf: (issuer: string) => KeySource;
  /** A monotonic clock in ms. */
  readonly elapsed: () => number;
  /** Called after every fetch; with the failure, if it failed. */
  readonly fetched: (issuer: string, failure: KeysUnavailable | undefined) => void;
}

interface Entry {
  readonly issuer: string;
  readonly source: KeySource;
  known: { readonly set: KeySet; readonly at: number } | undefined;
  /** When the last fetch began. */
  triedAt: number;
  failures: number;
  failure: KeysUnavailable | undefined;
  flight: Promise<void> | undefined;
  waiting: number;
}

/**
 * Caches the keys of issuers. There is one fetch at a time for an issuer, known keys are refreshed in the background,
 * and they stay in use while the issuer is down, for {@link KEPT_MS}.
 */
export function openKeyCache({ sourceOf, elapsed, fetched }: KeyCacheDependencies): IssuerKeys {
  const entries = new BoundedCache<string, Entry>(MAX_CACHED_ISSUERS);
  let fetching = 0;

  function entryOf(issuer: string): Entry {
    let entry = entries.get(issuer);
    if (entry === undefined) {
      const never = Number.NEGATIVE_INFINITY;
      const source = sourceOf(issuer);
      entry = {
        issuer,
        source,
        known: undefined,
        triedAt: never,
        failures: 0,
        failure: undefined,
        flight: undefined,
        waiting: 0,
      };
      entries.set(issuer, entry);
    }
    return entry;
  }

  async function fetchKeys(entry: Entry): Promise<void> {
    fetching += 1;
    entry.triedAt = elapsed();
    try {
      const set = await entry.source();
      // The same keys stay the same object, with the tokens that they have verified, and tell `newerThan` that nothing changed.
      const isSame = entry.known?.set.text === set.text;
      entry.known = { set: isSame && entry.known !== undefined ? entry.known.set : set, at: elapsed() };
      entry.failure = undefined;
      entry.failures = 0;
    } catch (error) {
      entry.failure =
        error instanceof KeysUnavailable ? error : new KeysUnavailable(String(error), { isUnreachable: true });
      entry.failures += 1;
    } finally {
      fetching -= 1;
      entry.flight = undefined;
      fetched(entry.issuer, entry.failure);
    }
  }

  /** Starts a fetch or joins the one in flight; `undefined` if there is no room for another. */
  function startFetch(entry: Entry): Promise<void> | undefined {
    if (entry.flight === undefined && fetching < MAX_FETCHES) entry.flight = fetchKeys(entry);
    return entry.flight;
  }

  async function arrive(entry: Entry): Promise<void> {
    const flight = entry.waiting < MAX_WAITING ? startFetch(entry) : undefined;
    if (flight === undefined)
      throw unavailable(new KeysUnavailable('too many fetches at once', { isUnreachable: true }));
    entry.waiting += 1;
    try {
      await flight;
    } finally {
      entry.waiting -= 1;
    }
  }

  /** The keys, unless they are too old to be trusted. */
  function keysOf(entry: Entry): KeySet | undefined {
    if (entry.known === undefined || elapsed() - entry.known.at > KEPT_MS) return undefined;
    return entry.known.set;
  }

  return {
    async of(issuer) {
      const entry = entryOf(issuer);
      const sinceTried = elapsed() - entry.triedAt;
      const isPaused = entry.failure !== undefined && sinceTried < pauseAfter(entry.failures);
      const keys = keysOf(entry);
      const age = elapsed() - (entry.known?.at ?? 0);
      // No call waits for an issuer that is known to be down.
      if (keys !== undefined && (age <= IDLE_MS || entry.failure !== undefined)) {
        if (age > FRESH_MS && !isPaused) void startFetch(entry);
        return keys;
      }
      if (!isPaused) {
        await arrive(entry).catch((error: unknown) => {
          if (keys === undefined) throw error;
        });
      }
      const arrived = keysOf(entry);
      if (arrived !== undefined) return arrived;
      throw unavailable(entry.failure);
    },

    async newerThan(issuer, known) {
      const entry = entryOf(issuer);
      if (keysOf(entry) === known) {
        if (entry.flight === undefined && elapsed() - entry.triedAt < COOL_DOWN_MS) return undefined;
        await arrive(entry);
      }
      const keys = keysOf(entry);
      return keys === known ? undefined : keys;
    },
  };
}

function pauseAfter(failures: number): number {
  return Math.min(FAILURE_MS * 2 ** (failures - 1), LONGEST_FAILURE_MS);
}

/** AWS's words for both cases; SDKs repeat a call only for the first code. */
function unavailable(cause: KeysUnavailable | undefined): TokenFault {
  return new TokenFault(
    'keys',
    "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements",
    {
      code: cause?.isUnreachable === false ? 'InvalidIdentityToken' : 'IDPCommunicationError',
      ...(cause !== undefined && { detail: cause.message, cause }),
    },
  );
}

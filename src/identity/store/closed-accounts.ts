import type { Clock } from '../../kernel/clock.ts';
import { steadyClock } from '../../kernel/steady-clock.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { ACCOUNT_CLOSURES, IDENTITY_TOPIC, type IdentityChange, watchIdentities } from './identity-cache.ts';
import type { IdentityStore } from './identity-store.ts';
import { readWholeIndex } from './read-whole-index.ts';

/** The ids of the accounts that are closed, kept in memory: few are, and every reading of identities asks. */
export interface ClosedAccounts {
  /** A value rather than a promise in the steady state. */
  current(): ReadonlySet<string> | Promise<ReadonlySet<string>>;
  close(): void;
}

interface ClosedAccountsDependencies {
  readonly store: Pick<IdentityStore, 'accounts'>;
  readonly feed: Pick<Ephemeral, 'publish' | 'subscribe' | 'completeUntil'>;
  readonly clock: Clock;
}

/**
 * How old the ids may become, in ms, while the feed is disconnected. Less than in other caches: what these keep was read with these ids, so
 * that both ages add up.
 */
const STALE_AFTER = 500;
/**
 * How often the ids are compared with the store, in ms, while they are used. A process that ends between closing an account and announcing it
 * leaves an account that is shown as closed, and that closing it again does not announce.
 */
const COMPARED_AFTER = 30_000;

export function openClosedAccounts({ store, feed, clock }: ClosedAccountsDependencies): ClosedAccounts {
  const steady = steadyClock(clock);
  let known: { readonly loadedAt: number; readonly ids: ReadonlySet<string> } | undefined;
  let loading: Promise<ReadonlySet<string>> | undefined;
  let changes = 0;
  let comparedAt = steady.now();
  const unsubscribe = watchIdentities(feed, {
    changed() {},
    forget() {
      changes++;
      known = undefined;
      loading = undefined;
    },
  });

  async function read(): Promise<ReadonlySet<string>> {
    const closed = await readWholeIndex(store.accounts, 'byClosedAt', []);
    return new Set(closed.map(({ accountId }) => accountId));
  }

  async function load(): Promise<ReadonlySet<string>> {
    const [loadedAt, changesBefore] = [steady.now(), changes];
    const ids = await read();
    if (changes === changesBefore) known = { loadedAt, ids };
    return ids;
  }

  /** Announces what another process could not, so that every process drops what it keeps. */
  async function compare(ids: ReadonlySet<string>): Promise<void> {
    const changesBefore = changes;
    const stored = await read();
    if (changes !== changesBefore || (stored.size === ids.size && [...stored].every((id) => ids.has(id)))) return;
    const change: IdentityChange = { collection: ACCOUNT_CLOSURES, key: [] };
    await feed.publish(IDENTITY_TOPIC, JSON.stringify(change));
  }

  return {
    current() {
      const since = steady.now() - STALE_AFTER;
      if (known !== undefined && (known.loadedAt > since || feed.completeUntil() > since)) {
        // Asking may have delivered that an account was closed.
        if (known !== undefined) {
          if (comparedAt <= steady.now() - COMPARED_AFTER) {
            comparedAt = steady.now();
            // Nobody waits for it. If the store does not answer, the next round tries again.
            compare(known.ids).catch(() => {});
          }
          return known.ids;
        }
      }
      if (loading !== undefined) return loading;
      const started = load().finally(() => {
        if (loading === started) loading = undefined;
      });
      loading = started;
      return started;
    },
    close: unsubscribe,
  };
}

import type { Clock } from '../../kernel/clock.ts';
import { steadyClock } from '../../kernel/steady-clock.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { watchIdentities } from './identity-cache.ts';
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
  readonly feed: Pick<Ephemeral, 'subscribe' | 'completeUntil'>;
  readonly clock: Clock;
}

/**
 * How old the ids may become, in ms, while the feed is disconnected. Less than in other caches: what these keep was read with these ids, so
 * that both ages add up.
 */
const STALE_AFTER = 500;

export function openClosedAccounts({ store, feed, clock }: ClosedAccountsDependencies): ClosedAccounts {
  const steady = steadyClock(clock);
  let known: { readonly loadedAt: number; readonly ids: ReadonlySet<string> } | undefined;
  let loading: Promise<ReadonlySet<string>> | undefined;
  let changes = 0;
  const unsubscribe = watchIdentities(feed, {
    changed() {},
    forget() {
      changes++;
      known = undefined;
      loading = undefined;
    },
  });

  async function load(): Promise<ReadonlySet<string>> {
    const [loadedAt, changesBefore] = [steady.now(), changes];
    const closed = await readWholeIndex(store.accounts, 'byClosedAt', []);
    const ids = new Set(closed.map(({ accountId }) => accountId));
    if (changes === changesBefore) known = { loadedAt, ids };
    return ids;
  }

  return {
    current() {
      const since = steady.now() - STALE_AFTER;
      if (known !== undefined && (known.loadedAt > since || feed.completeUntil() > since)) {
        // Asking may have delivered that an account was closed.
        if (known !== undefined) return known.ids;
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

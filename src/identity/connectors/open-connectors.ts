import type { Clock } from '../../kernel/clock.ts';
import { steadyClock } from '../../kernel/steady-clock.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { type Connector, connectors, takesSignIns } from '../documents/connector.ts';
import { watchIdentities } from '../store/identity-cache.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { readWholeIndex } from '../store/read-whole-index.ts';

/** How old the list may become, in ms, while the feed is disconnected. */
const STALE_AFTER = 1000;

/** The connectors of all accounts. Every sign-in page needs them, so they are cached together. */
export interface Connectors {
  /** All that have not left the configuration file, also disabled ones. */
  known(): Promise<readonly Connector[]>;
  /** Those that take sign-ins, by name. */
  enabled(): Promise<readonly Connector[]>;
  close(): void;
}

type Lists = { readonly [List in 'known' | 'enabled']: readonly Connector[] };

interface ConnectorsDependencies {
  readonly store: Pick<IdentityStore, 'connectors'>;
  readonly feed: Ephemeral;
  readonly clock: Clock;
}

export function openConnectors({ store, feed, clock }: ConnectorsDependencies): Connectors {
  const steady = steadyClock(clock);
  let cached: { readonly loadedAt: number; readonly lists: Promise<Lists> } | undefined;
  const forget = (): void => {
    cached = undefined;
  };
  const unsubscribe = watchIdentities(feed, {
    changed({ collection }) {
      if (collection === connectors.name) forget();
    },
    forget,
  });
  const load = async (): Promise<Lists> => {
    const all = await readWholeIndex(store.connectors, 'byName', []);
    return { known: all.filter(({ disabledAt }) => disabledAt === undefined), enabled: all.filter(takesSignIns) };
  };
  const lists = async (): Promise<Lists> => {
    const since = steady.now() - STALE_AFTER;
    if (cached !== undefined && (cached.loadedAt > since || feed.completeUntil() > since)) return await cached.lists;
    const loading = { loadedAt: steady.now(), lists: load() };
    cached = loading;
    try {
      return await loading.lists;
    } catch (error) {
      if (cached === loading) forget();
      throw error;
    }
  };

  return {
    known: async () => (await lists()).known,
    enabled: async () => (await lists()).enabled,
    close: unsubscribe,
  };
}

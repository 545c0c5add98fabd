import { ConfigError } from '../../config/load-config.ts';
import type { Clock } from '../../kernel/clock.ts';
import { type CollectionStore, StoreUnavailableError } from '../../ports/collections.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { backUpFeed } from '../../store/back-up-feed.ts';
import type { RedisStoreOptions } from '../../store/redis/open-redis-store.ts';
import type { Settings } from '../settings/settings.ts';
import { loadStore } from './load-store.ts';
import { throttle } from './throttle.ts';

/** The health of a store, as reported by `/readyz`. */
export interface StoreHealth {
  readonly name: string;
  /** Whether it holds the identities, so that signed calls and decisions depend on it. */
  readonly holdsIdentities: boolean;
  /** Rejects within a few seconds if the store does not answer. */
  readonly ping: () => Promise<void>;
  /** Problems with its servers' settings that do not stop it from serving. */
  readonly shortcomings?: () => readonly string[];
}

/** The two stores of this process. */
export interface Stores {
  readonly collections: CollectionStore;
  readonly ephemeral: Ephemeral;
  readonly health: readonly StoreHealth[];
  /** Whether any of them is a separate server, which may go away and come back. An embedded store either works or is broken. */
  readonly areRemote: boolean;
  close(): Promise<void>;
}

/** One of the two stores: a remote one, or the half of the embedded store that is used instead. */
interface Half<Store> {
  readonly store: Store;
  readonly name: string;
  readonly shortcomings?: () => readonly string[];
}

/** @throws {ConfigError} if the server may evict unexpired data, and the operator did not allow that. */
async function openRedis(options: RedisStoreOptions): Promise<Half<Ephemeral>> {
  const store = await (await loadStore.redis())(options);
  const refusal = await store.ping().then(
    () => undefined,
    (error: unknown) => error,
  );
  if (refusal instanceof StoreUnavailableError && refusal.reason === 'evicting') {
    await store.close();
    throw new ConfigError([`${refusal.message}; to use it all the same, set ROLECALL_REDIS_CHECKS=warn`]);
  }
  return { store, name: 'Redis', shortcomings: store.shortcomings };
}

export interface OpeningOptions {
  readonly clock: Clock;
  readonly onFault: (fault: unknown) => void;
  readonly warn?: (message: string) => void;
  /** Aborts opening an embedded store. */
  readonly signal?: AbortSignal;
}

/**
 * Opens the stores named in the settings, and embedded ones for the rest. MongoDB and Redis need not be reachable yet: until they
 * are, each operation rejects with `StoreUnavailableError`.
 * @throws {StoreUnavailableError} if the embedded store cannot be used.
 */
export async function openStores(
  { stores: named, dataDir }: Pick<Settings, 'stores' | 'dataDir'>,
  { clock, onFault, warn, signal }: OpeningOptions,
): Promise<Stores> {
  const { mongodbUri, redisUrl, redisKeyPrefix: keyPrefix } = named;
  const requireSafe = named.redisChecks === 'refuse';
  const isEmbedded = mongodbUri === undefined && redisUrl === undefined;
  const isServed = mongodbUri !== undefined && redisUrl !== undefined;
  const embedded = isServed
    ? undefined
    : await (await loadStore.embedded())({ directory: dataDir, clock, onFault, warn, signal });
  const collections: Half<CollectionStore> =
    mongodbUri === undefined
      ? { store: required(embedded).collections, name: 'embedded store (identities)' }
      : { store: (await (await loadStore.mongo())({ uri: mongodbUri, clock, onFault })).collections, name: 'MongoDB' };
  const ephemeral: Half<Ephemeral> =
    redisUrl === undefined
      ? { store: required(embedded).ephemeral, name: 'embedded store (sessions)' }
      : await openRedis({ url: redisUrl, keyPrefix, requireSafe, clock, onFault }).catch(async (error: unknown) => {
          await Promise.all([mongodbUri && collections.store.close(), embedded?.close()]);
          throw error;
        });
  // On a single embedded store, a change and its announcement fail together.
  const feed = isEmbedded
    ? undefined
    : backUpFeed({ collections: collections.store, ephemeral: ephemeral.store, onFault });

  return {
    collections: collections.store,
    ephemeral: feed?.ephemeral ?? ephemeral.store,
    health: [collections, ephemeral].map((half) => ({
      name: half.name,
      holdsIdentities: half === collections,
      ping: throttle(() => half.store.ping()),
      ...(half.shortcomings && { shortcomings: half.shortcomings }),
    })),
    areRemote: !isEmbedded,
    async close() {
      feed?.close();
      await Promise.all([
        mongodbUri && collections.store.close(),
        redisUrl && ephemeral.store.close(),
        embedded?.close(),
      ]);
    },
  };
}

function required<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('the embedded store is not open');
  return value;
}

import { ConfigError } from '../config/load-config.ts';
import type { Clock } from '../kernel/clock.ts';
import { type CollectionStore, StoreUnavailableError } from '../ports/collections.ts';
import type { Ephemeral } from '../ports/ephemeral.ts';
import { backUpFeed } from '../store/back-up-feed.ts';
import type { RedisStoreOptions } from '../store/redis/open-redis-store.ts';
import { freshAnswer } from './health/fresh-answer.ts';
import { loadStore } from './load-store.ts';
import type { Settings } from './settings.ts';

/** A store as `/readyz` tells of it. */
export interface StoreHealth {
  readonly name: string;
  /** Whether signed calls and decisions cannot do without it: it holds the identities. */
  readonly holdsIdentities: boolean;
  /** Rejects where the store does not answer, within a few seconds. */
  readonly ping: () => Promise<void>;
  /** What its servers' settings lack; it serves all the same. */
  readonly shortcomings?: () => readonly string[];
}

/** The two stores of this process. */
export interface Stores {
  readonly collections: CollectionStore;
  readonly ephemeral: Ephemeral;
  readonly health: readonly StoreHealth[];
  /** Whether any of them is a server of its own, which may come and go; an embedded store is there or broken. */
  readonly areRemote: boolean;
  close(): Promise<void>;
}

/** A store that is not the embedded one, or the embedded one's half that takes its place. */
interface Half<Store> {
  readonly store: Store;
  readonly name: string;
  readonly shortcomings?: () => readonly string[];
}

/** @throws {ConfigError} if the server may drop what has not expired, and the operator did not say that it may be used. */
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
  /** Gives up opening an embedded store that takes long. */
  readonly signal?: AbortSignal;
}

/**
 * Opens the stores that the settings name; what they do not name is embedded. MongoDB and Redis need not answer yet: until they do,
 * each operation rejects with `StoreUnavailableError`.
 * @throws {StoreUnavailableError} where the embedded store cannot be used.
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
  // On one embedded store, a change and its announcement fail together.
  const feed = isEmbedded
    ? undefined
    : backUpFeed({ collections: collections.store, ephemeral: ephemeral.store, onFault });

  return {
    collections: collections.store,
    ephemeral: feed?.ephemeral ?? ephemeral.store,
    health: [collections, ephemeral].map((half) => ({
      name: half.name,
      holdsIdentities: half === collections,
      ping: freshAnswer(() => half.store.ping()),
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

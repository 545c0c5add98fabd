import type { Clock } from '../kernel/clock.ts';
import type { CollectionStore } from '../ports/collections.ts';
import type { Ephemeral } from '../ports/ephemeral.ts';
import { openEmbeddedStore } from '../store/embedded/open-embedded-store.ts';
import type { Settings } from './settings.ts';

/** The two stores of this process. */
export interface Stores {
  readonly collections: CollectionStore;
  readonly ephemeral: Ephemeral;
  close(): Promise<void>;
}

/**
 * Opens the stores that the settings name.
 * @throws {Error} where they name a store that this version has no adapter for.
 */
export async function openStores(
  { stores, dataDir }: Pick<Settings, 'stores' | 'dataDir'>,
  { clock, onFault }: { clock: Clock; onFault: (fault: unknown) => void },
): Promise<Stores> {
  if (stores.mongodbUri !== undefined || stores.redisUrl !== undefined) {
    throw new Error(
      'ROLECALL_MONGODB_URI and ROLECALL_REDIS_URL are set, but this version has the embedded store only: unset both',
    );
  }
  return openEmbeddedStore({ directory: dataDir, clock, onFault });
}

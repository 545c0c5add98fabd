import { systemClock } from '../../kernel/clock.ts';
import type { CollectionStore } from '../../ports/collections.ts';
import { loadStore } from '../load-store.ts';
import type { Settings } from '../settings.ts';
import type { Report } from './report.ts';

/** The durable half of what the server stores, alone: what expires need not be reachable for a backup. */
export async function openCollections(
  { stores: { mongodbUri }, dataDir }: Settings,
  { onFault }: Report,
): Promise<CollectionStore> {
  const options = { clock: systemClock, onFault };
  const store =
    mongodbUri === undefined
      ? await (await loadStore.embedded())({ ...options, directory: dataDir })
      : await (await loadStore.mongo())({ ...options, uri: mongodbUri });
  return store.collections;
}

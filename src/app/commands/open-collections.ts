import { systemClock } from '../../kernel/clock.ts';
import type { CollectionStore } from '../../ports/collections.ts';
import { openEmbeddedStore } from '../../store/embedded/open-embedded-store.ts';
import { openMongoStore } from '../../store/mongo/open-mongo-store.ts';
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
      ? await openEmbeddedStore({ ...options, directory: dataDir })
      : await openMongoStore({ ...options, uri: mongodbUri });
  return store.collections;
}

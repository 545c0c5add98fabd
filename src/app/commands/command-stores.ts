import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { accounts } from '../../identity/documents/account.ts';
import { systemClock } from '../../kernel/clock.ts';
import type { CollectionStore } from '../../ports/collections.ts';
import { requireNoUnfinishedImport } from '../../store/transfer/import-marker.ts';
import { loadStore } from '../load-store.ts';
import { openStores, type Stores } from '../open-stores.ts';
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

/** As {@link openCollections}, for what a server has made. @throws {Error} if there is no such store, or only half of one */
export async function openServersCollections(settings: Settings, report: Report): Promise<CollectionStore> {
  requireStore(settings);
  const store = await openCollections(settings, report);
  try {
    await requireServersStore(store);
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** Both halves, to change what servers keep in memory: they hear of it. @throws {Error} as {@link openServersCollections} */
export async function openServersStores(settings: Settings, { onFault }: Report): Promise<Stores> {
  requireStore(settings);
  const stores = await openStores(settings, { clock: systemClock, onFault });
  try {
    await requireServersStore(stores.collections);
    return stores;
  } catch (error) {
    await stores.close();
    throw error;
  }
}

/** Opening an embedded store makes it: a command must not, from a mistyped directory. */
function requireStore({ stores, dataDir }: Settings): void {
  if (stores.mongodbUri === undefined && !existsSync(join(dataDir, 'data.mdb')))
    throw new Error(
      `there is no store in ${resolve(dataDir)}; name the server's with ROLECALL_DATA_DIR or ROLECALL_MONGODB_URI`,
    );
}

async function requireServersStore(store: CollectionStore): Promise<void> {
  await requireNoUnfinishedImport(store);
  const { items } = await store.open(accounts).find('key', [], { limit: 1 });
  if (items.length === 0) throw new Error('the store has no account: no server has made its first start on it');
}

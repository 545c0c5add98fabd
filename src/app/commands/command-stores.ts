import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { accounts } from '../../identity/documents/account.ts';
import { systemClock } from '../../kernel/clock.ts';
import type { CollectionStore } from '../../ports/collections.ts';
import { requireNoUnfinishedImport } from '../../store/transfer/import-marker.ts';
import type { Settings } from '../settings/settings.ts';
import { loadStore } from '../stores/load-store.ts';
import { openStores, type Stores } from '../stores/open-stores.ts';
import type { Report } from './report.ts';

/** Opens only the durable store: a backup must not require the ephemeral one to be reachable. */
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

/** Like {@link openCollections}, for a store that a server has created. @throws {Error} if there is none, or only a partial one */
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

/**
 * Opens both stores, so that running servers are notified of changes to what they cache. @throws {Error} like
 * {@link openServersCollections}
 */
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

/** Opening an embedded store creates it, and a command must not do that because of a mistyped directory. */
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

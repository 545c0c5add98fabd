import { Registry } from 'prom-client';
import { openAuditLog } from '../../../audit/audit-log.ts';
import type { DirectorySyncs } from '../../../federation/directory-sync/open-syncs.ts';
import { announceChanges } from '../../../identity/store/announce-changes.ts';
import { type IdentityStore, openIdentityStore } from '../../../identity/store/identity-store.ts';
import { systemClock } from '../../../kernel/clock.ts';
import { systemRandom } from '../../../kernel/random.ts';
import { openKeyRing } from '../../../keys/open-key-ring.ts';
import type { CollectionStore } from '../../../ports/collections.ts';
import { openerDependencies } from '../../login/connectors.ts';
import { openAuditedSyncs } from '../../login/directory-syncs.ts';
import { openIssuerKeys } from '../../login/web-identities.ts';
import { listedOnly } from '../../stores/stored-collections.ts';
import type { CommandContext } from '../command.ts';
import { openServersStores } from '../command-stores.ts';
import { requireConfiguredKey } from '../configured-key.ts';

export interface SyncBench {
  readonly syncs: DirectorySyncs;
  readonly store: IdentityStore;
  readonly collections: CollectionStore;
}

/**
 * Opens the stores and keys of the server for directory syncs, and closes them again. Running servers are notified of every change.
 * @throws {Error} with a message that says what to do
 */
export async function withSyncs<Result>(
  { settings, report }: CommandContext,
  use: (bench: SyncBench) => Promise<Result>,
): Promise<Result> {
  const keyEncryptionKey = requireConfiguredKey(settings);
  const stores = await openServersStores(settings, report);
  const { ephemeral } = stores;
  const { onFault } = report;
  const random = systemRandom();
  const clock = systemClock;
  const closers: { close(): void | Promise<void> }[] = [];
  const closing = <Opened extends { close(): void | Promise<void> }>(opened: Opened): Opened => {
    closers.push(opened);
    return opened;
  };
  try {
    const collections = listedOnly(stores.collections);
    const store = announceChanges(openIdentityStore(collections), ephemeral);
    const keyRing = closing(
      await openKeyRing({ collections, keyEncryptionKey, clock, random, feed: ephemeral, onFault }),
    );
    const log = { info: () => {}, warn: (text: string) => report.say(text) };
    const ownIssuer = `${settings.server.publicUrl}/oidc`;
    const keys = openIssuerKeys({ settings, keyRing, ownIssuer, registry: new Registry(), log });
    const audit = closing(openAuditLog({ collections, log: () => {}, clock, random }));
    const connectors = openerDependencies({ settings, sealer: keyRing.sealer, keys, feed: ephemeral });
    const { record } = audit;
    const syncs = closing(openAuditedSyncs({ store, ephemeral, clock, random, connectors, record, onFault }));
    return await use({ syncs, store, collections });
  } finally {
    for (const each of closers.reverse()) await each.close();
    await stores.close();
  }
}

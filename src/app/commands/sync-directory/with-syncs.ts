import { openAuditLog } from '../../../audit/audit-log.ts';
import type { DirectorySyncs } from '../../../federation/directory-sync/open-syncs.ts';
import { announceChanges } from '../../../identity/store/announce-changes.ts';
import { openClosedAccounts } from '../../../identity/store/closed-accounts.ts';
import { type IdentityStore, openIdentityStore } from '../../../identity/store/identity-store.ts';
import { withoutClosedAccounts } from '../../../identity/store/without-closed-accounts.ts';
import type { CollectionStore } from '../../../ports/collections.ts';
import { openerDependencies } from '../../login/connectors.ts';
import { openAuditedSyncs } from '../../login/directory-syncs.ts';
import type { CommandContext } from '../command.ts';
import { withServerParts } from '../server-parts/with-server-parts.ts';

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
  context: CommandContext,
  use: (bench: SyncBench) => Promise<Result>,
): Promise<Result> {
  return await withServerParts(context, async ({ collections, ephemeral, keyRing, keys, random, clock, closing }) => {
    const { settings, report } = context;
    const everyAccount = announceChanges(openIdentityStore(collections), ephemeral);
    const closed = closing(openClosedAccounts({ store: everyAccount, feed: ephemeral, clock }));
    const store = withoutClosedAccounts(everyAccount, closed);
    const audit = closing(openAuditLog({ collections, log: () => {}, clock, random }));
    const connectors = openerDependencies({ settings, sealer: keyRing.sealer, keys, feed: ephemeral });
    const { record } = audit;
    const { onFault } = report;
    const syncs = closing(openAuditedSyncs({ store, ephemeral, clock, random, connectors, record, onFault }));
    return await use({ syncs, store, collections });
  });
}

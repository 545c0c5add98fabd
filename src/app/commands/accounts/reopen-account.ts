import { reopenAccount } from '../../../identity/organizations/reopen-account.ts';
import { announceChanges } from '../../../identity/store/announce-changes.ts';
import { openIdentityStore } from '../../../identity/store/identity-store.ts';
import { rootArn } from '../../../kernel/arn.ts';
import { listedOnly } from '../../stores/stored-collections.ts';
import type { CommandContext } from '../command.ts';
import { openServersStores } from '../command-stores.ts';
import { recordCommand } from '../record-command.ts';

/**
 * Opens an account again that its organization has closed. Running servers are notified, and the change is audited.
 * @throws {Error} with a message that says what to do
 */
export async function reopenClosedAccount({ settings, report }: CommandContext, accountId: string): Promise<void> {
  const stores = await openServersStores(settings, report);
  try {
    const collections = listedOnly(stores.collections);
    const store = announceChanges(openIdentityStore(collections), stores.ephemeral);
    const reopened = await reopenAccount(store, accountId, Date.now());
    if (reopened === undefined) throw new Error(`there is no account ${accountId}`);
    if (!reopened) return report.say(`account ${accountId} is open`);
    await recordCommand(collections, { eventName: 'ReopenAccount', accountId, resources: [rootArn(accountId)] });
    report.say(`account ${accountId} is open again; sessions and tokens that ended stay ended`);
  } finally {
    await stores.close();
  }
}

import { samlKeys } from '../../../identity/documents/account-keys/saml-key.ts';
import { openSamlKeys } from '../../../identity/saml-keys/open-saml-keys.ts';
import { openIdentityStore } from '../../../identity/store/identity-store.ts';
import { systemClock } from '../../../kernel/clock.ts';
import { systemRandom } from '../../../kernel/random.ts';
import { openKeyRing } from '../../../keys/open-key-ring.ts';
import { listedOnly } from '../../stores/stored-collections.ts';
import type { CommandContext } from '../command.ts';
import { openServersStores } from '../command-stores.ts';
import { requireConfiguredKey } from '../configured-key.ts';
import { recordCommand } from '../record-command.ts';

const DAY = 86_400_000;

/**
 * Creates the next key of an account's SAML identity provider. Running servers publish it at once, and sign with it from its time on.
 * @throws {Error} with a message that says what to do
 */
export async function rollOverSamlKey(
  { settings, report }: CommandContext,
  { accountId, days }: { readonly accountId: string; readonly days: number },
): Promise<void> {
  const keyEncryptionKey = requireConfiguredKey(settings);
  const stores = await openServersStores(settings, report);
  try {
    const collections = listedOnly(stores.collections);
    if ((await openIdentityStore(collections).accounts.get([accountId])) === undefined) {
      throw new Error(`there is no account ${accountId}`);
    }
    const clock = systemClock;
    const options = { collections, keyEncryptionKey, clock, random: systemRandom(), onFault: report.onFault };
    const keyRing = await openKeyRing(options);
    try {
      const keys = openSamlKeys({ collection: collections.open(samlKeys), sealer: keyRing.sealer, clock });
      const activeFrom = clock.now() + days * DAY;
      if (!(await keys.rollOver(accountId, activeFrom))) {
        const next = (await keys.of(accountId)).find(({ stage }) => stage === 'next');
        const since = next === undefined ? '' : ` from ${new Date(next.activeFrom).toISOString()} on`;
        throw new Error(`the account has a next SAML key already, which signs${since}`);
      }
      await recordCommand(collections, {
        eventName: 'RotateKeys',
        accountId,
        resources: [],
        request: { saml: true, activeFrom: new Date(activeFrom).toISOString() },
      });
      report.say(`a new SAML key is published now, and signs from ${new Date(activeFrom).toISOString()} on`);
      report.say('apps that do not read the metadata regularly need its certificate before that time');
    } finally {
      keyRing.close();
    }
  } finally {
    await stores.close();
  }
}

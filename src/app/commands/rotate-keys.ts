import { outboundKeys } from '../../identity/documents/account-keys/outbound-key.ts';
import { dropOutboundKeys } from '../../identity/outbound/outbound-keys.ts';
import { systemClock } from '../../kernel/clock.ts';
import { systemRandom } from '../../kernel/random.ts';
import { openKeyRing } from '../../keys/open-key-ring.ts';
import { listedOnly } from '../stores/stored-collections.ts';
import type { CommandContext } from './command.ts';
import { openServersStores } from './command-stores.ts';
import { requireConfiguredKey } from './configured-key.ts';
import { recordCommand } from './record-command.ts';

/**
 * Creates new signing keys and a new data key ahead of schedule. Running servers are notified and use them. Without their former keys,
 * accounts get new ones for outbound federation, too; otherwise those rotate on schedule alone.
 * @throws {Error} with a message that says what to do
 */
export async function rotateKeys(
  { settings, report }: CommandContext,
  { dropFormer }: { readonly dropFormer: boolean },
): Promise<void> {
  const keyEncryptionKey = requireConfiguredKey(settings);
  const stores = await openServersStores(settings, report);
  try {
    const collections = listedOnly(stores.collections);
    const keyRing = await openKeyRing({
      collections,
      keyEncryptionKey,
      clock: systemClock,
      random: systemRandom(),
      feed: stores.ephemeral,
      onFault: report.onFault,
    });
    try {
      await keyRing.rotateDataKey();
      await keyRing.rotate({ dropFormer });
      if (dropFormer) await dropOutboundKeys(collections.open(outboundKeys));
    } finally {
      keyRing.close();
    }
    await recordCommand(collections, { eventName: 'RotateKeys', resources: [], request: { dropFormer } });
    report.say(
      `new signing keys are in use ${dropFormer ? 'now' : 'in 2 seconds'}, and a new data key is in use in 15 seconds`,
    );
    report.say(
      dropFormer
        ? 'the previous signing keys were removed: temporary credentials and tokens that they signed are refused from now on'
        : 'the previous signing keys still verify what they signed: session tokens for 2 days, ID tokens for 14',
    );
  } finally {
    await stores.close();
  }
}

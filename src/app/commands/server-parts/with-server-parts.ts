import { Registry } from 'prom-client';
import type { IssuerKeys } from '../../../federation/web-identity/key-cache.ts';
import { systemClock } from '../../../kernel/clock.ts';
import { type Random, systemRandom } from '../../../kernel/random.ts';
import type { KeyRing } from '../../../keys/key-ring.ts';
import { openKeyRing } from '../../../keys/open-key-ring.ts';
import type { CollectionStore } from '../../../ports/collections.ts';
import type { Ephemeral } from '../../../ports/ephemeral.ts';
import { openIssuerKeys } from '../../login/web-identities.ts';
import { listedOnly } from '../../stores/stored-collections.ts';
import type { CommandContext } from '../command.ts';
import { openServersStores } from '../command-stores.ts';
import { requireConfiguredKey } from '../configured-key.ts';

interface Closable {
  close(): void | Promise<void>;
}

/** What commands on the server's machine open connectors with. */
interface ServerParts {
  readonly collections: CollectionStore;
  readonly ephemeral: Ephemeral;
  readonly keyRing: KeyRing;
  readonly keys: IssuerKeys;
  readonly ownIssuer: string;
  readonly random: Random;
  readonly clock: typeof systemClock;
  /** Has a part closed once the command is done, before those that were opened earlier. */
  readonly closing: <Opened extends Closable>(opened: Opened) => Opened;
}

/**
 * Opens the stores and keys of the server for a command, and closes them again.
 * @throws {Error} with a message that says what to do
 */
export async function withServerParts<Result>(
  { settings, report }: CommandContext,
  use: (parts: ServerParts) => Promise<Result>,
): Promise<Result> {
  const keyEncryptionKey = requireConfiguredKey(settings);
  const stores = await openServersStores(settings, report);
  const { ephemeral } = stores;
  const { onFault } = report;
  const random = systemRandom();
  const clock = systemClock;
  const closers: Closable[] = [];
  const closing = <Opened extends Closable>(opened: Opened): Opened => {
    closers.push(opened);
    return opened;
  };
  try {
    const collections = listedOnly(stores.collections);
    const keyRing = closing(
      await openKeyRing({ collections, keyEncryptionKey, clock, random, feed: ephemeral, onFault }),
    );
    const ownIssuer = `${settings.server.publicUrl}/oidc`;
    const log = { info: () => {}, warn: (text: string) => report.say(text) };
    const keys = openIssuerKeys({ settings, keyRing, ownIssuer, registry: new Registry(), log });
    return await use({ collections, ephemeral, keyRing, keys, ownIssuer, random, clock, closing });
  } finally {
    for (const each of closers.reverse()) await each.close();
    await stores.close();
  }
}

import type { Clock } from '../kernel/clock.ts';
import type { Random } from '../kernel/random.ts';
import { openBatchSigner, startSigningThread } from '../keys/batch-signer.ts';
import { hasDataKeys } from '../keys/data-key.ts';
import { loadKeyEncryptionKey } from '../keys/key-encryption-key.ts';
import type { MakePrivateKey } from '../keys/key-slot.ts';
import { parseKeyEncryptionKey } from '../keys/key-text.ts';
import { type OpenKeyRing, openKeyRing } from '../keys/open-key-ring.ts';
import type { TokenSigner } from '../keys/token-signer.ts';
import type { CollectionStore } from '../ports/collections.ts';
import type { Ephemeral } from '../ports/ephemeral.ts';
import { hasSpareCore } from './processes/workers.ts';
import type { Settings } from './settings/settings.ts';

interface KeyDependencies {
  readonly collections: CollectionStore;
  readonly ephemeral: Ephemeral;
  readonly clock: Clock;
  readonly random: Random;
  readonly makePrivateKey: MakePrivateKey;
  readonly onFault: (fault: unknown) => void;
}

/** Opens the keys of the installation and the signer of its session tokens. The first start generates a key-encryption key. */
export async function openKeys(
  settings: Settings,
  { collections, ephemeral, clock, random, makePrivateKey, onFault }: KeyDependencies,
): Promise<{ readonly keyRing: OpenKeyRing; readonly signer: TokenSigner }> {
  const keyEncryptionKey =
    settings.keys.keyEncryptionKey === undefined
      ? loadKeyEncryptionKey({
          directory: settings.keys.directory,
          random,
          mayMake: !(await hasDataKeys(collections)),
        })
      : parseKeyEncryptionKey(settings.keys.keyEncryptionKey);
  const keyRing = await openKeyRing({
    collections,
    keyEncryptionKey,
    clock,
    random,
    feed: ephemeral,
    onFault,
    makePrivateKey,
  });
  // If every core already has a process, a signing thread would only compete with them.
  const startThread = hasSpareCore(settings.server) ? startSigningThread : undefined;
  return { keyRing, signer: openBatchSigner({ onFault, startThread }) };
}

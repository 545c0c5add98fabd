import { createHmac } from 'node:crypto';
import * as z from 'zod';
import type { Random } from '../kernel/random.ts';
import {
  type Collection,
  type CollectionDeclaration,
  type CollectionStore,
  DuplicateKeyError,
} from '../ports/collections.ts';
import { decrypt, encrypt } from './authenticated-encryption.ts';

const dataKeyShape = z.object({
  keyId: z.string(),
  /** 1, 2, …. The newest key seals, once every process has had time to load it; all keys open. */
  sequence: z.number(),
  /** The {@link keyEncryptionKeyId} of the key-encryption key that it is sealed under. */
  sealedUnder: z.string(),
  /** The sealed 32 bytes, in base64url. */
  sealedKey: z.string(),
  createdAt: z.number(),
});
/** A stored data key. It is never removed, because secrets sealed under it may be anywhere. */
export type StoredDataKey = z.infer<typeof dataKeyShape>;

export const dataKeys: CollectionDeclaration<StoredDataKey> = {
  name: 'data-keys',
  shape: dataKeyShape,
  key: ['keyId'],
  unique: { bySequence: ['sequence'] },
  indexes: {},
};

/** An opened data key. */
export interface DataKey {
  readonly keyId: string;
  readonly sequence: number;
  readonly createdAt: number;
  readonly key: Buffer;
}

const DATA_KEY_BYTES = 32;
const contextOf = (keyId: string) => `rolecall data key ${keyId}`;

/** An id for a key-encryption key that reveals nothing about it. */
export function keyEncryptionKeyId(key: Uint8Array): string {
  return createHmac('sha256', key).update('rolecall key-encryption key id').digest('base64url').slice(0, 16);
}

/** Whether the store has data keys, and so may contain sealed secrets. */
export async function hasDataKeys(store: CollectionStore): Promise<boolean> {
  const { items } = await store.open(dataKeys).find('key', [], { limit: 1 });
  return items.length > 0;
}

export interface Sealing {
  readonly keyEncryptionKey: Uint8Array;
  readonly random: Random;
  readonly now: number;
}

/** Creates and stores a data key. If several processes do so concurrently, one wins, and the others find its key. */
export async function addDataKey(
  collection: Collection<StoredDataKey>,
  sequence: number,
  { keyEncryptionKey, random, now }: Sealing,
): Promise<void> {
  const keyId = random.bytes(9).toString('base64url');
  const sealedKey = encrypt(random.bytes(DATA_KEY_BYTES), { key: keyEncryptionKey, context: contextOf(keyId) }, random);
  try {
    await collection.insert({
      keyId,
      sequence,
      sealedUnder: keyEncryptionKeyId(keyEncryptionKey),
      sealedKey: sealedKey.toString('base64url'),
      createdAt: now,
    });
  } catch (error) {
    if (!(error instanceof DuplicateKeyError)) throw error;
  }
}

/** @throws {WrongKeyEncryptionKeyError} */
export function openDataKey(stored: StoredDataKey, keyEncryptionKey: Uint8Array): DataKey {
  const { keyId, sequence, createdAt, sealedKey } = stored;
  try {
    const key = decrypt(Buffer.from(sealedKey, 'base64url'), { key: keyEncryptionKey, context: contextOf(keyId) });
    return { keyId, sequence, createdAt, key };
  } catch (cause) {
    throw new WrongKeyEncryptionKeyError(stored, keyEncryptionKeyId(keyEncryptionKey), cause);
  }
}

/** The store was created with another key-encryption key, or a data key is damaged. */
export class WrongKeyEncryptionKeyError extends Error {
  override readonly name = 'WrongKeyEncryptionKeyError';

  constructor(stored: StoredDataKey, given: string, cause: unknown) {
    super(
      stored.sealedUnder === given
        ? `data key ${stored.keyId} in the store was damaged: it does not open under the key-encryption key that sealed it`
        : `the key-encryption key (id ${given}) is not the one that this store was made with (id ${stored.sealedUnder}); give the server that key, by the environment or the file in keys/, or restore it from your backup`,
      { cause },
    );
  }
}

export interface Rewrapping {
  readonly from: Uint8Array;
  readonly to: Uint8Array;
  readonly random: Random;
}

/**
 * Seals all data keys under another key-encryption key; once it resolves, processes only start with the new one. Data keys already
 * sealed under it are left unchanged, so it is safe to repeat after an interruption. Running processes are not affected, because they
 * hold the opened keys.
 * @returns The number of data keys.
 * @throws {WrongKeyEncryptionKeyError} if one is sealed under neither key; nothing is changed then.
 */
export async function rewrapDataKeys(store: CollectionStore, rewrapping: Rewrapping): Promise<number> {
  const collection = store.open(dataKeys);
  const { items } = await collection.find('bySequence', [], { limit: MAX_DATA_KEYS });
  for (const stored of items) rewrapped(stored, rewrapping);
  for (const { keyId } of items) await collection.update([keyId], (old) => rewrapped(old, rewrapping));
  return items.length;
}

/** More data keys than there will ever be. */
const MAX_DATA_KEYS = 10_000;

function rewrapped(stored: StoredDataKey, { from, to, random }: Rewrapping): StoredDataKey {
  const sealedUnder = keyEncryptionKeyId(to);
  const isDone = stored.sealedUnder === sealedUnder;
  const { key } = openDataKey(stored, isDone ? to : from);
  if (isDone) return stored;
  const sealedKey = encrypt(key, { key: to, context: contextOf(stored.keyId) }, random).toString('base64url');
  return { ...stored, sealedUnder, sealedKey };
}

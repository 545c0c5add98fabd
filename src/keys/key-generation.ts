import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import * as z from 'zod';
import type { Random } from '../kernel/random.ts';
import { type Collection, type CollectionDeclaration, DuplicateKeyError } from '../ports/collections.ts';
import type { Sealer } from './key-ring.ts';
import { type KeySlot, type MakePrivateKey, secretOf } from './key-slot.ts';
import { thumbprint } from './public-jwk.ts';

const keyGenerationShape = z.object({
  /** The thumbprint of the public key. */
  kid: z.string(),
  slot: z.string(),
  /** 1, 2, … within the slot. */
  sequence: z.number(),
  createdAt: z.number(),
  /** When it starts to sign. It does so until its successor starts. */
  activeFrom: z.number(),
  sealedSecret: z.string(),
});
/** A stored key. Its stage is not stored, but derived from the times (see rotation.ts), so that all processes agree on it. */
export type StoredGeneration = z.infer<typeof keyGenerationShape>;

export const keyGenerations: CollectionDeclaration<StoredGeneration> = {
  name: 'key-generations',
  shape: keyGenerationShape,
  key: ['kid'],
  // If several processes rotate concurrently, one wins.
  unique: { bySequence: ['slot', 'sequence'] },
  indexes: {},
};

/** An opened key. */
export interface Generation {
  readonly kid: string;
  readonly slot: KeySlot;
  readonly sequence: number;
  readonly activeFrom: number;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** Has the length of the slot's `extraBytes`. */
  readonly extra: Buffer;
}

export interface NewGeneration {
  readonly slot: KeySlot;
  readonly sequence: number;
  readonly activeFrom: number;
  readonly now: number;
}

interface GenerationDependencies {
  readonly sealer: Sealer;
  readonly random: Random;
  readonly makePrivateKey: MakePrivateKey;
}

/** Creates and stores the next key of a slot. If another process was faster, its key is kept and ours is discarded. */
export async function addGeneration(
  collection: Collection<StoredGeneration>,
  { slot, sequence, activeFrom, now }: NewGeneration,
  { sealer, random, makePrivateKey }: GenerationDependencies,
): Promise<void> {
  const privateKey = await makePrivateKey(slot, sequence);
  const secret = secretOf(slot, privateKey, random);
  const kid = thumbprint(createPublicKey(privateKey));
  const sealedSecret = sealer.seal(secret, boundTo(slot.name, kid));
  secret.fill(0);
  try {
    await collection.insert({ kid, slot: slot.name, sequence, createdAt: now, activeFrom, sealedSecret });
  } catch (error) {
    if (!(error instanceof DuplicateKeyError)) throw error;
  }
}

/** @throws {Error} if the stored key was damaged. */
export function openGeneration(stored: StoredGeneration, slot: KeySlot, sealer: Sealer): Generation {
  const secret = sealer.open(stored.sealedSecret, boundTo(stored.slot, stored.kid));
  const privateKey = createPrivateKey({ key: secret.subarray(slot.extraBytes), format: 'der', type: 'pkcs8' });
  return {
    kid: stored.kid,
    slot,
    sequence: stored.sequence,
    activeFrom: stored.activeFrom,
    privateKey,
    publicKey: createPublicKey(privateKey),
    extra: Buffer.from(secret.subarray(0, slot.extraBytes)),
  };
}

function boundTo(slot: string, kid: string): string {
  return `key ${slot} ${kid}`;
}

import type { Clock } from '../kernel/clock.ts';
import type { Random } from '../kernel/random.ts';
import type { Collection, CollectionStore } from '../ports/collections.ts';
import { addDataKey, type DataKey, dataKeys, openDataKey } from './data-key.ts';
import { installationSecrets, loadMasterSecret } from './installation-secret.ts';
import { addGeneration, type Generation, keyGenerations, openGeneration } from './key-generation.ts';
import type { Sealer } from './key-ring.ts';
import { KEY_SLOTS, type KeySlot, type MakePrivateKey } from './key-slot.ts';
import { droppedAt, inSlot } from './key-view.ts';
import { nextActiveFrom, type RotationSchedule } from './rotation.ts';
import { createSealer } from './sealer.ts';

export interface KeyStoreDependencies {
  readonly collections: CollectionStore;
  readonly keyEncryptionKey: Buffer;
  readonly clock: Clock;
  readonly random: Random;
  readonly schedule: RotationSchedule;
  readonly makePrivateKey: MakePrivateKey;
}

/** The stored keys, opened and kept in memory, and the operations that change or reload them. */
export interface KeyStore {
  readonly sealer: Sealer;
  generations(): readonly Generation[];
  /** Loads what other processes have added or removed. Only new keys are opened. */
  load(): Promise<void>;
  /** Creates keys that are due, and removes dropped ones. Returns whether there were any. */
  advance(): Promise<boolean>;
  addTo(slot: KeySlot, activeFrom: number): Promise<void>;
  addDataKey(): Promise<void>;
  /** Removes all keys of a slot except the newest. */
  dropFormer(slot: KeySlot): Promise<void>;
  masterSecret(): Promise<Buffer>;
}

/** A new data key seals only after every process has had time to load it, so that each can open what another has sealed. */
const DATA_KEY_LEAD_MS = 15_000;
/** More keys than there will ever be. */
const ALL = 10_000;

export function openKeyStore({
  collections,
  keyEncryptionKey,
  clock,
  random,
  schedule,
  makePrivateKey,
}: KeyStoreDependencies): KeyStore {
  const storedDataKeys = collections.open(dataKeys);
  const storedGenerations = collections.open(keyGenerations);
  let opened: ReadonlyMap<string, DataKey> = new Map();
  let generations: readonly Generation[] = [];

  const sealer = createSealer(
    {
      active() {
        const inSequence = [...opened.values()];
        const known = inSequence.findLast(({ createdAt }) => createdAt + DATA_KEY_LEAD_MS <= clock.now());
        const active = known ?? inSequence[0];
        if (active === undefined) throw new Error('the store holds no data key');
        return active;
      },
      byId: (keyId) => opened.get(keyId),
    },
    random,
  );

  async function loadDataKeys(): Promise<void> {
    const stored = await allOf(storedDataKeys, 'bySequence');
    opened = new Map(stored.map((each) => [each.keyId, opened.get(each.keyId) ?? openDataKey(each, keyEncryptionKey)]));
  }

  async function addNextDataKey(): Promise<void> {
    const sequence = ([...opened.values()].at(-1)?.sequence ?? 0) + 1;
    await addDataKey(storedDataKeys, sequence, { keyEncryptionKey, random, now: clock.now() });
    await loadDataKeys();
  }

  async function load(): Promise<void> {
    await loadDataKeys();
    if (opened.size === 0) await addNextDataKey();
    const known = new Map(generations.map((each) => [each.kid, each]));
    const stored = await allOf(storedGenerations, 'bySequence');
    generations = stored.flatMap((each) => {
      const slot = KEY_SLOTS.find(({ name }) => name === each.slot);
      return slot === undefined ? [] : [known.get(each.kid) ?? openGeneration(each, slot, sealer)];
    });
  }

  async function addTo(slot: KeySlot, activeFrom: number): Promise<void> {
    const sequence = (inSlot(slot, generations).at(-1)?.sequence ?? 0) + 1;
    const generation = { slot, sequence, activeFrom, now: clock.now() };
    await addGeneration(storedGenerations, generation, { sealer, random, makePrivateKey });
  }

  return {
    sealer,
    generations: () => generations,
    load,
    async advance() {
      const now = clock.now();
      const due = KEY_SLOTS.flatMap((slot) => {
        const activeFrom = nextActiveFrom(inSlot(slot, generations), now, schedule);
        return activeFrom === undefined ? [] : [addTo(slot, activeFrom)];
      });
      const dropped = droppedAt(now, generations, schedule).map(({ kid }) => storedGenerations.remove([kid]));
      await Promise.all<unknown>([...due, ...dropped]);
      if (due.length + dropped.length === 0) return false;
      await load();
      return true;
    },
    addTo,
    addDataKey: addNextDataKey,
    async dropFormer(slot) {
      const former = inSlot(slot, generations).slice(0, -1);
      await Promise.all(former.map(({ kid }) => storedGenerations.remove([kid])));
    },
    masterSecret: () =>
      loadMasterSecret({ collection: collections.open(installationSecrets), sealer, random, now: clock.now() }),
  };
}

async function allOf<Document extends object>(
  collection: Collection<Document>,
  index: string,
): Promise<readonly Document[]> {
  const { items } = await collection.find(index, [], { limit: ALL });
  return items;
}

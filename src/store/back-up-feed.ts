import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import {
  type Collection,
  type CollectionDeclaration,
  type CollectionStore,
  DuplicateKeyError,
} from '../ports/collections.ts';
import type { Ephemeral } from '../ports/ephemeral.ts';

const missedChangesShape = z.object({ name: z.string(), generation: z.string() });
type MissedChanges = z.infer<typeof missedChangesShape>;

/** A single document whose generation changes whenever a change could not be published on the feed. */
export const missedChanges: CollectionDeclaration<MissedChanges> = {
  name: 'missed-changes',
  shape: missedChangesShape,
  key: ['name'],
  unique: {},
  indexes: {},
};

/** How often the generation is read, in ms. With the read itself, this stays well below the one second that caches may lag. */
const POLL_MS = 400;
const NAME = 'feed';

export interface BackUpFeedDependencies {
  readonly collections: CollectionStore;
  readonly ephemeral: Ephemeral;
  readonly onFault: (fault: unknown) => void;
}

/**
 * Keeps caches correct when one process cannot reach the feed but others can, and so still trust what they have cached. If a change
 * cannot be published, the process writes a new generation to the collections, where the change itself was just written. Every
 * process polls the generation and, when it differs, treats everything it has cached as outdated. `publish` only rejects if that
 * write fails too.
 */
export function backUpFeed({ collections, ephemeral, onFault }: BackUpFeedDependencies): {
  readonly ephemeral: Ephemeral;
  close(): void;
} {
  const collection = collections.open(missedChanges);
  const listeners = new Set<() => void>();
  let known: string | undefined;
  let isReading = false;

  async function read(): Promise<void> {
    if (isReading) return;
    isReading = true;
    try {
      const generation = (await collection.get([NAME]))?.generation;
      if (generation === known) return;
      known = generation;
      for (const missed of [...listeners]) missed();
    } catch {
      // Rely on the feed alone until the next round. If the collections are down, no changes can be made anyway.
    } finally {
      isReading = false;
    }
  }

  const begin = oneAfterAnother(() => beginGeneration(collection));
  const timer = setInterval(() => void read().catch(onFault), POLL_MS);
  timer.unref();

  return {
    ephemeral: {
      ...ephemeral,
      async publish(topic, message) {
        try {
          await ephemeral.publish(topic, message);
        } catch {
          // The store reports its own failures.
          await begin();
          await read();
        }
      },
      subscribe(topic, onMessage, missed) {
        const stop = ephemeral.subscribe(topic, onMessage, missed);
        if (missed === undefined) return stop;
        const listener = (): void => missed();
        listeners.add(listener);
        return () => {
          listeners.delete(listener);
          stop();
        };
      },
    },
    close: () => clearInterval(timer),
  };
}

async function beginGeneration(collection: Collection<MissedChanges>): Promise<void> {
  const fresh: MissedChanges = { name: NAME, generation: randomUUID() };
  if ((await collection.update([NAME], () => fresh)) !== undefined) return;
  try {
    await collection.insert(fresh);
  } catch (error) {
    if (!(error instanceof DuplicateKeyError)) throw error;
    await collection.update([NAME], () => fresh);
  }
}

/**
 * Merges concurrent calls: only one run at a time, plus one more for all calls made during that run, as it may have started too
 * early for them.
 */
function oneAfterAnother(run: () => Promise<void>): () => Promise<void> {
  let current: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const start = (): Promise<void> => {
    next = undefined;
    const running = run().finally(() => {
      if (current === running) current = undefined;
    });
    current = running;
    return running;
  };
  return () => {
    if (current === undefined) return start();
    next ??= current.then(start, start);
    return next;
  };
}

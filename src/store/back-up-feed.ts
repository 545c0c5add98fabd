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

/** One document: its generation is another one whenever a change could not be told on the feed. */
export const missedChanges: CollectionDeclaration<MissedChanges> = {
  name: 'missed-changes',
  shape: missedChangesShape,
  key: ['name'],
  unique: {},
  indexes: {},
};

/** How often the generation is read, in ms: with the time of the read itself well below the second that caches may lag. */
const POLL_MS = 400;
const NAME = 'feed';

export interface BackUpFeedDependencies {
  readonly collections: CollectionStore;
  readonly ephemeral: Ephemeral;
  readonly onFault: (fault: unknown) => void;
}

/**
 * Keeps changes felt where the feed cannot be reached by the process that makes them, while others still hear it and so trust what they have
 * cached. What cannot be published is told by a new generation in the collections, which the change itself has just been written to;
 * every process reads it on, and when it is another one takes all that it has cached for missed. Only where that write fails, too, does
 * `publish` reject.
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
      // This process goes by the feed alone until the next round; without the collections there are no changes to make.
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
          // The store tells of its failures where they happen.
          await begin();
          await read();
        }
      },
      subscribe(topic, hear, missed) {
        const stop = ephemeral.subscribe(topic, hear, missed);
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
 * Joins those who ask at the same time: one run at a time, and one more for all who came while it was under way, since it may have been
 * too early for them.
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

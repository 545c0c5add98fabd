import * as z from 'zod';
import type { CollectionDeclaration, CollectionStore } from '../../ports/collections.ts';

const useShape = z.object({
  /** `iam:CreateUser`. */
  action: z.string(),
  /** Milliseconds since the epoch. */
  at: z.number(),
  /** Empty if it is not known, as of a call from a page. */
  region: z.string(),
});
/** The last time that a principal attempted an action. */
export type AccessUse = z.infer<typeof useShape>;

const accessedShape = z.object({
  /** The unique id of a user or role, or the account id of a root user. */
  subjectId: z.string(),
  uses: z.array(useShape),
});
type Accessed = z.infer<typeof accessedShape>;

export const accessed: CollectionDeclaration<Accessed> = {
  name: 'accessed',
  shape: accessedShape,
  key: ['subjectId'],
  unique: {},
  indexes: {},
};

/** At most one write a minute for each principal and action. */
const RECORD_EVERY_MS = 60_000;
/** How long recorded uses wait to be written together. */
const WRITE_AFTER_MS = 10_000;
/** How many principals are remembered as recently recorded. Beyond that, the memory is cleared. */
const REMEMBERED = 10_000;
/** How many actions of a principal are kept; the least recent are dropped. Services of an operator may have any number. */
const KEPT_USES = 1_000;
/** How long uses are kept: AWS reports 400 days. */
export const KEPT_MS = 400 * 24 * 3_600_000;

/** An attempt to use an action, whether or not it was allowed. */
export interface Attempt extends AccessUse {
  readonly subjectId: string;
}

/** When principals last attempted which actions. */
export interface AccessRecord {
  /** Returns at once; the write happens in the background, together with others. */
  record(attempt: Attempt): void;
  /** The last uses of a principal, of actions that this process and, since a few seconds, others have seen. */
  usesOf(subjectId: string): Promise<readonly AccessUse[]>;
  /** Deletes what is known of a principal that is being deleted. */
  forget(subjectId: string): Promise<void>;
  /** Writes what is waiting, for an orderly shutdown. */
  flush(): Promise<void>;
}

interface AccessRecordDependencies {
  readonly collections: CollectionStore;
  /** Called when a write fails. The attempts are lost, which is no reason to refuse a request. */
  readonly failed: (error: unknown) => void;
}

/** A principal's attempts, by action. */
type Attempts = Map<string, AccessUse>;

export function openAccessRecord({ collections, failed }: AccessRecordDependencies): AccessRecord {
  const collection = collections.open(accessed);
  /** When each action was last recorded, by principal. */
  const recorded = new Map<string, Map<string, number>>();
  let waiting = new Map<string, Attempts>();
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  async function writeOne(subjectId: string, attempts: Attempts): Promise<void> {
    const merge = ({ uses }: Accessed): Accessed => ({ subjectId, uses: merged(uses, attempts) });
    if (await collection.update([subjectId], merge)) return;
    try {
      await collection.insert(merge({ subjectId, uses: [] }));
    } catch {
      // Another process inserted it first.
      await collection.update([subjectId], merge);
    }
  }

  function write(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const batch = waiting;
    waiting = new Map();
    writing = writing.then(async () => {
      for (const [subjectId, attempts] of batch) {
        await writeOne(subjectId, attempts).catch((error: unknown) => {
          recorded.delete(subjectId);
          failed(error);
        });
      }
    });
    return writing;
  }

  function remember(subjectId: string): Map<string, number> {
    if (recorded.size >= REMEMBERED) recorded.clear();
    const actions = new Map<string, number>();
    recorded.set(subjectId, actions);
    return actions;
  }

  return {
    record({ subjectId, action, at, region }) {
      const actions = recorded.get(subjectId) ?? remember(subjectId);
      const before = actions.get(action);
      if (before !== undefined && at - before < RECORD_EVERY_MS) return;
      if (actions.size >= KEPT_USES) actions.clear();
      actions.set(action, at);
      const attempts: Attempts = waiting.get(subjectId) ?? new Map();
      attempts.set(action, { action, at, region });
      waiting.set(subjectId, attempts);
      timer ??= setTimeout(() => void write(), WRITE_AFTER_MS).unref();
    },
    async usesOf(subjectId) {
      if (waiting.has(subjectId)) await write();
      return (await collection.get([subjectId]))?.uses ?? [];
    },
    async forget(subjectId) {
      recorded.delete(subjectId);
      waiting.delete(subjectId);
      await writing;
      await collection.remove([subjectId]);
    },
    flush: () => write(),
  };
}

/** The uses with the attempts, the most recent first, without what is too old or too much. */
function merged(uses: readonly AccessUse[], attempts: Attempts): AccessUse[] {
  const byAction = new Map(uses.map((use) => [use.action, use]));
  for (const attempt of attempts.values()) {
    if ((byAction.get(attempt.action)?.at ?? 0) < attempt.at) byAction.set(attempt.action, attempt);
  }
  const sorted = [...byAction.values()].sort((a, b) => b.at - a.at);
  const oldest = (sorted[0]?.at ?? 0) - KEPT_MS;
  return sorted.slice(0, KEPT_USES).filter(({ at }) => at >= oldest);
}

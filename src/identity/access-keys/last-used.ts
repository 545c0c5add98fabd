import * as z from 'zod';
import type { CollectionDeclaration, CollectionStore } from '../../ports/collections.ts';

const lastUseShape = z.object({
  /** An access key id or a role's unique id. */
  subjectId: z.string(),
  /** Milliseconds since the epoch. */
  at: z.number(),
  /** The service of the credential scope, `iam` for example; only for access keys. */
  service: z.string().optional(),
  region: z.string(),
});
export type LastUse = z.infer<typeof lastUseShape>;

export const lastUses: CollectionDeclaration<LastUse> = {
  name: 'lastUses',
  shape: lastUseShape,
  key: ['subjectId'],
  unique: {},
  indexes: {},
};

/** At most one write a minute for each key or role: the answer is that coarse, and a busy key costs next to nothing. */
const WRITE_EVERY_MS = 60_000;
/** So many subjects are remembered as freshly written; past that the memory starts anew. */
const REMEMBERED = 10_000;

/** When access keys and roles were last used. */
export interface LastUsed {
  /** Notes a use of an access key. Returns at once; the write happens behind the request. */
  noteAccessKeyUse(use: { accessKeyId: string; service: string; region: string; now: number }): void;
  /** Notes that a role was assumed or that its session called. Returns at once. */
  noteRoleUse(use: { roleId: string; region: string; now: number }): void;
  /** The last use of an access key id or a role's unique id; `undefined` for never. */
  lastUse(subjectId: string): Promise<LastUse | undefined>;
  /** Drops what is known of an access key or role that is deleted. */
  forget(subjectId: string): Promise<void>;
  /** Resolves when what was noted so far is written, for an orderly stop. */
  flush(): Promise<void>;
}

/** Opens the record of last uses. `failed` hears of writes that failed; a lost note is no reason to refuse a request. */
export function openLastUsed({
  collections,
  failed,
}: {
  collections: CollectionStore;
  failed: (error: unknown) => void;
}): LastUsed {
  const collection = collections.open(lastUses);
  const writtenAt = new Map<string, number>();
  const pending = new Set<Promise<void>>();

  async function write(use: LastUse): Promise<void> {
    const keep = (old: LastUse): LastUse => (old.at < use.at ? use : old);
    if (await collection.update([use.subjectId], keep)) return;
    try {
      await collection.insert(use);
    } catch {
      // another process made it first
      await collection.update([use.subjectId], keep);
    }
  }

  function note(use: LastUse): void {
    const before = writtenAt.get(use.subjectId);
    if (before !== undefined && use.at - before < WRITE_EVERY_MS) return;
    if (writtenAt.size >= REMEMBERED) writtenAt.clear();
    writtenAt.set(use.subjectId, use.at);
    const written = write(use)
      .catch((error: unknown) => {
        // the next use tries again
        writtenAt.delete(use.subjectId);
        failed(error);
      })
      .finally(() => pending.delete(written));
    pending.add(written);
  }

  return {
    noteAccessKeyUse: ({ accessKeyId, service, region, now }) =>
      note({ subjectId: accessKeyId, at: now, service, region }),
    noteRoleUse: ({ roleId, region, now }) => note({ subjectId: roleId, at: now, region }),
    lastUse: (subjectId) => collection.get([subjectId]),
    async forget(subjectId) {
      writtenAt.delete(subjectId);
      await collection.remove([subjectId]);
    },
    async flush() {
      await Promise.all(pending);
    },
  };
}

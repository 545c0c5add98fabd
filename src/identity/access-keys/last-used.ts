import * as z from 'zod';
import type { CollectionDeclaration, CollectionStore } from '../../ports/collections.ts';

const lastUseShape = z.object({
  /** An access key id or a role's unique id. */
  subjectId: z.string(),
  /** Milliseconds since the epoch. */
  at: z.number(),
  /** The service of the credential scope, for example `iam`; only for access keys. */
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

/** At most one write per minute for each key or role: callers see that resolution, and a busy key costs next to nothing. */
const WRITE_EVERY_MS = 60_000;
/** How many subjects are remembered as recently written; beyond that, the memory is cleared. */
const REMEMBERED = 10_000;

/** When access keys and roles were last used. */
export interface LastUsed {
  /** Records that an access key was used. Returns at once; the write happens in the background. */
  recordAccessKeyUse(use: { accessKeyId: string; service: string; region: string; now: number }): void;
  /** Records that a role was assumed or that one of its sessions made a call. Returns at once. */
  recordRoleUse(use: { roleId: string; region: string; now: number }): void;
  /** The last use of an access key (by its id) or a role (by its unique id); `undefined` if never used. */
  lastUse(subjectId: string): Promise<LastUse | undefined>;
  /** Deletes the record of an access key or role that is being deleted. */
  forget(subjectId: string): Promise<void>;
  /** Resolves when all pending writes are done, for an orderly shutdown. */
  flush(): Promise<void>;
}

/** Opens the record of last uses. `failed` is called when a write fails: losing a record is no reason to reject a request. */
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
      // another process inserted it first
      await collection.update([use.subjectId], keep);
    }
  }

  function record(use: LastUse): void {
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
    recordAccessKeyUse: ({ accessKeyId, service, region, now }) =>
      record({ subjectId: accessKeyId, at: now, service, region }),
    recordRoleUse: ({ roleId, region, now }) => record({ subjectId: roleId, at: now, region }),
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

import * as z from 'zod';
import { type CollectionDeclaration, type CollectionStore, DuplicateKeyError } from '../../ports/collections.ts';

const importMarkerShape = z.object({
  name: z.string(),
  /** The file's hash, from its last line. */
  sha256: z.string(),
  exportedAt: z.string(),
  /** The attempt that currently writes. */
  attempt: z.string(),
});
type ImportMarker = z.infer<typeof importMarkerShape>;

/** Holds one document while an import is in progress, so that a partial import is never taken for a complete one. Never exported. */
export const imports: CollectionDeclaration<ImportMarker> = {
  name: 'imports',
  shape: importMarkerShape,
  key: ['name'],
  unique: {},
  indexes: {},
};

const NAME = 'import';

/** The store holds a partial import, or an import cannot begin. */
export class UnfinishedImportError extends Error {
  override readonly name = 'UnfinishedImportError';
}

/** @throws {UnfinishedImportError} if an import has begun but not finished. Only that import may then use the store. */
export async function requireNoUnfinishedImport(store: CollectionStore): Promise<void> {
  const marker = await store.open(imports).get([NAME]);
  if (marker !== undefined)
    throw new UnfinishedImportError(
      `the store holds a part of an import: the export of ${marker.exportedAt} (sha256 ${marker.sha256}) was not imported to its end; run the import of that file again, which continues, or use an empty store`,
    );
}

/** An import's claim on the store. */
export interface ImportClaim {
  /** Whether an earlier attempt with the same file has already written documents. */
  readonly isContinued: boolean;
  /** @throws {UnfinishedImportError} if another attempt took over. */
  requireHeld(): Promise<void>;
  /** Marks the import as complete, so that the store may be used. */
  release(): Promise<void>;
}

/** @throws {UnfinishedImportError} if the store holds a partial import of another file. */
export async function claimImport(store: CollectionStore, given: Omit<ImportMarker, 'name'>): Promise<ImportClaim> {
  const collection = store.open(imports);
  const takeOver = await collection.update([NAME], (old) => {
    if (old.sha256 === given.sha256) return { ...old, attempt: given.attempt };
    throw new UnfinishedImportError(
      `the store holds a part of another file, the export of ${old.exportedAt} (sha256 ${old.sha256}); import that file, or use an empty store`,
    );
  });
  if (takeOver === undefined) await begin();
  const requireHeld = async (): Promise<void> => {
    const { attempt } = (await collection.get([NAME])) ?? {};
    if (attempt !== given.attempt) throw new UnfinishedImportError('another import into this store has taken over');
  };
  return {
    isContinued: takeOver !== undefined,
    requireHeld,
    async release() {
      await requireHeld();
      await collection.remove([NAME]);
    },
  };

  async function begin(): Promise<void> {
    try {
      await collection.insert({ name: NAME, ...given });
    } catch (error) {
      if (!(error instanceof DuplicateKeyError)) throw error;
      throw new UnfinishedImportError('another import into this store has just begun', { cause: error });
    }
  }
}

/** Whether an import is in progress or was abandoned. */
export async function hasUnfinishedImport(store: CollectionStore): Promise<boolean> {
  return (await store.open(imports).get([NAME])) !== undefined;
}

import * as z from 'zod';
import { type CollectionDeclaration, type CollectionStore, DuplicateKeyError } from '../../ports/collections.ts';

const importMarkerShape = z.object({
  name: z.string(),
  /** Of the file, as its last line tells. */
  sha256: z.string(),
  exportedAt: z.string(),
  /** Which of several attempts writes now. */
  attempt: z.string(),
});
type ImportMarker = z.infer<typeof importMarkerShape>;

/** Holds one document while an import is under way, so that nobody takes a part for the whole. Never exported. */
export const imports: CollectionDeclaration<ImportMarker> = {
  name: 'imports',
  shape: importMarkerShape,
  key: ['name'],
  unique: {},
  indexes: {},
};

const NAME = 'import';

/** The store holds a part of an import, or an import cannot begin. */
export class UnfinishedImportError extends Error {
  override readonly name = 'UnfinishedImportError';
}

/** @throws {UnfinishedImportError} where an import began and did not end: then nobody may use the store but the import. */
export async function requireNoUnfinishedImport(store: CollectionStore): Promise<void> {
  const marker = await store.open(imports).get([NAME]);
  if (marker !== undefined)
    throw new UnfinishedImportError(
      `the store holds a part of an import: the export of ${marker.exportedAt} (sha256 ${marker.sha256}) was not imported to its end; run the import of that file again, which continues, or use an empty store`,
    );
}

/** The claim of an import on the store. */
export interface ImportClaim {
  /** Whether an earlier attempt with the same file has written before. */
  readonly isContinued: boolean;
  /** @throws {UnfinishedImportError} where another attempt took over. */
  requireHeld(): Promise<void>;
  /** The import is complete: the store may be used. */
  release(): Promise<void>;
}

/** @throws {UnfinishedImportError} where the store holds a part of another file. */
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

/** Whether an import is under way or was left. */
export async function hasUnfinishedImport(store: CollectionStore): Promise<boolean> {
  return (await store.open(imports).get([NAME])) !== undefined;
}

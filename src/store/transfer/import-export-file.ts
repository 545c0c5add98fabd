import type { CollectionStore } from '../../ports/collections.ts';
import { compareWithStore, type Dangling } from './compare-with-store.ts';
import type { ExportedDocument, ExportFile } from './export-file.ts';
import type { ExportSummary } from './export-format.ts';
import { claimImport, hasUnfinishedImport } from './import-marker.ts';
import { type LeftOut, putDocuments, requireEmpty } from './put-documents.ts';
import type { StoredCollection } from './stored-collection.ts';

export interface ImportOptions {
  readonly store: CollectionStore;
  readonly collections: readonly StoredCollection[];
  /** The contents of the file's last line, known from a first pass through the file. */
  readonly summary: ExportSummary;
  /** A unique name for this attempt. */
  readonly attempt: string;
  /** Called with the number of documents written so far. */
  readonly onProgress?: (documents: number) => void;
}

export interface Imported {
  readonly isContinued: boolean;
  readonly leftOut: readonly LeftOut[];
  /** The number of dangling references, and the first of them. */
  readonly dangling: { readonly count: number; readonly first: readonly Dangling[] };
}

const DANGLING_SHOWN = 20;

/**
 * Writes the documents of a file to an empty store, reads them back and compares. Until that is done, the store carries a marker
 * (see {@link requireNoUnfinishedImport}). Repeating the same import resumes it where it was interrupted.
 */
export async function importExportFile(file: ExportFile, options: ImportOptions): Promise<Imported> {
  const { store, collections, summary, attempt, onProgress = () => {} } = options;
  if (!(await hasUnfinishedImport(store))) await requireEmpty(store, collections);
  const { exportedAt } = file.header;
  const claim = await claimImport(store, { sha256: summary.sha256, exportedAt, attempt });
  const { isContinued } = claim;

  const leftOut = new Map<string, LeftOut>();
  const leaveOut = (left: LeftOut): void => void leftOut.set(placeOf(left.collection, left.key), left);
  let written = 0;
  for await (const batch of batchesOf(file)) {
    await claim.requireHeld();
    await putDocuments(store, batch, { isContinued, leaveOut });
    written += batch.length;
    onProgress(written);
  }

  let count = 0;
  const first: Dangling[] = [];
  await compareWithStore(store, file, {
    collections,
    isLeftOut: ({ collection, key }) => leftOut.has(placeOf(collection.declaration.name, key)),
    onDangling(dangling) {
      if (count++ < DANGLING_SHOWN) first.push(dangling);
    },
  });
  await claim.release();
  return { isContinued, leftOut: [...leftOut.values()], dangling: { count, first } };
}

const placeOf = (collection: string, key: readonly string[]): string => JSON.stringify([collection, ...key]);

/** Batches of documents, each from a single collection. */
async function* batchesOf(file: ExportFile): AsyncGenerator<readonly ExportedDocument[]> {
  let batch: ExportedDocument[] = [];
  for await (const exported of file.documents()) {
    const [first] = batch;
    if (
      first !== undefined &&
      (first.collection !== exported.collection || batch.length >= first.collection.pageSize)
    ) {
      yield batch;
      batch = [];
    }
    batch.push(exported);
  }
  if (batch.length > 0) yield batch;
}

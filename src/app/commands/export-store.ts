import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { accounts } from '../../identity/documents/account.ts';
import { systemClock } from '../../kernel/clock.ts';
import { dataKeys, type StoredDataKey } from '../../keys/data-key.ts';
import type { CollectionStore } from '../../ports/collections.ts';
import { writeDurableFile } from '../../store/transfer/durable-file.ts';
import { exportChunks } from '../../store/transfer/export-chunks.ts';
import { ACCOUNT_IDS_SHOWN, type ExportSummary } from '../../store/transfer/export-format.ts';
import { productVersion } from '../product-version.ts';
import type { Settings } from '../settings/settings.ts';
import { storedCollections } from '../stores/stored-collections.ts';
import { openServersCollections } from './command-stores.ts';
import { countsText, type Report } from './report.ts';

export interface ExportRequest {
  /** `-` for standard output. */
  readonly file: string;
  readonly overwrite: boolean;
  readonly stdout: Writable;
  readonly report: Report;
}

/** Writes the whole store to a file. @throws {Error} if that fails; then no file is created, and an existing one is kept. */
export async function exportStore(settings: Settings, request: ExportRequest): Promise<void> {
  const { file, overwrite, report } = request;
  if (file !== '-' && !overwrite && existsSync(file)) throw alreadyThere(file);
  const store = await openServersCollections(settings, report);
  const sealedUnder = new Set<string>();
  try {
    const chunks = await chunksOf(store, report, sealedUnder);
    const summary = file === '-' ? await writeOut(chunks, request.stdout) : await write(file, chunks, overwrite);
    report.say(`exported ${summary.documents} documents to ${file === '-' ? 'standard output' : resolve(file)}`);
    report.say(`  ${countsText(summary.counts)}`);
    report.say(`  sha256 ${summary.sha256} (of everything but the last line, which contains it)`);
    report.say(
      `the key-encryption key (id ${[...sealedUnder].join(', ')}) is not in the file: keep it too, elsewhere; a restore needs it`,
    );
  } finally {
    await store.close();
  }
}

async function chunksOf(
  store: CollectionStore,
  report: Report,
  sealedUnder: Set<string>,
): Promise<AsyncGenerator<string, ExportSummary>> {
  const { items } = await store.open(accounts).find('key', [], { limit: ACCOUNT_IDS_SHOWN });
  let seen = 0;
  return exportChunks({
    store,
    collections: storedCollections,
    productVersion: productVersion(),
    now: systemClock.now(),
    accountIds: items.map(({ accountId }) => accountId),
    onDocument(collection, document) {
      seen++;
      report.progress(() => `${seen} documents so far (${collection})`);
      if (collection === dataKeys.name) sealedUnder.add((document as StoredDataKey).sealedUnder);
    },
  });
}

async function write(
  file: string,
  chunks: AsyncGenerator<string, ExportSummary>,
  overwrite: boolean,
): Promise<ExportSummary> {
  try {
    return await writeDurableFile(file, chunks, { overwrite });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw alreadyThere(file);
    throw error;
  }
}

const alreadyThere = (file: string): Error => new Error(`${file} is already there; give another name, or --overwrite`);

async function writeOut(chunks: AsyncGenerator<string, ExportSummary>, stdout: Writable): Promise<ExportSummary> {
  let summary: ExportSummary | undefined;
  async function* texts(): AsyncGenerator<string> {
    summary = yield* chunks;
  }
  await pipeline(Readable.from(texts()), stdout, { end: false });
  if (summary === undefined) throw new Error('standard output was closed before the export was written');
  return summary;
}

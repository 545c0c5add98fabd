import { randomUUID } from 'node:crypto';
import { dataKeys, openDataKey, type StoredDataKey } from '../../keys/data-key.ts';
import type { CollectionStore } from '../../ports/collections.ts';
import { type ExportFile, openExportFile } from '../../store/transfer/export-file.ts';
import type { ExportSummary } from '../../store/transfer/export-format.ts';
import { type Imported, importExportFile } from '../../store/transfer/import-export-file.ts';
import type { Settings } from '../settings/settings.ts';
import { storedCollections } from '../stores/stored-collections.ts';
import { openCollections } from './command-stores.ts';
import { configuredKey } from './configured-key.ts';
import { countsText, type Report } from './report.ts';

/** Reads a file and reports its contents. @throws {Error} if it is incomplete, or was made under another key-encryption key. */
export async function checkFile(settings: Settings, path: string, report: Report): Promise<void> {
  const key = configuredKey(settings);
  const { summary } = await openChecked(path, key, report);
  report.say(`the file is intact: ${countsText(summary.counts)}; sha256 ${summary.sha256}`);
  report.say(
    key === undefined
      ? 'the key-encryption key was not checked, because none is configured here'
      : 'the key-encryption key configured here opens its secrets',
  );
}

/** Imports a file into the store. @throws {Error} with a message that says what to do. The store then stays marked as incomplete. */
export async function importStore(settings: Settings, path: string, report: Report): Promise<void> {
  const key = configuredKey(settings);
  if (key === undefined)
    throw new Error(
      `there is no key-encryption key, and without the one of the exported installation its secrets do not open; give it by ROLECALL_KEY_ENCRYPTION_KEY or put its file into ${settings.keys.directory} (nothing was written)`,
    );
  const { file, summary } = await openChecked(path, key, report);
  const store = await openCollections(settings, report);
  try {
    const imported = await into(store, { file, summary, report });
    printChecks(imported, report);
    const documents = summary.documents - imported.leftOut.length;
    report.say(`imported ${documents} documents, read back and compared; the file holds ${countsText(summary.counts)}`);
    report.say(`sha256 ${summary.sha256}; the server can start on this store now`);
  } finally {
    await store.close();
  }
}

function into(
  store: CollectionStore,
  { file, summary, report }: { readonly file: ExportFile; readonly summary: ExportSummary; readonly report: Report },
): Promise<Imported> {
  return importExportFile(file, {
    store,
    collections: storedCollections,
    summary,
    attempt: randomUUID(),
    onProgress: (written) => report.progress(() => `${written} of ${summary.documents} documents are in`),
  });
}

/** Tells the operator what to check. There is nothing to check for an export made while no server was running. */
function printChecks({ isContinued, leftOut, dangling }: Imported, report: Report): void {
  if (isContinued) report.say('resumed an interrupted import');
  for (const { collection, key, index, inFavourOf } of leftOut)
    report.say(
      `left out: ${collection} ${key.join('/')}, which was deleted or renamed while the export ran: ${inFavourOf.join('/')} has its ${index}`,
    );
  if (dangling.count > 0)
    report.say(`${dangling.count} references point to documents that were deleted during the export; the first:`);
  for (const { from, to } of dangling.first)
    report.say(`  ${from.collection} ${from.key.join('/')} → ${to.collection} ${to.key.join('/')}`);
}

/** Validates the whole file before it is used. */
async function openChecked(
  path: string,
  key: Buffer | undefined,
  report: Report,
): Promise<{ readonly file: ExportFile; readonly summary: ExportSummary }> {
  const file = await openExportFile(path, storedCollections);
  const { exportedAt, productVersion, accountIds } = file.header;
  report.say(`${path}: exported ${exportedAt} by version ${productVersion}, accounts ${accountIds.join(', ')}`);
  const sealed: StoredDataKey[] = [];
  const documents = file.documents();
  for (;;) {
    const step = await documents.next();
    if (step.done === true) {
      // Try the key only after the file has proved intact: a damaged file must not be mistaken for one under another key.
      if (key !== undefined) for (const each of sealed) openDataKey(each, key);
      return { file, summary: step.value };
    }
    const { collection, document } = step.value;
    if (collection.declaration.name === dataKeys.name) sealed.push(document as StoredDataKey);
  }
}

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../../src/kernel/clock.ts';
import type { CollectionStore } from '../../../src/ports/collections.ts';
import { type Person, people, person } from '../../../src/ports/contract/contract-documents.ts';
import { openEmbeddedStore } from '../../../src/store/embedded/open-embedded-store.ts';
import { exportChunks } from '../../../src/store/transfer/export-chunks.ts';
import { type ExportedDocument, openExportFile } from '../../../src/store/transfer/export-file.ts';
import { type Imported, importExportFile } from '../../../src/store/transfer/import-export-file.ts';
import { storedCollection } from '../../../src/store/transfer/stored-collection.ts';

export const crowd = people('crowd');
export const log = people('log');
/** Small pages, so that few documents make many of them. */
export const PEOPLE = [
  storedCollection(crowd, {
    pageSize: 7,
    references: ({ account, groups }) => groups.map((id) => ({ collection: log.name, key: [account, id] })),
  }),
  storedCollection(log, { pageSize: 3, newestFirst: true }),
];

/** So many of them in each collection. */
export async function fill(store: CollectionStore, count: number): Promise<void> {
  const documents = Array.from({ length: count }, (_, n) => person(`p${String(n).padStart(5, '0')}`));
  for (const declaration of [crowd, log]) await store.open(declaration).insertMany(documents);
}

export async function exportText(store: CollectionStore): Promise<string> {
  let text = '';
  for await (const chunk of chunksOf(store)) text += chunk;
  return text;
}

export const chunksOf = (store: CollectionStore) =>
  exportChunks({ store, collections: PEOPLE, productVersion: '1.2.3', now: 0, accountIds: ['a1'] });

/** Goes through a text as through a file. */
export async function readText(directory: string, text: string | Buffer): Promise<ExportedDocument[]> {
  const path = join(directory, 'file.jsonl');
  writeFileSync(path, text);
  const documents: ExportedDocument[] = [];
  for await (const each of (await openExportFile(path, PEOPLE)).documents()) documents.push(each);
  return documents;
}

/** Imports a text, after it was gone through, as the command does. */
export async function importText(
  { directory, store }: { readonly directory: string; readonly store: CollectionStore },
  text: string,
  attempt = 'one',
): Promise<Imported> {
  await readText(directory, text);
  const { end: summary } = JSON.parse(text.trim().split('\n').at(-1) ?? '');
  const file = await openExportFile(join(directory, 'file.jsonl'), PEOPLE);
  return await importExportFile(file, { store, collections: PEOPLE, summary, attempt });
}

export const openStore = (directory: string) => openEmbeddedStore({ directory, clock: systemClock });

export async function everyone(store: CollectionStore, declaration = crowd): Promise<readonly Person[]> {
  return (await store.open(declaration).find('key', [], { limit: 100_000 })).items;
}

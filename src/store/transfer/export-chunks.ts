import { createHash } from 'node:crypto';
import type { CollectionStore } from '../../ports/collections.ts';
import { EXPORT_FORMAT, type ExportHeader, type ExportSummary } from './export-format.ts';
import type { StoredCollection } from './stored-collection.ts';
import { storedPages } from './stored-documents.ts';

export interface ExportOptions {
  readonly store: CollectionStore;
  /** In the order in which they are read. */
  readonly collections: readonly StoredCollection[];
  readonly productVersion: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly accountIds: readonly string[];
  /** Called with each exported document. */
  readonly onDocument?: (collection: string, document: object) => void;
}

/**
 * Generates the text of an export, one page of documents at a time, so that memory use does not depend on the size of the store. It
 * may run during writes: each document is exported as it was at some moment during the export.
 * @returns the contents of the last line.
 */
export async function* exportChunks(options: ExportOptions): AsyncGenerator<string, ExportSummary> {
  const { store, collections, onDocument = () => {} } = options;
  const hash = createHash('sha256');
  const hashed = (text: string): string => {
    hash.update(text);
    return text;
  };
  yield hashed(lineOf(headerOf(options)));
  const counts: Record<string, number> = {};
  let documents = 0;
  for (const collection of collections) {
    const { name } = collection.declaration;
    counts[name] = 0;
    for await (const page of storedPages(store, collection)) {
      for (const document of page) onDocument(name, document);
      counts[name] += page.length;
      documents += page.length;
      if (page.length > 0) yield hashed(page.map((document) => lineOf({ collection: name, document })).join(''));
    }
  }
  const summary = { documents, counts, sha256: hash.digest('hex') };
  yield lineOf({ end: summary });
  return summary;
}

const lineOf = (value: object): string => `${JSON.stringify(value)}\n`;

function headerOf({ collections, productVersion, now, accountIds }: ExportOptions): ExportHeader {
  return {
    format: 'rolecall-export',
    formatVersion: EXPORT_FORMAT,
    productVersion,
    exportedAt: new Date(now).toISOString(),
    collections: collections.map(({ declaration: { name, migrations = [] } }) => ({ name, schema: migrations.length })),
    accountIds: [...accountIds],
  };
}

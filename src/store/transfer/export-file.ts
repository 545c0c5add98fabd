import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { DocumentKey } from '../../ports/collections.ts';
import { documentKey } from '../indexed-values.ts';
import {
  EXPORT_FORMAT,
  type ExportHeader,
  type ExportSummary,
  exportedDocumentShape,
  exportHeaderShape,
  exportTrailerShape,
} from './export-format.ts';
import { type FileLine, readLines } from './read-lines.ts';
import { sameDocument } from './same-document.ts';
import type { StoredCollection } from './stored-collection.ts';

/** The file is not an export, is incomplete, or was changed. The message gives the position, but none of the contents. */
export class ExportFileError extends Error {
  override readonly name = 'ExportFileError';
}

export interface ExportedDocument {
  readonly collection: StoredCollection;
  readonly key: DocumentKey;
  readonly document: object;
}

/** An export file that can be read any number of times. */
export interface ExportFile {
  readonly header: ExportHeader;
  /**
   * The documents in file order. Each pass validates everything: format, shapes, order, counts and hash. Act on the documents only
   * once the iteration has ended without an error.
   * @returns the contents of the last line.
   * @throws {ExportFileError}
   */
  documents(): AsyncGenerator<ExportedDocument, ExportSummary>;
}

/** @throws {ExportFileError} if the file cannot be read, or its first line is not an export header that this version knows. */
export async function openExportFile(path: string, known: readonly StoredCollection[]): Promise<ExportFile> {
  const header = await readHeader(path, known);
  return { header, documents: () => documentsOf(path, header, known) };
}

async function readHeader(path: string, known: readonly StoredCollection[]): Promise<ExportHeader> {
  for await (const line of linesOf(path)) {
    const value = jsonOf(line);
    if (!isObject(value) || value['format'] !== 'rolecall-export')
      throw new ExportFileError(`${path} is no export of this program: its first line does not say so`);
    if (value['formatVersion'] !== EXPORT_FORMAT)
      throw new ExportFileError(
        `${path} is an export of another format, made by version ${String(value['productVersion'])}; this version reads format ${EXPORT_FORMAT}: import it with that version`,
      );
    const header = parsed(exportHeaderShape, value, line);
    requireKnown(header, known);
    return header;
  }
  throw new ExportFileError(`${path} is empty`);
}

function requireKnown({ collections, productVersion }: ExportHeader, known: readonly StoredCollection[]): void {
  for (const { name, schema } of collections) {
    const collection = known.find(({ declaration }) => declaration.name === name);
    if (collection !== undefined && schema <= (collection.declaration.migrations ?? []).length) continue;
    throw new ExportFileError(
      `the file holds ${name} as this version does not know it; version ${productVersion} made it: import it with that version`,
    );
  }
}

async function* documentsOf(
  path: string,
  header: ExportHeader,
  known: readonly StoredCollection[],
): AsyncGenerator<ExportedDocument, ExportSummary> {
  const hash = createHash('sha256');
  const place = placeKeeper(header);
  const counts = Object.fromEntries(header.collections.map(({ name }) => [name, 0]));
  let documents = 0;
  let summary: ExportSummary | undefined;
  for await (const line of linesOf(path)) {
    if (summary !== undefined) throw fault(line, 'stands after the line that ends the file');
    if (!line.isEnded) throw fault(line, 'is cut off: the file is not whole');
    if (line.number > 1) {
      const value = jsonOf(line);
      if (isObject(value) && 'end' in value) {
        summary = parsed(exportTrailerShape, value, line).end;
        continue;
      }
      const exported = exportedDocument(value, line, { header, known });
      place(exported, line);
      const { name } = exported.collection.declaration;
      counts[name] = (counts[name] ?? 0) + 1;
      documents++;
      yield exported;
    }
    hash.update(line.bytes).update('\n');
  }
  if (summary === undefined) throw new ExportFileError(`${path} is cut off: the line that ends an export is missing`);
  if (!sameDocument(summary, { documents, counts, sha256: hash.digest('hex') }))
    throw new ExportFileError(`${path} was changed or damaged: counts and hash are not those that its last line tells`);
  return summary;
}

function exportedDocument(
  value: unknown,
  line: FileLine,
  { header, known }: { readonly header: ExportHeader; readonly known: readonly StoredCollection[] },
): ExportedDocument {
  const { collection: name, document: written } = parsed(exportedDocumentShape, value, line);
  const collection = known.find(({ declaration }) => declaration.name === name);
  const announced = header.collections.find((each) => each.name === name);
  if (collection === undefined || announced === undefined)
    throw fault(line, 'is of a collection that the first line does not name');
  const { declaration } = collection;
  const migrations = (declaration.migrations ?? []).slice(announced.schema);
  const stored = declaration.shape.safeParse(migrations.reduce<object>((form, migrate) => migrate(form), written));
  // Shapes drop unknown fields. In a document that is already in its current form, those would be lost silently.
  if (!stored.success || (migrations.length === 0 && !sameDocument(stored.data, written)))
    throw fault(line, `contains a document that is not valid in ${name} of this version`);
  const document = migrations.length === 0 ? written : stored.data;
  return { collection, document, key: documentKey(declaration, document) };
}

/** Checks that collections follow the order in the header, and that documents are in key order without duplicates. */
function placeKeeper({ collections }: ExportHeader): (exported: ExportedDocument, line: FileLine) => void {
  let at = 0;
  let before: DocumentKey | undefined;
  return ({ collection, key }, line) => {
    const { name } = collection.declaration;
    const place = collections.findIndex((each) => each.name === name);
    if (place < at) throw fault(line, `is not in its place: ${name} came earlier`);
    if (place > at) before = undefined;
    at = place;
    if (before !== undefined) {
      const order = compareKeys(before, key);
      if (order === 0) throw fault(line, 'holds the same document as the line before');
      if (order > 0 !== collection.newestFirst) throw fault(line, 'is not in its place');
    }
    before = key;
  };
}

/** Compares UTF-8 bytes, as the stores do. */
export function compareKeys(a: DocumentKey, b: DocumentKey): number {
  for (const [index, text] of a.entries()) {
    const order = Buffer.compare(Buffer.from(text), Buffer.from(b[index] ?? ''));
    if (order !== 0) return order;
  }
  return 0;
}

async function* linesOf(path: string): AsyncGenerator<FileLine> {
  try {
    yield* readLines(path);
  } catch (cause) {
    if (cause instanceof ExportFileError) throw cause;
    throw new ExportFileError(`${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

function jsonOf(line: FileLine): unknown {
  try {
    return JSON.parse(UTF8.decode(line.bytes));
  } catch {
    throw fault(
      line,
      line.isEnded ? 'is not JSON: the file was changed or damaged' : 'is cut off: the file is not whole',
    );
  }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function parsed<Output>(shape: z.ZodType<Output>, value: unknown, line: FileLine): Output {
  const result = shape.safeParse(value);
  if (!result.success) throw fault(line, 'is not of the form of an export');
  return result.data;
}

const fault = ({ number }: FileLine, problem: string): ExportFileError =>
  new ExportFileError(`line ${number} of the file ${problem}`);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

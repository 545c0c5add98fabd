import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { temporaryDirectory } from '../../../harness/temporary-directory.ts';
import { ExportFileError } from '../../../src/store/transfer/export-file.ts';
import { MAX_LINE_BYTES } from '../../../src/store/transfer/read-lines.ts';
import { exportText, fill, openStore, readText } from './export-of-people.ts';

const directory = temporaryDirectory();
let whole: string;

beforeAll(async () => {
  const store = await openStore(directory.path);
  await fill(store.collections, 30);
  whole = await exportText(store.collections);
  await store.close();
});
afterAll(() => directory.remove());

const read = (text: string | Buffer) => readText(directory.path, text);
const linesOf = (text: string): string[] => text.split('\n').slice(0, -1);
const textOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

/** The lines with a last line that fits them: what only a forger would make, or a fault of ours. */
function sealed(lines: readonly string[]): string {
  const counts: Record<string, number> = { 'contract-crowd': 0, 'contract-log': 0 };
  for (const line of lines.slice(1)) {
    const name = /^\{"collection":"([\w-]+)"/.exec(line)?.[1] ?? 'none';
    counts[name] = (counts[name] ?? 0) + 1;
  }
  const sha256 = createHash('sha256').update(textOf(lines)).digest('hex');
  return textOf([...lines, JSON.stringify({ end: { documents: lines.length - 1, counts, sha256 } })]);
}

const body = (): string[] => linesOf(whole).slice(0, -1);
const changed = (change: (lines: string[]) => void): string => {
  const lines = body();
  change(lines);
  return sealed(lines);
};
function swap(lines: string[], a: number, b: number): void {
  [lines[a], lines[b]] = [lines[b] ?? '', lines[a] ?? ''];
}

describe('an export file', () => {
  test('contains all documents, in the order of the store', async () => {
    const documents = await read(whole);
    expect(documents.length).toBe(60);
    expect(documents[0]?.key).toEqual(['a1', 'p00000']);
    expect(documents[30]?.key).toEqual(['a1', 'p00029']);
    expect(whole).toBe(sealed(body()));
  });

  test('is refused wherever it is cut off', async () => {
    const bytes = Buffer.from(whole);
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), async (length) => {
        await expect(read(bytes.subarray(0, length))).rejects.toThrow(ExportFileError);
      }),
    );
  });

  test('is refused with any byte changed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(Buffer.byteLength(whole) - 1), fc.integer({ min: 1, max: 255 }), async (at, by) => {
        const bytes = Buffer.from(whole);
        bytes[at] = (bytes[at] ?? 0) ^ by;
        await expect(read(bytes)).rejects.toThrow(ExportFileError);
      }),
    );
  });

  test('is refused with lines missing, duplicated or moved', async () => {
    const lines = linesOf(whole);
    const place = fc.nat(lines.length - 1);
    await fc.assert(
      fc.asyncProperty(place, place, fc.constantFrom('remove', 'double', 'swap'), async (a, b, what) => {
        fc.pre(what !== 'swap' || a !== b);
        const other = [...lines];
        if (what === 'remove') other.splice(a, 1);
        else if (what === 'double') other.splice(b, 0, other[a] ?? '');
        else swap(other, a, b);
        await expect(read(textOf(other))).rejects.toThrow(ExportFileError);
      }),
    );
  });

  test.each<[string, () => string, string]>([
    [
      'two documents in the place of each other',
      () => changed((lines) => swap(lines, 3, 4)),
      'line 5 of the file is not in its place',
    ],
    [
      'a document twice',
      () => changed((lines) => lines.splice(3, 0, lines[3] ?? '')),
      'line 5 of the file holds the same document',
    ],
    [
      'a collection after one that it comes before',
      () => changed((lines) => lines.push(lines.splice(1, 1)[0] ?? '')),
      'line 61 of the file is not in its place',
    ],
    [
      'a field that no document has',
      () =>
        changed((lines) => {
          lines[2] = (lines[2] ?? '').replace('"age"', '"cage":1,"age"');
        }),
      'line 3 of the file contains a document that is not valid',
    ],
    [
      'a document without a field',
      () =>
        changed((lines) => {
          lines[2] = (lines[2] ?? '').replace('"age":30,', '');
        }),
      'line 3 of the file contains a document that is not valid',
    ],
    [
      'a collection that nobody knows',
      () =>
        changed((lines) => {
          lines[2] = (lines[2] ?? '').replace('contract-crowd', 'strangers');
        }),
      'line 3 of the file is of a collection',
    ],
    [
      'a known collection that was not announced',
      () =>
        changed((lines) => {
          lines[0] = (lines[0] ?? '').replace('{"name":"contract-log","schema":0}', '').replace(',]', ']');
        }),
      'is of a collection that the first line does not name',
    ],
    [
      'an announced collection that nobody knows',
      () => whole.replace('"contract-log","schema"', '"futures","schema"'),
      'holds futures as this version does not know it; version 1.2.3 made it',
    ],
    [
      'documents of a later shape',
      () => whole.replace('"contract-log","schema":0', '"contract-log","schema":7'),
      'holds contract-log as this version does not know it',
    ],
    [
      'another format',
      () => whole.replace('"formatVersion":1', '"formatVersion":2'),
      'an export of another format, made by version 1.2.3',
    ],
    ['another file altogether', () => '{"some":"json"}\n', 'is no export of this program'],
    ['no JSON', () => 'hello\n', 'line 1 of the file is not JSON'],
    ['nothing', () => '', 'is empty'],
    ['more after the end', () => `${whole}{}\n`, 'line 63 of the file stands after the line that ends the file'],
    ['a wrong count', () => whole.replace('"documents":60', '"documents":61'), 'counts and hash are not those'],
  ])('with %s is refused, saying where', async (_, text, said) => {
    await expect(read(text())).rejects.toThrow(said);
  });

  test('with an endless line is refused before it fills the memory', async () => {
    const huge = Buffer.concat([Buffer.from(`${body()[0]}\n`), Buffer.alloc(MAX_LINE_BYTES + 300_000, 'x')]);
    await expect(read(huge)).rejects.toThrow(`line 2 is longer than ${MAX_LINE_BYTES} bytes`);
  });

  test('that does not exist is reported', async () => {
    const { openExportFile } = await import('../../../src/store/transfer/export-file.ts');
    await expect(openExportFile('/no/such/file', [])).rejects.toThrow('/no/such/file cannot be read');
  });
});

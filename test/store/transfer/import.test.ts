import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { temporaryDirectory } from '../../../harness/temporary-directory.ts';
import { person } from '../../../src/ports/contract/contract-documents.ts';
import type { EmbeddedStore } from '../../../src/store/embedded/open-embedded-store.ts';
import { openExportFile } from '../../../src/store/transfer/export-file.ts';
import { importExportFile } from '../../../src/store/transfer/import-export-file.ts';
import { requireNoUnfinishedImport } from '../../../src/store/transfer/import-marker.ts';
import { storedCollection } from '../../../src/store/transfer/stored-collection.ts';
import { chunksOf, crowd, everyone, exportText, fill, importText, log, openStore, PEOPLE } from './export-of-people.ts';

let directory = temporaryDirectory();
let stores: EmbeddedStore[] = [];
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(async () => {
  await Promise.all(stores.map((store) => store.close()));
  stores = [];
  directory.remove();
});

async function newStore() {
  const path = mkdtempSync(join(directory.path, 'store-'));
  const store = await openStore(path);
  stores.push(store);
  return { directory: path, store: store.collections };
}

describe('an import', () => {
  test('yields the same store: exporting it gives the same text', async () => {
    const [from, to] = [await newStore(), await newStore()];
    await fill(from.store, 40);
    await from.store.open(crowd).insert(person('z', { name: 'naïve \u0000 日本 😀', boundary: { policyId: 'p' } }));
    const text = await exportText(from.store);
    expect(await importText(to, text)).toEqual({ isContinued: false, leftOut: [], dangling: { count: 0, first: [] } });
    expect(await exportText(to.store)).toBe(text);
    await expect(requireNoUnfinishedImport(to.store)).resolves.toBeUndefined();
    await expect(importText(to, text)).rejects.toThrow('the store is not empty: it has contract-crowd');
  });

  test('that was interrupted continues only with the same file, and the store is not used until then', async () => {
    const [from, to, other] = [await newStore(), await newStore(), await newStore()];
    await fill(from.store, 40);
    await fill(other.store, 1);
    const text = await exportText(from.store);
    const interrupted = {
      ...to,
      store: {
        ...to.store,
        open: (declaration: Parameters<typeof to.store.open>[0]) => {
          const collection = to.store.open(declaration);
          return declaration.name === log.name ? { ...collection, insertMany: fails } : collection;
        },
      } as typeof to.store,
    };
    await expect(importText(interrupted, text)).rejects.toThrow('gone');
    await expect(requireNoUnfinishedImport(to.store)).rejects.toThrow('run the import of that file again');
    await expect(importText(to, await exportText(other.store))).rejects.toThrow('a part of another file');
    expect(await importText(to, text, 'two')).toMatchObject({ isContinued: true });
    expect(await exportText(to.store)).toBe(text);
    await expect(requireNoUnfinishedImport(to.store)).resolves.toBeUndefined();

    async function fails(): Promise<void> {
      throw new Error('gone');
    }
  });

  test.each<[string, string, (to: Awaited<ReturnType<typeof newStore>>) => Promise<unknown>]>([
    ['adds to', 'has more contract-crowd', ({ store }) => store.open(crowd).insert(person('zz'))],
    [
      'takes from',
      'contract-crowd a1/p00003 is not in the store',
      ({ store }) => store.open(crowd).remove(['a1', 'p00003']),
    ],
    [
      'changes',
      'contract-crowd a1/p00003 is not in the store',
      ({ store }) => store.open(crowd).update(['a1', 'p00003'], (old) => ({ ...old, age: 31 })),
    ],
  ])('notices when someone %s what it wrote', async (_, said, meddle) => {
    const [from, to] = [await newStore(), await newStore()];
    await fill(from.store, 20);
    const text = await exportText(from.store);
    let meddled: Promise<unknown> | undefined;
    const watched = {
      ...to,
      store: {
        ...to.store,
        open: (declaration: Parameters<typeof to.store.open>[0]) => {
          const collection = to.store.open(declaration);
          if (declaration.name !== log.name) return collection;
          const insertMany = async (documents: readonly object[]): Promise<void> => {
            meddled ??= meddle(to);
            await meddled;
            await collection.insertMany(documents);
          };
          return { ...collection, insertMany };
        },
      } as typeof to.store,
    };
    await expect(importText(watched, text)).rejects.toThrow(said);
    await expect(requireNoUnfinishedImport(to.store)).rejects.toThrow('a part of an import');
  });

  test('of an export during which a name moved keeps the document that has it', async () => {
    const [from, to] = [await newStore(), await newStore()];
    await fill(from.store, 40);
    const people = from.store.open(crowd);
    let text = '';
    for await (const chunk of chunksOf(from.store)) {
      text += chunk;
      if (!text.includes('p00006') || text.includes('p00007')) continue;
      await people.remove(['a1', 'p00001']);
      await people.insert(person('q', { name: 'name-p00001' }));
      await people.update(['a1', 'p00039'], (old) => ({ ...old, groups: ['p00000', 'nobody'] }));
    }
    const { leftOut, dangling } = await importText(to, text);
    expect(leftOut).toEqual([
      { collection: crowd.name, key: ['a1', 'p00001'], index: 'byName', inFavourOf: ['a1', 'q'] },
    ]);
    expect(dangling.count).toBe(1);
    expect(dangling.first[0]?.to).toEqual({ collection: log.name, key: ['a1', 'nobody'] });
    expect(await everyone(to.store)).toEqual(await everyone(from.store));
  });

  test('migrates documents of an earlier version', async () => {
    const [from, to] = [await newStore(), await newStore()];
    await fill(from.store, 3);
    const text = await exportText(from.store);
    const grown = storedCollection({
      ...crowd,
      migrations: [(old: object) => ({ ...old, age: 99 })],
    });
    const path = join(to.directory, 'former.jsonl');
    writeFileSync(path, text);
    const collections = [grown, ...PEOPLE.slice(1)];
    const file = await openExportFile(path, collections);
    const { end: summary } = JSON.parse(text.trim().split('\n').at(-1) ?? '');
    await importExportFile(file, { store: to.store, collections, summary, attempt: 'one' });
    expect((await to.store.open(grown.declaration).find('key', [])).items).toMatchObject([
      { age: 99 },
      { age: 99 },
      { age: 99 },
    ]);
  });
});

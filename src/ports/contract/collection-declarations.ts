import assert from 'node:assert/strict';
import * as z from 'zod';
import {
  type CollectionDeclaration,
  type CollectionStore,
  DuplicateKeyError,
  StoreUnavailableError,
} from '../collections.ts';
import type { ContractCase } from './contract-case.ts';

const bookShape = z.object({ shelf: z.string(), id: z.string(), title: z.string(), tags: z.string() });
const declare = (name: string): CollectionDeclaration<z.infer<typeof bookShape>> => ({
  name: `contract-${name}`,
  shape: bookShape,
  key: ['shelf', 'id'],
  unique: {},
  indexes: { byTitle: ['shelf', 'title'] },
});

const laterShape = bookShape
  .omit({ tags: true })
  .extend({ labels: z.array(z.string()), number: z.string().optional() });
/** The same collection in a later version of the program: a string has become a list, and there are new indexes. */
const declareLater = (name: string): CollectionDeclaration<z.infer<typeof laterShape>> => ({
  ...declare(name),
  shape: laterShape,
  unique: { byNumber: ['number'], byLabel: ['labels'] },
  indexes: { byTitle: ['shelf', 'title'], byTitleAlone: ['title'] },
  migrations: [
    (document) => {
      const { tags, ...rest } = document as z.infer<typeof bookShape>;
      return { ...rest, labels: tags.split(' ') };
    },
    (document) => ({ ...document, title: String((document as { title?: string }).title).toUpperCase() }),
  ],
});

const book = (id: string, tags: string) => ({ shelf: 's', id, title: `title ${id}`, tags });

/** The contract of every collection adapter for declarations that change between versions of a program. */
export const collectionDeclarations: readonly ContractCase<CollectionStore>[] = [
  {
    title: 'documents of an earlier program version are migrated and added to new indexes',
    async run(store) {
      const before = store.open(declare('migrated'));
      // More than an adapter is likely to process in one batch.
      await before.insertMany(Array.from({ length: 60 }, (_, n) => book(`b${n}`, `x${n} y${n}`)));
      const after = store.open(declareLater('migrated'));
      assert.deepEqual(await after.get(['s', 'b1']), {
        shelf: 's',
        id: 'b1',
        title: 'TITLE B1',
        labels: ['x1', 'y1'],
      });
      assert.equal((await after.find('byLabel', ['y7'])).items[0]?.id, 'b7');
      assert.equal((await after.find('byTitleAlone', ['TITLE B59'])).items[0]?.id, 'b59');
      assert.equal(await after.count('byTitle', ['s', 'TITLE B3']), 1);
      assert.equal(await after.count('key', ['s']), 60);
      const taken = { shelf: 's', id: 'new', title: 't', labels: ['x9'] };
      await assert.rejects(
        after.insert(taken),
        (error) => error instanceof DuplicateKeyError && error.index === 'byLabel',
      );
      const changed = await after.update(['s', 'b2'], (old) => ({ ...old, labels: ['z'], number: '2' }));
      assert.deepEqual(changed?.labels, ['z']);
      assert.equal((await after.find('byNumber', ['2'])).items[0]?.title, 'TITLE B2');
    },
  },
  {
    title: 'a program that lacks a migration is refused',
    async run(store) {
      await store.open(declare('too-old')).insert(book('1', 'a'));
      await store.open(declareLater('too-old')).get(['s', '1']);
      await assert.rejects(async () => await store.open(declare('too-old')).get(['s', '1']), StoreUnavailableError);
    },
  },
  {
    title: 'a different key declaration is refused',
    async run(store) {
      await store.open(declare('other-key')).insert(book('1', 'a'));
      const other = { ...declare('other-key'), key: ['id'] };
      await assert.rejects(async () => await store.open(other).get(['1']), StoreUnavailableError);
    },
  },
];

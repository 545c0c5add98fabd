import assert from 'node:assert/strict';
import { type CollectionStore, DuplicateKeyError } from '../collections.ts';
import { atOnce, type ContractCase } from './contract-case.ts';
import { idsOf, people, peopled, person } from './contract-documents.ts';

const duplicateOf = (index: string) => (error: unknown) => error instanceof DuplicateKeyError && error.index === index;

/** The contract of every collection adapter for writes. */
export const collectionWrites: readonly ContractCase<CollectionStore>[] = [
  {
    title: 'an inserted document is returned unchanged by its key',
    async run(store) {
      const full = person('1', {
        email: 'a@x',
        active: false,
        groups: ['g'],
        keys: [{ keyId: 'k', createdAt: 1.5 }],
        boundary: { policyId: 'p' },
      });
      const collection = await peopled(store, 'whole', [full]);
      assert.deepEqual(await collection.get(['a1', '1']), full);
      assert.equal(await collection.get(['a1', '2']), undefined);
      assert.equal(await collection.get(['a2', '1']), undefined);
    },
  },
  {
    title: 'keys may be any text',
    async run(store) {
      const collection = store.open(people('odd-keys'));
      const odd = ['', 'a\u0000b', 'a\u0000', 'ü–😀', 'x'.repeat(900), 'x'.repeat(901), '.$', '%', '\uffff'];
      for (const id of odd) await collection.insert(person(id, { account: 'odd' }));
      for (const id of odd) assert.equal((await collection.get(['odd', id]))?.id, id);
      assert.equal(await collection.count('key', ['odd']), odd.length);
    },
  },
  {
    title: 'the parts of a key are kept apart',
    async run(store) {
      const collection = await peopled(store, 'key-parts', [person('bc', { account: 'a' })]);
      assert.equal(await collection.get(['ab', 'c']), undefined);
      await collection.insert(person('c', { account: 'ab' }));
      assert.deepEqual(await idsOf(collection, 'key', { values: ['a'] }), ['bc']);
    },
  },
  {
    title: 'mutating an inserted or returned document does not change the store',
    async run(store) {
      const given = person('1', { groups: ['g'] });
      const collection = await peopled(store, 'copies', [given]);
      given.groups.push('put-in');
      const got = await collection.get(['a1', '1']);
      got?.groups.push('got');
      assert.deepEqual((await collection.get(['a1', '1']))?.groups, ['g']);
      const updated = await collection.update(['a1', '1'], (old) => ({ ...old, age: 31 }));
      updated?.groups.push('updated');
      assert.deepEqual((await collection.get(['a1', '1']))?.groups, ['g']);
    },
  },
  {
    title: 'a document that does not match its shape is refused, and nothing is written',
    async run(store) {
      const collection = await peopled(store, 'shape', [person('1')]);
      const wrong = { ...person('2'), age: 'old' as unknown as number };
      await assert.rejects(collection.insert(wrong));
      assert.equal(await collection.get(['a1', '2']), undefined);
      await assert.rejects(collection.update(['a1', '1'], () => ({ ...wrong, id: '1' })));
      assert.equal((await collection.get(['a1', '1']))?.age, 30);
    },
  },
  {
    title: 'a taken key is refused as `key`, and the old document stays',
    async run(store) {
      const collection = await peopled(store, 'taken-key', [person('1')]);
      await assert.rejects(collection.insert(person('1', { name: 'other' })), duplicateOf('key'));
      assert.equal((await collection.get(['a1', '1']))?.name, 'name-1');
      assert.equal(await collection.count('byName', ['a1', 'other']), 0);
    },
  },
  {
    title: 'a duplicate value in a unique index is refused with the name of the index, and nothing is written',
    async run(store) {
      const collection = await peopled(store, 'taken-value', [
        person('1', { email: 'a@x', keys: [{ keyId: 'k1', createdAt: 0 }] }),
        person('2'),
      ]);
      await assert.rejects(collection.insert(person('3', { name: 'name-1' })), duplicateOf('byName'));
      await assert.rejects(collection.insert(person('3', { email: 'a@x' })), duplicateOf('byEmail'));
      const taken = {
        keys: [
          { keyId: 'k0', createdAt: 0 },
          { keyId: 'k1', createdAt: 0 },
        ],
      };
      await assert.rejects(collection.insert(person('3', taken)), duplicateOf('byKeyId'));
      await assert.rejects(
        collection.update(['a1', '2'], (old) => ({ ...old, ...taken })),
        duplicateOf('byKeyId'),
      );
      assert.equal(await collection.get(['a1', '3']), undefined);
      assert.equal(await collection.count('byKeyId', ['k0']), 0);
      await collection.insert(person('1', { account: 'a2', name: 'name-1' }));
    },
  },
  {
    title: 'a unique index ignores documents that lack one of its fields',
    async run(store) {
      const collection = await peopled(store, 'absent', [person('1'), person('2')]);
      assert.equal(await collection.count('byEmail', []), 0);
      assert.equal(await collection.count('byName', ['a1']), 2);
    },
  },
  {
    title: 'a value can be reused once its document is changed or removed',
    async run(store) {
      const collection = await peopled(store, 'free-again', [person('1', { email: 'a@x' })]);
      await collection.update(['a1', '1'], ({ email: _, ...old }) => old);
      await collection.insert(person('2', { email: 'a@x' }));
      await collection.remove(['a1', '2']);
      await collection.insert(person('3', { email: 'a@x' }));
      assert.deepEqual(await idsOf(collection, 'byEmail', { values: ['a@x'] }), ['3']);
    },
  },
  {
    title: 'an update replaces the document and returns what was written',
    async run(store) {
      const collection = await peopled(store, 'update', [person('1', { groups: ['g1', 'g2'] })]);
      const written = await collection.update(['a1', '1'], (old) => ({ ...old, groups: ['g2', 'g3'] }));
      assert.deepEqual(written?.groups, ['g2', 'g3']);
      assert.deepEqual(await collection.get(['a1', '1']), written);
      assert.deepEqual(await idsOf(collection, 'byGroup', { values: ['g1'] }), []);
      assert.deepEqual(await idsOf(collection, 'byGroup', { values: ['g3'] }), ['1']);
      assert.equal(await collection.update(['a1', '9'], (old) => old), undefined);
    },
  },
  {
    title: 'an error thrown by the update function is passed on, and nothing is written',
    async run(store) {
      const collection = await peopled(store, 'update-throws', [person('1')]);
      const refusal = new Error('no');
      const refuse = (old: { age: number }) => {
        old.age = 99;
        throw refusal;
      };
      await assert.rejects(collection.update(['a1', '1'], refuse), (error) => error === refusal);
      assert.equal((await collection.get(['a1', '1']))?.age, 30);
    },
  },
  {
    title: 'an update that changes the key is refused',
    async run(store) {
      const collection = await peopled(store, 'update-key', [person('1')]);
      await assert.rejects(collection.update(['a1', '1'], (old) => ({ ...old, id: '2' })));
      assert.equal(await collection.count('key', ['a1']), 1);
      assert.equal((await collection.get(['a1', '1']))?.id, '1');
    },
  },
  {
    title: 'remove returns the removed document, if its condition allows the removal',
    async run(store) {
      const collection = await peopled(store, 'remove', [person('1', { groups: ['g'] })]);
      const refusal = new Error('still in use');
      const refuse = () => {
        throw refusal;
      };
      await assert.rejects(collection.remove(['a1', '1'], refuse), (error) => error === refusal);
      assert.equal((await collection.get(['a1', '1']))?.id, '1');
      assert.equal((await collection.remove(['a1', '1'], ({ age }) => assert.equal(age, 30)))?.id, '1');
      assert.equal(await collection.get(['a1', '1']), undefined);
      assert.equal(await collection.count('byGroup', ['g']), 0);
      assert.equal(await collection.remove(['a1', '1']), undefined);
    },
  },
  {
    title: 'insertMany inserts all documents, and reports a duplicate',
    async run(store) {
      const collection = await peopled(store, 'many', [person('0')]);
      await collection.insertMany([]);
      await collection.insertMany(Array.from({ length: 300 }, (_, n) => person(`m${n}`, { groups: ['many'] })));
      assert.equal(await collection.count('byGroup', ['many']), 300);
      await assert.rejects(collection.insertMany([person('n1'), person('0')]), duplicateOf('key'));
      await assert.rejects(
        collection.insertMany([person('n2', { name: 'same' }), person('n3', { name: 'same' })]),
        duplicateOf('byName'),
      );
    },
  },
  {
    title: 'of 50 concurrent inserts of one unique value, exactly one succeeds',
    async run(store) {
      const collection = store.open(people('insert-race'));
      const { results, failures } = await atOnce(50, (n) => collection.insert(person(`r${n}`, { name: 'wanted' })));
      assert.equal(results.length, 1);
      assert.ok(failures.every(duplicateOf('byName')));
      assert.equal(await collection.count('key', ['a1']), 1);
      assert.equal(await collection.count('byName', ['a1', 'wanted']), 1);
    },
  },
  {
    title: 'of 50 concurrent updates to one unique value, exactly one succeeds',
    async run(store) {
      const everyone = Array.from({ length: 50 }, (_, n) => person(`u${n}`));
      const collection = await peopled(store, 'update-race', everyone);
      const { results, failures } = await atOnce(50, (n) =>
        collection.update(['a1', `u${n}`], (old) => ({ ...old, email: 'one@x' })),
      );
      assert.equal(results.length, 1);
      assert.ok(failures.every(duplicateOf('byEmail')));
      assert.equal(await collection.count('byEmail', []), 1);
    },
  },
  {
    title: '50 concurrent updates of one document lose nothing',
    async run(store) {
      const collection = await peopled(store, 'lost-update', [person('1', { age: 0 })]);
      const { failures } = await atOnce(50, (n) =>
        collection.update(['a1', '1'], (old) => ({ ...old, age: old.age + 1, groups: [...old.groups, `g${n}`] })),
      );
      assert.deepEqual(failures, []);
      const end = await collection.get(['a1', '1']);
      assert.equal(end?.age, 50);
      assert.equal(new Set(end?.groups).size, 50);
    },
  },
  {
    title: 'one of several concurrent operations that fails does not affect the others',
    async run(store) {
      const collection = await peopled(store, 'mixed', [person('1', { age: 0 })]);
      const { results, failures } = await atOnce(60, async (n) => {
        if (n % 3 === 0) return collection.insert(person(`x${n}`));
        if (n % 3 === 1) return void (await collection.update(['a1', '1'], (old) => ({ ...old, age: old.age + 1 })));
        return collection.insert(person(`y${n}`, { name: 'name-1' }));
      });
      assert.equal(results.length, 40);
      assert.equal(failures.length, 20);
      assert.equal((await collection.get(['a1', '1']))?.age, 20);
      assert.equal(await collection.count('key', ['a1']), 21);
    },
  },
];

import assert from 'node:assert/strict';
import { type CollectionStore, InvalidCursorError } from '../collections.ts';
import type { ContractCase } from './contract-case.ts';
import { idsOf, peopled, person } from './contract-documents.ts';

const named = (names: readonly string[]) => names.map((name, n) => person(`i${n}`, { name }));

/** The contract of every collection adapter for `find` and `count`. */
export const collectionFinds: readonly ContractCase<CollectionStore>[] = [
  {
    title: 'find returns texts in the order of their UTF-8 bytes',
    async run(store) {
      const sorted = ['', 'A', 'B', 'a', 'a\u0000', 'a b', 'aa', 'b', 'ä', '\uffff', '😀'];
      const collection = await peopled(store, 'text-order', named([...sorted].reverse()));
      const { items } = await collection.find('byName', ['a1']);
      assert.deepEqual(
        items.map(({ name }) => name),
        sorted,
      );
    },
  },
  {
    title: 'find returns numbers in ascending order, and equal ones in the order of the key',
    async run(store) {
      const ages = [-1e9, -2.5, -1, 0, 0.5, 1, 1, 10, 9e15];
      const everyone = ages.map((age, n) => person(`n${n}`, { age })).reverse();
      const collection = await peopled(store, 'number-order', everyone);
      assert.deepEqual(await idsOf(collection, 'byAge', { values: ['a1'], limit: 2 }), [
        'n0',
        'n1',
        'n2',
        'n3',
        'n4',
        'n5',
        'n6',
        'n7',
        'n8',
      ]);
      assert.deepEqual(await idsOf(collection, 'byAge', { values: ['a1', 1] }), ['n5', 'n6']);
    },
  },
  {
    title: 'find and count accept any number of the index’s leading values',
    async run(store) {
      const collection = await peopled(store, 'prefix', [
        person('1', { account: 'p1', boundary: { policyId: 'x' }, active: true }),
        person('2', { account: 'p1', boundary: { policyId: 'y' }, active: false }),
        person('3', { account: 'p1' }),
        person('4', { account: 'p11', boundary: { policyId: 'x' } }),
      ]);
      assert.deepEqual(await idsOf(collection, 'byBoundary', { values: [] }), ['1', '2', '4']);
      assert.deepEqual(await idsOf(collection, 'byBoundary', { values: ['p1'] }), ['1', '2']);
      assert.deepEqual(await idsOf(collection, 'byBoundary', { values: ['p1', 'y'] }), ['2']);
      assert.deepEqual(await idsOf(collection, 'byActive', { values: ['p1', false] }), ['2']);
      assert.deepEqual(await idsOf(collection, 'key', { values: ['p1'] }), ['1', '2', '3']);
      assert.equal(await collection.count('byBoundary', ['p1']), 2);
      assert.equal(await collection.count('byBoundary', ['p1', 'x']), 1);
      assert.equal(await collection.count('byBoundary', ['p2']), 0);
      assert.equal(await collection.count('key', ['p1']), 3);
    },
  },
  {
    title: 'a count stops at its limit',
    async run(store) {
      const collection = await peopled(
        store,
        'counted',
        Array.from({ length: 5 }, (_, n) => person(`c${n}`, { account: 'c1', groups: ['g1', 'g2'] })),
      );
      for (const [limit, expected] of [
        [1, 1],
        [4, 4],
        [5, 5],
        [9, 5],
      ] as const) {
        assert.equal(await collection.count('key', ['c1'], { limit }), expected);
        assert.equal(await collection.count('byName', ['c1'], { limit }), expected);
        assert.equal(await collection.count('byGroup', ['g2'], { limit }), expected);
        assert.equal(await collection.count('byGroup', [], { limit }), Math.min(10, limit));
      }
      assert.equal(await collection.count('byGroup', ['none'], { limit: 3 }), 0);
    },
  },
  {
    title: 'an array field yields a document once per distinct value',
    async run(store) {
      const collection = await peopled(store, 'arrays', [
        person('1', { groups: ['g1', 'g2', 'g1'] }),
        person('2', { groups: ['g2'] }),
        person('3'),
      ]);
      assert.deepEqual(await idsOf(collection, 'byGroup', { values: [] }), ['1', '1', '2']);
      assert.deepEqual(await idsOf(collection, 'byGroup', { values: ['g1'] }), ['1']);
      assert.deepEqual(await idsOf(collection, 'byGroup', { values: ['g2'] }), ['1', '2']);
      assert.equal(await collection.count('byGroup', []), 3);
    },
  },
  {
    title: 'distinct lists each value after the given ones once, in order',
    async run(store) {
      const collection = await peopled(store, 'distinct', [
        person('1', { account: 'p1', boundary: { policyId: 'y' }, groups: ['g2', 'g1'] }),
        person('2', { account: 'p1', boundary: { policyId: 'x' }, groups: ['g1'] }),
        person('3', { account: 'p1', boundary: { policyId: 'xx' }, groups: ['g10'] }),
        person('4', { account: 'p1', boundary: { policyId: 'x' } }),
        person('5', { account: 'p11', boundary: { policyId: 'z' } }),
      ]);
      assert.deepEqual(await collection.distinct('byBoundary', ['p1']), ['x', 'xx', 'y']);
      assert.deepEqual(await collection.distinct('byBoundary', []), ['p1', 'p11']);
      assert.deepEqual(await collection.distinct('byBoundary', ['p2']), []);
      assert.deepEqual(await collection.distinct('byGroup', []), ['g1', 'g10', 'g2']);
      assert.deepEqual(await collection.distinct('key', ['p1']), ['1', '2', '3', '4']);
      await collection.remove(['p1', '3']);
      assert.deepEqual(await collection.distinct('byBoundary', ['p1']), ['x', 'y']);
    },
  },
  {
    title: 'a page holds at most the limit (default 100), and the last page has no cursor',
    async run(store) {
      const everyone = Array.from({ length: 101 }, (_, n) => person(`p${String(n).padStart(3, '0')}`));
      const collection = await peopled(store, 'pages', everyone);
      const first = await collection.find('key', ['a1']);
      assert.equal(first.items.length, 100);
      assert.match(first.next ?? '', /^[A-Za-z0-9._~-]+$/);
      const second = await collection.find('key', ['a1'], { after: first.next ?? '' });
      assert.deepEqual([second.items.length, second.next], [1, undefined]);
      const exact = await collection.find('key', ['a1'], { limit: 101 });
      assert.deepEqual([exact.items.length, exact.next], [101, undefined]);
      assert.equal(await idsOf(collection, 'byName', { values: ['a1'], limit: 7 }).then((ids) => ids.length), 101);
    },
  },
  {
    title: 'a cursor stays valid when documents are added or removed, including the one it points at',
    async run(store) {
      const collection = await peopled(store, 'cursor', named(['a', 'c', 'e', 'g']));
      for (const [descending, expected] of [
        [false, ['d', 'e', 'g']],
        [true, ['d', 'c', 'b', 'a']],
      ] as const) {
        const page = await collection.find('byName', ['a1'], { limit: 2, descending });
        const last = page.items.at(-1);
        assert.ok(last !== undefined && page.next !== undefined);
        await collection.remove(['a1', last.id]);
        await collection.insert(person(`b${descending}`, { name: 'b', account: descending ? 'a1' : 'elsewhere' }));
        await collection.insert(person(`d${descending}`, { name: 'd' }));
        const rest = await collection.find('byName', ['a1'], { after: page.next, descending });
        assert.deepEqual(
          rest.items.map(({ name }) => name),
          expected,
        );
        await collection.remove(['a1', `d${descending}`]);
        await collection.insert(last);
      }
    },
  },
  {
    title: 'find goes backwards, page by page',
    async run(store) {
      const collection = await peopled(store, 'descending', [
        ...named(['a', 'b', 'c', 'd', 'e']),
        person('other', { account: 'a0', name: 'z' }),
        person('more', { account: 'a11', name: 'z' }),
      ]);
      const options = { values: ['a1'], descending: true };
      for (const limit of [1, 2, 5, 10])
        assert.deepEqual(await idsOf(collection, 'byName', { ...options, limit }), ['i4', 'i3', 'i2', 'i1', 'i0']);
    },
  },
  {
    title: 'find respects its bounds: from (inclusive) and below (exclusive), in both directions, with cursors',
    async run(store) {
      const collection = await peopled(
        store,
        'bounds',
        [-2, -1, 0, 1, 2, 3].map((age) => person(`n${age}`, { age })),
      );
      const ids = (options: object) => idsOf(collection, 'byAge', { values: ['a1'], limit: 1, ...options });
      assert.deepEqual(await ids({ from: -1, below: 2 }), ['n-1', 'n0', 'n1']);
      assert.deepEqual(await ids({ from: -1, below: 2, descending: true }), ['n1', 'n0', 'n-1']);
      assert.deepEqual(await ids({ from: 2 }), ['n2', 'n3']);
      assert.deepEqual(await ids({ below: 0, descending: true }), ['n-1', 'n-2']);
      assert.deepEqual(await ids({ from: 2, below: 2 }), []);
      const named = (options: object) => idsOf(collection, 'byName', { values: ['a1'], ...options });
      assert.deepEqual(await named({ from: 'name-n1', below: 'name-n3' }), ['n1', 'n2']);
      assert.deepEqual(await named({ from: 'name-n1', below: 'name-n3', descending: true }), ['n2', 'n1']);
    },
  },
  {
    title: 'an invalid cursor and an undeclared index are refused',
    async run(store) {
      const collection = await peopled(store, 'refused', [person('1')]);
      await assert.rejects(collection.find('byName', ['a1'], { after: 'no cursor!' }), InvalidCursorError);
      await assert.rejects(collection.find('byName', ['a1'], { after: '' }), InvalidCursorError);
      await assert.rejects(collection.find('byNothing', ['a1']), TypeError);
      await assert.rejects(collection.count('byNothing', ['a1']), TypeError);
    },
  },
  {
    title: 'collections do not see each other’s documents',
    async run(store) {
      const one = await peopled(store, 'apart', [person('1', { email: 'same@x' })]);
      const other = await peopled(store, 'apart-too', [person('1', { email: 'same@x' })]);
      await one.remove(['a1', '1']);
      assert.equal((await other.get(['a1', '1']))?.id, '1');
      assert.equal(await one.count('byEmail', []), 0);
    },
  },
];

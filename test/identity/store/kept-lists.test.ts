import { expect, test } from '@jest/globals';
import { openKeptLists } from '../../../src/identity/store/kept-lists.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import type { Collection } from '../../../src/ports/collections.ts';

interface Entry {
  readonly list: string;
  readonly id: string;
}

test('of too many lists, the one that was not used for longest goes', async () => {
  const read: string[] = [];
  const collection: Pick<Collection<Entry>, 'find' | 'get'> = {
    find: async (_index, [list]) => {
      read.push(String(list));
      return { items: [{ list: String(list), id: '1' }] };
    },
    get: async () => undefined,
  };
  const lists = openKeptLists<Entry, Entry>(
    {
      collection: collection as Collection<Entry>,
      name: 'entries',
      query: (list) => ({ index: 'byList', values: [list] }),
      belongs: () => true,
      keep: (entry) => entry,
      keyOf: ({ list, id }) => [list, id],
      positionOf: ({ id }) => id,
    },
    { feed: { subscribe: () => () => {}, completeUntil: () => Number.POSITIVE_INFINITY }, clock: systemClock },
  );
  for (let index = 0; index < 500; index += 1) await lists.get(`list ${index}`);
  await lists.get('list 0');
  await lists.get('one more');
  read.length = 0;
  await lists.get('list 0');
  expect(read).toEqual([]);
  await lists.get('list 1');
  expect(read).toEqual(['list 1']);
  lists.close();
});

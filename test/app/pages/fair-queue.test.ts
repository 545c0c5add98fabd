import { describe, expect, test } from '@jest/globals';
import { fairQueue } from '../../../src/app/pages/fair-queue.ts';

interface Item {
  readonly name: string;
}

function filled(...names: readonly string[]) {
  const queue = fairQueue<Item>();
  const items = names.map((name) => ({ name }));
  for (const item of items) queue.add(item, groupsOf(item));
  return { queue, items };
}

/** `a/b:1` is in the group `b` of the group `a`. */
const groupsOf = ({ name }: Item): readonly string[] => (name.split(':')[0] ?? '').split('/');

function takeAll(queue: ReturnType<typeof filled>['queue']): string {
  const names: string[] = [];
  for (let item = queue.take(); item !== undefined; item = queue.take()) names.push(item.name);
  return names.join(' ');
}

describe('whose turn it is', () => {
  test.each([
    ['one group: in order', ['a:1', 'a:2', 'a:3'], 'a:1 a:2 a:3'],
    ['groups take turns, however many wait in one', ['a:1', 'a:2', 'a:3', 'b:1'], 'a:1 b:1 a:2 a:3'],
    ['the widest groups first', ['a/x:1', 'a/y:1', 'a/z:1', 'b/x:1', 'b/x:2'], 'a/x:1 b/x:1 a/y:1 b/x:2 a/z:1'],
  ])('%s', (_, names, order) => {
    expect(takeAll(filled(...names).queue)).toBe(order);
  });

  test('a group that has been served does not go first because it comes back', () => {
    const { queue } = filled('a:1', 'a:2', 'b:1');
    queue.take();
    queue.add({ name: 'c:1' }, ['c']);
    expect(takeAll(queue)).toBe('b:1 a:2 c:1');
  });
});

test('what was removed is not taken, and its empty groups are forgotten', () => {
  const { queue, items } = filled('a/x:1', 'a/x:2', 'b/y:1');
  expect(items.map((item) => queue.remove(item))).toEqual([true, true, true]);
  expect([queue.size, queue.take(), queue.remove(items[0] as Item)]).toEqual([0, undefined, false]);
  queue.add(items[1] as Item, ['a', 'x']);
  expect([queue.size, takeAll(queue), queue.size]).toEqual([1, 'a/x:2', 0]);
});

describe('making room', () => {
  test.each([
    ['the newest of the group with most', ['a:1', 'a:2', 'a:3', 'b:1'], ['b'], 'a:3'],
    ['for a group that has none yet', ['a:1', 'a:2'], ['c'], 'a:2'],
    ['by the widest groups first', ['a/x:1', 'a/y:1', 'a/z:1', 'b/x:1', 'b/x:2'], ['c', 'x'], 'a/x:1'],
    ['within a group', ['a/x:1', 'a/y:1', 'a/y:2'], ['a', 'z'], 'a/y:2'],
  ])('%s', (_, names, groups, displaced) => {
    const { queue } = filled(...names);
    expect(queue.displace(groups)?.name).toBe(displaced);
    expect([queue.size, takeAll(queue).includes(displaced)]).toEqual([names.length - 1, false]);
  });

  test.each([
    ['not for the group itself', ['a:1', 'a:2', 'b:1'], ['a']],
    ['not if that would only swap places', ['a:1', 'b:1'], ['c']],
    ['not in an empty queue', [], ['a']],
  ])('%s', (_, names, groups) => {
    const { queue } = filled(...names);
    expect([queue.displace(groups), queue.size]).toEqual([undefined, names.length]);
  });
});

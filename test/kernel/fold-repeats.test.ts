import { afterEach, expect, jest, test } from '@jest/globals';
import { foldRepeats } from '../../src/kernel/fold-repeats.ts';

afterEach(() => void jest.useRealTimers());

test('the first of a kind passes at once, and those that follow within a second become one', () => {
  jest.useFakeTimers();
  const told: [string, number][] = [];
  const folder = foldRepeats<string>((item, count) => told.push([item, count]));
  folder.add('a', 'a1');
  folder.add('b', 'b1');
  folder.add('a', 'a2');
  folder.add('a', 'a3');
  expect(told).toEqual([
    ['a1', 1],
    ['b1', 1],
  ]);
  jest.advanceTimersByTime(999);
  expect(told).toHaveLength(2);
  jest.advanceTimersByTime(1);
  expect(told.slice(2)).toEqual([['a3', 2]]);
  folder.add('a', 'a4');
  expect(told.at(-1)).toEqual(['a4', 1]);
});

test('flushing emits what was counted', () => {
  const told: number[] = [];
  const folder = foldRepeats<number>((_item, count) => told.push(count));
  for (let i = 0; i < 10; i++) folder.add('kind', i);
  folder.flush();
  folder.flush();
  expect(told).toEqual([1, 9]);
});

test('beyond ten thousand kinds at once, nothing is lost', () => {
  let count = 0;
  const folder = foldRepeats<number>((_item, many) => {
    count += many;
  });
  for (let i = 0; i < 10_010; i++) {
    folder.add(`kind ${i}`, i);
    folder.add(`kind ${i}`, i);
  }
  folder.flush();
  expect(count).toBe(20_020);
});

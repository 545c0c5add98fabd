import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { joinWithPauses, makePause, mapWithPauses } from '../../src/kernel/pause.ts';

let time = 0;
beforeEach(() => {
  time = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => time);
});
afterEach(() => {
  jest.restoreAllMocks();
});

/** Counts how often the process gets to other work while something goes on. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let turns = 0;
  let going = true;
  const count = (): void => {
    turns += 1;
    if (going) setImmediate(count);
  };
  setImmediate(count);
  await work;
  going = false;
  return turns;
}

describe('long work lets others proceed', () => {
  test('after a stretch, and not earlier', async () => {
    const pause = makePause();
    time = 3.9;
    expect(pause()).toBeUndefined();
    time = 4;
    const waiting = pause();
    expect(waiting).toBeInstanceOf(Promise);
    await waiting;
    expect(pause()).toBeUndefined();
  });

  test('one task per turn, however many there are', async () => {
    const order: string[] = [];
    const work = async (name: string): Promise<void> => {
      const pause = makePause();
      for (let i = 0; i < 3; i++) {
        time += 5;
        await pause();
        order.push(name);
      }
    };
    const works = Promise.all(['a', 'b', 'c', 'd'].map(work));
    expect(await turnsDuring(works)).toBeGreaterThanOrEqual(10);
    expect(order.join('')).toBe('abcdabcdabcd');
  });

  test('between the pieces of a text', async () => {
    function* pieces(): Generator<string> {
      for (let i = 0; i < 10; i++) {
        time += 5;
        yield String(i);
      }
    }
    const joined = joinWithPauses(pieces());
    expect(await turnsDuring(joined)).toBeGreaterThanOrEqual(9);
    expect(await joined).toBe('0123456789');
  });

  test('between items of a list, which keep their order', async () => {
    const items = Array.from({ length: 100 }, (_, i) => i);
    const mapped = mapWithPauses(items, (item) => {
      time += 1;
      return item % 2 === 0 ? item : Promise.resolve(item);
    });
    expect(await turnsDuring(mapped)).toBeGreaterThanOrEqual(6);
    expect(await mapped).toEqual(items);
  });
});

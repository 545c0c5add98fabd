import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { repeatBudget } from '../../src/kernel/repeat-budget.ts';

interface Refusal {
  readonly address: string;
  readonly key: string;
}

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

/** A budget of three an address and key, five a key, eight in all; and what came through. */
function budget() {
  const through: number[] = [];
  const refusals = repeatBudget<Refusal>({
    levels: [
      { groupOf: ({ address, key }) => `${address} ${key}`, most: 3 },
      { groupOf: ({ key }) => key, most: 5 },
      { groupOf: () => '', most: 8 },
    ],
    emit: (_newest, count) => through.push(count),
  });
  return {
    through,
    flush: refusals.flush,
    send(address: string, key: string, times: number) {
      for (let n = 0; n < times; n++) if (refusals.take({ address, key })) through.push(1);
    },
  };
}

describe('[S48] the budget of repeats', () => {
  test('some items of a group pass individually, and the rest become one item with a count when the window ends', () => {
    const { through, send } = budget();
    send('a', 'k', 1000);
    expect(through).toEqual([1, 1, 1]);
    jest.advanceTimersByTime(60_000);
    expect(through).toEqual([1, 1, 1, 997]);
    send('a', 'k', 2);
    expect(through.slice(4)).toEqual([1, 1]);
  });

  test('varying the address is bounded by the key, and varying both by the total', () => {
    const { through, send, flush } = budget();
    for (let n = 0; n < 2000; n++) send(`a${n}`, 'k', 1);
    expect(through).toHaveLength(5);
    for (let n = 0; n < 2000; n++) send(`b${n}`, `k${n}`, 1);
    expect(through).toHaveLength(8);
    flush();
    expect(through).toHaveLength(9);
    expect(through.reduce((sum, count) => sum + count, 0)).toBe(4000);
  });

  test('no count is lost, whatever the items and their order', () => {
    const sending = fc.record({ address: fc.nat(5), key: fc.nat(3), times: fc.nat(9), pause: fc.nat(40_000) });
    fc.assert(
      fc.property(fc.array(sending), (asked) => {
        const { through, send, flush } = budget();
        let sent = 0;
        for (const { address, key, times, pause } of asked) {
          send(`a${address}`, `k${key}`, times);
          sent += times;
          jest.advanceTimersByTime(pause);
        }
        flush();
        expect(through.reduce((sum, count) => sum + count, 0)).toBe(sent);
      }),
    );
  });
});

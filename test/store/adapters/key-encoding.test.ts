import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { afterPrefix, encodeTuple, type TupleValue } from '../../../src/store/embedded/key-encoding.ts';

const value = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('', '\u0000', '\u0000\u00ff', 'a\u0000', 'a'),
  fc.double({ noNaN: true }),
  fc.integer(),
  fc.boolean(),
);
const rank = (of: TupleValue) => ['boolean', 'number', 'string'].indexOf(typeof of);

function compareValues(a: TupleValue, b: TupleValue): number {
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  if (typeof a === typeof b) return a < b ? -1 : a > b ? 1 : 0;
  return rank(a) - rank(b);
}

function compareTuples(a: readonly TupleValue[], b: readonly TupleValue[]): number {
  for (const [index, each] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    const order = compareValues(each, other);
    if (order !== 0) return Math.sign(order);
  }
  return a.length - b.length === 0 ? 0 : -1;
}

describe('tuples as bytes', () => {
  const tuple = fc.array(value, { maxLength: 4 });

  test('are ordered like the tuples', () => {
    fc.assert(
      fc.property(tuple, tuple, (a, b) => {
        expect(Math.sign(Buffer.compare(encodeTuple(a), encodeTuple(b)))).toBe(compareTuples(a, b));
      }),
    );
  });

  test('lie between their prefix and its end, and no others do', () => {
    fc.assert(
      fc.property(tuple, tuple, (prefix, other) => {
        const [start, end] = [encodeTuple(prefix), afterPrefix(encodeTuple(prefix))];
        const lies = (bytes: Buffer) => Buffer.compare(bytes, start) >= 0 && Buffer.compare(bytes, end) < 0;
        expect(lies(encodeTuple([...prefix, ...other]))).toBe(true);
        const begins = compareTuples(other.slice(0, prefix.length), prefix) === 0;
        expect(lies(encodeTuple(other))).toBe(begins);
      }),
    );
  });

  test('stay short for long texts, and distinct', () => {
    const long = 'x'.repeat(5000);
    expect(encodeTuple([long, long, long, long]).length).toBeLessThan(1978);
    expect(encodeTuple([`${long}a`]).equals(encodeTuple([`${long}b`]))).toBe(false);
    expect(() => encodeTuple(Array(5).fill(long))).toThrow(RangeError);
  });
});

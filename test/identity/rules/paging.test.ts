import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { makeMarker, pageOf, readMarker } from '../../../src/identity/rules/paging.ts';

describe('markers', () => {
  test('survive a round trip', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (list, position) => {
        expect(readMarker(list, makeMarker(list, position))).toBe(position);
      }),
    );
  });

  test('anything else is refused', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(() => readMarker('list', text)).toThrow('Invalid Marker.');
      }),
    );
  });
});

test('pages of any size together give the whole list, sorted', () => {
  const items = fc.uniqueArray(fc.string());
  fc.assert(
    fc.property(items, fc.integer({ min: 1, max: 5 }), (names, maxItems) => {
      const seen: string[] = [];
      let marker: string | undefined;
      do {
        const request = { maxItems, marker };
        const page = pageOf(names, { list: 'names', positionOf: (name) => name, request });
        expect(page.items.length).toBeLessThanOrEqual(maxItems);
        seen.push(...page.items);
        marker = page.marker;
      } while (marker !== undefined);
      expect(seen).toEqual([...names].sort());
    }),
  );
});

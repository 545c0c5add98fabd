import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { TextBuffer } from '../../src/kernel/text-buffer.ts';

describe('a text buffer', () => {
  test('contains what was appended, whatever the characters and its capacity', () => {
    const texts = fc.array(fc.string({ unit: 'binary', maxLength: 60 }));
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 100 }), (appended, capacity) => {
        const buffer = new TextBuffer(capacity);
        for (const [i, text] of appended.entries()) {
          if (i % 2 === 0) buffer.append(text);
          else buffer.appendBytes(Buffer.from(text));
          buffer.appendLineEnd();
        }
        const expected = Buffer.from(appended.map((text) => `${text}\n`).join(''));
        expect(buffer.toString()).toBe(expected.toString());
        expect(buffer.bytes().equals(expected)).toBe(true);
        expect(buffer.length).toBe(expected.length);
      }),
    );
  });

  test('is empty once cleared', () => {
    const buffer = new TextBuffer(4);
    buffer.append('what was there before');
    buffer.clear();
    buffer.append('é');
    expect([buffer.length, buffer.toString()]).toEqual([2, 'é']);
  });
});

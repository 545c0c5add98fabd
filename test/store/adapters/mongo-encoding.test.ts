import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import type { CollectionDeclaration, IndexValue } from '../../../src/ports/collections.ts';
import { people } from '../../../src/ports/contract/contract-documents.ts';
import { encodeTuple as encodeBytes } from '../../../src/store/embedded/key-encoding.ts';
import { decodeFields, encodeFields } from '../../../src/store/mongo/field-names.ts';
import { planCollection } from '../../../src/store/mongo/index-plan.ts';
import { withoutSecrets } from '../../../src/store/mongo/mongo-errors.ts';
import { indexesOf } from '../../../src/store/mongo/record-table.ts';
import { ABOVE_ALL, encodeTuple, firstText, LEAST, placeholder } from '../../../src/store/mongo/tuple-text.ts';
import { generatedCases } from '../../support/generated-cases.ts';

const compare = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: fc.constantFrom('\u0000', '\u0001', '\u0002', '\u0003', 'a', '!', '~'), maxLength: 8 }),
);
const value: fc.Arbitrary<IndexValue> = fc.oneof(
  text,
  fc.boolean(),
  fc.double({ noNaN: true }),
  fc.integer({ min: -3, max: 3 }),
);
const tuple = fc.array(value, { minLength: 1, maxLength: 4 });

describe('tuples as texts', () => {
  test('are ordered as in the embedded store', () => {
    fc.assert(
      fc.property(tuple, tuple, (a, b) => {
        expect(compare(encodeTuple(a), encodeTuple(b))).toBe(Buffer.compare(encodeBytes(a), encodeBytes(b)));
      }),
      { numRuns: generatedCases(2000) },
    );
  });

  test('lie in the range of each of their prefixes, and of no other tuple', () => {
    fc.assert(
      fc.property(tuple, tuple, (prefix, more) => {
        const [start, whole] = [encodeTuple(prefix), encodeTuple([...prefix, ...more])];
        expect(whole.startsWith(start)).toBe(true);
        expect(compare(whole, start + LEAST)).toBeGreaterThanOrEqual(0);
        expect(compare(whole, start + ABOVE_ALL)).toBeLessThan(0);
        expect(compare(placeholder(whole), LEAST)).toBeLessThan(0);
      }),
    );
  });

  test.each([
    ['long texts that differ past the head', 'x'.repeat(500), `${'x'.repeat(499)}y`],
    [
      'a cut in the midst of a character',
      `${'x'.repeat(319)}${'😀'.repeat(40)}`,
      `${'x'.repeat(319)}${'😀'.repeat(41)}`,
    ],
    ['a text that ends as a shortened one does', 'x'.repeat(401), encodeTuple(['x'.repeat(401)]).slice(1, -1)],
  ])('are distinct for %s', (_, a, b) => {
    expect(encodeTuple([a])).not.toBe(encodeTuple([b]));
    for (const each of [a, b]) expect(Buffer.byteLength(encodeTuple([each]))).toBeLessThan(420);
    expect(encodeTuple([a])).not.toContain('\ufffd');
  });

  test('that are too long for an index are refused', () => {
    expect(() => encodeTuple(Array.from({ length: 6 }, () => 'x'.repeat(390)))).toThrow(RangeError);
  });

  test.each([[{ $gt: '' }], [null], [undefined], [['a']]])('are not made from %j', (value) => {
    expect(() => encodeTuple([value as unknown as string])).toThrow(TypeError);
  });

  test('give their first text', () => {
    expect(firstText(encodeTuple(['byName', 'a', 1]))).toBe('byName');
  });
});

describe('names of fields', () => {
  const name = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 10 }),
    fc.constantFrom(
      '',
      '.',
      '$',
      '%',
      '%2E',
      '$ref',
      '$id',
      '_bsontype',
      '_id',
      'a.b',
      'arn:aws:iam::1:user/x.y',
      'toJSON',
    ),
  );
  const json = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.string(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(name, tie('value'), { maxKeys: 4, noNullPrototype: true }),
    ),
  })).value;

  test('of any kind survive, and nothing that the server or driver rejects is stored', () => {
    const names = (value: unknown): readonly string[] =>
      typeof value === 'object' && value !== null
        ? Object.entries(value).flatMap(([key, of]) => [key, ...names(of)])
        : [];
    fc.assert(
      fc.property(json, (document) => {
        const stored = encodeFields(document);
        expect(decodeFields(stored)).toEqual(document);
        for (const key of names(stored)) {
          expect(key).not.toMatch(/[.$]|^$|^_bsontype$|^__proto__$/);
          expect(key).not.toContain('\u0000');
        }
      }),
      { numRuns: generatedCases(1000) },
    );
  });

  test('that have a meaning in JavaScript are data', () => {
    const document = JSON.parse('{"__proto__":{"isAdmin":true},"a":1}') as object;
    const back = decodeFields(encodeFields(document)) as { readonly isAdmin?: boolean };
    expect(back.isAdmin).toBeUndefined();
    expect(JSON.stringify(back)).toBe(JSON.stringify(document));
  });

  test('absent fields are left out; values that are not JSON are refused', () => {
    expect(encodeFields({ a: undefined, b: [undefined] })).toEqual({ b: [null] });
    expect(() => encodeFields({ a: new Date() })).toThrow(/Date/);
    expect(() => encodeFields({ a: 1n })).toThrow(/bigint/);
  });
});

describe('the indexes made from a declaration', () => {
  test.each([false, true])('on a server (sharded: %s) contain what they can', (sharded) => {
    const plan = planCollection(people('plan'), sharded);
    const how = Object.fromEntries([...plan.indexes.values()].map(({ name, held }) => [name, held]));
    expect(how).toEqual({
      byName: 'by-scoped-index',
      byEmail: sharded ? 'by-claims' : 'by-index',
      byKeyId: 'by-claims',
      byGroup: 'not',
      byBoundary: 'not',
      byAge: 'not',
      byActive: 'not',
    });
    // On a cluster that is sharded by `a` a unique index must begin with it.
    for (const { key, unique } of indexesOf(plan)) {
      if (sharded && unique) expect(Object.keys(key)[0]).toBe('a');
    }
  });

  const declaration: CollectionDeclaration<{ a: string; b: string[]; c: string[] }> = {
    name: 'odd',
    shape: z.object({ a: z.string(), b: z.array(z.string()), c: z.array(z.string()) }),
    key: ['a'],
    unique: {},
    indexes: {},
  };
  test.each([
    ['a field that documents do not have', { byNothing: ['nothing'] }, /do not have/],
    ['two arrays', { byBoth: ['b', 'c'] }, /more than one array/],
  ])('refuse %s', (_, indexes: Record<string, string[]>, message) => {
    expect(() => planCollection({ ...declaration, indexes }, false)).toThrow(message);
  });
});

test.each([
  ['mongodb://u:secret-word@host/db', 'bad "mongodb://u:secret-word@host/db"'],
  ['mongodb://u:p%40ss-word@host/db', 'p@ss-word and p%40ss-word'],
  ['mongodb://u:secret-word@host/db', 'mongodb://u:secret-word@other/db'],
])('messages do not reveal the password of %s', (uri, message) => {
  expect(withoutSecrets(message, uri)).not.toMatch(/word/);
});

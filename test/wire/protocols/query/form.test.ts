import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ServiceError } from '../../../../src/kernel/service-error.ts';
import { parseForm, readAction } from '../../../../src/wire/protocols/query/form.ts';
import { generatedCases } from '../../../support/generated-cases.ts';

describe('a form', () => {
  test.each([
    ['', {}],
    ['&&', {}],
    ['a', { a: '' }],
    ['a=', { a: '' }],
    ['=a', { '': 'a' }],
    ['a=1&b=2', { a: '1', b: '2' }],
    ['a=b=c', { a: 'b=c' }],
    ['a+b=c+d', { 'a b': 'c d' }],
    ['a%20b=%2B%C3%A9%26', { 'a b': '+é&' }],
    ['__proto__=1&constructor=2', { ['__proto__']: '1', constructor: '2' }],
  ])('%s', (text, expected) => {
    expect([...parseForm(text)]).toEqual(Object.entries(expected));
  });

  test.each(['%', 'a=%4', 'a=%zz', 'a=%FF', '%C3=a', 'a=%ED%A0%80'])('%s is refused', (text) => {
    expect(() => parseForm(text)).toThrow(/percent-encoding that is not valid UTF-8/);
  });

  test.each(['a=1&a=1', 'a=1&%61=2', 'a&a'])('%s, with a parameter twice, is refused', (text) => {
    expect(() => parseForm(text)).toThrow(/a parameter more than once/);
  });

  test('with more than 10,000 parameters is refused', () => {
    const parameters = Array.from({ length: 10_001 }, (_, i) => `p${i}=`);
    expect(parseForm(parameters.slice(1).join('&')).size).toBe(10_000);
    expect(() => parseForm(parameters.join('&'))).toThrow(/more than 10000 parameters/);
  });

  test('with any other text is read or refused', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.constantFrom('a', '%', '%4', '%C3', '%A9', '&', '=', '+', '.')).map((list) => list.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        try {
          parseForm(text);
        } catch (error) {
          if (!(error instanceof ServiceError) || error.code !== 'MalformedQueryString') throw error;
        }
      }),
      { numRuns: generatedCases(2000) },
    );
  });

  test('names the requested action', () => {
    expect(readAction(parseForm('Version=2010-05-08&Action=ListUsers'))).toEqual({
      action: 'ListUsers',
      version: '2010-05-08',
    });
    expect(readAction(parseForm(''))).toEqual({ action: undefined, version: undefined });
  });
});

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { JsonNode } from '../../src/policy/document/json-node.ts';
import { parseJson } from '../../src/policy/document/parse-json.ts';
import { placeOf } from '../../src/policy/document/place.ts';
import { PolicySyntaxError } from '../../src/policy/document/policy-problem.ts';
import { generatedCases } from '../support/generated-cases.ts';

function plain(node: JsonNode): unknown {
  switch (node.kind) {
    case 'object':
      return Object.fromEntries(node.members.map((member) => [member.name, plain(member.value)]));
    case 'array':
      return node.items.map(plain);
    case 'string':
      return node.text;
    case 'number':
      return Number(node.text);
    case 'boolean':
      return node.value;
    case 'null':
      return null;
  }
}

function problemOf(text: string): unknown {
  try {
    parseJson(text);
  } catch (error) {
    expect(error).toBeInstanceOf(PolicySyntaxError);
    const { problem, at } = error as PolicySyntaxError;
    return [problem.kind, at];
  }
  return undefined;
}

describe('parseJson', () => {
  test('[RFC 8259] reads what JSON.parse reads', () => {
    // own names like __proto__ are taken as they are, and compared as entries
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), (text) => {
        expect(plain(parseJson(text))).toEqual(JSON.parse(text));
      }),
    );
  });

  test('[RFC 8259] refuses what JSON.parse refuses, and otherwise only duplicate names', () => {
    const unit = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      ':',
      ',',
      '\\',
      'a',
      '0',
      '1',
      '-',
      '+',
      '.',
      'e',
      ' ',
      '\n',
      'true',
      'null',
    );
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 12 }), (text) => {
        let isJson = true;
        try {
          JSON.parse(text);
        } catch {
          isJson = false;
        }
        const problem = problemOf(text);
        if (isJson) expect([undefined, 'duplicate-name']).toContain(Array.isArray(problem) ? problem[0] : problem);
        else expect(problem).toBeDefined();
      }),
      { numRuns: generatedCases(5000) },
    );
  });

  test.each([
    ['"\\u00e4\\n\\"\\\\\\/\\b\\f\\r\\t"', 'ä\n"\\/\b\f\r\t'],
    ['[-0.5e+3,0,1E2]', [-500, 0, 100]],
    ['[true,false,null]', [true, false, null]],
    ['{}', {}],
    [' [ ] ', []],
  ])('reads %s', (text, value) => {
    expect(plain(parseJson(text))).toEqual(value);
  });

  test.each([
    ['', 'json', 0],
    ['[1,]', 'json', 3],
    ['[1 2]', 'json', 3],
    ['{"a" 1}', 'json', 5],
    ['{a:1}', 'json', 1],
    ['{"a":1,}', 'json', 7],
    ['"abc', 'json', 4],
    ['"a\nb"', 'json', 2],
    ['"\\x"', 'json', 1],
    ['"\\u12g4"', 'json', 1],
    ['"\\', 'json', 1],
    ['01', 'json', 1],
    ['-', 'json', 0],
    ['tru', 'json', 0],
    ['nul', 'json', 0],
    ['1 1', 'json', 2],
    ['{"a":1,"a":2}', 'duplicate-name', 7],
    ['{"a":1,"\\u0061":2}', 'duplicate-name', 7],
    ['['.repeat(20), 'too-deep', 17],
  ])('refuses %s: %s at %d', (text, kind, at) => {
    expect(problemOf(text)).toEqual([kind, at]);
  });
});

describe('placeOf', () => {
  const text = '{\n  "Statement": [\n    {"Effect": "x", "a": [1]}\n  ]\n}';
  const root = parseJson(text);
  test.each([
    ['{\n  "S', 1, 1, ''],
    ['"Statement"', 2, 3, 'Statement'],
    ['[\n', 2, 16, 'Statement'],
    ['{"Effect"', 3, 5, 'Statement[0]'],
    ['"Effect"', 3, 6, 'Statement[0].Effect'],
    ['"x"', 3, 16, 'Statement[0].Effect'],
    ['1]', 3, 27, 'Statement[0].a[0]'],
    ['nowhere', 1, 1, ''],
  ])('%j is at line %d, column %d, %s', (needle, line, column, path) => {
    const at = Math.max(0, text.indexOf(needle));
    expect(placeOf(text, at, root)).toEqual({ line, column, path });
  });

  test('a position without a value has no path', () => {
    expect(placeOf(text, 3, root)).toEqual({ line: 2, column: 2, path: '' });
    expect(placeOf(text, 3, undefined)).toEqual({ line: 2, column: 2, path: '' });
  });
});

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ServiceError } from '../../../../src/kernel/service-error.ts';
import { compileJsonDecoder } from '../../../../src/wire/protocols/json/decode.ts';
import { jsonProtocol } from '../../../../src/wire/protocols/json/json-protocol.ts';
import { DEPOT, Store$ } from './sample-service.ts';

const codec = jsonProtocol([DEPOT]).compile(Store$);
const decode = (body: string | Buffer) => codec.decode(new Map(), Buffer.from(body));
const decodeValue = compileJsonDecoder(Store$, DEPOT.constraints);

const WHOLE = {
  Name: 'tea',
  Count: 3,
  Fragile: true,
  Due: 1_700_000_000.25,
  Seal: 'AQID',
  Kind: 'BOX',
  Secret: 'open sesame',
  Names: ['a', 'b'],
  Crates: [{ Label: 'x', Inner: { Label: 'y' } }],
  Labels: { k: 'v' },
};
const DECODED = { ...WHOLE, Due: new Date(1_700_000_000_250), Seal: new Uint8Array([1, 2, 3]) };

test('[Smithy awsJson1_1] every kind of member: timestamps are epoch seconds, blobs base64', () => {
  expect(decode(JSON.stringify(WHOLE))).toEqual(DECODED);
});

test('an output is encoded like the corresponding input', () => {
  const { contentType, body } = codec.encode(DECODED, 'id', {});
  expect(contentType).toBe('application/x-amz-json-1.1');
  expect(JSON.parse(body)).toEqual(WHOLE);
  const pieces = codec.pieces?.(DECODED, 'id', {});
  expect(JSON.parse([...(pieces?.pieces ?? [])].join(''))).toEqual(WHOLE);
});

test('absent members are left out of an output', () => {
  const output = { Name: 'tea', Count: undefined };
  expect(codec.encode(output, 'id', {}).body).toBe('{"Name":"tea"}');
  expect([...(codec.pieces?.(output, 'id', {}).pieces ?? [])].join('')).toBe('{"Name":"tea"}');
  expect([...(codec.pieces?.({}, 'id', {}).pieces ?? [])].join('')).toBe('{}');
});

test('within the process, dates and bytes are unchanged', () => {
  expect(decodeValue(DECODED)).toEqual(DECODED);
  expect(() => decodeValue({ Name: 'tea', Due: new Date(Number.NaN) })).toThrow("'due' must be a timestamp");
});

test('null members count as absent, unknown ones are ignored, and inherited names are not members', () => {
  expect(decode('{"Name":"tea","Count":null,"Colour":"red","__proto__":{"Kind":"BOX"}}')).toEqual({ Name: 'tea' });
  expect(decode('{"Name":"tea","Labels":{"__proto__":"v"}}')['Labels']).toEqual(
    Object.assign(Object.create(null), JSON.parse('{"__proto__":"v"}')),
  );
});

function problemOf(body: string | Buffer): [code: string, message: string] {
  try {
    decode(body);
  } catch (error) {
    if (error instanceof ServiceError) return [error.code, error.message];
    throw error;
  }
  throw new Error('it was accepted');
}

describe('invalid input is a SerializationException', () => {
  test.each([
    ['{', 'The body is not valid JSON in UTF-8.'],
    [Buffer.from('{"Name":"\xff"}', 'latin1'), 'The body is not valid JSON in UTF-8.'],
    ['[]', 'The body must be a JSON object.'],
    ['null', 'The body must be a JSON object.'],
    ['{"Name":7}', "'name' must be a string of Unicode characters."],
    ['{"Name":"\\ud800"}', "'name' must be a string of Unicode characters."],
    ['{"Name":"a","Count":"3"}', "'count' must be a whole number."],
    ['{"Name":"a","Count":3.5}', "'count' must be a whole number."],
    ['{"Name":"a","Fragile":1}', "'fragile' must be true or false."],
    ['{"Name":"a","Due":"2020-01-01T00:00:00Z"}', "'due' must be a timestamp in seconds since the epoch."],
    ['{"Name":"a","Due":1e300}', "'due' must be a timestamp in seconds since the epoch."],
    ['{"Name":"a","Seal":"A"}', "'seal' must be a base64 string."],
    ['{"Name":"a","Names":{}}', "'names' must be a list."],
    ['{"Name":"a","Names":["a",null]}', "'names.2.member' must be a string of Unicode characters."],
    ['{"Name":"a","Crates":[[]]}', "'crates.1.member' must be a JSON object."],
    ['{"Name":"a","Labels":{"a":null}}', "'labels.value' must be a string of Unicode characters."],
  ])('%s', (body, message) => {
    expect(problemOf(body)).toEqual(['SerializationException', message]);
  });
});

describe("constraints are AWS's, with AWS's messages", () => {
  const one = (problem: string) => `1 validation error detected: ${problem}`;
  const RULES =
    '[Member must have length less than or equal to 9, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [a-z_]+]';
  test.each([
    ['{}', one("Value null at 'name' failed to satisfy constraint: Member must not be null")],
    [
      '{"Name":"TEA"}',
      one(
        "Value 'TEA' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-z_]+",
      ),
    ],
    [
      '{"Name":"a","Count":10}',
      one("Value '10' at 'count' failed to satisfy constraint: Member must have value less than or equal to 9"),
    ],
    [
      '{"Name":"a","Kind":"TIN"}',
      one("Value 'TIN' at 'kind' failed to satisfy constraint: Member must satisfy enum value set: [BOX, BAG]"),
    ],
    [
      '{"Name":"a","Seal":"AQ=="}',
      one("Value at 'seal' failed to satisfy constraint: Member must have length greater than or equal to 2"),
    ],
    [
      '{"Name":"a","Secret":"ab"}',
      one("Value at 'secret' failed to satisfy constraint: Member must have length greater than or equal to 3"),
    ],
    [
      '{"Name":"a","Names":["a","B"]}',
      one(`Value '[a, B]' at 'names' failed to satisfy constraint: Member must satisfy constraint: ${RULES}`),
    ],
    [
      '{"Name":"a","Names":["a","b","c"]}',
      one("Value at 'names' failed to satisfy constraint: Member must have length less than or equal to 2"),
    ],
    [
      '{"Name":"a","Crates":[{}]}',
      one("Value null at 'crates.1.member.label' failed to satisfy constraint: Member must not be null"),
    ],
    [
      '{"Name":"a","Labels":{"B":"b"}}',
      one(`Value at 'labels' failed to satisfy constraint: Map keys must satisfy constraint: ${RULES}`),
    ],
    [
      '{"Name":"a","Labels":{"b":"B"}}',
      one(`Value at 'labels' failed to satisfy constraint: Map value must satisfy constraint: ${RULES}`),
    ],
  ])('%s', (body, message) => {
    expect(problemOf(body)).toEqual(['ValidationError', message]);
  });
});

test('no JSON value makes the decoder fail in any other way', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...Object.keys(WHOLE)), fc.jsonValue()), (value) => {
      try {
        decode(JSON.stringify(value));
      } catch (error) {
        expect(error).toBeInstanceOf(ServiceError);
      }
    }),
    { numRuns: 500 },
  );
});

import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { StaticOperationSchema } from '@smithy/types';
import fc from 'fast-check';
import { ServiceError } from '../../../../src/kernel/service-error.ts';
import type { ServiceConstraints } from '../../../../src/wire/constraints/service-constraints.ts';
import { compileQueryDecoder } from '../../../../src/wire/protocols/query/decode.ts';
import { parseForm } from '../../../../src/wire/protocols/query/form.ts';
import { compileOperationCodec } from '../../../../src/wire/protocols/query/operation-codec.ts';
import { ALL_OPERATIONS } from './operations.ts';

interface Vector {
  readonly id: string;
  readonly schema: string;
  readonly form: string;
  readonly input?: unknown;
  readonly error?: string;
}

const SCHEMAS = new Map(ALL_OPERATIONS);
const VECTORS = JSON.parse(readFileSync(new URL('vectors.json', import.meta.url), 'utf8')) as Vector[];

function decode(schema: string, form: string): unknown {
  return compileOperationCodec(SCHEMAS.get(schema) as StaticOperationSchema).decode(parseForm(form));
}

describe('vectors', () => {
  test.each(VECTORS.map((vector) => [vector.id, vector] as const))('%s', (_, { schema, form, input, error }) => {
    if (error === undefined) {
      expect(decode(schema, form)).toEqual(input);
      return;
    }
    expect(() => decode(schema, form)).toThrow(new ServiceError('ValidationError', error));
  });
});

test.each([
  ['iam:CreateUser', 'UserName=al+ice', 'The specified value for userName is invalid. '],
  [
    'iam:UntagUser',
    'UserName=alice&TagKeys.member.1=s3cret!',
    "1 validation error detected: Value at 'tagKeys' failed",
  ],
  ['sts:AssumeRole', 'RoleArn=x&RoleSessionName=s3cret!', '2 validation errors detected: Value at '],
])('%s %s is audited without the value', (schema, form, begin) => {
  let refusal: unknown;
  try {
    decode(schema, form);
  } catch (error) {
    refusal = error;
  }
  const { recordedMessage } = refusal as ServiceError;
  expect(recordedMessage?.startsWith(begin)).toBe(true);
  expect(recordedMessage).not.toMatch(/s3cret|al ice/);
});

// shapes that no operation of IAM or STS takes, but the protocol has
const STRUCT = 3;
const LIST = 1;
const MAP = 2;
const OPERATION = 9;
const STRING = 0;
const NUMBER = 1;
const TIMESTAMP = 4;
const BLOB = 21;
const NODE: unknown[] = [STRUCT, 'test', 'Node', 0, ['name', 'next'], [STRING, () => NODE], 1];
const NUMBERS = [LIST, 'test', 'Numbers', 0, NUMBER];
const RENAMED = [LIST, 'test', 'Renamed', 0, [STRING, { xmlName: 'item' }]];
const COUNTS = [MAP, 'test', 'Counts', 0, STRING, NUMBER];
const RENAMED_MAP = [MAP, 'test', 'RenamedMap', 0, [STRING, { xmlName: 'K' }], [STRING, { xmlName: 'V' }]];
const INPUT = [
  STRUCT,
  'test',
  'Input',
  0,
  ['when', 'data', 'node', 'numbers', 'renamed', 'flat', 'counts', 'flatMap', 'other', 'secret'],
  [
    TIMESTAMP,
    BLOB,
    () => NODE,
    () => NUMBERS,
    () => RENAMED,
    [() => NUMBERS, { xmlFlattened: 1 }],
    () => COUNTS,
    [() => RENAMED_MAP, { xmlFlattened: 1 }],
    [STRING, { xmlName: 'Wire' }],
    [STRING, 8],
  ],
];
const CONSTRAINTS: ServiceConstraints = {
  shapes: {
    Short: { length: [2, 3] },
    Numbers: { length: [1, 3], element: 'Digit' },
    Digit: { range: [0, 9] },
    Counts: { length: [0, 2], element: 'Digit' },
  },
  structures: { Input: { other: 'Short', secret: 'Short', numbers: 'Numbers', counts: 'Counts' } },
  errorStatus: {},
  errors: {},
};

function decoderOf(input: unknown) {
  const schema = [OPERATION, 'test', 'Test', 0, input, 'unit'] as unknown as StaticOperationSchema;
  return compileQueryDecoder(schema, { constraints: CONSTRAINTS, echoesValues: true });
}

describe('further rules of the protocol', () => {
  const decodeInput = decoderOf(() => INPUT);

  test.each<[string, unknown]>([
    ['when=2026-01-02T03:04:05Z', { when: new Date('2026-01-02T03:04:05Z') }],
    ['when=2026-01-02T03:04:05.678%2B01:00', { when: new Date('2026-01-02T02:04:05.678Z') }],
    ['data=aGk%3D', { data: new Uint8Array([104, 105]) }],
    ['data=', { data: new Uint8Array() }],
    ['node.name=a&node.next.name=b', { node: { name: 'a', next: { name: 'b' } } }],
    ['numbers.member.1=1&numbers.member.2=2', { numbers: [1, 2] }],
    ['renamed.item.1=a', { renamed: ['a'] }],
    ['flat.2=2&flat.1=1', { flat: [1, 2] }],
    ['flat=', { flat: [] }],
    ['counts.entry.1.key=a&counts.entry.1.value=1&counts.entry.2.key=b', { counts: { a: 1 } }],
    ['counts=', { counts: {} }],
    ['counts=x', {}],
    ['counts.entry.x=1', {}],
    ['flatMap.1.K=a&flatMap.1.V=b', { flatMap: { a: 'b' } }],
    ['Wire=ab', { other: 'ab' }],
    ['other=ab', {}],
  ])('%s', (form, expected) => {
    expect(decodeInput(parseForm(form))).toEqual(expected);
  });

  test.each([
    [
      'when=2026-02-31T00:00:00Z',
      "Value '2026-02-31T00:00:00Z' at 'when' failed to satisfy constraint: Member must be an ISO 8601 timestamp",
    ],
    [
      'when=2026-01-01T25:00:00Z',
      "Value '2026-01-01T25:00:00Z' at 'when' failed to satisfy constraint: Member must be an ISO 8601 timestamp",
    ],
    ['when=now', "Value 'now' at 'when' failed to satisfy constraint: Member must be an ISO 8601 timestamp"],
    ['data=%21', "Value '!' at 'data' failed to satisfy constraint: Member must be base64"],
    ['Wire=a', "Value 'a' at 'other' failed to satisfy constraint: Member must have length greater than or equal to 2"],
    ['secret=a', "Value at 'secret' failed to satisfy constraint: Member must have length greater than or equal to 2"],
    ['numbers=', "Value at 'numbers' failed to satisfy constraint: Member must have length greater than or equal to 1"],
    [
      'numbers.member.1=10',
      "Value '10' at 'numbers.1.member' failed to satisfy constraint: Member must have value less than or equal to 9",
    ],
    ['node.next.next.name=x', "Value null at 'node.name' failed to satisfy constraint: Member must not be null"],
    [
      'counts.entry.1.value=1',
      "Value null at 'counts.entry.1.key' failed to satisfy constraint: Member must not be null",
    ],
    [
      'counts.entry.1.key=a&counts.entry.1.value=-1',
      "Value '-1' at 'counts.entry.1.value' failed to satisfy constraint: Member must have value greater than or equal to 0",
    ],
    [
      'counts.entry.1.key=a&counts.entry.2.key=b&counts.entry.3.key=c',
      "Value at 'counts' failed to satisfy constraint: Member must have length less than or equal to 2",
    ],
  ])('%s is refused', (form, problem) => {
    expect(() => decodeInput(parseForm(form))).toThrow(problem);
  });

  test('a long value is shortened', () => {
    expect(() => decodeInput(parseForm(`Wire=${'a'.repeat(5000)}`))).toThrow(`Value '${'a'.repeat(1024)}…' at 'other'`);
  });

  test('all problems are counted, but not all are listed', () => {
    const form = Array.from({ length: 200 }, (_, i) => `flat.${i + 1}=x`).join('&');
    const refusal = (() => {
      try {
        return decodeInput(parseForm(form));
      } catch (error) {
        return error as ServiceError;
      }
    })() as ServiceError;
    expect(refusal.message).toMatch(/^200 validation errors detected: /);
    expect(refusal.message.split('; ')).toHaveLength(50);
  });

  test('an operation without input', () => {
    expect(decoderOf('unit')(parseForm('a=1'))).toEqual({});
  });

  test('the keys of a map may have any name', () => {
    const decoded = decodeInput(parseForm('flatMap.1.K=__proto__&flatMap.1.V=b'));
    expect(Object.entries(decoded['flatMap'] as object)).toEqual([['__proto__', 'b']]);
  });

  test('an unknown schema prevents the start', () => {
    expect(() => decoderOf([STRUCT, 'test', 'X', 0, ['a'], [15]])).toThrow(/no query decoding for the schema/);
  });
});

test('every form is either decoded or refused', () => {
  const codecs = ['iam:CreateRole', 'iam:SimulateCustomPolicy', 'sts:AssumeRole'].map((name) =>
    compileOperationCodec(SCHEMAS.get(name) as StaticOperationSchema),
  );
  const part = fc.constantFrom(
    'Tags',
    'member',
    '1',
    '2',
    'Key',
    'Value',
    'RoleName',
    'ContextEntries',
    '__proto__',
    '',
  );
  const name = fc.array(part, { maxLength: 30 }).map((parts) => parts.join('.'));
  const forms = fc.dictionary(name, fc.string({ unit: 'binary' }), { maxKeys: 20 });
  fc.assert(
    fc.property(forms, (form) => {
      for (const codec of codecs) {
        try {
          codec.decode(new Map(Object.entries(form)));
        } catch (error) {
          if (!(error instanceof ServiceError) || error.code !== 'ValidationError') throw error;
        }
      }
    }),
    { numRuns: 500 },
  );
});

import { describe, expect, test } from '@jest/globals';
import { ServiceError } from '../../src/kernel/service-error.ts';
import { compilePolicy, type PolicySource } from '../../src/policy/compile/compile-policy.ts';
import type { Place } from '../../src/policy/document/place.ts';
import type { MalformedPolicyError } from '../../src/policy/validate/malformed-policy.ts';
import { type PolicyKind, policySize, requireValidPolicy } from '../../src/policy/validate/require-valid-policy.ts';
import { vectorNames, vectorRows } from './vector-files.ts';

interface DocumentVector {
  readonly source: string;
  readonly kind: PolicyKind;
  readonly document: string;
  /** Absent for a document that is valid. */
  readonly message?: string;
  /** For a sentence that does not tell it. */
  readonly place?: Place;
}

const SOURCE_TYPES = {
  identity: 'managed',
  session: 'session',
  resource: 'resource',
  trust: 'trust',
  'service-control': 'scp',
  'resource-control': 'rcp',
} as const satisfies Record<PolicyKind, PolicySource['type']>;

function refusalOf(document: string, kind: PolicyKind): unknown {
  try {
    requireValidPolicy(document, kind);
  } catch (error) {
    return error;
  }
  return undefined;
}

describe.each(vectorNames('documents/'))('%s', (file) => {
  const rows = vectorRows<DocumentVector>(file, ({ kind, document, message }) => `${kind} ${document}: ${message}`);
  test.each(rows)('%s', (_title, { kind, document, message, place }) => {
    const refusal = refusalOf(document, kind);
    if (message === undefined) {
      expect(refusal).toBeUndefined();
      // whatever is valid can be compiled
      expect(
        compilePolicy(requireValidPolicy(document, kind), { id: 'p', type: SOURCE_TYPES[kind] }).error,
      ).toBeUndefined();
      return;
    }
    expect(refusal).toBeInstanceOf(ServiceError);
    expect(refusal).toMatchObject({ code: 'MalformedPolicyDocument', status: 400, message });
    if (place) expect(refusal).toMatchObject({ place });
    const { line, column } = (refusal as MalformedPolicyError).place;
    expect(document.split('\n')[line - 1]?.length).toBeGreaterThanOrEqual(column - 1);
  });
});

describe('cases without a vector', () => {
  test('a text that is too long is refused', () => {
    expect(refusalOf(' '.repeat(131_073), 'identity')).toMatchObject({ code: 'MalformedPolicyDocument' });
  });

  test('a text nested too deeply is refused without recursion', () => {
    expect(refusalOf('['.repeat(100_000), 'identity')).toMatchObject({
      message: 'Syntax errors in policy. (line 1, column 18)',
    });
  });

  test.each([
    ['service-control', 10_240, { Effect: 'Allow', Action: '*', Resource: '*' }],
    ['resource-control', 5120, { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*' }],
  ] as const)('[Organizations user guide, Quotas] %s: %i characters, white space counted', (kind, limit, statement) => {
    const text = JSON.stringify({ Version: '2012-10-17', Statement: statement });
    expect(refusalOf(text.padEnd(limit), kind)).toBeUndefined();
    expect(refusalOf(text.padEnd(limit + 1), kind)).toMatchObject({
      code: 'LimitExceeded',
      message: `You have exceeded the maximum policy size. (${limit} characters)`,
    });
  });

  test('[IAM quotas] white space does not count', () => {
    expect(policySize(' { "a b":\n\t"ä" }\r')).toBe('{"ab":"ä"}'.length);
  });
});

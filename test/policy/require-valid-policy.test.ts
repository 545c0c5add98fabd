import { describe, expect, test } from '@jest/globals';
import { ServiceError } from '../../src/kernel/service-error.ts';
import { compilePolicy, type PolicySource } from '../../src/policy/compile/compile-policy.ts';
import { type PolicyKind, policySize, requireValidPolicy } from '../../src/policy/validate/require-valid-policy.ts';
import { vectorRows } from './vector-files.ts';

interface DocumentVector {
  readonly source: string;
  readonly kind: PolicyKind;
  readonly document: string;
  /** Absent for a document that is valid. */
  readonly message?: string;
}

const SOURCE_TYPES = {
  identity: 'managed',
  session: 'session',
  resource: 'resource',
  trust: 'trust',
} as const satisfies Record<PolicyKind, PolicySource['type']>;

function refusalOf(document: string, kind: PolicyKind): unknown {
  try {
    requireValidPolicy(document, kind);
  } catch (error) {
    return error;
  }
  return undefined;
}

const rows = vectorRows<DocumentVector>(
  'documents',
  ({ kind, document, message }) => `${kind} ${document}: ${message}`,
);

describe('documents', () => {
  test.each(rows)('%s', (_title, { kind, document, message }) => {
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
  });

  test('a text over the longest that is read is refused', () => {
    expect(refusalOf(' '.repeat(131_073), 'identity')).toMatchObject({ code: 'MalformedPolicyDocument' });
  });

  test('a text nested too deep is refused, not recursed into', () => {
    expect(refusalOf('['.repeat(100_000), 'identity')).toMatchObject({
      message: 'Syntax errors in policy. (line 1, column 18)',
    });
  });

  test('[IAM quotas] white space does not count', () => {
    expect(policySize(' { "a b":\n\t"ä" }\r')).toBe('{"ab":"ä"}'.length);
  });
});

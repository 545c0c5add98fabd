import { describe, expect, test } from '@jest/globals';
import { decide } from '../../src/policy/combine/decide.ts';
import { compilePolicyText } from '../../src/policy/compile/compile-policy.ts';
import { compilePolicySet } from '../../src/policy/compile/policy-set.ts';
import type { ContextValue } from '../../src/policy/request.ts';
import { ACCOUNT, callerOf } from './callers.ts';
import { vectorRows } from './vector-files.ts';

interface ConditionVector {
  readonly source: string;
  readonly condition: object;
  readonly context: Readonly<Record<string, ContextValue>>;
  readonly holds: boolean;
}

const FAMILIES = [
  'string-operators',
  'arn-operators',
  'numeric-operators',
  'date-operators',
  'bool-operators',
  'ip-operators',
  'null-operator',
  'binary-operators',
  'set-operators',
];

describe.each(FAMILIES)('%s', (family) => {
  const rows = vectorRows<ConditionVector>(
    family,
    ({ condition, context, holds }) => `${JSON.stringify(condition)} with ${JSON.stringify(context)}: ${holds}`,
  );
  test.each(rows)('%s', (_title, { condition, context, holds }) => {
    const text = JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action: '*', Resource: '*', Condition: condition },
    });
    const policy = compilePolicyText(text, { id: 'tested', type: 'inline' });
    expect(policy.error).toBeUndefined();
    const request = {
      principal: callerOf('user'),
      action: 's3:GetObject',
      resource: 'arn:aws:s3:::bucket/key',
      resourceAccountId: ACCOUNT,
      context: new Map(Object.entries(context)),
    };
    expect(decide(request, { identity: compilePolicySet([policy]) }).allowed).toBe(holds);
  });
});

import { describe, expect, test } from '@jest/globals';
import { decide } from '../../src/policy/combine/decide.ts';
import { compilePolicyText } from '../../src/policy/compile/compile-policy.ts';
import { compilePolicySet } from '../../src/policy/compile/policy-set.ts';
import { OPERATOR_NAMES } from '../../src/policy/evaluate/operator-table.ts';
import type { ContextValue } from '../../src/policy/request.ts';
import { ACCOUNT, callerOf } from './callers.ts';
import { readVectors, vectorNames, vectorRows } from './vector-files.ts';

interface ConditionVector {
  readonly source: string;
  readonly condition: Readonly<Record<string, object>>;
  /** Of the policy, where it is not the newest. */
  readonly version?: string;
  readonly context: Readonly<Record<string, ContextValue>>;
  readonly holds: boolean;
}

describe.each([...vectorNames('operators'), ...vectorNames('condition-rules')])('%s', (name) => {
  const rows = vectorRows<ConditionVector>(
    name,
    ({ condition, context, holds }) => `${JSON.stringify(condition)} with ${JSON.stringify(context)}: ${holds}`,
  );
  test.each(rows)('%s', (_title, { condition, version = '2012-10-17', context, holds }) => {
    const text = JSON.stringify({
      Version: version,
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

describe('each operator has its own file', () => {
  const kebabCase = (name: string): string => name.replace(/(?!^)[A-Z]/g, '-$&').toLowerCase();

  test('no file is without an operator', () => {
    expect(vectorNames('operators')).toEqual(OPERATOR_NAMES.map((name) => `operators/${kebabCase(name)}`).sort());
  });

  test.each(OPERATOR_NAMES)('%s: alone, with IfExists and with set operators, matching and not', (name) => {
    const seen = new Set<string>();
    for (const { condition, holds } of readVectors<ConditionVector>(`operators/${kebabCase(name)}`).cases) {
      for (const operator of Object.keys(condition)) seen.add(`${operator}: ${holds}`);
    }
    const forms = ['', 'ForAllValues:', 'ForAnyValue:'].flatMap((set) =>
      name === 'Null' ? [`${set}${name}`] : [`${set}${name}`, `${set}${name}IfExists`],
    );
    expect([...seen].sort()).toEqual(forms.flatMap((form) => [`${form}: false`, `${form}: true`]).sort());
  });
});

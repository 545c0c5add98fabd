import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ServiceError } from '../../src/kernel/service-error.ts';
import { decide } from '../../src/policy/combine/decide.ts';
import { compilePolicy, compilePolicyText } from '../../src/policy/compile/compile-policy.ts';
import { compilePolicySet } from '../../src/policy/compile/policy-set.ts';
import { parseDocument } from '../../src/policy/document/parse-document.ts';
import { PolicySyntaxError } from '../../src/policy/document/policy-problem.ts';
import { explain } from '../../src/policy/explain/explanation.ts';
import { requireValidPolicy } from '../../src/policy/validate/require-valid-policy.ts';
import { generatedCases } from '../support/generated-cases.ts';
import { ACCOUNT, callerOf } from './callers.ts';

const REQUEST = {
  principal: callerOf('user'),
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::bucket/key',
  resourceAccountId: ACCOUNT,
  context: new Map([['aws:username', 'alice']]),
};

describe('[S44] no input makes reading a policy throw any other error', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc.string({ unit: fc.constantFrom('{', '}', '[', ']', '"', ':', ',', '\\', 'u', '0', '-', 't', ' ', 'e', '.') }),
  );
  const anyValue = fc.jsonValue({ maxDepth: 2 });
  const anyDocument = fc
    .record(
      {
        Version: fc.oneof(fc.constant('2012-10-17'), anyValue),
        Id: anyValue,
        Statement: fc.oneof(
          anyValue,
          fc.array(
            fc.record(
              {
                Sid: fc.oneof(fc.string(), anyValue),
                Effect: fc.oneof(fc.constantFrom('Allow', 'Deny'), anyValue),
                Action: fc.oneof(fc.constant('s3:*'), anyValue),
                NotAction: anyValue,
                Resource: fc.oneof(fc.constant('*'), fc.string(), anyValue),
                Principal: fc.oneof(fc.constant({ AWS: '*' }), anyValue),
                Condition: fc.oneof(fc.constant({ StringLike: { a: '${b}' } }), anyValue),
              },
              { requiredKeys: ['Effect', 'Action', 'Resource'] },
            ),
          ),
        ),
      },
      { requiredKeys: ['Statement'] },
    )
    .map((document) => JSON.stringify(document));

  test.each([
    ['any text', anyText],
    ['any JSON in the shape of a policy', anyDocument],
  ])('%s', (_name, texts) => {
    fc.assert(
      fc.property(texts, (text) => {
        for (const kind of ['identity', 'trust', 'session', 'resource'] as const) {
          try {
            const document = requireValidPolicy(text, kind);
            const type = kind === 'identity' ? 'managed' : kind;
            expect(compilePolicy(document, { id: 'p', type }).error).toBeUndefined();
          } catch (error) {
            expect(error).toBeInstanceOf(ServiceError);
            expect(error).toHaveProperty('code', 'MalformedPolicyDocument');
          }
        }
        const compiled = compilePolicyText(text, { id: 'p', type: 'inline' });
        expect(compiled.error === undefined || compiled.error instanceof PolicySyntaxError).toBe(true);
        explain(decide(REQUEST, { identity: compilePolicySet([compiled]) }));
      }),
      { numRuns: generatedCases(500) },
    );
  });

  test('an error that is not about the policy is not treated as one', () => {
    const document = { ...parseDocument('{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}') };
    const broken = {
      ...document,
      get statements(): never {
        throw new TypeError('not a policy problem');
      },
    };
    expect(() => compilePolicy(broken, { id: 'p', type: 'inline' })).toThrow(TypeError);
  });
});

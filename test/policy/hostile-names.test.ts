import { describe, expect, test } from '@jest/globals';
import { requestContext } from '../../src/authorize/context.ts';
import { decide } from '../../src/policy/combine/decide.ts';
import { compilePolicyText } from '../../src/policy/compile/compile-policy.ts';
import { compilePolicySet } from '../../src/policy/compile/policy-set.ts';
import { requireValidPolicy } from '../../src/policy/validate/require-valid-policy.ts';
import { ACCOUNT, callerOf } from './callers.ts';

/** What every JavaScript object answers to, whether or not anybody gave it a value. */
const INHERITED = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'];
const TAGS = ['aws:PrincipalTag/', 'aws:RequestTag/', 'aws:ResourceTag/', 'iam:ResourceTag/'];
const RESOURCE = `arn:aws:iam::${ACCOUNT}:user/bob`;

/** A live request whose caller, resource and tags have nothing that a policy could ask for by these names. */
const context = requestContext({
  caller: undefined,
  principalTags: [{ key: 'team', value: 'red' }],
  source: { ip: '192.0.2.1', userAgent: undefined, referer: undefined, secure: true, region: undefined },
  now: 0,
  target: {
    action: 'iam:GetUser',
    resource: RESOURCE,
    resourceAccountId: ACCOUNT,
    resourceTags: [{ key: 'team', value: 'red' }],
    requestTags: [{ key: 'team', value: 'red' }],
  },
});

function allows(statement: string): boolean {
  const text = `{"Version":"2012-10-17","Statement":[${statement}]}`;
  const identity = compilePolicySet([compilePolicyText(text, { id: 'tested', type: 'inline' })]);
  const principal = callerOf('user');
  const request = { principal, action: 'iam:GetUser', resource: RESOURCE, resourceAccountId: ACCOUNT, context };
  return decide(request, { identity }).allowed;
}

const allowIf = (condition: string): string =>
  `{"Effect":"Allow","Action":"*","Resource":"*","Condition":${condition}}`;

describe('[S44] names that every object inherits are ordinary names', () => {
  test.each(INHERITED.flatMap((name) => ['', ...TAGS].map((family) => family + name)))(
    'the condition key %s has no value',
    (key) => {
      expect(context.get(key.toLowerCase())).toBeUndefined();
      expect(allows(allowIf(`{"Null":{"${key}":"false"}}`))).toBe(false);
      expect(allows(allowIf(`{"Null":{"${key}":"true"}}`))).toBe(true);
      expect(allows(`{"Effect":"Allow","Action":"*","Resource":["\${${key}}*"]}`)).toBe(false);
    },
  );

  test.each(INHERITED)('%s is not an operator, element, principal type or effect', (name) => {
    expect(allows(allowIf(`{"${name}":{"aws:username":"alice"}}`))).toBe(false);
    expect(allows(allowIf(`{"${name}IfExists":{"aws:username":"alice"}}`))).toBe(false);
    expect(allows(`{"Effect":"Allow","Action":"*","Resource":"*","${name}":{}}`)).toBe(false);
    expect(allows(`{"Effect":"${name}","Action":"*","Resource":"*"}`)).toBe(false);
    const trust = `{"Statement":{"Effect":"Allow","Principal":{"${name}":"*"},"Action":"sts:AssumeRole"}}`;
    expect(() => requireValidPolicy(trust, 'trust')).toThrow(/Invalid principal in policy/);
  });

  test.each(INHERITED)('a name written with escapes is the same name: %s', (name) => {
    const escaped = [...name].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
    const twice = `{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Null":{"${name}":"true","${escaped}":"true"}}}`;
    expect(allows(twice)).toBe(false);
  });

  test('two statements whose Sid is such a name are kept apart', () => {
    const statement = (sid: string): string => `{"Sid":"${sid}","Effect":"Allow","Action":"s3:*","Resource":"*"}`;
    const text = (...sids: string[]): string =>
      `{"Version":"2012-10-17","Statement":[${sids.map(statement).join(',')}]}`;
    expect(requireValidPolicy(text('constructor', 'toString'), 'identity').statements).toHaveLength(2);
    expect(() => requireValidPolicy(text('constructor', 'constructor'), 'identity')).toThrow(/must be unique/);
  });
});

describe('[S44] a duplicate effect is invalid', () => {
  test.each([
    '{"Effect":"Deny","Effect":"Allow","Action":"*","Resource":"*"}',
    '{"Effect":"Deny","\\u0045ffect":"Allow","Action":"*","Resource":"*"}',
    '{"Effect":"Allow","Action":"s3:*","Action":"*","Resource":"*"}',
    '{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}},"Condition":{}}',
  ])('%s', (statement) => {
    expect(allows(statement)).toBe(false);
  });

  test('a document may not have duplicate statements members either', () => {
    const deny = '{"Effect":"Deny","Action":"*","Resource":"*"}';
    const text = `{"Statement":${deny},"Statement":${allowIf('{}')}}`;
    expect(compilePolicyText(text, { id: 'tested', type: 'inline' }).error).toBeDefined();
  });
});

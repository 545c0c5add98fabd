import { describe, expect, test } from '@jest/globals';
import { compileSignInPolicy } from '../../../src/identity/sign-in-policy/compile-sign-in-policy.ts';
import { requireValidSignInPolicy } from '../../../src/identity/sign-in-policy/require-valid-sign-in-policy.ts';
import type { ContextValue } from '../../../src/policy/request.ts';
import { MalformedPolicyError } from '../../../src/policy/validate/malformed-policy.ts';

const policy = (...statements: readonly object[]): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map((each) => ({ Effect: 'Deny', Resource: '*', ...each })),
  });
const facts = (values: Readonly<Record<string, ContextValue>>) =>
  new Map(Object.entries(values).map(([key, value]) => [key.toLowerCase(), value]));

const NIGHT = {
  Sid: 'NotAtNight',
  Action: 'signin:SignIn',
  Condition: { NumericLessThan: { 'signin:Hour': '6' } },
};
const ELSEWHERE = {
  Sid: 'NewNetwork',
  Action: 'signin:WithoutSecondFactor',
  Condition: { Bool: { 'signin:NewNetwork': 'true' } },
};
const ADMINISTRATORS = {
  Action: 'signin:WithoutPhishingResistantFactor',
  Condition: { Bool: { 'signin:Privileged': 'true' } },
};
const ALL = policy(ELSEWHERE, ADMINISTRATORS, NIGHT);

describe('the strictest statement that applies decides', () => {
  test.each([
    ['allow', [], { hour: '9', network: 'false', privileged: 'false' }],
    ['require-factor', ['NewNetwork'], { hour: '9', network: 'true', privileged: 'false' }],
    ['require-phishing-resistant', ['Statement 2'], { hour: '9', network: 'true', privileged: 'true' }],
    ['refuse', ['NotAtNight'], { hour: '5', network: 'true', privileged: 'true' }],
  ])('%s, by %j', (outcome, decidedBy, { hour, network, privileged }) => {
    const context = facts({ 'signin:Hour': hour, 'signin:NewNetwork': network, 'signin:Privileged': privileged });
    expect(compileSignInPolicy(ALL).verdict(context)).toMatchObject({ outcome, decidedBy });
  });

  test('whatever the order of the statements', () => {
    const context = facts({ 'signin:Hour': '5', 'signin:NewNetwork': 'true', 'signin:Privileged': 'true' });
    const turned = compileSignInPolicy(policy(NIGHT, ADMINISTRATORS, ELSEWHERE)).verdict(context);
    expect(turned).toMatchObject({ outcome: 'refuse', decidedBy: ['NotAtNight'] });
  });

  test('and a wildcard denies everything', () => {
    expect(compileSignInPolicy(policy({ Action: 'signin:*' })).verdict(facts({})).outcome).toBe('refuse');
  });
});

test('says which conditions keep a statement from applying, with the value of the key', () => {
  const { statements } = compileSignInPolicy(ALL).verdict(facts({ 'signin:Hour': '9' }));
  expect(statements.map(({ name, demands, unmet }) => ({ name, demands, unmet }))).toEqual([
    {
      name: 'NewNetwork',
      demands: undefined,
      unmet: [{ kind: 'condition', operator: 'Bool', key: 'signin:NewNetwork', wanted: ['true'], actual: undefined }],
    },
    expect.objectContaining({ name: 'Statement 2', demands: undefined }),
    {
      name: 'NotAtNight',
      demands: undefined,
      unmet: [{ kind: 'condition', operator: 'NumericLessThan', key: 'signin:Hour', wanted: ['6'], actual: '9' }],
    },
  ]);
});

test('names the keys that need values, also those in variables', () => {
  const condition = { StringEquals: { 'signin:UserName': ['${signin:Connector}'] } };
  expect([...compileSignInPolicy(policy({ Action: 'signin:*', Condition: condition })).keys].sort()).toEqual([
    'signin:Connector',
    'signin:UserName',
  ]);
});

describe('a policy of which a part can have no effect is refused', () => {
  test.each<[string, object, string]>([
    ['Allow', { Effect: 'Allow', Action: 'signin:*' }, 'Effect must be Deny'],
    ['an action of another service', { Action: 'iam:CreateUser' }, 'is none of signin:SignIn'],
    ['an action that does not exist', { Action: 'signin:Login' }, 'is none of signin:SignIn'],
    ['a resource', { Action: 'signin:*', Resource: 'arn:aws:iam::123456789012:user/x' }, 'Resource must be'],
    ['NotAction', { NotAction: 'signin:SignIn' }, 'not NotAction'],
    [
      'a key of requests',
      { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'false' } } },
      'has no value at a sign-in',
    ],
    ['an unknown key', { Condition: { Bool: { 'signin:NewPhone': 'true' } } }, 'does not exist'],
    ['an unknown variable', { Condition: { StringEquals: { 'signin:UserName': '${aws:username}' } } }, 'has no value'],
    ['a value that never is', { Condition: { StringEquals: { 'signin:Strength': 'phishing_resistant' } } }, 'is never'],
    ['a country in words', { Condition: { StringEquals: { 'signin:Country': 'Germany' } } }, 'is never Germany'],
    ['an hour of 25', { Condition: { NumericEquals: { 'signin:Hour': '25' } } }, 'is never 25'],
    [
      'an operator of another type',
      { Condition: { StringEquals: { 'signin:NewDevice': 'true' } } },
      'cannot be tested',
    ],
  ])('%s', (_what, statement, message) => {
    const text = policy({ ...('NotAction' in statement ? {} : { Action: 'signin:SignIn' }), ...statement });
    expect(() => requireValidSignInPolicy(text)).toThrow(message);
  });

  test.each([
    ['no JSON', '{'],
    ['no version', JSON.stringify({ Statement: { Effect: 'Deny', Action: 'signin:*', Resource: '*' } })],
    ['an unknown operator', policy({ Action: 'signin:*', Condition: { Equals: { 'signin:App': 'x' } } })],
    ['a principal', policy({ Action: 'signin:*', Principal: '*' })],
  ])('as by IAM, with its error: %s', (_what, text) => {
    expect(() => requireValidSignInPolicy(text)).toThrow(MalformedPolicyError);
  });

  test('a valid one is not', () => {
    expect(() => requireValidSignInPolicy(ALL)).not.toThrow();
  });
});

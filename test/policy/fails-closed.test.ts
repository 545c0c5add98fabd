// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written so
import { describe, expect, test } from '@jest/globals';
import { decide, type PolicyLayers } from '../../src/policy/combine/decide.ts';
import { findAllow, scopeOf } from '../../src/policy/combine/match-statement.ts';
import { compilePolicyText, type PolicySource } from '../../src/policy/compile/compile-policy.ts';
import { compilePolicySet } from '../../src/policy/compile/policy-set.ts';
import type { AuthorizationRequest } from '../../src/policy/request.ts';
import { ACCOUNT, callerOf } from './callers.ts';

const ALLOW = { Effect: 'Allow', Action: '*', Resource: '*' };
const set = (statement: unknown, type: PolicySource['type']) =>
  compilePolicySet([
    compilePolicyText(JSON.stringify({ Version: '2012-10-17', Statement: statement }), { id: 'tested', type }),
  ]);
const requestBy = (principal: string): AuthorizationRequest => ({
  principal: callerOf(principal),
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::bucket/key',
  resourceAccountId: ACCOUNT,
  context: new Map([['aws:username', 'alice']]),
});

/** Statements that say something which the engine does not understand. */
const NOT_UNDERSTOOD: readonly (readonly [string, object])[] = [
  ['an unknown operator', { ...ALLOW, Condition: { StringMatches: { 'aws:username': 'alice' } } }],
  ['an operator in another case', { ...ALLOW, Condition: { stringEquals: { 'aws:username': 'alice' } } }],
  ['an unknown operator with IfExists', { ...ALLOW, Condition: { StringMatchesIfExists: { 'x:absent': 'alice' } } }],
  ['an unknown set operator', { ...ALLOW, Condition: { 'ForSomeValues:StringEquals': { 'aws:username': 'alice' } } }],
  ['Null with IfExists', { ...ALLOW, Condition: { NullIfExists: { 'aws:username': 'false' } } }],
  ['a number that is none', { ...ALLOW, Condition: { NumericNotEquals: { 'x:n': 'ten' } } }],
  ['a date that is none', { ...ALLOW, Condition: { DateNotEquals: { 'x:d': 'soon' } } }],
  ['an address that is none', { ...ALLOW, Condition: { NotIpAddress: { 'aws:SourceIp': '10.0.0.0/99' } } }],
  ...['10.0.0.0/33', '10.0.0.0/', '/8', '10.0.0.0/8/8', '10.0.0.0/-1', '2001:db8::/129', '::ffff:10.0.0.0/95', ''].map(
    (range) =>
      [`a range that is none: ${range}`, { ...ALLOW, Condition: { NotIpAddress: { 'aws:SourceIp': range } } }] as const,
  ),
  ['seconds beyond 64 bits', { ...ALLOW, Condition: { DateNotEquals: { 'x:d': '9223372036854775808' } } }],
  ['a variable for a number', { ...ALLOW, Condition: { NumericLessThan: { 'x:n': '${x:m}' } } }],
  ['a variable for a date', { ...ALLOW, Condition: { DateLessThan: { 'x:d': '${aws:CurrentTime}' } } }],
  ['a variable for an address', { ...ALLOW, Condition: { NotIpAddress: { 'aws:SourceIp': '${x:ip}' } } }],
  ['a variable for binary data', { ...ALLOW, Condition: { BinaryEquals: { 'x:b': '${x:c}' } } }],
  ['a variable for Null', { ...ALLOW, Condition: { Null: { 'aws:username': '${x:flag}' } } }],
  ['a truth value that is none', { ...ALLOW, Condition: { Bool: { 'aws:SecureTransport': 'yes' } } }],
  ['a presence that is none', { ...ALLOW, Condition: { Null: { 'aws:username': '1' } } }],
  ['binary data that is none', { ...ALLOW, Condition: { BinaryEquals: { 'x:b': 'QQ' } } }],
  ['a variable that is none', { ...ALLOW, Condition: { StringNotEquals: { 'aws:username': '${' } } }],
  ['a variable in a resource that is none', { ...ALLOW, Resource: ['*', 'arn:aws:s3:::${}'] }],
  ['an unknown field', { ...ALLOW, Unless: {} }],
  ['no action', { Effect: 'Allow', Resource: '*' }],
  ['an empty list of actions', { ...ALLOW, Action: [] }],
  ['no resource', { Effect: 'Allow', Action: '*' }],
  ['an empty list of resources', { ...ALLOW, Resource: [] }],
  ['an empty list of resources that are not meant', { Effect: 'Allow', Action: '*', NotResource: [] }],
  ['a principal where none can be', { ...ALLOW, Principal: '*' }],
  ['an effect in another case', { ...ALLOW, Effect: 'allow' }],
];

describe('[S44] an unreadable policy denies', () => {
  test.each(NOT_UNDERSTOOD)('%s', (_name, statement) => {
    const beside = { identity: set([ALLOW, statement], 'inline') };
    expect(decide(requestBy('user'), beside)).toMatchObject({
      allowed: false,
      layer: 'identity',
      cause: 'unreadable-policy',
    });
    const boundary = { identity: set(ALLOW, 'inline'), boundary: set(statement, 'boundary') };
    expect(decide(requestBy('user'), boundary)).toMatchObject({
      allowed: false,
      layer: 'boundary',
      cause: 'unreadable-policy',
    });
    const session = { identity: set(ALLOW, 'inline'), session: set(statement, 'session') };
    expect(decide(requestBy('session'), session)).toMatchObject({
      allowed: false,
      layer: 'session',
      cause: 'unreadable-policy',
    });
  });

  test.each([
    ['trust', { ...ALLOW, Principal: '*' }],
    ['trust', { Effect: 'Allow', Action: 'sts:AssumeRole' }],
    ['resource', ALLOW],
    ['resource', { Effect: 'Allow', Action: '*', Principal: '*' }],
    ['resource', { ...ALLOW, Principal: { Robot: '*' } }],
    ['resource', { ...ALLOW, Principal: { AWS: [] } }],
    ['resource', { ...ALLOW, NotPrincipal: {} }],
    ['resource', { ...ALLOW, NotPrincipal: { AWS: [], Service: [] } }],
  ] as const)('an invalid %s policy: %j', (kind, statement) => {
    const layers: PolicyLayers = { identity: set(ALLOW, 'inline'), resource: { kind, policies: set(statement, kind) } };
    expect(decide(requestBy('user'), layers)).toMatchObject({
      allowed: false,
      layer: kind,
      cause: 'unreadable-policy',
    });
  });

  test('a matching Deny allows nothing, whichever layer is evaluated', () => {
    const identity = set({ ...ALLOW, Effect: 'Deny' }, 'inline');
    expect(findAllow(identity, scopeOf(requestBy('user'), { identity }))).toBeUndefined();
  });

  test('one invalid policy among valid ones, also for a root user', () => {
    const good = compilePolicyText(JSON.stringify({ Statement: ALLOW }), { id: 'good', type: 'session' });
    const bad = compilePolicyText('{', { id: 'bad', type: 'session' });
    const layers = { identity: compilePolicySet([]), session: compilePolicySet([good, bad]) };
    expect(layers.session.unreadable?.source.id).toBe('bad');
    expect(decide(requestBy('root'), layers).allowed).toBe(false);
  });
});

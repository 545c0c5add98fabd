import { describe, expect, test } from '@jest/globals';
import { decide } from '../../src/policy/combine/decide.ts';
import { compilePolicyText, type PolicySource } from '../../src/policy/compile/compile-policy.ts';
import { compilePolicySet, type PolicySet } from '../../src/policy/compile/policy-set.ts';
import { explain } from '../../src/policy/explain/explanation.ts';
import type { AuthorizationRequest } from '../../src/policy/request.ts';
import { ACCOUNT, callerOf } from './callers.ts';

function setOf(statements: readonly object[], type: PolicySource['type']): PolicySet {
  const text = JSON.stringify({ Version: '2012-10-17', Statement: statements });
  return compilePolicySet([compilePolicyText(text, { id: `the ${type} policy`, type })]);
}

const REQUEST: AuthorizationRequest = {
  principal: callerOf('user'),
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::bucket/key',
  resourceAccountId: ACCOUNT,
  context: new Map([['aws:username', 'alice']]),
};

describe('explain', () => {
  test('gives one reason for each statement, in all layers', () => {
    const layers = {
      identity: setOf(
        [
          { Sid: 'A', Effect: 'Allow', Action: ['s3:PutObject', 's3:List*'], Resource: '*' },
          { Sid: 'B', Effect: 'Allow', NotAction: 's3:*', Resource: '*' },
          { Sid: 'C', Effect: 'Allow', Action: 's3:*', Resource: ['arn:aws:s3:::other/*'] },
          { Sid: 'D', Effect: 'Deny', Action: 's3:*', NotResource: 'arn:aws:s3:::bucket/*' },
          {
            Effect: 'Allow',
            Action: 's3:*',
            Resource: '*',
            Condition: {
              StringLike: { 'aws:UserName': 'al*' },
              NumericLessThan: { 'aws:MultiFactorAuthAge': 300 },
              Bool: { 'aws:SecureTransport': true },
            },
          },
          {
            Effect: 'Allow',
            Action: 's3:*',
            Resource: '*',
            Condition: { StringEquals: { 'aws:username': ['bob', 'carol'] } },
          },
        ],
        'inline',
      ),
      boundary: setOf([{ Effect: 'Allow', Action: '*', Resource: '*' }], 'boundary'),
      session: setOf([{ Effect: 'Allow', Action: 'ec2:*', Resource: '*' }], 'session'),
      resource: {
        kind: 'resource' as const,
        policies: setOf(
          [
            {
              Effect: 'Allow',
              Principal: { AWS: ['999988887777'], Service: 'ec2.amazonaws.com' },
              Action: '*',
              Resource: '*',
            },
            { Effect: 'Allow', NotPrincipal: { AWS: ACCOUNT }, Action: '*', Resource: '*' },
          ],
          'resource',
        ),
      },
    };
    const decision = decide(REQUEST, layers);
    expect(decision).toMatchObject({ allowed: false, layer: 'session', cause: 'no-allow', statements: [] });
    const { arn } = REQUEST.principal;
    expect(
      explain(decision).statements.map(({ layer, statement, mismatch }) => [
        layer,
        statement.sid ?? statement.index,
        mismatch,
      ]),
    ).toEqual([
      [
        'resource',
        0,
        { kind: 'principal', negated: false, wanted: ['AWS:999988887777', 'Service:ec2.amazonaws.com'], actual: arn },
      ],
      ['resource', 1, { kind: 'principal', negated: true, wanted: [`AWS:${ACCOUNT}`], actual: arn }],
      ['boundary', 0, undefined],
      ['session', 0, { kind: 'action', negated: false, wanted: ['ec2:*'], actual: 's3:GetObject' }],
      [
        'identity',
        'A',
        { kind: 'action', negated: false, wanted: ['s3:PutObject', 's3:List*'], actual: 's3:GetObject' },
      ],
      ['identity', 'B', { kind: 'action', negated: true, wanted: ['s3:*'], actual: 's3:GetObject' }],
      [
        'identity',
        'C',
        { kind: 'resource', negated: false, wanted: ['arn:aws:s3:::other/*'], actual: REQUEST.resource },
      ],
      [
        'identity',
        'D',
        { kind: 'resource', negated: true, wanted: ['arn:aws:s3:::bucket/*'], actual: REQUEST.resource },
      ],
      [
        'identity',
        4,
        {
          kind: 'condition',
          operator: 'NumericLessThan',
          key: 'aws:MultiFactorAuthAge',
          wanted: ['300'],
          actual: undefined,
        },
      ],
      [
        'identity',
        5,
        { kind: 'condition', operator: 'StringEquals', key: 'aws:username', wanted: ['bob', 'carol'], actual: 'alice' },
      ],
    ]);
  });

  test.each([
    ['web-identity', `arn:aws:iam::${ACCOUNT}:oidc-provider/idp.example.com idp.example.com`],
    ['service', 'ec2.amazonaws.com'],
    ['anonymous', 'Anonymous'],
  ])('names a caller without an ARN in another way: %s', (caller, actual) => {
    const policies = setOf([{ Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' }], 'trust');
    const request = { ...REQUEST, principal: callerOf(caller), action: 'sts:AssumeRole' };
    const decision = decide(request, { identity: compilePolicySet([]), resource: { kind: 'trust', policies } });
    expect(explain(decision).statements).toMatchObject([{ layer: 'trust', mismatch: { kind: 'principal', actual } }]);
  });

  test('a missing boundary has no statements to report', () => {
    const decision = decide(REQUEST, { identity: compilePolicySet([]), boundary: 'missing' });
    expect(explain(decision)).toMatchObject({
      statements: [],
      layers: [
        { layer: 'boundary', level: undefined, verdict: 'implicitDeny', statements: [] },
        { layer: 'identity', level: undefined, verdict: 'implicitDeny', statements: [] },
      ],
    });
  });

  test('gives the verdict of each layer on its own, with all statements that cause it', () => {
    const allow = { Sid: 'Allow', Effect: 'Allow', Action: '*', Resource: '*' };
    const deny = { Sid: 'Deny', Effect: 'Deny', Action: 's3:*', Resource: '*' };
    const other = { Sid: 'Other', Effect: 'Allow', Action: 'ec2:*', Resource: '*' };
    const layers = {
      identity: setOf([allow, other, allow], 'inline'),
      boundary: setOf([other], 'boundary'),
      session: setOf([allow, deny, deny], 'session'),
      resource: {
        kind: 'resource' as const,
        policies: compilePolicySet([compilePolicyText('{', { id: 'r', type: 'resource' })]),
      },
      serviceControl: [setOf([allow], 'scp'), setOf([deny], 'scp')],
      resourceControl: [setOf([{ ...allow, Principal: '*' }], 'rcp')],
    };
    const told = (caller: string) =>
      explain({ request: { ...REQUEST, principal: callerOf(caller) }, layers }).layers.map(
        ({ layer, level, verdict, statements }) => [layer, level, verdict, statements.map(({ sid }) => sid)],
      );
    expect(told('user')).toEqual([
      ['rcp', 0, 'allowed', ['Allow']],
      ['scp', 0, 'allowed', ['Allow']],
      ['scp', 1, 'explicitDeny', ['Deny']],
      ['resource', undefined, 'implicitDeny', []],
      ['boundary', undefined, 'implicitDeny', []],
      ['session', undefined, 'explicitDeny', ['Deny', 'Deny']],
      ['identity', undefined, 'allowed', ['Allow', 'Allow']],
    ]);
    // service control policies do not bind a service
    expect(told('service').map(([layer]) => layer)).toEqual(['rcp', 'resource', 'boundary', 'session', 'identity']);
  });

  test('[IAM user guide, Policy evaluation logic] a root user needs no identity policy', () => {
    const request = { ...REQUEST, principal: callerOf('root') };
    const { layers } = explain({ request, layers: { identity: compilePolicySet([]) } });
    expect(layers).toEqual([{ layer: 'identity', level: undefined, verdict: 'allowed', statements: [] }]);
  });

  test('[IAM user guide, How AWS enforcement code logic evaluates requests] a federated user without a session policy is treated as if it had an empty one', () => {
    const request = { ...REQUEST, principal: callerOf('federated-user') };
    const identity = setOf([{ Effect: 'Allow', Action: '*', Resource: '*' }], 'inline');
    const { layers } = explain({ request, layers: { identity } });
    expect(layers).toMatchObject([
      { layer: 'session', verdict: 'implicitDeny', statements: [] },
      { layer: 'identity', verdict: 'allowed' },
    ]);
  });

  test('the allowing statements are named, one for each layer that had to allow', () => {
    const one = { Sid: 'One', Effect: 'Allow', Action: '*', Resource: '*' };
    const decision = decide(REQUEST, {
      identity: setOf([one, one], 'inline'),
      boundary: setOf([one], 'boundary'),
      session: setOf([one], 'session'),
    });
    expect(decision.statements.map(({ source, sid, index }) => [source.type, sid, index])).toEqual([
      ['boundary', 'One', 0],
      ['session', 'One', 0],
      ['inline', 'One', 0],
    ]);
  });
});

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written so
import { describe, expect, test } from '@jest/globals';
import { compilePolicyText } from '../../src/policy/compile/compile-policy.ts';
import type { CompiledStatement } from '../../src/policy/compile/compiled-policy.ts';
import { conditionKeysOf } from '../../src/policy/compile/condition-keys-of.ts';
import { compilePolicySet, type PolicySet } from '../../src/policy/compile/policy-set.ts';
import { PrefixIndex } from '../../src/policy/compile/prefix-index.ts';
import { parseDocument } from '../../src/policy/document/parse-document.ts';
import { principalsOf } from '../../src/policy/document/principals-of.ts';
import { findOperator, OPERATOR_NAMES } from '../../src/policy/evaluate/operator-table.ts';
import { kindOf, packPatterns, textsOf } from '../../src/policy/match/pattern-list.ts';
import { parseTemplate } from '../../src/policy/match/variables.ts';

const text = (statement: unknown): string => JSON.stringify({ Version: '2012-10-17', Statement: statement });
const compile = (statement: unknown) => compilePolicyText(text(statement), { id: 'p', type: 'inline' });

describe('document', () => {
  test('single values and lists are equivalent, and numbers and booleans keep their spelling', () => {
    const one = parseDocument(
      '{"Statement":{"Effect":"Deny","Action":"a:b","Resource":"*","Condition":{"Bool":{"k":true},"NumericEquals":{"n":[1.50,"2"]}}}}',
    );
    expect(one).toMatchObject({ version: '2008-10-17', statesVersion: false, id: undefined });
    expect(one.statements).toMatchObject([
      {
        index: 0,
        sid: undefined,
        effect: 'Deny',
        action: { negated: false, values: [{ text: 'a:b' }] },
        principal: undefined,
        conditions: [
          { operator: 'Bool', key: 'k', values: [{ text: 'true' }] },
          { operator: 'NumericEquals', key: 'n', values: [{ text: '1.50' }, { text: '2' }] },
        ],
      },
    ]);
    const many = parseDocument('{"Id":"x","Statement":[{"Effect":"Deny","NotAction":["a:b"],"NotResource":["*"]}]}');
    expect(many.id).toBe('x');
    expect(many.statements[0]).toMatchObject({
      action: { negated: true },
      resource: { negated: true },
      conditions: [],
    });
    expect(Object.isFrozen(many) && Object.isFrozen(many.statements) && Object.isFrozen(many.statements[0])).toBe(true);
  });

  test('a compiled statement knows its position in the text', () => {
    const one = '{"Effect": "Deny", "Action": "a:b", "Resource": "*", "Condition": {"Bool": {"k": true}} }';
    const two = '{"Effect":"Allow",\n"Action":"a:b","Resource":["*"]}';
    const written = `{"Version": "2012-10-17",\n "Statement": [${one}, ${two}] }`;
    const { statements } = compilePolicyText(written, { id: 'p', type: 'scp' });
    expect(statements.map(({ at, end }) => written.slice(at, end + 1))).toEqual([one, two]);
  });

  test('principalsOf lists all principals, in order', () => {
    const document = parseDocument(
      text([
        { Effect: 'Allow', Principal: { AWS: ['111122223333', '*'], Federated: 'x' }, Action: 'sts:AssumeRole' },
        { Effect: 'Allow', Action: 'sts:AssumeRole' },
        { Effect: 'Deny', NotPrincipal: '*', Action: 'sts:AssumeRole' },
      ]),
    );
    expect(principalsOf(document).map(({ type, text: name }) => [type, name])).toEqual([
      ['AWS', '111122223333'],
      ['AWS', '*'],
      ['Federated', 'x'],
      ['*', '*'],
    ]);
  });

  test('conditionKeysOf lists the keys of conditions and variables, each once', () => {
    const statement = {
      Effect: 'Allow',
      Action: '*',
      Resource: ['*', 'arn:aws:s3:::b/${aws:username}/${*}', '${'],
      Condition: {
        StringLike: { 's3:prefix': ["${aws:PrincipalTag/team, 'x'}", 'y'] },
        Bool: { 'AWS:UserName': 'true' },
      },
    };
    expect(conditionKeysOf(parseDocument(text(statement)))).toEqual([
      'aws:username',
      's3:prefix',
      'aws:PrincipalTag/team',
    ]);
    const old = JSON.stringify({ Statement: [statement, { Effect: 'Allow', Action: '*' }] });
    expect(conditionKeysOf(parseDocument(old))).toEqual(['s3:prefix', 'AWS:UserName']);
  });
});

describe('template', () => {
  test.each([
    ['plain', [{ text: 'plain', literal: false }]],
    ['', [{ text: '', literal: false }]],
    [
      'a${aws:username}',
      [
        { text: 'a', literal: false },
        { name: 'aws:username', key: 'aws:username', fallback: undefined },
      ],
    ],
    [
      '${*}b',
      [
        { text: '*', literal: true },
        { text: 'b', literal: false },
      ],
    ],
    [
      "${ aws:PrincipalTag/Team , 'a, b' }",
      [{ name: 'aws:PrincipalTag/Team', key: 'aws:principaltag/team', fallback: 'a, b' }],
    ],
    ['$', [{ text: '$', literal: false }]],
  ])('%j', (given, parts) => {
    expect(parseTemplate(given, true)).toEqual(parts);
  });

  test('[IAM user guide, Version] before 2012-10-17, everything is literal text', () => {
    expect(parseTemplate('${aws:username}${', false)).toEqual([{ text: '${aws:username}${', literal: false }]);
  });
});

describe('operator table', () => {
  test('has all operators of the language', () => {
    expect([...OPERATOR_NAMES].sort()).toEqual(
      [
        ...[
          'ArnEquals',
          'ArnLike',
          'ArnNotEquals',
          'ArnNotLike',
          'BinaryEquals',
          'Bool',
          'DateEquals',
          'DateGreaterThan',
        ],
        ...[
          'DateGreaterThanEquals',
          'DateLessThan',
          'DateLessThanEquals',
          'DateNotEquals',
          'IpAddress',
          'NotIpAddress',
          'Null',
        ],
        ...[
          'NumericEquals',
          'NumericGreaterThan',
          'NumericGreaterThanEquals',
          'NumericLessThan',
          'NumericLessThanEquals',
        ],
        ...['NumericNotEquals', 'StringEquals', 'StringEqualsIgnoreCase', 'StringLike', 'StringNotEquals'],
        ...['StringNotEqualsIgnoreCase', 'StringNotLike'],
      ].sort(),
    );
  });

  test.each([
    ['ForAllValues:StringLikeIfExists', { quantifier: 'all', ifExists: true }],
    ['ForAnyValue:Bool', { quantifier: 'any', ifExists: false }],
    ['ArnLike', { quantifier: 'one', ifExists: false }],
  ])('%s', (name, found) => {
    expect(findOperator(name)).toMatchObject(found);
  });

  test.each(['', 'IfExists', 'ForAllValues:', 'constructor', '__proto__', 'StringEqualsIfExistsIfExists', ' Bool'])(
    'not an operator: %j',
    (name) => {
      expect(findOperator(name)).toBeUndefined();
    },
  );
});

describe('pattern list', () => {
  test.each([
    [[]],
    [['']],
    [['*']],
    [['s3:GetObject', 's3:*', '*s3', '?', 's3:**', '\u0000', 'é\u{1f600}*']],
    [['a'.repeat(255), 'b'.repeat(256), `${'c'.repeat(70_000)}*`, 'd']],
  ])('survives a round trip: %#', (texts) => {
    expect(textsOf(packPatterns(texts.map((one) => ({ kind: kindOf(one), text: one }))))).toEqual(texts);
  });
});

describe('compiled statement', () => {
  test('returns what it was compiled from', () => {
    const document = text([
      { Effect: 'Allow', Action: '*', Resource: '*' },
      {
        Sid: 'X1',
        Effect: 'Deny',
        NotAction: ['s3:*', 'iam:GetUser'],
        NotResource: ['arn:a', '*'],
        Condition: {
          StringLike: { 'aws:UserName': ['a*', '${aws:PrincipalTag/x}'] },
          'ForAllValues:StringEquals': { 'x:Y': 'z' },
        },
      },
    ]);
    const { statements } = compilePolicyText(document, { id: 'p', type: 'inline' });
    expect(statements[1]).toMatchObject({
      index: 1,
      sid: 'X1',
      effect: 'Deny',
      actions: { negated: true, patterns: ['s3:*', 'iam:GetUser'] },
      resources: { negated: true, patterns: ['arn:a', '*'] },
      principals: undefined,
      conditions: [
        { operator: 'StringLike', key: 'aws:UserName', values: ['a*', '${aws:PrincipalTag/x}'] },
        { operator: 'ForAllValues:StringEquals', key: 'x:Y', values: ['z'] },
      ],
    });
    const { at, end } = statements[1] as CompiledStatement;
    expect(JSON.parse(document.slice(at, end + 1))).toMatchObject({ Sid: 'X1' });
    expect(statements.every((statement) => Object.isFrozen(statement))).toBe(true);
    const trust = { Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' };
    expect(compilePolicyText(text(trust), { id: 'r', type: 'trust' }).statements[0]?.resources).toBeUndefined();
  });
});

describe('prefix index', () => {
  const indexOf = (patterns: readonly string[]) =>
    new PrefixIndex(
      patterns.map((one, statement) => {
        const list = packPatterns([{ kind: kindOf(one), text: one }]);
        return { statement, at: 0, list };
      }),
    );
  const found = (index: PrefixIndex, asked: string) =>
    index
      .find(asked)
      .map((entry) => index.statementOf(entry))
      .sort((a, b) => a - b);

  test('finds the prefixes of a text, ignoring case', () => {
    const index = indexOf(['iam:GetUser', 'iam:Get*', '*', 'sts:*', 'IAM:get?ser', 'iam:GetUserPolicy']);
    expect(found(index, 'iam:getuser')).toEqual([0, 1, 2, 4]);
    expect(found(index, 'sts:AssumeRole')).toEqual([2, 3]);
    expect(found(index, '')).toEqual([2]);
    expect(found(indexOf([]), 'iam:GetUser')).toEqual([]);
  });

  test('examines few of many', () => {
    const index = indexOf(Array.from({ length: 20_000 }, (_, number) => `arn:aws:s3:::bucket-${number}/*`));
    expect(found(index, 'arn:aws:s3:::bucket-19999/key')).toEqual([19_999]);
    expect(found(index, 'arn:aws:s3:::bucket-x/key')).toEqual([]);
  });
});

describe('policy set', () => {
  const about = (set: PolicySet, action: string, resource = 'arn:r') =>
    set
      .candidates(action, resource)
      .filter((candidate) => set.isAbout(candidate, set.statementOf(candidate), action))
      .map((candidate) => set.statementOf(candidate).sid);
  /** More patterns than are looked at one by one. */
  const others = Array.from({ length: 20 }, (_, number) => `other:Action${number}`);
  const OTHERS = { Sid: 'others', Effect: 'Allow', Action: others, Resource: '*' };

  test.each([
    ['without an index', []],
    ['with one', [OTHERS]],
  ])('finds the statements about an action, %s', (_name, more) => {
    const set = compilePolicySet([
      compile([
        { Sid: 'named', Effect: 'Allow', Action: ['iam:GetUser', 'STS:assumeROLE'], Resource: '*' },
        { Sid: 'wild', Effect: 'Deny', Action: 'iam:Get*', Resource: '*' },
        { Sid: 'middle', Effect: 'Deny', Action: 'I?M:*User', Resource: '*' },
        { Sid: 'not', Effect: 'Deny', NotAction: ['iam:*', 'sts:GetCallerIdentity'], Resource: '*' },
        ...more,
      ]),
      compile({ Sid: 'all', Effect: 'Allow', Action: '*', NotResource: 'arn:r' }),
    ]);
    expect(new Set(about(set, 'iam:GetUser'))).toEqual(new Set(['named', 'wild', 'middle', 'all']));
    expect(new Set(about(set, 'sts:AssumeRole'))).toEqual(new Set(['named', 'not', 'all']));
    expect(new Set(about(set, 'sts:GetCallerIdentity'))).toEqual(new Set(['all']));
  });

  test.each(['', 'x', ':', 'iam', 'iam:', '*', 'iam:*', 'iam:*User'])(
    'an unusual action (%j) is compared like any other',
    (action) => {
      const odd = { Effect: 'Allow', Action: ['iam:Get*', 'sts:AssumeRole'], Resource: '*' };
      expect(about(compilePolicySet([compile(odd)]), action)).toEqual([]);
      expect(about(compilePolicySet([compile([odd, OTHERS])]), action)).toEqual([]);
    },
  );

  test('of many statements about an action, only those about the resource are examined', () => {
    const buckets = Array.from({ length: 100 }, (_, number) => ({
      Sid: `B${number}`,
      Effect: 'Allow',
      Action: 's3:*',
      Resource: [`arn:aws:s3:::bucket-${number}`, `arn:aws:s3:::bucket-${number}/*`],
    }));
    const open = [
      { Sid: 'variable', Effect: 'Allow', Action: 's3:Get*', Resource: 'arn:aws:s3:::${aws:username}/*' },
      { Sid: 'escaped', Effect: 'Allow', Action: 's3:Get*', Resource: 'arn:aws:s3:::${$}' },
      { Sid: 'not', Effect: 'Deny', Action: 's3:*', NotResource: 'arn:aws:s3:::*' },
      { Sid: 'other', Effect: 'Deny', Action: 'iam:*', NotResource: 'arn:aws:s3:::*' },
    ];
    const set = compilePolicySet([compile([...buckets, ...open])]);
    const asked = 'arn:aws:s3:::bucket-42/key';
    expect(set.candidates('s3:GetObject', asked).length).toBeLessThan(8);
    // B4, because what an ARN begins with is all that is looked up
    expect(new Set(about(set, 's3:GetObject', asked))).toEqual(new Set(['B4', 'B42', 'variable', 'escaped', 'not']));
    // where as many are about the resource as about the action, nothing is won
    const alike = compilePolicySet([compile(buckets.map((bucket) => ({ ...bucket, Resource: '*' })))]);
    expect(about(alike, 's3:GetObject', asked)).toHaveLength(100);
  });

  test('statements of trust policies apply to every resource', () => {
    const trust = Array.from({ length: 20 }, (_, number) => ({
      Sid: `T${number}`,
      Effect: 'Allow',
      Principal: '*',
      Action: 'sts:AssumeRole',
    }));
    const set = compilePolicySet([compilePolicyText(text(trust), { id: 'r', type: 'trust' })]);
    expect(about(set, 'sts:AssumeRole')).toHaveLength(20);
  });
});

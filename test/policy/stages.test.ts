// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written so
import { describe, expect, test } from '@jest/globals';
import { compilePolicyText } from '../../src/policy/compile/compile-policy.ts';
import { conditionKeysOf } from '../../src/policy/compile/condition-keys-of.ts';
import { compilePolicySet } from '../../src/policy/compile/policy-set.ts';
import { indexResources, type ResourceIndex } from '../../src/policy/compile/resource-index.ts';
import { parseTemplate } from '../../src/policy/compile/template.ts';
import { parseDocument } from '../../src/policy/document/parse-document.ts';
import { principalsOf } from '../../src/policy/document/principals-of.ts';
import { findOperator, OPERATOR_NAMES } from '../../src/policy/evaluate/operator-table.ts';

const text = (statement: unknown): string => JSON.stringify({ Version: '2012-10-17', Statement: statement });
const compile = (statement: unknown) => compilePolicyText(text(statement), { id: 'p', type: 'inline' });

describe('document', () => {
  test('single values and lists read alike, and numbers and booleans as they were written', () => {
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

  test('a compiled statement knows where it stands in the text', () => {
    const one = '{"Effect": "Deny", "Action": "a:b", "Resource": "*", "Condition": {"Bool": {"k": true}} }';
    const two = '{"Effect":"Allow",\n"Action":"a:b","Resource":["*"]}';
    const written = `{"Version": "2012-10-17",\n "Statement": [${one}, ${two}] }`;
    const { statements } = compilePolicyText(written, { id: 'p', type: 'scp' });
    expect(statements.map(({ at, end }) => written.slice(at, end + 1))).toEqual([one, two]);
  });

  test('principalsOf names all of them, in order', () => {
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

  test('conditionKeysOf names keys of conditions and variables, each once', () => {
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

  test('[IAM user guide, Version] before 2012-10-17 all is text', () => {
    expect(parseTemplate('${aws:username}${', false)).toEqual([{ text: '${aws:username}${', literal: false }]);
  });
});

describe('operator table', () => {
  test('has all of the language', () => {
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
    'no operator: %j',
    (name) => {
      expect(findOperator(name)).toBeUndefined();
    },
  );
});

describe('resource index', () => {
  const about = (...resources: readonly string[]) =>
    resources.flatMap(
      (Resource, index) => compile({ Sid: `S${index}`, Effect: 'Allow', Action: '*', Resource }).statements,
    );
  const shape = (node: ResourceIndex): unknown => [
    node.label,
    node.entries.map((entry) => entry.statement.sid),
    ...node.children.map(shape),
  ];

  test('shares what prefixes share', () => {
    expect(shape(indexResources(about('arn:a/x', '*', 'arn:a/*', 'arn:a/xy', 'arn:b', 'arn:a/x')))).toEqual([
      '',
      ['S1'],
      ['arn:', [], ['a/', ['S2'], ['x', ['S0', 'S5'], ['y', ['S3']]]], ['b', ['S4']]],
    ]);
  });

  test('what is not about resources by prefix stands at the root', () => {
    const { statements } = compile([
      { Effect: 'Deny', Action: '*', NotResource: 'arn:a' },
      { Effect: 'Deny', Action: '*', Resource: '${x:y}/z' },
    ]);
    expect(indexResources(statements)).toMatchObject({
      entries: [{ pattern: undefined }, { pattern: { prefix: '' } }],
      children: [],
    });
  });
});

describe('policy set', () => {
  test('finds a statement once, whether by name or by wildcards', () => {
    const policy = compile({ Effect: 'Allow', Action: ['iam:GetUser', 'iam:Get*', 'iam:*', '*'], Resource: '*' });
    const { allows, denies } = compilePolicySet([policy]).statementsFor('iam:GetUser');
    expect(allows?.entries).toHaveLength(1);
    expect(denies).toBeUndefined();
  });

  test('remembers what it found for an action, but not without end', () => {
    const set = compilePolicySet([compile({ Effect: 'Allow', Action: ['s3:*', 'iam:GetUser'], Resource: '*' })]);
    const first = set.statementsFor('s3:GetObject');
    expect(set.statementsFor('s3:GetObject')).toBe(first);
    for (let index = 0; index < 1100; index++) set.statementsFor(`s3:Made${index}`);
    const again = set.statementsFor('s3:GetObject');
    expect(again).not.toBe(first);
    expect(again).toEqual(first);
  });

  test.each(['', 'x', ':', 'iam', 'iam:', '*', 'iam:*', 'iam:*User'])(
    'an action that is odd (%j) is compared as any other',
    (action) => {
      const set = compilePolicySet([
        compile({ Effect: 'Allow', Action: ['iam:Get*', 'sts:AssumeRole'], Resource: '*' }),
      ]);
      expect(set.statementsFor(action).allows).toBeUndefined();
    },
  );
});

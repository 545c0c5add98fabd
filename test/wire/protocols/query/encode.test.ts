import { describe, expect, test } from '@jest/globals';
import type { StaticOperationSchema } from '@smithy/types';
import { compileXmlEncoder } from '../../../../src/wire/protocols/query/encode.ts';
import { compileOperationCodec } from '../../../../src/wire/protocols/query/operation-codec.ts';
import { ALL_OPERATIONS } from './operations.ts';

const SCHEMAS = new Map(ALL_OPERATIONS);

function encode(operation: string, output: unknown): string {
  return compileOperationCodec(SCHEMAS.get(operation) as StaticOperationSchema).encode(output, 'id-1');
}

const IAM = 'xmlns="https://iam.amazonaws.com/doc/2010-05-08/"';
const METADATA = '<ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata>';

describe('answers', () => {
  test('with output', () => {
    const User = {
      Path: '/',
      UserName: 'a&b',
      UserId: 'AIDA',
      Arn: 'arn:aws:iam::123456789012:user/a',
      CreateDate: new Date('2026-11-22T01:02:03.999Z'),
      PasswordLastUsed: undefined,
    };
    expect(encode('iam:CreateUser', { User })).toBe(
      `<CreateUserResponse ${IAM}><CreateUserResult><User><Path>/</Path><UserName>a&amp;b</UserName><UserId>AIDA</UserId><Arn>arn:aws:iam::123456789012:user/a</Arn><CreateDate>2026-11-22T01:02:03Z</CreateDate></User></CreateUserResult>${METADATA}</CreateUserResponse>`,
    );
  });

  test('with the time of each, whichever was encoded before', () => {
    const { encode: render } = compileOperationCodec(SCHEMAS.get('iam:CreateUser') as StaticOperationSchema);
    const times = ['2026-11-22T01:02:03Z', '2026-11-22T01:02:03Z', '2026-11-22T01:02:04Z', '2026-11-22T01:02:03Z'];
    for (const time of times) {
      expect(render({ User: { CreateDate: new Date(time) } }, 'id-1')).toContain(`<CreateDate>${time}</CreateDate>`);
    }
  });

  test('without output, have no result', () => {
    expect(encode('iam:DeleteUser', {})).toBe(`<DeleteUserResponse ${IAM}>${METADATA}</DeleteUserResponse>`);
  });

  test('with lists, including empty ones', () => {
    expect(encode('iam:ListAccountAliases', { AccountAliases: ['one', ''], IsTruncated: false })).toBe(
      `<ListAccountAliasesResponse ${IAM}><ListAccountAliasesResult><AccountAliases><member>one</member><member/></AccountAliases><IsTruncated>false</IsTruncated></ListAccountAliasesResult>${METADATA}</ListAccountAliasesResponse>`,
    );
    expect(encode('iam:ListGroups', { Groups: [] })).toContain('<ListGroupsResult><Groups/></ListGroupsResult>');
    expect(encode('iam:ListGroups', {})).toContain('<ListGroupsResult/>');
  });

  test('with maps', () => {
    expect(encode('iam:GetAccountSummary', { SummaryMap: { Users: 3 } })).toContain(
      '<SummaryMap><entry><key>Users</key><value>3</value></entry></SummaryMap>',
    );
  });

  test('of STS', () => {
    expect(encode('sts:GetCallerIdentity', { Account: '123456789012' })).toBe(
      `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Account>123456789012</Account></GetCallerIdentityResult>${METADATA}</GetCallerIdentityResponse>`,
    );
  });
});

describe('further rules of the protocol', () => {
  const STRUCT = 3;
  const node: unknown[] = [STRUCT, 'test', 'Node', 0, ['name', 'next'], [0, () => node]];
  const output = [
    STRUCT,
    'test',
    'Output',
    0,
    ['renamed', 'flat', 'flatMap', 'node', 'items'],
    [
      [0, { xmlName: 'Wire' }],
      [() => [1, 'test', 'List', 0, 1], { xmlFlattened: 1 }],
      [() => [2, 'test', 'Map', 0, [0, { xmlName: 'K' }], [0, { xmlName: 'V' }]], { xmlFlattened: 1 }],
      () => node,
      () => [1, 'test', 'Items', 0, [0, { xmlName: 'item' }]],
    ],
  ];
  const schema = (shape: unknown) => [9, 'test', 'Test', 0, 'unit', shape] as unknown as StaticOperationSchema;

  test.each<[unknown, string]>([
    [{ renamed: 'a' }, '<Wire>a</Wire>'],
    [{ flat: [1, 2] }, '<flat>1</flat><flat>2</flat>'],
    [{ flatMap: { a: 'b', c: 'd' } }, '<flatMap><K>a</K><V>b</V></flatMap><flatMap><K>c</K><V>d</V></flatMap>'],
    [{ node: { name: 'a', next: { name: 'b' } } }, '<node><name>a</name><next><name>b</name></next></node>'],
    [{ items: ['a'] }, '<items><item>a</item></items>'],
  ])('%j', (value, expected) => {
    expect(
      compileXmlEncoder(
        schema(() => output),
        'urn:test',
      )(value, 'id'),
    ).toBe(
      `<TestResponse xmlns="urn:test"><TestResult>${expected}</TestResult><ResponseMetadata><RequestId>id</RequestId></ResponseMetadata></TestResponse>`,
    );
  });

  test('an unknown schema prevents the start', () => {
    expect(() => compileXmlEncoder(schema([STRUCT, 'test', 'X', 0, ['a'], [15]]), '')).toThrow(/no XML encoding/);
  });
});

test('an unknown service prevents the start', () => {
  const schema = [9, 'com.amazonaws.s3', 'GetObject', 0, 'unit', 'unit'] as unknown as StaticOperationSchema;
  expect(() => compileOperationCodec(schema)).toThrow('no service with the namespace `com.amazonaws.s3`');
});

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type IamUnderTest, openIam, refusalOf } from '../support/iam-under-test.ts';
import { ALICE, custom, decisions, policy, principal } from './simulate.ts';

let iam: IamUnderTest;

beforeAll(async () => {
  iam = await openIam();
  await iam.call('CreateUser', { UserName: 'alice' });
  await iam.call('CreateGroup', { GroupName: 'ops' });
});
afterAll(() => iam.close());

const ofBucket = policy({ Principal: '*' });
const trusting = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Principal: { AWS: ALICE }, Action: 'sts:AssumeRole' },
});
const ROLE = 'arn:aws:iam::123456789012:role/r';

describe('[InvalidInput] invalid simulation input', () => {
  test.each<[string, Parameters<typeof custom>[1], RegExp]>([
    ['no action', { ActionNames: [] }, /Invalid Input Actions/],
    ['an action without service', { ActionNames: ['GetObject'] }, /Invalid Input Actions: "GetObject"/],
    ['an action with a star', { ActionNames: ['s3:Get*'] }, /without wildcards/],
    ['an action with a question mark', { ActionNames: ['s3:GetObjec?'] }, /without wildcards/],
    ['a resource that is no ARN', { ResourceArns: ['bucket'] }, /Invalid Input Resources: "bucket"/],
    ['a policy that is not JSON', { PolicyInputList: [policy(), '{\n"x'] }, /^PolicyInputList\.2: .*line 2, column 3/],
    [
      'a policy without action',
      { PolicyInputList: ['{"Statement":{"Effect":"Allow","Resource":"*"}}'] },
      /^PolicyInputList\.1: Policy statement must contain actions/,
    ],
    [
      'an unknown operator',
      { PolicyInputList: [policy({ Condition: { Equals: { a: 'b' } } })] },
      /^PolicyInputList\.1: .*Statement\.Condition\.Equals/,
    ],
    ['a policy with a principal', { PolicyInputList: [ofBucket] }, /should not specify a principal/],
    ['two boundaries', { PermissionsBoundaryPolicyInputList: [policy(), policy()] }, /only one permissions boundary/],
    ['a broken boundary', { PermissionsBoundaryPolicyInputList: ['{}'] }, /^PermissionsBoundaryPolicyInputList\.1: /],
    [
      'a service control policy with a principal',
      { OrderedOrganizationPolicyInputList: [{ ServiceControlPolicyInputList: [policy({ Principal: '*' })] }] },
      /^OrderedOrganizationPolicyInputList\.1\.ServiceControlPolicyInputList\.1: .*Statement\.Principal/,
    ],
    [
      'a service control policy of more than 10,240 characters',
      { OrderedOrganizationPolicyInputList: [{ ServiceControlPolicyInputList: [policy().padEnd(10_241)] }] },
      /10240 characters/,
    ],
    [
      'a broken service control policy',
      { OrderedOrganizationPolicyInputList: [{}, { ServiceControlPolicyInputList: ['{'] }] },
      /^OrderedOrganizationPolicyInputList\.2\.ServiceControlPolicyInputList\.1: /,
    ],
    ['a broken resource policy', { CallerArn: ALICE, ResourcePolicy: '{' }, /^ResourcePolicy: /],
    [
      'a resource policy without principal',
      { CallerArn: ALICE, ResourcePolicy: policy() },
      /^ResourcePolicy: .*Principal/,
    ],
    ['a resource policy without caller', { ResourcePolicy: ofBucket }, /CallerArn is required/],
    [
      'a resource policy with a group as caller',
      { CallerArn: 'arn:aws:iam::123456789012:group/g', ResourcePolicy: ofBucket },
      /must be an IAM user or role/,
    ],
    [
      'a trust policy with another action',
      {
        CallerArn: ALICE,
        ResourcePolicy: trusting,
        ActionNames: ['sts:AssumeRole', 'iam:GetRole'],
        ResourceArns: [ROLE],
      },
      /trust policy only applies/,
    ],
    [
      'a trust policy with another resource',
      {
        CallerArn: ALICE,
        ResourcePolicy: trusting,
        ActionNames: ['sts:AssumeRole'],
        ResourceArns: [ROLE, 'arn:aws:s3:::b'],
      },
      /trust policy only applies/,
    ],
    [
      'a trust policy with resources',
      {
        CallerArn: ALICE,
        ResourcePolicy: policy({ Principal: { AWS: ALICE }, Action: 'sts:AssumeRole' }),
        ActionNames: ['sts:AssumeRole'],
        ResourceArns: [ROLE],
      },
      /^ResourcePolicy: .*prohibited field Resource/i,
    ],
    [
      'a trust policy for what is no role',
      { CallerArn: ALICE, ResourcePolicy: trusting, ResourceArns: ['arn:aws:s3:::b'] },
      /^ResourcePolicy: .*resources/,
    ],
    ['a caller that is a session', { CallerArn: 'arn:aws:sts::123456789012:assumed-role/r/s' }, /Invalid caller/],
    ['a caller that is a service', { CallerArn: 'ec2.amazonaws.com' }, /Invalid caller/],
    ['a caller that is the root user', { CallerArn: 'arn:aws:iam::123456789012:root' }, /Invalid caller/],
    ['an owner that is a user', { ResourceOwner: ALICE }, /Invalid ResourceOwner/],
    [
      'an unknown scenario',
      { ResourceHandlingOption: 'EC2-Classic' },
      /Invalid ResourceHandlingOption: EC2-Classic must be one of EC2-VPC-InstanceStore,/,
    ],
    [
      'a scenario without its resources',
      {
        ResourceHandlingOption: 'EC2-VPC-EBS-Subnet',
        ResourceArns: [
          'arn:aws:ec2:us-east-1:123456789012:instance/*',
          'arn:aws:ec2:us-east-1::image/ami-1',
          'arn:aws:s3:::subnet/x',
        ],
      },
      /needs resources of type security-group, network-interface, subnet, volume$/,
    ],
  ])('%s', async (_name, input, message) => {
    const refusal = await refusalOf(custom(iam, input));
    expect([refusal.code, refusal.message]).toEqual(['InvalidInput', expect.stringMatching(message)]);
  });

  test('a scenario with its resources is accepted', async () => {
    const types = ['instance', 'image', 'security-group', 'network-interface'];
    const ResourceArns = types.map((type) => `arn:aws:ec2:us-east-1:123456789012:${type}/x`);
    const answer = await custom(iam, { ResourceHandlingOption: 'EC2-VPC-InstanceStore', ResourceArns });
    expect(decisions(answer)).toEqual(['implicitDeny']);
  });
});

describe('[ContextEntry] values are checked against their type', () => {
  const WELL: Record<string, readonly string[]> = {
    string: ['', 'any thing'],
    numeric: ['1', '-1.50', '+3'],
    boolean: ['true', 'FALSE'],
    ip: ['192.0.2.1', '2001:db8::1'],
    binary: ['', 'QUJD'],
    date: ['2026-01-01T00:00:00Z', '2026-01-01', '1767225600'],
  };
  const ILL: Record<string, readonly string[]> = {
    numeric: ['', 'one', '0x1', '1e3'],
    boolean: ['', 'yes', '1'],
    ip: ['192.0.2', '192.0.2.0/24', 'host'],
    binary: ['QUJ', '?'],
    date: ['tomorrow', '2026-13-01', ''],
  };
  const rows = (table: Record<string, readonly string[]>) =>
    Object.entries(table).flatMap(([type, values]) => values.map((value) => [type, value] as const));
  const entry = (ContextKeyType: string | undefined, ContextKeyValues: string[]) =>
    custom(iam, {
      PolicyInputList: [policy()],
      ContextEntries: [{ ContextKeyName: 'aws:Some', ContextKeyValues, ContextKeyType: ContextKeyType as 'string' }],
    });

  test.each(rows(WELL))('%s accepts %p', async (type, value) => {
    expect(decisions(await entry(type, [value]))).toEqual(['allowed']);
    expect(decisions(await entry(`${type}List`, [value, value]))).toEqual(['allowed']);
    expect(decisions(await entry(`${type}List`, []))).toEqual(['allowed']);
  });

  test.each(rows(ILL))('%s refuses %p', async (type, value) => {
    for (const [of, values] of [
      [type, [value]],
      [`${type}List`, [String(WELL[type]?.[0]), value]],
    ] as const) {
      const refusal = await refusalOf(entry(of, [...values]));
      expect([refusal.code, refusal.message]).toEqual([
        'InvalidInput',
        `Invalid Context Entry: aws:Some has a value that is not a valid ${type}`,
      ]);
    }
  });

  test.each(Object.keys(WELL))('%s takes exactly one value', async (type) => {
    const value = String(WELL[type]?.at(-1));
    for (const values of [[], [value, value]]) {
      expect((await refusalOf(entry(type, values))).message).toMatch(/takes exactly one value/);
    }
  });

  test('a key must have a name, and be given once, ignoring case', async () => {
    const one = { ContextKeyValues: ['x'] };
    const nameless = await refusalOf(custom(iam, { ContextEntries: [one] }));
    expect([nameless.code, nameless.message]).toEqual([
      'InvalidInput',
      expect.stringMatching(/ContextKeyName is missing/),
    ]);
    const valueless = await refusalOf(
      custom(iam, { ContextEntries: [{ ContextKeyName: 'aws:Some', ContextKeyType: 'ip' }] }),
    );
    expect(valueless.message).toMatch(/takes exactly one value/);
    const ContextEntries = [
      { ...one, ContextKeyName: 'aws:Some' },
      { ...one, ContextKeyName: 'AWS:some' },
    ];
    expect((await refusalOf(custom(iam, { ContextEntries }))).message).toMatch(/given twice/);
  });

  test.each([
    [undefined, ['x'], 'StringEquals', 'allowed'],
    [undefined, ['x', 'y'], 'ForAnyValue:StringEquals', 'allowed'],
    ['stringList', ['x', 'y'], 'ForAllValues:StringEquals', 'implicitDeny'],
    ['stringList', ['x'], 'ForAllValues:StringEquals', 'allowed'],
    ['stringList', [], 'ForAnyValue:StringEquals', 'implicitDeny'],
  ])('type %p with the values %p under %s: %s', async (type, ContextKeyValues, operator, decision) => {
    const answer = await custom(iam, {
      PolicyInputList: [policy({ Condition: { [operator]: { 'aws:Some': 'x' } } })],
      ContextEntries: [
        {
          ContextKeyName: 'aws:some',
          ContextKeyValues,
          ...(type === undefined ? {} : { ContextKeyType: 'stringList' as const }),
        },
      ],
    });
    expect(decisions(answer)).toEqual([decision]);
  });
});

describe('[Service Authorization Reference, IAM] the ARN of an entity', () => {
  test.each([
    [
      'arn:aws:sts::123456789012:assumed-role/r/s',
      'InvalidInput',
      'Invalid Entity Arn: arn:aws:sts::123456789012:assumed-role/r/s does not clearly define entity type and name.',
    ],
    [
      'arn:aws:iam::123456789012:policy/p',
      'InvalidInput',
      'Invalid Entity Arn: arn:aws:iam::123456789012:policy/p does not clearly define entity type and name.',
    ],
    [
      'arn:aws:iam::123456789012:root',
      'InvalidInput',
      'Invalid Entity Arn: arn:aws:iam::123456789012:root does not clearly define entity type and name.',
    ],
    [
      'not an arn at all',
      'InvalidInput',
      'Invalid Entity Arn: not an arn at all does not clearly define entity type and name.',
    ],
    [
      'arn:aws:iam::210987654321:user/alice',
      'InvalidInput',
      "Invalid Policy Source Arn: caller's account 123456789012 does not have access to policies in account 210987654321",
    ],
    ['arn:aws:iam::123456789012:user/ghost', 'NoSuchEntity', 'The user with name ghost cannot be found.'],
    ['arn:aws:iam::123456789012:user/path/alice', 'NoSuchEntity', 'The user with name alice cannot be found.'],
    ['arn:aws:iam::123456789012:role/alice', 'NoSuchEntity', 'The role with name alice cannot be found.'],
    ['arn:aws:iam::123456789012:group/p/ghosts', 'NoSuchEntity', 'The group with name ghosts cannot be found.'],
  ])('%s: %s', async (PolicySourceArn, code, message) => {
    for (const call of [
      () => principal(iam, { PolicySourceArn }),
      () => iam.call('GetContextKeysForPrincipalPolicy', { PolicySourceArn }),
    ]) {
      const refusal = await refusalOf(call());
      expect([refusal.code, refusal.message]).toEqual([code, message]);
    }
    const Listing = iam.call('ListPoliciesGrantingServiceAccess', { Arn: PolicySourceArn, ServiceNamespaces: ['s3'] });
    expect((await refusalOf(Listing)).code).toBe(code);
  });
});

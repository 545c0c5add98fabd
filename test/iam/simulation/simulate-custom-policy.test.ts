import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type IamUnderTest, openIam, refusalOf } from '../support/iam-under-test.ts';
import { ALICE, custom, decisions, only, policy } from './simulate.ts';

const BUCKET = 'arn:aws:s3:::bucket';
const OTHER = '210987654321';
let iam: IamUnderTest;

beforeAll(async () => {
  iam = await openIam();
});
afterAll(() => iam.close());

describe('[EvaluationResult] the result', () => {
  test('one result for each action, in order, whatever the number of resources', async () => {
    const answer = await custom(iam, {
      PolicyInputList: [policy({ Action: 's3:Get*', Resource: `${BUCKET}/*` })],
      ActionNames: ['s3:GetObject', 's3:PutObject', 'S3:getobjectacl'],
      ResourceArns: [`${BUCKET}/a`, `${BUCKET}/b`],
    });
    expect(decisions(answer)).toEqual(['allowed', 'implicitDeny', 'allowed']);
    expect(answer.EvaluationResults.map(({ ResourceSpecificResults: each }) => each?.length)).toEqual([2, 2, 2]);
    expect(answer.EvaluationResults[2]?.EvalActionName).toBe('S3:getobjectacl');
  });

  test.each([
    ['explicitDeny', ['arn:aws:s3:::a', 'arn:aws:s3:::b', 'arn:aws:s3:::c']],
    ['implicitDeny', ['arn:aws:s3:::a', 'arn:aws:s3:::c']],
    ['allowed', ['arn:aws:s3:::a']],
  ])('the decision for all resources together is the most restrictive: %s', async (expected, ResourceArns) => {
    const result = only(
      await custom(iam, {
        PolicyInputList: [
          policy({ Resource: ['arn:aws:s3:::a', 'arn:aws:s3:::b'] }),
          policy({ Effect: 'Deny', Resource: 'arn:aws:s3:::b' }),
        ],
        ResourceArns,
      }),
    );
    expect(result.EvalDecision).toBe(expected);
    const ids = result.MatchedStatements.map(({ SourcePolicyId }) => SourcePolicyId);
    const contributed = { explicitDeny: ['PolicyInputList.2'], implicitDeny: [], allowed: ['PolicyInputList.1'] };
    expect(ids).toEqual(contributed[expected as keyof typeof contributed]);
  });

  test('the result for all resources together contains no details on single ones', async () => {
    for (const ResourceArns of [undefined, ['*']]) {
      const result = only(
        await custom(iam, { PolicyInputList: [policy()], ...(ResourceArns ? { ResourceArns } : {}) }),
      );
      expect(result).toMatchObject({ EvalDecision: 'allowed', EvalResourceName: '*' });
      expect(result).not.toHaveProperty('ResourceSpecificResults');
      expect(result).not.toHaveProperty('EvalDecisionDetails');
      expect(result).not.toHaveProperty('PermissionsBoundaryDecisionDetail');
      expect(result).not.toHaveProperty('OrganizationsDecisionDetail');
    }
  });

  test('a statement that matches some resources does not match all of them', async () => {
    const PolicyInputList = [policy({ Resource: `${BUCKET}/*` })];
    expect(decisions(await custom(iam, { PolicyInputList }))).toEqual(['implicitDeny']);
  });

  test('all allowing statements are listed; if any denies, only the denying ones', async () => {
    const PolicyInputList = [policy(), policy({ Action: 's3:*' })];
    const ids = (result: ReturnType<typeof only>) => result.MatchedStatements.map((each) => each.SourcePolicyId);
    expect(ids(only(await custom(iam, { PolicyInputList })))).toEqual(['PolicyInputList.1', 'PolicyInputList.2']);
    const denied = only(await custom(iam, { PolicyInputList: [...PolicyInputList, policy({ Effect: 'Deny' })] }));
    expect([denied.EvalDecision, ids(denied)]).toEqual(['explicitDeny', ['PolicyInputList.3']]);
  });

  test.each([
    [
      ['arn:aws:iam::123456789012:user/a', 'arn:aws:iam::123456789012:user/p/b'],
      'arn:${Partition}:iam::${Account}:user/${UserNameWithPath}',
    ],
    [['arn:aws:iam::123456789012:user/a', 'arn:aws:iam::123456789012:role/b'], '*'],
    [['arn:aws:iam::123456789012:user/a'], 'arn:aws:iam::123456789012:user/a'],
    [[BUCKET, BUCKET], BUCKET],
    [[BUCKET, `${BUCKET}/key`], '*'],
    [[BUCKET], BUCKET],
  ])('[aws-behaviour 36] the resources %p are called %s together', async (ResourceArns, name) => {
    expect(only(await custom(iam, { ResourceArns })).EvalResourceName).toBe(name);
  });
});

describe('the positions of statements', () => {
  const list = `{ "Statement": [
  {"Effect":"Allow","Action":"s3:*","Resource":"*"},
  {"Effect":"Allow","Action":"s3:Get*","Resource":"*"} ] }`;

  test('[observed of AWS] a statement in a list starts where the bracket or the previous statement ends', async () => {
    const { MatchedStatements } = only(await custom(iam, { PolicyInputList: [list] }));
    const cut = MatchedStatements.map(({ StartPosition: start, EndPosition: end }) => {
      const lines = list.split('\n').slice(start.Line - 1, end.Line);
      const last = lines.pop() ?? '';
      return [...lines, last.slice(0, end.Column - 1)].join('\n').slice(start.Column - 1);
    });
    expect(cut.map((text) => JSON.parse(text.replace(/^[\s,]+/, '')))).toEqual([
      { Effect: 'Allow', Action: 's3:*', Resource: '*' },
      { Effect: 'Allow', Action: 's3:Get*', Resource: '*' },
    ]);
    expect(MatchedStatements.map(({ StartPosition, EndPosition }) => [StartPosition, EndPosition])).toEqual([
      [
        { Line: 1, Column: 17 },
        { Line: 2, Column: 52 },
      ],
      [
        { Line: 2, Column: 52 },
        { Line: 3, Column: 55 },
      ],
    ]);
  });
});

describe('permissions boundaries', () => {
  test.each([
    [{ Action: 's3:*' }, 'allowed', true],
    [{ Action: 'ec2:*' }, 'implicitDeny', false],
    [{ Effect: 'Deny' }, 'explicitDeny', false],
  ])('%p: %s', async (boundary, decision, AllowedByPermissionsBoundary) => {
    const PermissionsBoundaryPolicyInputList = [policy(boundary)];
    const result = only(await custom(iam, { PolicyInputList: [policy()], PermissionsBoundaryPolicyInputList }));
    expect(result.EvalDecision).toBe(decision);
    expect(result.PermissionsBoundaryDecisionDetail).toEqual({ AllowedByPermissionsBoundary });
    const types = result.MatchedStatements.map(({ SourcePolicyId, SourcePolicyType }) => [
      SourcePolicyId,
      SourcePolicyType,
    ]);
    const told = {
      allowed: [['PolicyInputList.1', 'IAM Policy']],
      implicitDeny: [],
      explicitDeny: [['PermissionsBoundaryPolicyInputList.1', 'Permissions Boundary Policy']],
    };
    expect(types).toEqual(told[decision as keyof typeof told]);
  });

  test('for resources together: whether it allows all of them', async () => {
    const result = only(
      await custom(iam, {
        PolicyInputList: [policy()],
        PermissionsBoundaryPolicyInputList: [policy({ Resource: 'arn:aws:s3:::a' })],
        ResourceArns: ['arn:aws:s3:::a', 'arn:aws:s3:::b'],
      }),
    );
    expect(result.PermissionsBoundaryDecisionDetail).toEqual({ AllowedByPermissionsBoundary: false });
    const each = result.ResourceSpecificResults?.map(({ PermissionsBoundaryDecisionDetail: detail }) => detail);
    expect(each).toEqual([{ AllowedByPermissionsBoundary: true }, { AllowedByPermissionsBoundary: false }]);
  });
});

describe('the owner of the resource', () => {
  const call = { PolicyInputList: [policy()], CallerArn: ALICE };
  const grants = policy({ Principal: { AWS: ALICE } });
  test.each([
    ['its ARN tells', { ResourceArns: [`arn:aws:sqs:us-east-1:${OTHER}:queue`] }, 'implicitDeny'],
    [
      'its ARN tells, whatever ResourceOwner says',
      { ResourceArns: ['arn:aws:sqs:us-east-1:123456789012:queue'], ResourceOwner: OTHER },
      'allowed',
    ],
    ['ResourceOwner tells', { ResourceArns: [BUCKET], ResourceOwner: OTHER }, 'implicitDeny'],
    [
      'ResourceOwner tells, as an ARN',
      { ResourceArns: [BUCKET], ResourceOwner: `arn:aws:iam::${OTHER}:root` },
      'implicitDeny',
    ],
    ['nothing tells: the caller does', { ResourceArns: [BUCKET] }, 'allowed'],
    ['AWS’s own policies are everybody’s', { ResourceArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] }, 'allowed'],
    [
      'another account, whose policy allows',
      { ResourceArns: [BUCKET], ResourceOwner: OTHER, ResourcePolicy: grants },
      'allowed',
    ],
  ])('%s', async (_name, input, decision) => {
    expect(decisions(await custom(iam, { ...call, ...input }))).toEqual([decision]);
  });

  test('an unnamed caller belongs to the account that owns it', async () => {
    const ResourceArns = [`arn:aws:sqs:us-east-1:${OTHER}:queue`];
    expect(decisions(await custom(iam, { PolicyInputList: [policy()], ResourceArns }))).toEqual(['allowed']);
  });
});

describe('condition keys', () => {
  const asks = (Condition: object, version?: string) => [policy({ Condition }, version)];

  test('[boto3#3111] missing ones are listed, from all policies, once, as first written', async () => {
    const result = only(
      await custom(iam, {
        PolicyInputList: [
          ...asks({ StringEquals: { 'aws:PrincipalTag/Team': 'x', 'AWS:SourceIp': '1' } }),
          policy({
            Action: 'ec2:*',
            Resource: 'arn:aws:s3:::b/${aws:username}',
            Condition: { Null: { 'aws:sourceip': 'true' } },
          }),
        ],
        PermissionsBoundaryPolicyInputList: asks({ Bool: { 'aws:SecureTransport': 'true' } }),
        ResourceArns: [BUCKET],
      }),
    );
    const missing = ['aws:PrincipalTag/Team', 'AWS:SourceIp', 'aws:username', 'aws:SecureTransport'];
    expect(result.MissingContextValues).toEqual(missing);
    expect(result.ResourceSpecificResults?.[0]?.MissingContextValues).toEqual(missing);
  });

  test('the time defaults to the server’s', async () => {
    const PolicyInputList = asks({
      DateEquals: { 'aws:CurrentTime': '2026-01-01T00:00:00Z' },
      NumericEquals: { 'aws:EpochTime': String(Date.UTC(2026, 0, 1) / 1000) },
    });
    expect(only(await custom(iam, { PolicyInputList }))).toMatchObject({
      EvalDecision: 'allowed',
      MissingContextValues: [],
    });
  });

  test.each([
    ['aws:PrincipalArn', ALICE],
    ['aws:username', 'alice'],
    ['aws:PrincipalAccount', '123456789012'],
    ['aws:PrincipalType', 'User'],
    ['aws:ResourceAccount', '123456789012'],
    ['aws:PrincipalIsAWSService', 'false'],
  ])('%s comes from the caller: %s', async (key, value) => {
    const PolicyInputList = asks({ StringEquals: { [key]: value } });
    const result = only(await custom(iam, { PolicyInputList, CallerArn: ALICE }));
    expect([result.EvalDecision, result.MissingContextValues]).toEqual(['allowed', []]);
    const nobody = only(await custom(iam, { PolicyInputList }));
    expect([nobody.EvalDecision, nobody.MissingContextValues]).toEqual(['implicitDeny', [key]]);
  });

  test('a role or a group may be named too', async () => {
    const PolicyInputList = asks({ StringEquals: { 'aws:PrincipalType': ['AssumedRole', 'User'] } });
    for (const name of ['role/team/worker', 'group/ops']) {
      const CallerArn = `arn:aws:iam::123456789012:${name}`;
      expect(decisions(await custom(iam, { PolicyInputList, CallerArn }))).toEqual(['allowed']);
    }
  });

  test('given values take precedence over known ones', async () => {
    const PolicyInputList = asks({ ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::1:role/r' } });
    const ContextEntries = [
      {
        ContextKeyName: 'AWS:principalarn',
        ContextKeyValues: ['arn:aws:iam::1:role/r'],
        ContextKeyType: 'string' as const,
      },
    ];
    expect(decisions(await custom(iam, { PolicyInputList, CallerArn: ALICE, ContextEntries }))).toEqual(['allowed']);
  });

  test('policies of the older version support no variables', async () => {
    const PolicyInputList = [policy({ Resource: 'arn:aws:s3:::b/${aws:username}' }, '2008-10-17')];
    expect(only(await custom(iam, { PolicyInputList })).MissingContextValues).toEqual([]);
  });
});

describe('[MaxItems, Marker] pages of actions', () => {
  const ActionNames = Array.from({ length: 101 }, (_, index) => `s3:Get${index}`);

  test('100 by default', async () => {
    const first = await custom(iam, { ActionNames });
    expect([first.EvaluationResults.length, first.IsTruncated]).toEqual([100, true]);
    const second = await custom(iam, { ActionNames, Marker: String(first.Marker) });
    expect(second).toMatchObject({ IsTruncated: false, EvaluationResults: [{ EvalActionName: 's3:Get100' }] });
    expect(second).not.toHaveProperty('Marker');
    expect((await custom(iam, { ActionNames, MaxItems: 7 })).EvaluationResults).toHaveLength(7);
  });

  test('fewer with many resources and long policies', async () => {
    const ResourceArns = Array.from({ length: 100 }, (_, index) => `arn:aws:s3:::bucket-${index}`);
    const call = { ActionNames: ActionNames.slice(0, 11), ResourceArns };
    // of 50,000,000 steps: 1,000 for a result, 250 for the statement, and one for each character of the policy
    const whole = await custom(iam, { ...call, PolicyInputList: [policy().padEnd(44_200)] });
    expect([whole.EvaluationResults.length, whole.IsTruncated]).toEqual([11, false]);
    const longer = { ...call, PolicyInputList: [policy().padEnd(48_750)] };
    const page = await custom(iam, longer);
    expect([page.EvaluationResults.length, page.IsTruncated]).toEqual([10, true]);
    const last = await custom(iam, { ...longer, Marker: String(page.Marker) });
    expect([last.EvaluationResults.length, last.IsTruncated]).toEqual([1, false]);
  });

  test('fewer if the results are long', async () => {
    const ResourceArns = Array.from({ length: 1_000 }, (_, index) => `arn:aws:s3:::bucket-${index}`);
    const call = { ActionNames: ActionNames.slice(0, 11), ResourceArns, PolicyInputList: [policy()] };
    // of 5,000 members: for each action two, and two for each of its resources
    const page = await custom(iam, call);
    expect([page.EvaluationResults.length, page.IsTruncated]).toEqual([2, true]);
    const last = await custom(iam, { ...call, Marker: String(page.Marker) });
    expect(last.EvaluationResults.map(({ EvalActionName }) => EvalActionName)).toEqual(ActionNames.slice(2, 4));
    const keys = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`x:k${index}`, '']));
    const asking = policy({ Condition: { StringNotEquals: keys } });
    const refusal = await refusalOf(custom(iam, { ...call, PolicyInputList: [asking] }));
    expect([refusal.code, refusal.message]).toEqual(['InvalidInput', expect.stringMatching(/is too large/)]);
  });

  test('none if one action alone is too much', async () => {
    const ResourceArns = Array.from({ length: 5_000 }, (_, index) => `arn:aws:s3:::bucket-${index}`);
    const large = policy().padEnd(10_000);
    const level = { ServiceControlPolicyInputList: [large, policy()] };
    for (const policies of [{ PolicyInputList: [large, policy()] }, { OrderedOrganizationPolicyInputList: [level] }]) {
      const refusal = await refusalOf(custom(iam, { ...policies, ResourceArns }));
      expect([refusal.code, refusal.message]).toEqual(['InvalidInput', expect.stringMatching(/is too large/)]);
    }
  });

  const many = (count: number, make: (index: number) => string) => Array.from({ length: count }, (_, i) => make(i));
  const asking = (operator: string, values: readonly string[]) => [
    policy({ Condition: { [operator]: { 'x:k': values } } }),
  ];
  const given = (...ContextKeyValues: string[]) => ({
    ContextEntries: [{ ContextKeyName: 'x:k', ContextKeyType: 'stringList' as const, ContextKeyValues }],
  });
  const A_LONG_NAME = 'a'.repeat(1_900);

  test.each<[string, Parameters<typeof custom>[1]]>([
    [
      'many values against many',
      {
        PolicyInputList: asking(
          'ForAnyValue:StringLike',
          many(10_000, (i) => `*b${i}`),
        ),
        ...given(...many(2_000, String)),
      },
    ],
    [
      'wildcards for one character against a long value',
      {
        PolicyInputList: asking(
          'StringLike',
          many(20, () => `*${'a?'.repeat(1_000)}b*`),
        ),
        ...given('a'.repeat(5_000)),
      },
    ],
    [
      'variables that bring in long values',
      {
        PolicyInputList: asking(
          'StringLike',
          many(100, () => '${x:k}'.repeat(80)),
        ),
        ...given('a'.repeat(100_000)),
      },
    ],
    [
      'wildcards for one character in resources',
      {
        PolicyInputList: [policy({ Resource: many(40, (i) => `arn:aws:s3:::*${'a?'.repeat(900)}${i}*`) })],
        ResourceArns: [`arn:aws:s3:::${A_LONG_NAME}`],
      },
    ],
    [
      'wildcards within the fields of an ARN',
      {
        PolicyInputList: [policy({ Resource: many(40, (i) => `arn:aws:sqs:e*u:${'1'.repeat(1_900)}:${i}`) })],
        ResourceArns: [`arn:aws:sqs:eu:${A_LONG_NAME}:x`],
      },
    ],
    [
      'wildcards for one character in actions',
      {
        PolicyInputList: [policy({ Action: many(900, (i) => `s3:*${'a?'.repeat(50)}${i}*`) })],
        ActionNames: [`s3:${'a'.repeat(120)}`],
      },
    ],
  ])('none if the policies would take too long: %s', async (_what, input) => {
    const refusal = await refusalOf(custom(iam, input));
    expect([refusal.code, refusal.message]).toEqual(['InvalidInput', expect.stringMatching(/is too large/)]);
  });

  test('other requests are served meanwhile', async () => {
    const Statement = many(1_500, (i) => `{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::b${i}"}`);
    const text = `{"Version":"2012-10-17","Statement":[${Statement}]}`;
    let isDone = false;
    let turns = 0;
    const others = (async () => {
      for (; !isDone; turns++) await new Promise(setImmediate);
    })();
    const call = custom(iam, { PolicyInputList: many(7, () => text), ActionNames });
    const [answer] = await Promise.all([
      call.finally(() => {
        isDone = true;
      }),
      others,
    ]);
    expect(answer.IsTruncated).toBe(true);
    // reading seven policies alone takes longer than one stretch
    expect(turns).toBeGreaterThan(5);
  });

  test('an invalid marker', async () => {
    const forged = Buffer.from(JSON.stringify(['SimulatePolicy', '5000'])).toString('base64url');
    for (const Marker of ['x', forged]) {
      expect((await refusalOf(custom(iam, { ActionNames, Marker }))).code).toBe('ValidationError');
    }
  });
});

import type { PolicyIdentifier } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ACCOUNT_ID, type IamUnderTest, openIam, refusalOf, trust } from '../support/iam-under-test.ts';
import { ALICE, decisions, only, policy, principal } from './simulate.ts';

const READ_ONLY = 'arn:aws:iam::aws:policy/IAMReadOnlyAccess';
const GROUP = `arn:aws:iam::${ACCOUNT_ID}:group/team/Ops`;
const ROLE = `arn:aws:iam::${ACCOUNT_ID}:role/team/Worker`;
const OWN = `arn:aws:iam::${ACCOUNT_ID}:policy/team/Sender`;
let iam: IamUnderTest;

beforeAll(async () => {
  iam = await openIam();
  const Tags = [{ Key: 'Team', Value: 'blue' }];
  await iam.call('CreateUser', { UserName: 'alice', Tags });
  await iam.call('CreateGroup', { GroupName: 'Ops', Path: '/team/' });
  await iam.call('CreateRole', { RoleName: 'Worker', Path: '/team/', AssumeRolePolicyDocument: trust(), Tags });
  await iam.call('AddUserToGroup', { UserName: 'alice', GroupName: 'Ops' });
  const PolicyDocument = policy({ Action: 'sqs:*' });
  await iam.call('CreatePolicy', { PolicyName: 'Sender', Path: '/team/', PolicyDocument });
  await iam.call('AttachGroupPolicy', { GroupName: 'Ops', PolicyArn: OWN });
  await iam.call('AttachUserPolicy', { UserName: 'alice', PolicyArn: READ_ONLY });
  for (const [kind, name] of [
    ['User', 'alice'],
    ['Group', 'Ops'],
    ['Role', 'Worker'],
  ] as const) {
    const put = { PolicyName: 'Inline', PolicyDocument: policy({ Action: `${kind}:*` }) };
    await iam.call(`Put${kind}Policy`, { [`${kind}Name`]: name, ...put });
  }
});
afterAll(() => iam.close());

const ACTIONS = ['user:Do', 'group:Do', 'role:Do', 'sqs:SendMessage', 'iam:GetUser'];

describe('[SimulatePrincipalPolicy] the policies that apply', () => {
  test.each([
    [ALICE, ['user_alice_Inline', 'group_Ops_Inline', undefined, 'Sender', 'IAMReadOnlyAccess']],
    [GROUP, [undefined, 'group_Ops_Inline', undefined, 'Sender', undefined]],
    [ROLE, [undefined, undefined, 'role_Worker_Inline', undefined, undefined]],
    [
      ALICE.toUpperCase().replace(/^.*:USER/, `arn:aws:iam::${ACCOUNT_ID}:user`),
      ['user_alice_Inline', 'group_Ops_Inline', undefined, 'Sender', 'IAMReadOnlyAccess'],
    ],
  ])('%s', async (PolicySourceArn, ids) => {
    const { EvaluationResults } = await principal(iam, { PolicySourceArn, ActionNames: ACTIONS });
    expect(EvaluationResults.map(({ MatchedStatements: [first] }) => first?.SourcePolicyId)).toEqual(ids);
    expect(EvaluationResults.map((each) => each.EvalDecision)).toEqual(
      ids.map((id) => (id === undefined ? 'implicitDeny' : 'allowed')),
    );
  });

  test('a given boundary replaces the stored one; further policies are added', async () => {
    await iam.call('CreateUser', { UserName: 'bounded', PermissionsBoundary: OWN });
    await iam.call('PutUserPolicy', {
      UserName: 'bounded',
      PolicyName: 'p',
      PolicyDocument: policy({ Action: 's3:*' }),
    });
    const PolicySourceArn = `arn:aws:iam::${ACCOUNT_ID}:user/bounded`;
    const call = { PolicySourceArn, ActionNames: ['s3:GetObject', 'sqs:SendMessage'] };
    expect(decisions(await principal(iam, call))).toEqual(['implicitDeny', 'implicitDeny']);
    const further = { PolicyInputList: [policy({ Action: 'sqs:*' })] };
    expect(decisions(await principal(iam, { ...call, ...further }))).toEqual(['implicitDeny', 'allowed']);
    const PermissionsBoundaryPolicyInputList = [policy({ Action: 's3:*' })];
    const replaced = await principal(iam, { ...call, ...further, PermissionsBoundaryPolicyInputList });
    expect(decisions(replaced)).toEqual(['allowed', 'implicitDeny']);
    const denying = [policy({ Effect: 'Deny' })];
    const named = only(await principal(iam, { PolicySourceArn, PermissionsBoundaryPolicyInputList: denying }));
    expect(named.MatchedStatements[0]?.SourcePolicyId).toBe('PermissionsBoundaryPolicyInputList.1');
  });

  test('[S44] an unreadable stored policy denies everything, and the answer names it', async () => {
    await iam.call('CreateUser', { UserName: 'broken' });
    const { store } = iam.deps;
    const { items } = await store.users.find('byName', [ACCOUNT_ID, 'broken']);
    const inlinePolicies = [{ policyName: 'Torn', document: '{"Statement":' }];
    await store.users.update([ACCOUNT_ID, String(items[0]?.userId)], (user) => ({ ...user, inlinePolicies }));
    const PolicySourceArn = `arn:aws:iam::${ACCOUNT_ID}:user/broken`;
    for (const call of [
      () => principal(iam, { PolicySourceArn }),
      () => iam.call('GetContextKeysForPrincipalPolicy', { PolicySourceArn }),
    ]) {
      const refusal = await refusalOf(call());
      expect([refusal.code, refusal.status]).toEqual(['PolicyEvaluation', 500]);
      expect(refusal.message).toMatch(/^The policy Torn of the user broken cannot be evaluated/);
    }
  });
});

describe('[CallerArn] the simulated caller', () => {
  const ask = (key: string, value: string) => ({
    PolicyInputList: [policy({ Condition: { StringEquals: { [key]: value } } })],
  });
  const BOB = `arn:aws:iam::${ACCOUNT_ID}:user/bob`;
  const call = { ActionNames: ['ec2:StopInstances'] };

  test.each([
    [ALICE, 'aws:username', 'alice'],
    [ALICE, 'aws:PrincipalArn', ALICE],
    [ALICE, 'aws:PrincipalTag/team', 'blue'],
    [ROLE, 'aws:PrincipalArn', ROLE],
    [ROLE, 'aws:PrincipalType', 'AssumedRole'],
    [ROLE, 'aws:PrincipalTag/Team', 'blue'],
    [GROUP, 'aws:PrincipalAccount', ACCOUNT_ID],
    [GROUP, 'aws:PrincipalType', 'User'],
  ])('of %s, %s is %s', async (PolicySourceArn, key, value) => {
    const result = only(await principal(iam, { PolicySourceArn, ...call, ...ask(key, value) }));
    expect([result.EvalDecision, result.MissingContextValues]).toEqual(['allowed', []]);
  });

  test('the entity may also be named as its own caller, in any case', async () => {
    const CallerArn = ALICE.replace('alice', 'Alice');
    const answer = await principal(iam, { ...call, CallerArn, ...ask('aws:PrincipalTag/Team', 'blue') });
    expect(decisions(answer)).toEqual(['allowed']);
  });

  test('aws:userid is that of the user', async () => {
    const { User } = await iam.call('GetUser', { UserName: 'alice' });
    expect(decisions(await principal(iam, { ...call, ...ask('aws:userid', User.UserId) }))).toEqual(['allowed']);
  });

  test.each([
    [ROLE, 'aws:userid'],
    [ROLE, 'aws:username'],
    [ROLE, 'aws:TokenIssueTime'],
    [ROLE, 'aws:MultiFactorAuthPresent'],
    [GROUP, 'aws:PrincipalArn'],
    [GROUP, 'aws:username'],
    [ALICE, 'aws:SourceIp'],
    [ALICE, 'aws:SecureTransport'],
    [ALICE, 'aws:ViaAWSService'],
    [ALICE, 'aws:RequestedRegion'],
    [ALICE, 'aws:PrincipalTag/other'],
  ])('of %s, %s is not known', async (PolicySourceArn, key) => {
    const result = only(await principal(iam, { PolicySourceArn, ...call, ...ask(key, 'x') }));
    expect([result.EvalDecision, result.MissingContextValues]).toEqual(['implicitDeny', [key]]);
  });

  test('another caller may use these policies; it is not looked up', async () => {
    await iam.call('CreateUser', { UserName: 'bob', Tags: [{ Key: 'secret', Value: 'x' }] });
    const asBob = { ...call, CallerArn: BOB };
    expect(decisions(await principal(iam, { ...asBob, ...ask('aws:username', 'bob') }))).toEqual(['allowed']);
    for (const key of ['aws:PrincipalTag/secret', 'aws:userid']) {
      expect(only(await principal(iam, { ...asBob, ...ask(key, 'x') })).MissingContextValues).toEqual([key]);
    }
    const ResourcePolicy = policy({ Principal: { AWS: BOB }, Action: 'ec2:*' });
    expect(decisions(await principal(iam, { ...asBob, ResourcePolicy }))).toEqual(['allowed']);
    expect(decisions(await principal(iam, { ...call, ResourcePolicy }))).toEqual(['implicitDeny']);
  });

  test('[S46] only the name of a caller from another account is known', async () => {
    const foreign = 'arn:aws:iam::210987654321:user/carol';
    const answer = await principal(iam, {
      ActionNames: ['sqs:SendMessage'],
      CallerArn: foreign,
      ResourceArns: ['arn:aws:sqs:us-east-1:123456789012:q'],
    });
    expect(only(answer).EvalDecisionDetails).toEqual({ 'IAM Policy': 'allowed', 'Resource Policy': 'implicitDeny' });
  });
});

describe('trust policies', () => {
  const call = { ActionNames: ['sts:AssumeRole'], ResourceArns: [ROLE] };
  const document = (Principal: unknown, more: object = {}) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Principal, Action: 'sts:AssumeRole', ...more },
    });
  const may = { PolicyInputList: [policy({ Action: 'sts:AssumeRole' })] };

  test.each([
    ['names the user: enough by itself', ALICE, document({ AWS: ALICE }), {}, 'allowed'],
    ['names the account: the user needs a policy too', ALICE, document({ AWS: ACCOUNT_ID }), {}, 'implicitDeny'],
    ['names the account, and the user has a policy', ALICE, document({ AWS: ACCOUNT_ID }), may, 'allowed'],
    [
      'names nobody of these: no policy of the user helps',
      ALICE,
      document({ Service: 'ec2.amazonaws.com' }),
      may,
      'implicitDeny',
    ],
    ['names the role that calls', ROLE, document({ AWS: ROLE }), {}, 'allowed'],
    ['denies', ALICE, document({ AWS: ALICE }, { Effect: 'Deny' }), may, 'explicitDeny'],
    [
      'asks for an external id',
      ALICE,
      document({ AWS: ALICE }, { Condition: { StringEquals: { 'sts:ExternalId': '1' } } }),
      may,
      'implicitDeny',
    ],
  ])('%s', async (_name, PolicySourceArn, ResourcePolicy, more, decision) => {
    expect(decisions(await principal(iam, { PolicySourceArn, ...call, ...more, ResourcePolicy }))).toEqual([decision]);
  });

  test('without it, the role is assumed to trust its account’s policies', async () => {
    expect(decisions(await principal(iam, { ...call, ...may }))).toEqual(['allowed']);
  });
});

describe('[PolicyExclusionList] simulation without some policies', () => {
  const without = async (...PolicyExclusionList: PolicyIdentifier[]) => {
    const { EvaluationResults } = await principal(iam, { ActionNames: ACTIONS, PolicyExclusionList });
    return EvaluationResults.flatMap(({ MatchedStatements: [first] }) => (first ? [first.SourcePolicyId] : []));
  };
  const inline = (AttachmentType: string, AttachmentName: string, PolicyName = 'Inline') =>
    ({ InlinePolicyIdentifier: { PolicyName, AttachmentType, AttachmentName } }) as PolicyIdentifier;
  const type = (PolicyType: string) => ({ PolicyType }) as PolicyIdentifier;
  const [USER, OPS, SENDER, READS] = ['user_alice_Inline', 'group_Ops_Inline', 'Sender', 'IAMReadOnlyAccess'];

  test.each<[PolicyIdentifier[], string[]]>([
    [[], [USER, OPS, SENDER, READS]],
    [[type('inline')], [SENDER, READS]],
    [[type('aws-managed')], [USER, OPS, SENDER]],
    [[type('user-managed')], [USER, OPS, READS]],
    [
      [type('scp'), type('rcp'), type('permission-boundary')],
      [USER, OPS, SENDER, READS],
    ],
    [[{ PolicyArn: READ_ONLY } as PolicyIdentifier], [USER, OPS, SENDER]],
    [[{ PolicyArn: 'arn:aws:iam::aws:policy/IAMRead*' } as PolicyIdentifier], [USER, OPS, SENDER]],
    [[{ PolicyArn: `arn:aws:iam::${ACCOUNT_ID}:policy/team/S?nd*` } as PolicyIdentifier], [USER, OPS, READS]],
    [[{ PolicyArn: `arn:aws:iam::${ACCOUNT_ID}:policy/Sender` } as PolicyIdentifier], [USER, OPS, SENDER, READS]],
    [
      [{ PolicyArn: 'arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess' } as PolicyIdentifier],
      [USER, OPS, SENDER, READS],
    ],
    [[inline('user', 'alice')], [OPS, SENDER, READS]],
    [[inline('user', 'a*')], [OPS, SENDER, READS]],
    [[inline('group', '?ps', 'INLINE')], [USER, SENDER, READS]],
    [[inline('user', 'alice', 'Other')], [USER, OPS, SENDER, READS]],
    [[inline('user', 'Ops')], [USER, OPS, SENDER, READS]],
    [[type('inline'), type('aws-managed'), type('user-managed')], []],
  ])('%j leaves %j', async (identifiers, left) => {
    expect(await without(...identifiers)).toEqual(left);
  });

  test('the boundary as well, even one whose policy was deleted', async () => {
    await iam.call('CreateUser', { UserName: 'held', PermissionsBoundary: OWN });
    const { store } = iam.deps;
    const PolicySourceArn = `arn:aws:iam::${ACCOUNT_ID}:user/held`;
    const call = { PolicySourceArn, PolicyInputList: [policy()] };
    const { items } = await store.users.find('byName', [ACCOUNT_ID, 'held']);
    const gone = { policyArn: OWN, policyId: 'ANPAGONE' };
    for (const permissionsBoundary of [items[0]?.permissionsBoundary, gone]) {
      await store.users.update([ACCOUNT_ID, String(items[0]?.userId)], (user) => ({ ...user, permissionsBoundary }));
      const bound = only(await principal(iam, call));
      expect([bound.EvalDecision, bound.PermissionsBoundaryDecisionDetail]).toEqual([
        'implicitDeny',
        { AllowedByPermissionsBoundary: false },
      ]);
      const free = only(await principal(iam, { ...call, PolicyExclusionList: [type('permission-boundary')] }));
      expect([free.EvalDecision, free.PermissionsBoundaryDecisionDetail]).toEqual(['allowed', undefined]);
    }
  });

  test.each([
    [{}, /exactly one of/],
    [{ PolicyType: 'inline', PolicyArn: READ_ONLY }, /exactly one of/],
    [{ PolicyType: 'all' }, /knows no PolicyType all/],
    [{ PolicyArn: 'IAMReadOnlyAccess' }, /takes no PolicyArn/],
    [{ PolicyArn: 'arn:aws:iam::*:policy/x' }, /takes no PolicyArn/],
    [{ PolicyArn: 'arn:aws:iam::aws:role/x' }, /takes no PolicyArn/],
    [{ PolicyArn: 'arn:aws:iam::aws:policy/*A*' }, /at most one \*/],
    [
      { InlinePolicyIdentifier: { PolicyName: 'In*', AttachmentType: 'user', AttachmentName: 'x' } },
      /takes no PolicyName/,
    ],
    [
      { InlinePolicyIdentifier: { PolicyName: 'p', AttachmentType: 'team', AttachmentName: 'x' } },
      /takes no AttachmentType/,
    ],
    [
      { InlinePolicyIdentifier: { PolicyName: 'p', AttachmentType: 'user', AttachmentName: 'a/b' } },
      /takes no AttachmentName/,
    ],
    [{ InlinePolicyIdentifier: { PolicyName: 'p', AttachmentType: 'user', AttachmentName: '*a*' } }, /at most one \*/],
    [{ InlinePolicyIdentifier: {} }, /takes no PolicyName/],
  ])('%j is refused', async (identifier, message) => {
    const refusal = await refusalOf(without(identifier as PolicyIdentifier));
    expect([refusal.code, refusal.message]).toEqual(['InvalidInput', expect.stringMatching(message)]);
  });
});

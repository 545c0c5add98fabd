import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type IamUnderTest, openIam } from '../support/iam-under-test.ts';
import { ALICE, custom, only, policy } from './simulate.ts';

const BUCKET = 'arn:aws:s3:::bucket';
const OTHER = '210987654321';
let iam: IamUnderTest;

beforeAll(async () => {
  iam = await openIam();
});
afterAll(() => iam.close());

describe('[OrderedOrganizationPolicyInputList] service control policies by level', () => {
  const level = (...statements: object[]) => ({
    ServiceControlPolicyInputList: statements.map((each) => policy(each)),
  });
  const ofTwoAccounts = { CallerArn: ALICE, ResourceArns: [`arn:aws:sqs:us-east-1:${OTHER}:queue`] };

  test.each([
    ['every level allows', [level({}), level({ Action: 's3:*' })], 'allowed', true],
    ['one level does not', [level({}), level({ Action: 'ec2:*' })], 'implicitDeny', false],
    ['one level denies', [level({}, { Effect: 'Deny', Action: 's3:*' }), level({})], 'explicitDeny', false],
    ['a level without policies', [level({}), {}], 'implicitDeny', false],
  ])('%s', async (_name, OrderedOrganizationPolicyInputList, decision, AllowedByOrganizations) => {
    const result = only(await custom(iam, { PolicyInputList: [policy()], OrderedOrganizationPolicyInputList }));
    expect(result.EvalDecision).toBe(decision);
    expect(result.OrganizationsDecisionDetail).toEqual({ AllowedByOrganizations });
    // their statements are not told of
    expect(result.MatchedStatements).toHaveLength(decision === 'allowed' ? 1 : 0);
  });

  test('if they deny, the verdicts of the others are not reported', async () => {
    const PolicyInputList = [policy()];
    const heard = await custom(iam, {
      PolicyInputList,
      ...ofTwoAccounts,
      OrderedOrganizationPolicyInputList: [level({})],
    });
    expect(only(heard).EvalDecisionDetails).toEqual({ 'IAM Policy': 'allowed', 'Resource Policy': 'implicitDeny' });
    const OrderedOrganizationPolicyInputList = [level({ Effect: 'Deny' })];
    const ended = only(await custom(iam, { PolicyInputList, ...ofTwoAccounts, OrderedOrganizationPolicyInputList }));
    expect(ended).not.toHaveProperty('EvalDecisionDetails');
    expect(ended.ResourceSpecificResults?.[0]).not.toHaveProperty('EvalDecisionDetails');
  });

  test('their condition keys are listed as missing, each once', async () => {
    const inRegion = { Condition: { StringEquals: { 'aws:RequestedRegion': 'x' } } };
    const byTag = { Effect: 'Deny', Condition: { StringNotEquals: { 'aws:ResourceTag/team': 'a' } } };
    const call = {
      PolicyInputList: [policy(inRegion)],
      OrderedOrganizationPolicyInputList: [level({}, inRegion), level(byTag)],
    };
    const missing = ['aws:RequestedRegion', 'aws:ResourceTag/team'];
    expect(only(await custom(iam, call)).MissingContextValues).toEqual(missing);
    const named = only(await custom(iam, { ...call, ResourceArns: [BUCKET] }));
    expect(named.ResourceSpecificResults?.[0]?.MissingContextValues).toEqual(missing);
    const ContextEntries = missing.map((ContextKeyName) => ({ ContextKeyName, ContextKeyValues: ['a'] }));
    expect(only(await custom(iam, { ...call, ContextEntries })).MissingContextValues).toEqual([]);
  });
});

describe('[aws-behaviour 17] actions that need no permission', () => {
  const deny = policy({ Effect: 'Deny', Action: '*' });
  const everywhere = {
    PolicyInputList: [deny],
    PermissionsBoundaryPolicyInputList: [deny],
    OrderedOrganizationPolicyInputList: [{ ServiceControlPolicyInputList: [deny] }],
  };
  const ofUser = { CallerArn: ALICE };
  const ofRole = { CallerArn: 'arn:aws:iam::123456789012:role/worker' };

  test.each([
    ['sts:GetCallerIdentity', {}, 'allowed'],
    ['STS:getcalleridentity', ofRole, 'allowed'],
    ['sts:GetSessionToken', ofUser, 'allowed'],
    ['sts:GetSessionToken', ofRole, 'explicitDeny'],
    ['sts:AssumeRole', ofUser, 'explicitDeny'],
  ])('%s with %p: %s', async (action, caller, decision) => {
    const ActionNames = [action];
    const result = only(await custom(iam, { ...everywhere, ...caller, ActionNames }));
    expect(result.EvalDecision).toBe(decision);
    const silent = only(await custom(iam, { PolicyInputList: [policy({ Action: 's3:*' })], ...caller, ActionNames }));
    expect(silent.EvalDecision).toBe(decision === 'allowed' ? decision : 'implicitDeny');
  });
});

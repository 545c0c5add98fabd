import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type IamUnderTest, openIam } from '../support/iam-under-test.ts';
import { custom, only, policy, principal } from './simulate.ts';

let iam: IamUnderTest;

beforeAll(async () => {
  iam = await openIam();
});
afterAll(() => iam.close());

const AFTER_2018 = policy({
  Effect: 'Allow',
  Action: 'dynamodb:*',
  Resource: '*',
  Condition: { DateGreaterThan: { 'aws:CurrentTime': '2018-08-16T12:00:00Z' } },
});
const at = (time: string) => ({
  ContextEntries: [{ ContextKeyName: 'aws:CurrentTime', ContextKeyValues: [time], ContextKeyType: 'date' as const }],
});
const teambucket = 'arn:aws:s3:::teambucket';

describe('[aws iam simulate-custom-policy] the examples of the CLI', () => {
  const call = { PolicyInputList: [AFTER_2018], ActionNames: ['dynamodb:CreateBackup'] };

  test('a date that the policy allows', async () => {
    expect(only(await custom(iam, { ...call, ...at('2019-04-25T11:00:00Z') }))).toEqual({
      EvalActionName: 'dynamodb:CreateBackup',
      EvalResourceName: '*',
      EvalDecision: 'allowed',
      MatchedStatements: [
        {
          SourcePolicyId: 'PolicyInputList.1',
          SourcePolicyType: 'IAM Policy',
          StartPosition: { Line: 1, Column: 38 },
          EndPosition: { Line: 1, Column: 167 },
        },
      ],
      MissingContextValues: [],
    });
  });

  test('a date before', async () => {
    expect(only(await custom(iam, { ...call, ...at('2014-04-25T11:00:00Z') }))).toEqual({
      EvalActionName: 'dynamodb:CreateBackup',
      EvalResourceName: '*',
      EvalDecision: 'implicitDeny',
      MatchedStatements: [],
      MissingContextValues: [],
    });
  });
});

describe('[API_SimulateCustomPolicy] the examples of the API reference', () => {
  test('context keys', async () => {
    const text = `{
  "Version":"2012-10-17",
  "Statement":{
    "Effect":"Allow",
    "Action":"s3:ListBucket",
    "Resource":"arn:aws:s3:::teambucket",
    "Condition":{
      "Bool":{"aws:MultiFactorAuthPresent":"true"}
    }
  }
}`;
    const answer = await custom(iam, {
      PolicyInputList: [text],
      ActionNames: ['s3:ListBucket'],
      ResourceArns: [teambucket],
      ContextEntries: [
        { ContextKeyName: 'aws:MultiFactorAuthPresent', ContextKeyType: 'boolean', ContextKeyValues: ['true'] },
      ],
    });
    expect(answer.IsTruncated).toBe(false);
    expect(only(answer)).toMatchObject({
      EvalDecision: 'allowed',
      MissingContextValues: [],
      MatchedStatements: [
        {
          SourcePolicyId: 'PolicyInputList.1',
          StartPosition: { Line: 3, Column: 16 },
          EndPosition: { Line: 10, Column: 4 },
        },
      ],
      ResourceSpecificResults: [{ EvalResourceName: teambucket, EvalResourceDecision: 'allowed' }],
    });
  });

  test('one account: the resource policy names the user, so the boundary and the identity policy do not matter', async () => {
    const ofBucket = {
      Principal: { AWS: 'arn:aws:iam::111122223333:user/mateo' },
      Action: ['s3:List*', 's3:Put*'],
      Resource: ['arn:aws:s3:::production/*'],
    };
    const result = only(
      await custom(iam, {
        ActionNames: ['s3:PutObject'],
        CallerArn: 'arn:aws:iam::111122223333:user/mateo',
        ResourceArns: ['arn:aws:s3:::production/Test'],
        ResourceOwner: 'arn:aws:iam::111122223333:root',
        PermissionsBoundaryPolicyInputList: [policy({ Action: ['iam:*'] })],
        PolicyInputList: [policy({ Action: ['iam:*'] })],
        ResourcePolicy: policy(ofBucket),
      }),
    );
    const shared = {
      PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false },
      MatchedStatements: [
        expect.objectContaining({ SourcePolicyId: 'ResourcePolicy', SourcePolicyType: 'Resource Policy' }),
      ],
      MissingContextValues: [],
    };
    expect(result).toEqual({
      EvalActionName: 's3:PutObject',
      EvalResourceName: 'arn:aws:s3:::production/Test',
      EvalDecision: 'allowed',
      EvalDecisionDetails: {},
      ...shared,
      ResourceSpecificResults: [
        { EvalResourceName: 'arn:aws:s3:::production/Test', EvalResourceDecision: 'allowed', ...shared },
      ],
    });
  });
});

describe('[API_SimulatePrincipalPolicy] the examples of the API reference', () => {
  const user = async (UserName: string, PolicyName: string, PolicyDocument: string): Promise<string> => {
    const { User } = await iam.call('CreateUser', { UserName });
    await iam.call('PutUserPolicy', { UserName, PolicyName, PolicyDocument });
    return User.Arn;
  };

  test('[aws iam simulate-principal-policy] a managed policy is identified by its name', async () => {
    const text = `{
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": "codecommit:ListRepositories",
            "Resource": "*"
        }
    ]
}`;
    const PolicyName = 'Grant-Access-To-CodeCommit-ListRepo';
    const { Policy } = await iam.call('CreatePolicy', { PolicyName, PolicyDocument: text });
    await iam.call('CreateUser', { UserName: 'alejandro' });
    await iam.call('AttachUserPolicy', { UserName: 'alejandro', PolicyArn: Policy.Arn });
    const PolicySourceArn = 'arn:aws:iam::123456789012:user/alejandro';
    const result = only(await principal(iam, { PolicySourceArn, ActionNames: ['codecommit:ListRepositories'] }));
    expect(result).toMatchObject({
      EvalResourceName: '*',
      EvalDecision: 'allowed',
      MatchedStatements: [
        { SourcePolicyId: PolicyName, StartPosition: { Line: 3, Column: 19 }, EndPosition: { Line: 8, Column: 10 } },
      ],
      MissingContextValues: [],
    });
  });

  test('further policies given as text are added', async () => {
    const PolicySourceArn = await user('jill', 'reads', policy({ Action: ['s3:Get*', 's3:List*'] }));
    const { EvaluationResults } = await principal(iam, {
      PolicySourceArn,
      ActionNames: ['s3:PutObject', 's3:GetObject', 's3:DeleteObject'],
      ResourceArns: ['arn:aws:s3:::my-test-bucket'],
      PolicyInputList: [policy({ Action: 's3:PutObject', Resource: 'arn:aws:s3:::my-test-bucket' })],
    });
    const told = EvaluationResults.map(({ EvalActionName, EvalDecision, MatchedStatements }) => [
      EvalActionName,
      EvalDecision,
      MatchedStatements.map(({ SourcePolicyId }) => SourcePolicyId),
    ]);
    expect(told).toEqual([
      ['s3:PutObject', 'allowed', ['PolicyInputList.1']],
      ['s3:GetObject', 'allowed', ['user_jill_reads']],
      ['s3:DeleteObject', 'implicitDeny', []],
    ]);
  });

  test('one account, with a boundary that allows', async () => {
    const Statement = [{ Effect: 'Allow', Action: 'iam:GetRole', Resource: '*' }];
    const text = JSON.stringify({ Version: '2012-10-17', Statement });
    const PolicySourceArn = await user('mateo', 'AdminUser', text);
    const role = 'arn:aws:iam::123456789012:role/pol-sim-test';
    const result = only(
      await principal(iam, {
        PolicySourceArn,
        ActionNames: ['iam:GetRole'],
        ResourceArns: [role],
        PermissionsBoundaryPolicyInputList: [policy({ Action: ['iam:*', 's3:*'] })],
      }),
    );
    const shared = {
      PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: true },
      MatchedStatements: [
        {
          SourcePolicyId: 'user_mateo_AdminUser',
          SourcePolicyType: 'IAM Policy',
          StartPosition: { Line: 1, Column: 38 },
          EndPosition: { Line: 1, Column: text.length - 1 },
        },
      ],
      MissingContextValues: [],
    };
    expect(result).toEqual({
      EvalActionName: 'iam:GetRole',
      EvalResourceName: role,
      EvalDecision: 'allowed',
      EvalDecisionDetails: {},
      ...shared,
      ResourceSpecificResults: [{ EvalResourceName: role, EvalResourceDecision: 'allowed', ...shared }],
    });
  });

  test('two accounts: each type of policy is reported', async () => {
    const PolicySourceArn = await user('arnav', 'nothing', policy({ Action: 'ec2:*' }));
    const result = only(
      await principal(iam, {
        PolicySourceArn,
        ActionNames: ['s3:PutObject'],
        ResourceArns: ['arn:aws:s3:::mary/Test'],
        ResourceOwner: 'arn:aws:iam::210987654321:root',
        PermissionsBoundaryPolicyInputList: [policy({ Action: ['iam:*'] })],
        ResourcePolicy: policy({
          Principal: { AWS: PolicySourceArn },
          Action: ['s3:List*', 's3:Put*'],
          Resource: ['arn:aws:s3:::mary/*'],
        }),
      }),
    );
    const shared = {
      EvalDecisionDetails: {
        'IAM Policy': 'implicitDeny',
        'Resource Policy': 'allowed',
        'Permissions Boundary Policy': 'implicitDeny',
      },
      PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false },
      MissingContextValues: [],
    };
    expect(result).toMatchObject({ EvalDecision: 'implicitDeny', MatchedStatements: [], ...shared });
    expect(result.ResourceSpecificResults).toEqual([
      {
        EvalResourceName: 'arn:aws:s3:::mary/Test',
        EvalResourceDecision: 'implicitDeny',
        MatchedStatements: [expect.objectContaining({ SourcePolicyId: 'ResourcePolicy' })],
        ...shared,
      },
    ]);
  });
});

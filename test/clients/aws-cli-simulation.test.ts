import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Aws, awsCli, findAwsPrograms } from '../../harness/aws-cli.ts';
import { driveAws } from '../../harness/aws-cli-driver.ts';
import { allow } from '../../harness/documents.ts';
import { obtainServer, type RunningServer } from '../../harness/start-server.ts';
import { unique } from '../support/unique.ts';

const AFTER_2018 =
  '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"*","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2018-08-16T12:00:00Z"}}}}';
const at = (time: string) => [
  '--context-entries',
  `ContextKeyName='aws:CurrentTime',ContextKeyValues='${time}',ContextKeyType=date`,
];
const custom = (...texts: string[]) => ['iam', 'simulate-custom-policy', '--policy-input-list', ...texts];

let server: RunningServer;

beforeAll(async () => {
  server = await obtainServer();
});
afterAll(() => server.stop());

describe.each(findAwsPrograms())('simulations with $version', (installed) => {
  const program = driveAws(installed);
  let admin: Aws;
  let user: string;

  afterAll(program.stop);
  beforeAll(async () => {
    admin = awsCli(program, server.url, server.admin);
    const name = unique('user');
    user = await admin.text('iam', 'create-user', '--user-name', name, '--query', 'User.Arn');
    const put = ['iam', 'put-user-policy', '--user-name', name, '--policy-name', 'dated', '--policy-document'];
    await admin.json(...put, AFTER_2018);
  });

  test('[aws iam simulate-custom-policy] the examples of the CLI', async () => {
    const call = [...custom(AFTER_2018), '--action-names', 'dynamodb:CreateBackup'];
    const common = { EvalActionName: 'dynamodb:CreateBackup', EvalResourceName: '*', MissingContextValues: [] };
    expect(await admin.json(...call, ...at('2019-04-25T11:00:00Z'))).toEqual({
      EvaluationResults: [
        {
          ...common,
          EvalDecision: 'allowed',
          MatchedStatements: [
            {
              SourcePolicyId: 'PolicyInputList.1',
              SourcePolicyType: 'IAM Policy',
              StartPosition: { Line: 1, Column: 38 },
              EndPosition: { Line: 1, Column: 167 },
            },
          ],
        },
      ],
    });
    expect(await admin.json(...call, ...at('2014-04-25T11:00:00Z'))).toEqual({
      EvaluationResults: [{ ...common, EvalDecision: 'implicitDeny', MatchedStatements: [] }],
    });
  });

  test('[aws iam simulate-principal-policy] the examples of the CLI', async () => {
    const call = ['iam', 'simulate-principal-policy', '--policy-source-arn', user];
    const denied = await admin.json<object>(
      ...call,
      '--action-names',
      'dynamodb:CreateBackup',
      ...at('2018-04-25T11:00:00Z'),
    );
    expect(denied).toMatchObject({ EvaluationResults: [{ EvalDecision: 'implicitDeny', MatchedStatements: [] }] });
    const allowed = await admin.json<object>(...call, '--action-names', 'dynamodb:CreateBackup', 's3:GetObject');
    const [, name] = user.split('/');
    expect(allowed).toMatchObject({
      EvaluationResults: [
        { EvalDecision: 'allowed', MatchedStatements: [{ SourcePolicyId: `user_${name}_dated` }] },
        { EvalDecision: 'implicitDeny' },
      ],
    });
  });

  test('several resources, a boundary and a resource policy', async () => {
    const resources = ['arn:aws:s3:::bucket/a', 'arn:aws:s3:::bucket/b'];
    const Principal = { AWS: user };
    const Statement = { Effect: 'Deny', Principal, Action: 's3:*', Resource: resources[1] };
    const [result] = await admin.json<Record<string, unknown>[]>(
      ...[...custom(allow('s3:*')), '--action-names', 's3:GetObject', '--resource-arns', ...resources],
      ...['--permissions-boundary-policy-input-list', allow('s3:Get*'), '--caller-arn', user],
      ...['--resource-policy', JSON.stringify({ Version: '2012-10-17', Statement })],
      ...['--query', 'EvaluationResults'],
    );
    expect(result).toMatchObject({
      EvalDecision: 'explicitDeny',
      EvalDecisionDetails: {},
      MatchedStatements: [{ SourcePolicyId: 'ResourcePolicy', SourcePolicyType: 'Resource Policy' }],
      PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: true },
      ResourceSpecificResults: [
        { EvalResourceName: resources[0], EvalResourceDecision: 'allowed' },
        { EvalResourceName: resources[1], EvalResourceDecision: 'explicitDeny' },
      ],
    });
  });

  test('the CLI follows the pages', async () => {
    const actions = Array.from({ length: 12 }, (_, index) => `s3:Get${index}`);
    const call = [...custom(allow('s3:*')), '--action-names', ...actions, '--page-size', '5'];
    expect(await admin.json(...call, '--query', 'EvaluationResults[].EvalActionName')).toEqual(actions);
  });

  test('condition keys, and policies by service', async () => {
    const keys = ['iam', 'get-context-keys-for-custom-policy', '--policy-input-list', AFTER_2018];
    expect(await admin.json(...keys)).toEqual({ ContextKeyNames: ['aws:CurrentTime'] });
    const stored = ['iam', 'get-context-keys-for-principal-policy', '--policy-source-arn', user];
    expect(await admin.json(...stored)).toEqual({ ContextKeyNames: ['aws:CurrentTime'] });
    const byService = ['iam', 'list-policies-granting-service-access', '--arn', user];
    const [, EntityName] = user.split('/');
    expect(await admin.json(...byService, '--service-namespaces', 'dynamodb', 's3')).toEqual({
      PoliciesGrantingServiceAccess: [
        {
          ServiceNamespace: 'dynamodb',
          Policies: [{ PolicyName: 'dated', PolicyType: 'INLINE', EntityType: 'USER', EntityName }],
        },
        { ServiceNamespace: 's3', Policies: [] },
      ],
      IsTruncated: false,
    });
  });

  test('invalid input is reported', async () => {
    const broken = await admin.refused(...custom('{"Version":"2012-10-17",\n}'), '--action-names', 's3:GetObject');
    expect(broken).toEqual({
      code: 'InvalidInput',
      operation: 'SimulateCustomPolicy',
      message: expect.stringMatching(/^PolicyInputList\.1: Syntax errors in policy\. \(line 2, column 1\)/),
    });
    const action = await admin.refused(...custom(allow('s3:*')), '--action-names', 's3:*');
    expect([action.code, action.message]).toEqual(['InvalidInput', expect.stringContaining('"s3:*"')]);
    const session = 'arn:aws:sts::123456789012:assumed-role/role/session';
    const call = ['iam', 'simulate-principal-policy', '--policy-source-arn', session, '--action-names', 's3:GetObject'];
    expect(await admin.refused(...call)).toMatchObject({
      code: 'InvalidInput',
      message: `Invalid Entity Arn: ${session} does not clearly define entity type and name.`,
    });
  });
});

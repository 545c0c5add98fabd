import {
  AddUserToGroupCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateUserCommand,
  GetContextKeysForCustomPolicyCommand,
  GetContextKeysForPrincipalPolicyCommand,
  ListPoliciesGrantingServiceAccessCommand,
  PutGroupPolicyCommand,
  PutUserPolicyCommand,
  paginateSimulateCustomPolicy,
  paginateSimulatePrincipalPolicy,
  SimulateCustomPolicyCommand,
  SimulatePrincipalPolicyCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ACCOUNT_ID, type InProcessServer, startInProcess } from '../../support/in-process-server.ts';
import { policy } from './simulate.ts';

const ALICE = `arn:aws:iam::${ACCOUNT_ID}:user/alice`;
const OTHER = '210987654321';
const PolicySourceArn = ALICE;
let server: InProcessServer;

beforeAll(async () => {
  server = await startInProcess();
  const iam = server.iam();
  await iam.send(new CreateUserCommand({ UserName: 'alice', Tags: [{ Key: 'team', Value: 'blue' }] }));
  await iam.send(new CreateGroupCommand({ GroupName: 'ops' }));
  await iam.send(new AddUserToGroupCommand({ UserName: 'alice', GroupName: 'ops' }));
  const own = { UserName: 'alice', PolicyName: 'own', PolicyDocument: policy({ Action: 's3:*' }) };
  await iam.send(new PutUserPolicyCommand(own));
  const PolicyDocument = policy({ Action: 'sqs:*', Condition: { Bool: { 'aws:SecureTransport': 'true' } } });
  await iam.send(new PutGroupPolicyCommand({ GroupName: 'ops', PolicyName: 'theirs', PolicyDocument }));
});
afterAll(() => server.close());

describe('over the wire, with the SDK', () => {
  test('every part of an answer is returned', async () => {
    const resource = `arn:aws:sqs:us-east-1:${OTHER}:queue`;
    const command = new SimulatePrincipalPolicyCommand({
      PolicySourceArn,
      ActionNames: ['sqs:SendMessage'],
      ResourceArns: [resource],
      PermissionsBoundaryPolicyInputList: [policy()],
      ResourcePolicy: policy({ Principal: { AWS: ALICE }, Action: 'sqs:*' }),
      ContextEntries: [
        { ContextKeyName: 'aws:securetransport', ContextKeyValues: ['TRUE'], ContextKeyType: 'boolean' },
      ],
    });
    const statement = (SourcePolicyId: string, SourcePolicyType: string, text: string) => ({
      SourcePolicyId,
      SourcePolicyType,
      StartPosition: { Line: 1, Column: 38 },
      EndPosition: { Line: 1, Column: text.length },
    });
    const shared = {
      MatchedStatements: [
        statement('ResourcePolicy', 'Resource Policy', policy({ Principal: { AWS: ALICE }, Action: 'sqs:*' })),
        statement(
          'group_ops_theirs',
          'IAM Policy',
          policy({ Action: 'sqs:*', Condition: { Bool: { 'aws:SecureTransport': 'true' } } }),
        ),
      ],
      MissingContextValues: [],
      EvalDecisionDetails: {
        'IAM Policy': 'allowed',
        'Resource Policy': 'allowed',
        'Permissions Boundary Policy': 'allowed',
      },
      PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: true },
    };
    const { $metadata: _, ...answer } = await server.iam().send(command);
    expect(answer).toEqual({
      IsTruncated: false,
      EvaluationResults: [
        {
          EvalActionName: 'sqs:SendMessage',
          EvalResourceName: resource,
          EvalDecision: 'allowed',
          ...shared,
          ResourceSpecificResults: [{ EvalResourceName: resource, EvalResourceDecision: 'allowed', ...shared }],
        },
      ],
    });
  });

  test('service control policies by level, and empty parts', async () => {
    const everything = { ServiceControlPolicyInputList: [policy()] };
    const s3 = { ServiceControlPolicyInputList: [policy({ Action: 's3:*' })] };
    const command = new SimulateCustomPolicyCommand({
      PolicyInputList: [policy()],
      OrderedOrganizationPolicyInputList: [everything, s3],
      ActionNames: ['s3:GetObject', 'sqs:SendMessage'],
      ResourceArns: [`arn:aws:sqs:us-east-1:${ACCOUNT_ID}:queue`],
    });
    const { EvaluationResults = [] } = await server.iam().send(command);
    expect(EvaluationResults).toMatchObject([
      {
        EvalDecision: 'allowed',
        OrganizationsDecisionDetail: { AllowedByOrganizations: true },
        EvalDecisionDetails: {},
        MissingContextValues: [],
      },
      {
        EvalDecision: 'implicitDeny',
        OrganizationsDecisionDetail: { AllowedByOrganizations: false },
        MatchedStatements: [],
      },
    ]);
    expect(EvaluationResults[1]).not.toHaveProperty('EvalDecisionDetails');
  });

  test('each kind of identifier of policies to exclude', async () => {
    const excluding = async (PolicyExclusionList: SimulatePrincipalPolicyCommand['input']['PolicyExclusionList']) => {
      const call = { PolicySourceArn, ActionNames: ['s3:GetObject'], PolicyExclusionList };
      const { EvaluationResults } = await server.iam().send(new SimulatePrincipalPolicyCommand(call));
      return EvaluationResults?.[0]?.EvalDecision;
    };
    const inline = (AttachmentName: string) => ({
      InlinePolicyIdentifier: { PolicyName: 'own', AttachmentType: 'user' as const, AttachmentName },
    });
    expect(await excluding([{ PolicyArn: 'arn:aws:iam::aws:policy/*' }, inline('b*')])).toBe('allowed');
    expect(await excluding([{ PolicyType: 'inline' }])).toBe('implicitDeny');
    expect(await excluding([inline('a?ice')])).toBe('implicitDeny');
    await expect(excluding([{ PolicyArn: 'nonsense' }])).rejects.toMatchObject({ name: 'InvalidInputException' });
  });

  test('the paginators of the SDK reach the end', async () => {
    const ActionNames = Array.from({ length: 23 }, (_, index) => `s3:Get${index}`);
    const config = { client: server.iam(), pageSize: 10 };
    for (const pages of [
      paginateSimulateCustomPolicy(config, { PolicyInputList: [policy()], ActionNames }),
      paginateSimulatePrincipalPolicy(config, { PolicySourceArn, ActionNames }),
    ]) {
      const names: (string | undefined)[] = [];
      for await (const { EvaluationResults = [] } of pages)
        names.push(...EvaluationResults.map((each) => each.EvalActionName));
      expect(names).toEqual(ActionNames);
    }
  });

  test('condition keys, and policies by service', async () => {
    const iam = server.iam();
    const PolicyInputList = [policy({ Resource: 'arn:aws:s3:::b/$' + '{aws:username}' })];
    const custom = await iam.send(new GetContextKeysForCustomPolicyCommand({ PolicyInputList }));
    expect(custom.ContextKeyNames).toEqual(['aws:username']);
    const stored = await iam.send(new GetContextKeysForPrincipalPolicyCommand({ PolicySourceArn, PolicyInputList }));
    expect(stored.ContextKeyNames).toEqual(['aws:SecureTransport', 'aws:username']);
    const byService = await iam.send(
      new ListPoliciesGrantingServiceAccessCommand({ Arn: ALICE, ServiceNamespaces: ['sqs', 'ec2'] }),
    );
    expect(byService.PoliciesGrantingServiceAccess).toEqual([
      {
        ServiceNamespace: 'sqs',
        Policies: [{ PolicyName: 'theirs', PolicyType: 'INLINE', EntityType: 'GROUP', EntityName: 'ops' }],
      },
      { ServiceNamespace: 'ec2', Policies: [] },
    ]);
  });

  test('the length constraints of the model apply', async () => {
    const iam = server.iam();
    const call = { PolicyInputList: [policy()], ActionNames: ['s3'] };
    await expect(iam.send(new SimulateCustomPolicyCommand(call))).rejects.toMatchObject({ name: 'ValidationError' });
    const entry = { ContextKeyName: 'a:b', ContextKeyValues: ['x'], ContextKeyType: 'string' as const };
    await expect(
      iam.send(new SimulateCustomPolicyCommand({ ...call, ActionNames: ['s3:GetObject'], ContextEntries: [entry] })),
    ).rejects.toMatchObject({ name: 'ValidationError' });
  });
});

describe('[Service Authorization Reference, IAM] who may simulate', () => {
  test('the entity’s ARN and tags decide; custom simulations need a permission on everything', async () => {
    const admin = server.iam();
    await admin.send(new CreateUserCommand({ UserName: 'auditor' }));
    const { AccessKey } = await admin.send(new CreateAccessKeyCommand({ UserName: 'auditor' }));
    const auditor = server.iam({
      accessKeyId: String(AccessKey?.AccessKeyId),
      secretAccessKey: String(AccessKey?.SecretAccessKey),
    });
    const may = (statement: object) =>
      admin.send(
        new PutUserPolicyCommand({
          UserName: 'auditor',
          PolicyName: 'p',
          PolicyDocument: policy({ Action: 'iam:*', ...statement }),
        }),
      );
    const ActionNames = ['s3:GetObject'];
    const own = () => auditor.send(new SimulatePrincipalPolicyCommand({ PolicySourceArn, ActionNames }));
    const texts = () => auditor.send(new SimulateCustomPolicyCommand({ PolicyInputList: [], ActionNames }));
    const denied = { name: 'AccessDenied' };

    await expect(own()).rejects.toMatchObject(denied);
    await may({ Resource: ALICE, Condition: { StringEquals: { 'aws:ResourceTag/team': 'blue' } } });
    expect((await own()).EvaluationResults).toHaveLength(1);
    await expect(texts()).rejects.toMatchObject(denied);
    await may({ Resource: '*', Condition: { StringEquals: { 'aws:ResourceTag/team': 'red' } } });
    await expect(own()).rejects.toMatchObject(denied);
    await may({ Action: 'iam:SimulateCustomPolicy', Resource: '*' });
    expect((await texts()).EvaluationResults).toHaveLength(1);
    const ghost = { PolicySourceArn: `arn:aws:iam::${ACCOUNT_ID}:user/ghost`, ActionNames };
    await expect(auditor.send(new SimulatePrincipalPolicyCommand(ghost))).rejects.toMatchObject(denied);
  });
});

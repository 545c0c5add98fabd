import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ACCOUNT_ID, allPages, type IamUnderTest, openIam, refusalOf, trust } from '../support/iam-under-test.ts';
import { policy } from './simulate.ts';

const USER = `arn:aws:iam::${ACCOUNT_ID}:user/ExampleUser01`;
const GROUP = `arn:aws:iam::${ACCOUNT_ID}:group/AWSExampleGroup1`;
let iam: IamUnderTest;

const managed = (name: string) => ({
  PolicyName: name,
  PolicyType: 'MANAGED',
  PolicyArn: `arn:aws:iam::${ACCOUNT_ID}:policy/${name}`,
});
const inline = (EntityType: string, EntityName: string, PolicyName: string) => ({
  PolicyName,
  PolicyType: 'INLINE',
  EntityType,
  EntityName,
});

beforeAll(async () => {
  iam = await openIam();
  const create = async (PolicyName: string, statement: object): Promise<string> => {
    const { Policy } = await iam.call('CreatePolicy', { PolicyName, PolicyDocument: policy(statement) });
    return Policy.Arn;
  };
  const iamPolicy = await create('ExampleIamPolicy', { Action: 'iam:GetUser' });
  const ec2Policy = await create('ExampleEc2Policy', { Action: ['ec2:*'] });
  const bound = await create('Bound', { Action: 'sqs:*' });
  await iam.call('CreateUser', { UserName: 'ExampleUser01', PermissionsBoundary: bound });
  await iam.call('CreateGroup', { GroupName: 'AWSExampleGroup1' });
  await iam.call('AddUserToGroup', { UserName: 'ExampleUser01', GroupName: 'AWSExampleGroup1' });
  await iam.call('AttachUserPolicy', { UserName: 'ExampleUser01', PolicyArn: iamPolicy });
  await iam.call('AttachGroupPolicy', { GroupName: 'AWSExampleGroup1', PolicyArn: iamPolicy });
  await iam.call('AttachUserPolicy', { UserName: 'ExampleUser01', PolicyArn: ec2Policy });
  const PolicyDocument = policy({ Action: 'IAM:List*' });
  await iam.call('PutGroupPolicy', {
    GroupName: 'AWSExampleGroup1',
    PolicyName: 'ExampleGroup1Policy',
    PolicyDocument,
  });
});
afterAll(() => iam.close());

describe('[ListPoliciesGrantingServiceAccess] policies by service', () => {
  test('the example of the API reference', async () => {
    const answer = await iam.call('ListPoliciesGrantingServiceAccess', {
      Arn: USER,
      ServiceNamespaces: ['iam', 'ec2'],
    });
    expect(answer).toEqual({
      IsTruncated: false,
      PoliciesGrantingServiceAccess: [
        {
          ServiceNamespace: 'iam',
          Policies: [managed('ExampleIamPolicy'), inline('GROUP', 'AWSExampleGroup1', 'ExampleGroup1Policy')],
        },
        { ServiceNamespace: 'ec2', Policies: [managed('ExampleEc2Policy')] },
      ],
    });
  });

  test('for a group, its own; boundaries grant nothing; a service without policies has an empty list', async () => {
    const ServiceNamespaces = ['iam', 'ec2', 'sqs'];
    const ofGroup = await iam.call('ListPoliciesGrantingServiceAccess', { Arn: GROUP, ServiceNamespaces });
    expect(
      ofGroup.PoliciesGrantingServiceAccess.map(({ Policies }: { Policies: object[] }) => Policies.length),
    ).toEqual([2, 0, 0]);
    const ofUser = await iam.call('ListPoliciesGrantingServiceAccess', { Arn: USER, ServiceNamespaces: ['sqs'] });
    expect(ofUser.PoliciesGrantingServiceAccess).toEqual([{ ServiceNamespace: 'sqs', Policies: [] }]);
  });

  test.each<[object, boolean]>([
    [{ Action: '*' }, true],
    [{ Action: '*:*' }, true],
    [{ Action: 's3:GetObject' }, true],
    [{ Action: 'S3:Get*' }, true],
    [{ Action: ['ec2:*', 's3:Put?bject'] }, true],
    [{ Action: 's3-object-lambda:*' }, false],
    [{ Action: 'ec2:*' }, false],
    [{ Effect: 'Deny', Action: 's3:*' }, false],
    [{ Action: undefined, NotAction: 'ec2:*' }, true],
    [{ Action: undefined, NotAction: 's3:Delete*' }, true],
    [{ Action: undefined, NotAction: ['ec2:*', 's3:*'] }, false],
    [{ Action: undefined, NotAction: '*' }, false],
    [{ Action: undefined, NotAction: '*:*' }, false],
    [{ Condition: { Bool: { 'aws:SecureTransport': 'true' } } }, true],
  ])('%j grants s3: %p', async (statement, grants) => {
    await iam.call('CreateRole', { RoleName: 'worker', AssumeRolePolicyDocument: trust() }).catch(() => {});
    await iam.call('PutRolePolicy', { RoleName: 'worker', PolicyName: 'p', PolicyDocument: policy(statement) });
    const Arn = `arn:aws:iam::${ACCOUNT_ID}:role/worker`;
    const answer = await iam.call('ListPoliciesGrantingServiceAccess', { Arn, ServiceNamespaces: ['s3'] });
    const Policies = grants ? [inline('ROLE', 'worker', 'p')] : [];
    expect(answer.PoliciesGrantingServiceAccess).toEqual([{ ServiceNamespace: 's3', Policies }]);
  });

  test('pages of 100 services', async () => {
    const ServiceNamespaces = Array.from({ length: 200 }, (_, index) => `svc${index}`);
    const operation = 'ListPoliciesGrantingServiceAccess';
    const pages = await allPages<{ ServiceNamespace: string }>(iam, {
      operation,
      input: { Arn: USER, ServiceNamespaces },
      member: 'PoliciesGrantingServiceAccess',
    });
    expect(pages.map((page) => page.length)).toEqual([100, 100]);
    expect(pages.flat().map(({ ServiceNamespace }) => ServiceNamespace)).toEqual(ServiceNamespaces);
    const Marker = Buffer.from(JSON.stringify([operation, '200'])).toString('base64url');
    const refusal = await refusalOf(iam.call(operation, { Arn: USER, ServiceNamespaces, Marker }));
    expect(refusal.code).toBe('ValidationError');
  });
});

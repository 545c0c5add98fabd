import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readServiceFiles } from '../../src/app/services/read-service-files.ts';
import { awsServices } from '../../src/identity/services/aws-services.ts';
import { allow, makeUser } from '../sts/people.ts';
import { type InProcessServer, type Key, startInProcess } from '../support/in-process-server.ts';
import { send, signedJson } from '../support/wire.ts';

/** In the format of AWS's service reference, with members that nothing here reads. */
const SHOP = {
  Name: 'shop',
  ServiceName: 'The Shop',
  Version: 'v1.4',
  Actions: [
    {
      Name: 'GetOrder',
      ActionConditionKeys: ['shop:Region'],
      Annotations: {
        Properties: { IsList: false, IsPermissionManagement: false, IsTaggingOnly: false, IsWrite: false },
      },
      Resources: [{ Name: 'order' }],
      SupportedBy: { 'IAM Action Last Accessed': true },
    },
    { Name: 'PutOrder', Annotations: { Properties: { IsWrite: true } } },
  ],
  ConditionKeys: [{ Name: 'shop:Region', Types: ['String'] }],
  Resources: [{ Name: 'order', ARNFormats: ['arn:${Partition}:shop::${Account}:order/${Id}'] }],
};

let directory: string;
let server: InProcessServer;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rolecall-services-'));
  await mkdir(join(directory, 'services'));
  await writeFile(join(directory, 'services', 'shop.json'), JSON.stringify(SHOP));
  await writeFile(join(directory, 'services', 'README'), 'not a service');
  server = await startInProcess({ ROLECALL_SERVICES_DIR: join(directory, 'services') });
});
afterAll(async () => {
  await server.close();
  await rm(directory, { recursive: true, force: true });
});

async function validate(document: unknown, PolicyType = 'IDENTITY_POLICY', key: Key = server.admin) {
  const PolicyDocument = typeof document === 'string' ? document : JSON.stringify(document);
  const { body } = await send(
    server.url,
    signedJson(server.url, 'ValidatePolicy', { PolicyDocument, PolicyType }, key),
  );
  return JSON.parse(body) as { readonly Findings: readonly Record<string, unknown>[]; readonly __type?: string };
}

const policy = (Action: readonly string[]) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
});

describe('ValidatePolicy', () => {
  test('finds nothing in a policy about services of AWS, of the operator and of this server', async () => {
    const known = ['s3:GetObject', 'shop:GetOrder', 'rolecall:ValidatePolicy', 'rolecall:GetAccessToken'];
    const { Findings } = await validate(policy([...known, 'iam:*', 'sts:AssumeRoleWithLDAPIdentity', 'ec2:Describe*']));
    expect(Findings).toEqual([]);
  });

  test('warns of what does not exist, says what was probably meant, and where it stands', async () => {
    const { Findings } = await validate(policy(['s3:GetObjekt', 'dinamodb:GetItem', 'shop:GetOrders']));
    expect(Findings).toEqual([
      {
        FindingType: 'WARNING',
        IssueCode: 'INVALID_ACTION',
        FindingDetails: 'The action s3:GetObjekt does not exist. Did you mean s3:GetObject?',
        ...{ Line: 1, Column: expect.any(Number), Path: 'Statement[0].Action[0]' },
      },
      expect.objectContaining({
        IssueCode: 'INVALID_SERVICE_IN_ACTION',
        FindingDetails: 'The service dinamodb specified in the action does not exist. Did you mean dynamodb?',
        Path: 'Statement[0].Action[1]',
      }),
      expect.objectContaining({
        FindingDetails: 'The action shop:GetOrders does not exist. Did you mean shop:GetOrder?',
      }),
    ]);
  });

  test.each([
    ['IDENTITY_POLICY', '{', undefined],
    [
      'IDENTITY_POLICY',
      { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 'x', Resource: '*' } },
      'Statement.Action',
    ],
    ['TRUST_POLICY', policy(['sts:AssumeRole']), 'Statement[0]'],
  ])('a %s that would be refused is an error: %j', async (type, document, path) => {
    const { Findings } = await validate(document, type);
    expect(Findings).toEqual([
      expect.objectContaining({
        FindingType: 'ERROR',
        IssueCode: 'MALFORMED_POLICY_DOCUMENT',
        FindingDetails: expect.any(String),
      }),
    ]);
    if (path !== undefined) expect(Findings[0]).toMatchObject({ Path: path });
  });

  test('needs a permission of its own', async () => {
    const stranger = await makeUser(server, 'stranger', allow(['rolecall:GetServerInfo']));
    expect((await validate(policy(['s3:*']), 'IDENTITY_POLICY', stranger)).__type).toMatch('AccessDenied');
  });
});

describe('the files of the operator’s services', () => {
  test('all that is wrong is reported, by file', async () => {
    const bad = join(directory, 'bad');
    await mkdir(bad);
    const files = {
      'a.json': '{',
      'b.json': JSON.stringify({ ...SHOP, Name: 'iam' }),
      'c.json': JSON.stringify({ ...SHOP, Actions: [{ Name: 'has space' }] }),
      'd.json': JSON.stringify(SHOP),
      'e.json': JSON.stringify(SHOP),
    };
    for (const [file, text] of Object.entries(files)) await writeFile(join(bad, file), text);
    await mkdir(join(bad, 'f.json'));
    await expect(readServiceFiles(bad)).rejects.toMatchObject({
      problems: [
        'policies.servicesDirectory: a.json: is not JSON',
        'policies.servicesDirectory: b.json: Name: iam is a service of this server',
        'policies.servicesDirectory: c.json: Actions.0.Name: must be letters, digits and _',
        'policies.servicesDirectory: e.json: Name: another file describes shop',
        'policies.servicesDirectory: f.json: cannot be read: EISDIR',
      ],
    });
    await expect(readServiceFiles(join(directory, 'none'))).rejects.toMatchObject({
      problems: ['policies.servicesDirectory: cannot be read: ENOENT'],
    });
  });

  test('[Service Authorization Reference] the data have all services of AWS, with access levels and condition keys', () => {
    const aws = awsServices();
    expect(aws.prefixes.length).toBeGreaterThan(400);
    const getObject = aws.service('s3')?.actions.find(({ name }) => name === 'GetObject');
    expect(getObject).toMatchObject({ accessLevel: 'Read', resourceTypes: ['accesspointobject', 'object'] });
    expect(getObject?.conditionKeys).toContain('s3:ExistingObjectTag/${key}');
    const passRole = aws.service('iam')?.actions.find(({ name }) => name === 'PassRole');
    expect(passRole?.conditionKeys).toContain('iam:PassedToService');
    expect(aws.service('iam')?.actions.find(({ name }) => name === 'AttachRolePolicy')?.accessLevel).toBe(
      'Permissions management',
    );
    expect(aws.service('piano')).toBeUndefined();
  });
});

import {
  GenerateOrganizationsAccessReportCommand,
  type GenerateOrganizationsAccessReportCommandInput,
  GetOrganizationsAccessReportCommand,
  type GetOrganizationsAccessReportCommandInput,
  GetServiceLastAccessedDetailsCommand,
  ListGroupsCommand,
  ListUsersCommand,
} from '@aws-sdk/client-iam';
import {
  AttachPolicyCommand,
  CreateOrganizationalUnitCommand,
  CreatePolicyCommand,
  DetachPolicyCommand,
  MoveAccountCommand,
} from '@aws-sdk/client-organizations';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Stores } from '../../src/app/stores/open-stores.ts';
import { MOST_RUNNING } from '../../src/identity/reports/access-report/organization-reports.ts';
import { EPHEMERAL_KEYS } from '../../src/ports/ephemeral-keys.ts';
import { makeUser } from '../sts/people.ts';
import { ACCOUNT_ID, type Key } from '../support/in-process-server.ts';
import { controlPolicy, type OrganizationScene, startOrganization } from './scene.ts';

let scene: OrganizationScene;
let stores: Stores;
let root: string;
let unit: string;
let first: string;
let second: string;
let policyId: string;
/** Allowed to act in each of the members. */
let firstAdmin: Key;
let secondAdmin: Key;

type Asked = GenerateOrganizationsAccessReportCommandInput;
type Read = Omit<GetOrganizationsAccessReportCommandInput, 'JobId'>;
const iam = (key?: Key) => scene.server.iam(key);
const generate = (input: Asked, key?: Key) => iam(key).send(new GenerateOrganizationsAccessReportCommand(input));
async function report(input: Asked, read: Read = {}) {
  const { JobId } = await generate(input);
  const answer = await iam().send(new GetOrganizationsAccessReportCommand({ JobId, MaxItems: 1000, ...read }));
  const details = answer.AccessDetails ?? [];
  return { JobId, answer, details, services: new Map(details.map((each) => [each.ServiceNamespace, each])) };
}
const nameOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'allowed',
    ({ name }: Error) => name,
  );

beforeAll(async () => {
  scene = await startOrganization({}, (opened) => {
    stores = opened;
    return opened;
  });
  const organizations = scene.client();
  root = `${scene.organizationId}/${scene.rootId}`;
  first = await scene.createAccount('first');
  second = await scene.createAccount('second');
  const made = await organizations.send(new CreateOrganizationalUnitCommand({ ParentId: scene.rootId, Name: 'unit' }));
  const DestinationParentId = made.OrganizationalUnit?.Id ?? '';
  unit = `${root}/${DestinationParentId}`;
  await organizations.send(
    new MoveAccountCommand({ AccountId: second, SourceParentId: scene.rootId, DestinationParentId }),
  );
  firstAdmin = await scene.administrate(first);
  secondAdmin = await scene.administrate(second);
  await scene.server.sts(firstAdmin).send(new GetCallerIdentityCommand({}));
  await iam(firstAdmin).send(new ListUsersCommand({}));
  scene.advance(120_000);
  await iam(secondAdmin).send(new ListGroupsCommand({}));
});
afterAll(() => scene.server.close());

describe('[GenerateOrganizationsAccessReport] reports of services last accessed in an organization', () => {
  test('are for organizations with service control policies, and their management accounts', async () => {
    expect(await nameOf(generate({ EntityPath: root }))).toBe('InvalidInputException');
    await scene.enable('SERVICE_CONTROL_POLICY');
    const Content = controlPolicy({ Effect: 'Allow', Action: ['iam:*', 'shop:*'], Resource: '*' });
    const input = { Name: 'some', Description: '', Type: 'SERVICE_CONTROL_POLICY' as const, Content };
    const { Policy } = await scene.client().send(new CreatePolicyCommand(input));
    policyId = Policy?.PolicySummary?.Id ?? '';
    expect(await nameOf(generate({ EntityPath: root }, secondAdmin))).toBe('AccessDenied');
  });

  test('on the root: what the members did, by the account that did it last', async () => {
    const { answer, services, JobId } = await report({ EntityPath: root });
    expect(JobId).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer).toMatchObject({ JobStatus: 'COMPLETED', IsTruncated: false });
    expect(answer.JobCompletionDate).toBeInstanceOf(Date);
    expect(services.get('iam')).toEqual({
      ServiceName: 'AWS Identity and Access Management (IAM)',
      ServiceNamespace: 'iam',
      EntityPath: `${unit}/${second}`,
      LastAuthenticatedTime: expect.any(Date),
      Region: 'eu-central-1',
      TotalAuthenticatedEntities: 2,
    });
    expect(services.get('sts')).toMatchObject({ EntityPath: `${root}/${first}`, TotalAuthenticatedEntities: 1 });
    // Only the management account called Organizations.
    expect(services.get('organizations')).toMatchObject({ TotalAuthenticatedEntities: 0 });
    expect(services.get('organizations')).not.toHaveProperty('EntityPath');
    const { NumberOfServicesAccessible: all = 0, NumberOfServicesNotAccessed: unused } = answer;
    expect([all, unused]).toEqual([answer.AccessDetails?.length, all - 2]);
  });

  test('on a unit, a member, and the management account, whose use is reported there alone', async () => {
    const ofUnit = (await report({ EntityPath: unit })).services;
    expect(ofUnit.get('iam')).toMatchObject({ EntityPath: `${unit}/${second}`, TotalAuthenticatedEntities: 1 });
    expect(ofUnit.get('sts')).toMatchObject({ TotalAuthenticatedEntities: 0 });
    const ofFirst = (await report({ EntityPath: `${root}/${first}` })).services;
    expect(ofFirst.get('iam')).toMatchObject({ EntityPath: `${root}/${first}`, TotalAuthenticatedEntities: 1 });
    const EntityPath = `${root}/${ACCOUNT_ID}`;
    const ofManagement = (await report({ EntityPath })).services;
    expect(ofManagement.get('organizations')).toMatchObject({ EntityPath, TotalAuthenticatedEntities: 1 });
    const ignored = await report({ EntityPath, OrganizationsPolicyId: policyId });
    expect(ignored.services.size).toBe(ofManagement.size);
  });

  test('list the services that every level allows and none denies', async () => {
    const organizations = scene.client();
    const TargetId = unit.split('/').at(-1);
    await organizations.send(new AttachPolicyCommand({ PolicyId: policyId, TargetId }));
    await organizations.send(new DetachPolicyCommand({ PolicyId: 'p-FullAWSAccess', TargetId }));
    const Content = controlPolicy(
      { Effect: 'Deny', Action: 's3:*', Resource: '*' },
      { Effect: 'Deny', Action: 'sqs:*', Resource: 'arn:aws:sqs:*:*:x' },
      { Effect: 'Deny', Action: 'sns:*', Resource: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
    );
    const input = { Name: 'denials', Description: '', Type: 'SERVICE_CONTROL_POLICY' as const, Content };
    const { Policy } = await organizations.send(new CreatePolicyCommand(input));
    const denial = { PolicyId: Policy?.PolicySummary?.Id, TargetId: scene.rootId };
    await organizations.send(new AttachPolicyCommand(denial));
    const ofRoot = (await report({ EntityPath: root })).services;
    expect(['s3', 'sqs', 'sns', 'iam'].map((name) => ofRoot.has(name))).toEqual([false, true, true, true]);
    for (const EntityPath of [unit, `${unit}/${second}`])
      expect([...(await report({ EntityPath })).services.keys()]).toEqual(['iam']);
    expect((await report({ EntityPath: `${root}/${ACCOUNT_ID}` })).services.has('s3')).toBe(true);
    await organizations.send(new DetachPolicyCommand(denial));
  });

  test('on a policy: what it allows, and the use of the accounts that it applies to', async () => {
    const ofRoot = (await report({ EntityPath: root, OrganizationsPolicyId: policyId })).details;
    expect(ofRoot).toMatchObject([{ ServiceNamespace: 'iam', EntityPath: `${unit}/${second}` }]);
    expect(ofRoot[0]?.TotalAuthenticatedEntities).toBe(1);
    const ofFirst = (await report({ EntityPath: `${root}/${first}`, OrganizationsPolicyId: policyId })).details;
    expect(ofFirst).toEqual([expect.objectContaining({ ServiceNamespace: 'iam', TotalAuthenticatedEntities: 0 })]);
    const everywhere = await report({ EntityPath: root, OrganizationsPolicyId: 'p-FullAWSAccess' });
    // Also what is attached further up applies.
    expect(everywhere.services.get('iam')?.TotalAuthenticatedEntities).toBe(2);
  });

  test.each([
    ['the root of another organization', () => `o-aaaaaaaaaa/${scene.rootId}`],
    ['a unit that does not exist', () => `${root}/ou-abcd-12345678`],
    ['an account elsewhere than it is', () => `${root}/${second}`],
    ['a path that ends early', () => `${unit}/`],
  ])('refuse %s', async (_what, path) => {
    expect(await nameOf(generate({ EntityPath: path() }))).toBe('InvalidInputException');
  });

  test.each(['p-12345678', 'p-RCPFullAWSAccess'])('refuse the policy %s', async (OrganizationsPolicyId) => {
    expect(await nameOf(generate({ EntityPath: root, OrganizationsPolicyId }))).toBe('NoSuchEntityException');
  });

  test('are sorted as asked, by service if not, and come in pages', async () => {
    const { details, JobId } = await report({ EntityPath: root });
    const names = details.map(({ ServiceNamespace = '' }) => ServiceNamespace);
    expect(names).toEqual([...names].sort());
    const read = async (SortKey: Read['SortKey'], more: Read = {}) => {
      const answer = await iam().send(
        new GetOrganizationsAccessReportCommand({ JobId, SortKey, MaxItems: 1000, ...more }),
      );
      return { ...answer, names: answer.AccessDetails?.map(({ ServiceNamespace }) => ServiceNamespace) };
    };
    expect((await read('SERVICE_NAMESPACE_DESCENDING')).names).toEqual([...names].reverse());
    expect((await read('LAST_AUTHENTICATED_TIME_DESCENDING')).names?.slice(0, 2)).toEqual(['iam', 'sts']);
    expect((await read('LAST_AUTHENTICATED_TIME_ASCENDING')).names?.slice(-2)).toEqual(['sts', 'iam']);
    const page = await read('LAST_AUTHENTICATED_TIME_DESCENDING', { MaxItems: 1 });
    expect(page).toMatchObject({ IsTruncated: true, names: ['iam'], NumberOfServicesAccessible: names.length });
    const next = await read('LAST_AUTHENTICATED_TIME_DESCENDING', { MaxItems: 1, Marker: page.Marker });
    expect(next.names).toEqual(['sts']);
  });

  test('need the permission for the path and the policy, and for what Organizations would tell', async () => {
    const about = `arn:aws:iam::${ACCOUNT_ID}:access-report/${root}*`;
    const Condition = { StringEquals: { 'iam:OrganizationsPolicyId': 'p-FullAWSAccess' } };
    const Statement = [
      { Effect: 'Allow', Action: 'iam:GenerateOrganizationsAccessReport', Resource: about, Condition },
      { Effect: 'Allow', Action: 'iam:GetOrganizationsAccessReport', Resource: '*' },
    ];
    const reads = { Effect: 'Allow', Action: ['organizations:List*', 'organizations:DescribePolicy'], Resource: '*' };
    const policy = (...more: object[]) => JSON.stringify({ Version: '2012-10-17', Statement: [...Statement, ...more] });
    const blind = await makeUser(scene.server, 'blind', policy());
    const auditor = await makeUser(scene.server, 'auditor', policy(reads));
    const asked = { EntityPath: root, OrganizationsPolicyId: 'p-FullAWSAccess' };
    expect(await nameOf(generate(asked, blind))).toBe('AccessDenied');
    expect(await nameOf(generate({ ...asked, OrganizationsPolicyId: policyId }, auditor))).toBe('AccessDenied');
    expect(await nameOf(generate({ EntityPath: root }, auditor))).toBe('AccessDenied');
    const { JobId } = await generate(asked, auditor);
    const get = new GetOrganizationsAccessReportCommand({ JobId });
    expect((await iam(auditor).send(get)).JobStatus).toBe('COMPLETED');
    // A job belongs to who asked for it, and is no other kind of report.
    expect(await nameOf(iam().send(get))).toBe('NoSuchEntityException');
    const own = await report({ EntityPath: root });
    const other = new GetServiceLastAccessedDetailsCommand({ JobId: own.JobId });
    expect(await nameOf(iam().send(other))).toBe('NoSuchEntityException');
    const unknown = new GetOrganizationsAccessReportCommand({ JobId: '12345678-1234-4234-8234-123456789012' });
    expect(await nameOf(iam().send(unknown))).toBe('NoSuchEntityException');
  });

  test('are limited in number while they are in progress', async () => {
    const { runningOrganizationReports: running } = EPHEMERAL_KEYS;
    const count = (by: number) => stores.ephemeral.increment(running.of(ACCOUNT_ID), by, running.lifetime);
    // Every report so far was counted down again.
    expect(await count(MOST_RUNNING)).toBe(MOST_RUNNING);
    expect(await nameOf(generate({ EntityPath: root }))).toBe('ReportGenerationLimitExceededException');
    expect(await count(-1)).toBe(MOST_RUNNING - 1);
    expect(await nameOf(generate({ EntityPath: root }))).toBe('allowed');
  });
});

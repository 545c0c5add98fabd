import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DetachRolePolicyCommand,
  GenerateServiceLastAccessedDetailsCommand,
  GetServiceLastAccessedDetailsCommand,
  GetServiceLastAccessedDetailsWithEntitiesCommand,
  ListUsersCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openAccessRecord } from '../../src/identity/accessed/accessed.ts';
import { allow, makeUser } from '../sts/people.ts';
import { ACCOUNT_ID, type InProcessServer, type Key, startInProcess } from '../support/in-process-server.ts';
import { openIdentities } from '../support/open-identities.ts';

const arn = (resource: string): string => `arn:aws:iam::${ACCOUNT_ID}:${resource}`;

let server: InProcessServer;
let ann: Key;
beforeAll(async () => {
  server = await startInProcess();
  const iam = server.iam();
  ann = await makeUser(server, 'ann', allow(['sts:*', 'iam:Get*', 'shop:*']));
  await makeUser(server, 'ben', allow(['rolecall:GetServerInfo']));
  await iam.send(new CreateGroupCommand({ GroupName: 'team' }));
  const PolicyDocument = allow(['sts:AssumeRole', 'iam:ListUsers', 's3:Get*']);
  await iam.send(new CreatePolicyCommand({ PolicyName: 'Shared', PolicyDocument }));
  await iam.send(new AttachGroupPolicyCommand({ GroupName: 'team', PolicyArn: arn('policy/Shared') }));
  for (const UserName of ['ann', 'ben']) await iam.send(new AddUserToGroupCommand({ GroupName: 'team', UserName }));
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Principal: { AWS: arn('root') }, Action: 'sts:AssumeRole' },
  });
  await iam.send(new CreateRoleCommand({ RoleName: 'worker', AssumeRolePolicyDocument }));
  await iam.send(new AttachRolePolicyCommand({ RoleName: 'worker', PolicyArn: arn('policy/Shared') }));
});
afterAll(() => server.close());

async function report(Arn: string, Granularity?: 'SERVICE_LEVEL' | 'ACTION_LEVEL') {
  const { JobId } = await server.iam().send(new GenerateServiceLastAccessedDetailsCommand({ Arn, Granularity }));
  const answer = await server.iam().send(new GetServiceLastAccessedDetailsCommand({ JobId }));
  const services = new Map(answer.ServicesLastAccessed?.map((each) => [each.ServiceNamespace, each]));
  return { JobId, answer, services };
}

describe('[GetServiceLastAccessedDetails] reports of services last accessed', () => {
  test('list the services that a user’s own and group policies allow, also those never used and those that no one knows', async () => {
    const { answer, services, JobId } = await report(arn('user/ann'));
    expect(JobId).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer).toMatchObject({ JobStatus: 'COMPLETED', JobType: 'SERVICE_LEVEL', IsTruncated: false });
    expect(answer.JobCompletionDate).toBeInstanceOf(Date);
    expect([...services.keys()]).toEqual(['iam', 's3', 'sts']);
    expect(services.get('s3')).toEqual({
      ServiceName: 'Amazon S3',
      ServiceNamespace: 's3',
      TotalAuthenticatedEntities: 0,
    });
  });

  test('count attempts that were denied, by time, region and entity; the report itself never changes', async () => {
    await server.sts(ann).send(new GetCallerIdentityCommand({}));
    await server.iam(ann).send(new ListUsersCommand({}));
    const denied = server.iam(ann).send(new CreateGroupCommand({ GroupName: 'x' }));
    await expect(denied).rejects.toThrow('not authorized');
    const { services, JobId } = await report(arn('user/ann'), 'ACTION_LEVEL');
    for (const namespace of ['iam', 'sts']) {
      expect(services.get(namespace)).toMatchObject({
        TotalAuthenticatedEntities: 1,
        LastAuthenticated: expect.any(Date),
        LastAuthenticatedEntity: arn('user/ann'),
        LastAuthenticatedRegion: 'eu-central-1',
      });
    }
    const actions = new Map(
      services.get('iam')?.TrackedActionsLastAccessed?.map((each) => [each.ActionName, each] as const),
    );
    expect(actions.get('ListUsers')).toEqual({
      ActionName: 'ListUsers',
      LastAccessedTime: expect.any(Date),
      LastAccessedEntity: arn('user/ann'),
      LastAccessedRegion: 'eu-central-1',
    });
    // Allowed and never used; and denied, as the policies do not allow it.
    expect(actions.get('GetUser')).toEqual({ ActionName: 'GetUser' });
    expect(actions.has('CreateGroup')).toBe(false);
    expect(services.get('s3')?.TrackedActionsLastAccessed).toBeUndefined();

    await server.sts(ann).send(new AssumeRoleCommand({ RoleArn: arn('role/worker'), RoleSessionName: 'shift' }));
    const again = await server.iam().send(new GetServiceLastAccessedDetailsCommand({ JobId }));
    const sts = again.ServicesLastAccessed?.find(({ ServiceNamespace }) => ServiceNamespace === 'sts');
    const assumed = sts?.TrackedActionsLastAccessed?.find(({ ActionName }) => ActionName === 'AssumeRole');
    expect(assumed).toEqual({ ActionName: 'AssumeRole' });
  });

  test('of a group or policy say who used it last, and who could have, the latest first', async () => {
    const { Credentials } = await server
      .sts(ann)
      .send(new AssumeRoleCommand({ RoleArn: arn('role/worker'), RoleSessionName: 'shift' }));
    const worker: Key = {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    };
    server.advance(120_000);
    await server.iam(worker).send(new ListUsersCommand({}));

    const group = await report(arn('group/team'));
    expect(group.services.get('iam')).toMatchObject({
      TotalAuthenticatedEntities: 1,
      LastAuthenticatedEntity: arn('user/ann'),
    });
    const policy = await report(arn('policy/Shared'));
    expect(policy.services.get('iam')).toMatchObject({
      TotalAuthenticatedEntities: 2,
      LastAuthenticatedEntity: arn('role/worker'),
    });
    const iam = server.iam();
    const asked = { JobId: policy.JobId, ServiceNamespace: 'iam' };
    const { EntityDetailsList, ...rest } = await iam.send(new GetServiceLastAccessedDetailsWithEntitiesCommand(asked));
    expect(rest).toMatchObject({ JobStatus: 'COMPLETED', IsTruncated: false });
    expect(
      EntityDetailsList?.map(({ EntityInfo, LastAuthenticated }) => [EntityInfo?.Arn, LastAuthenticated !== undefined]),
    ).toEqual([
      [arn('role/worker'), true],
      [arn('user/ann'), true],
      [arn('user/ben'), false],
    ]);
    expect(EntityDetailsList?.[0]?.EntityInfo).toEqual({
      Arn: arn('role/worker'),
      Name: 'worker',
      Type: 'ROLE',
      Id: expect.stringMatching(/^AROA/),
      Path: '/',
    });
    const first = await iam.send(new GetServiceLastAccessedDetailsWithEntitiesCommand({ ...asked, MaxItems: 2 }));
    expect([first.EntityDetailsList?.length, first.IsTruncated]).toEqual([2, true]);
    const next = { ...asked, MaxItems: 2, Marker: first.Marker };
    const second = await iam.send(new GetServiceLastAccessedDetailsWithEntitiesCommand(next));
    expect([second.EntityDetailsList?.length, second.IsTruncated]).toEqual([1, false]);
  });

  test('of an AWS managed policy that allows all have every service, page by page', async () => {
    const { answer, JobId } = await report('arn:aws:iam::aws:policy/AdministratorAccess');
    expect([answer.ServicesLastAccessed?.length, answer.IsTruncated]).toEqual([100, true]);
    const iam = server.iam();
    const rest = { JobId, MaxItems: 1000, Marker: answer.Marker };
    const { ServicesLastAccessed = [], IsTruncated } = await iam.send(new GetServiceLastAccessedDetailsCommand(rest));
    expect(IsTruncated).toBe(false);
    expect(ServicesLastAccessed.length).toBeGreaterThan(300);
    const iamRow = ServicesLastAccessed.find(({ ServiceNamespace }) => ServiceNamespace === 'rolecall');
    expect(iamRow).toMatchObject({ ServiceName: 'Rolecall' });
  });

  test('[S46] are for who asked alone; unknown jobs, services and entities are refused', async () => {
    const iam = server.iam();
    const { JobId } = await report(arn('role/worker'));
    const unknown = `Job with id ${JobId} does not exist.`;
    await makeUser(server, 'reader', allow(['iam:*']));
    const other = server.iam(await makeUser(server, 'eve', allow(['iam:*'])));
    await expect(other.send(new GetServiceLastAccessedDetailsCommand({ JobId }))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      message: unknown,
    });
    const ghost = { JobId: '00000000-0000-4000-8000-000000000000' };
    await expect(iam.send(new GetServiceLastAccessedDetailsCommand(ghost))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
    });
    const noService = { JobId, ServiceNamespace: 'ec2' };
    await expect(iam.send(new GetServiceLastAccessedDetailsWithEntitiesCommand(noService))).rejects.toMatchObject({
      name: 'InvalidInputException',
    });
    for (const [Arn, name] of [
      [arn('role/ghost'), 'NoSuchEntityException'],
      [arn('policy/ghost'), 'NoSuchEntityException'],
      ['arn:aws:iam::210987654321:user/ann', 'InvalidInputException'],
      [arn('instance-profile/ghost'), 'InvalidInputException'],
    ] as const)
      await expect(iam.send(new GenerateServiceLastAccessedDetailsCommand({ Arn }))).rejects.toMatchObject({ name });
    await expect(iam.send(new GetServiceLastAccessedDetailsCommand({ JobId, Marker: 'x' }))).rejects.toThrow(
      'Invalid Marker',
    );
  });

  test('need the permission for the entity', async () => {
    const stranger = server.iam(await makeUser(server, 'stranger', allow(['iam:ListUsers'])));
    await expect(
      stranger.send(new GenerateServiceLastAccessedDetailsCommand({ Arn: arn('role/worker') })),
    ).rejects.toThrow(
      `not authorized to perform: iam:GenerateServiceLastAccessedDetails on resource: ${arn('role/worker')}`,
    );
  });

  test('a role that is created again has no uses', async () => {
    const iam = server.iam();
    await iam.send(new DetachRolePolicyCommand({ RoleName: 'worker', PolicyArn: arn('policy/Shared') }));
    await iam.send(new DeleteRoleCommand({ RoleName: 'worker' }));
    await expect(report(arn('role/worker'))).rejects.toMatchObject({ name: 'NoSuchEntityException' });
  });

  test('forget uses of more than 400 days ago', async () => {
    server.advance(401 * 24 * 3_600_000);
    const { services } = await report(arn('user/ann'));
    expect(services.get('sts')).toMatchObject({ TotalAuthenticatedEntities: 0 });
    expect(services.get('sts')).not.toHaveProperty('LastAuthenticated');
  });
});

describe('the record of attempts', () => {
  test('is written in batches, at most once a minute for an action, and bounded', async () => {
    const { collections, close } = await openIdentities();
    const failures: unknown[] = [];
    const record = openAccessRecord({ collections, failed: (error) => failures.push(error) });
    const attempt = (action: string, at: number, region = 'r') =>
      record.record({ subjectId: 'AIDA1', action, at, region });
    attempt('iam:GetUser', 1_000_000);
    attempt('iam:GetUser', 1_059_999);
    expect(await record.usesOf('AIDA1')).toEqual([{ action: 'iam:GetUser', at: 1_000_000, region: 'r' }]);
    attempt('iam:GetUser', 1_060_000, 's');
    attempt('iam:ListUsers', 1_060_001);
    expect(await record.usesOf('AIDA1')).toEqual([
      { action: 'iam:ListUsers', at: 1_060_001, region: 'r' },
      { action: 'iam:GetUser', at: 1_060_000, region: 's' },
    ]);
    // Another process saw an earlier use last.
    const other = openAccessRecord({ collections, failed: (error) => failures.push(error) });
    other.record({ subjectId: 'AIDA1', action: 'iam:GetUser', at: 5, region: 'old' });
    await other.flush();
    expect((await record.usesOf('AIDA1'))[1]).toMatchObject({ region: 's' });
    for (let n = 0; n < 1_200; n++) attempt(`shop:Action${n}`, 2_000_000 + n);
    const uses = await record.usesOf('AIDA1');
    expect([uses.length, uses[0]?.action, uses.at(-1)?.action]).toEqual([1_000, 'shop:Action1199', 'shop:Action200']);
    await record.forget('AIDA1');
    expect(await record.usesOf('AIDA1')).toEqual([]);
    await close();
    attempt('iam:GetUser', 9_000_000);
    await record.flush();
    expect(failures.length).toBe(1);
  });
});

import { CreateUserCommand, IAM, paginateListUsers } from '@aws-sdk/client-iam';
import { STS } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { allow, trust } from '../../harness/documents.ts';
import { obtainServer, type RunningServer } from '../../harness/start-server.ts';
import { unique } from '../support/unique.ts';

let server: RunningServer;
let iam: IAM;

beforeAll(async () => {
  server = await obtainServer();
  iam = new IAM({ endpoint: server.url, region: 'eu-west-1', credentials: server.admin });
});
afterAll(() => server.stop());

describe('the official JavaScript SDK', () => {
  test('a user is created and read; times are dates', async () => {
    const UserName = unique('user');
    const { User } = await iam.send(new CreateUserCommand({ UserName, Tags: [{ Key: 'a', Value: 'ü = a@b' }] }));
    expect(User?.CreateDate).toBeInstanceOf(Date);
    const got = await iam.getUser({ UserName });
    expect(got.User).toMatchObject({ UserName, Tags: [{ Key: 'a', Value: 'ü = a@b' }] });
  });

  test('characters special in XML and URLs are returned unchanged', async () => {
    const RoleName = unique('role');
    const Description = 'ü & <b> "quoted" %20 + a&amp;b \t\n end';
    await iam.createRole({ RoleName, Description, AssumeRolePolicyDocument: trust({ Service: 'ec2.amazonaws.com' }) });
    expect((await iam.getRole({ RoleName })).Role?.Description).toBe(Description);
  });

  test('errors are of the SDK’s classes, with the request id', async () => {
    const error = await iam.getUser({ UserName: unique('nobody') }).catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      name: 'NoSuchEntityException',
      $fault: 'client',
      $metadata: { httpStatusCode: 404, requestId: expect.any(String) },
    });
  });

  test('its paginator walks all pages', async () => {
    const PathPrefix = `/${unique('many')}/`;
    const names = Array.from({ length: 5 }, (_, index) => `${unique('p')}-${index}`);
    await Promise.all(names.map((UserName) => iam.createUser({ UserName, Path: PathPrefix })));
    const seen: (string | undefined)[] = [];
    for await (const page of paginateListUsers({ client: iam, pageSize: 2 }, { PathPrefix })) {
      seen.push(...(page.Users ?? []).map((user) => user.UserName));
    }
    expect(seen).toEqual([...names].sort());
  });

  test('fifty users created concurrently all exist, and a name is used once', async () => {
    const PathPrefix = `/${unique('race')}/`;
    const same = unique('same');
    const tries = await Promise.allSettled(
      Array.from({ length: 50 }, (_, index) =>
        iam.createUser({ UserName: index % 2 === 0 ? same : unique('other'), Path: PathPrefix }),
      ),
    );
    const { Users = [] } = await iam.listUsers({ PathPrefix });
    expect(Users).toHaveLength(tries.filter(({ status }) => status === 'fulfilled').length);
    expect(Users.filter((user) => user.UserName === same)).toHaveLength(1);
  });

  test('a role is assumed and used', async () => {
    const RoleName = unique('role');
    const { Role } = await iam.createRole({
      RoleName,
      AssumeRolePolicyDocument: trust({ AWS: `arn:aws:iam::${server.accountId}:user/admin` }),
    });
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toContain('"2012-10-17"');
    await iam.putRolePolicy({ RoleName, PolicyName: 'p', PolicyDocument: allow('iam:ListGroups') });
    const sts = new STS({ endpoint: server.url, region: 'eu-west-1', credentials: server.admin });
    const assumed = await sts.assumeRole({ RoleArn: Role?.Arn ?? '', RoleSessionName: 'work', DurationSeconds: 900 });
    const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = assumed.Credentials ?? {};
    const session = new IAM({
      endpoint: server.url,
      region: 'eu-west-1',
      credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken },
    });
    await session.listGroups({});
    await expect(session.listRoles({})).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  test('[S36] credentials of a deleted role stop working at once', async () => {
    const RoleName = unique('gone');
    const { Role } = await iam.createRole({
      RoleName,
      AssumeRolePolicyDocument: trust({ AWS: `arn:aws:iam::${server.accountId}:user/admin` }),
    });
    const sts = new STS({ endpoint: server.url, region: 'eu-west-1', credentials: server.admin });
    const { Credentials } = await sts.assumeRole({ RoleArn: Role?.Arn ?? '', RoleSessionName: 'work' });
    const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
    const session = new STS({
      endpoint: server.url,
      region: 'eu-west-1',
      credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken },
    });
    await session.getCallerIdentity({});
    await iam.deleteRole({ RoleName });
    await expect(session.getCallerIdentity({})).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
  });
});

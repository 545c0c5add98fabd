import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Aws, type AwsProgram, awsCli, eachAwsProgram } from '../../harness/aws-cli.ts';
import { driveAws } from '../../harness/aws-cli-driver.ts';
import { allow, type Credentials, keyOf, sessionOf, trust } from '../../harness/documents.ts';
import { type AccessKeyPair, obtainServer, type RunningServer } from '../../harness/start-server.ts';
import { unique } from '../support/unique.ts';

const programs = eachAwsProgram();
let server: RunningServer;

beforeAll(async () => {
  server = await obtainServer();
});
afterAll(() => server.stop());

test('there is an aws CLI to test with', () => {
  console.log(`aws CLIs: ${programs.map(({ version, path }) => `${version} (${path})`).join(', ') || 'none'}`);
  expect(programs.length).toBeGreaterThan(0);
});

/** What a user sees of these commands: an answer in both forms, no answer at all, a refusal, and a command that is wrong. */
async function shown(program: AwsProgram, user: string): Promise<readonly unknown[]> {
  const admin = awsCli(program, server.url, server.admin);
  const failed = (error: Error): string => error.message;
  return [
    await admin.json('iam', 'create-user', '--user-name', user, '--query', 'User.[UserName, Path]'),
    await admin.text('iam', 'get-user', '--user-name', user, '--query', 'User.[UserName, Arn]'),
    await admin.json('iam', 'delete-user', '--user-name', user),
    await admin.json('iam', 'delete-user', '--user-name', user).catch(failed),
    await admin.refused('iam', 'get-user', '--user-name', user),
    await admin.json('iam', 'get-user', '--user-nam').catch(failed),
  ];
}

test.each(programs)('$version, driven, prints what its executable prints', async (installed) => {
  const program = driveAws(installed);
  try {
    const user = unique('anna');
    const printed = await shown(installed, user);
    expect(printed.slice(0, 3)).toEqual([
      [user, '/'],
      `${user}\tarn:aws:iam::${server.accountId}:user/${user}`,
      undefined,
    ]);
    expect(await shown(program, user)).toEqual(printed);
  } finally {
    await program.stop();
  }
});

describe.each(programs)('the main story with $version', (installed) => {
  const program = driveAws(installed);
  const user = unique('alice');
  const stranger = unique('mallory');
  const role = unique('auditor');
  let admin: Aws;
  let aliceKey: AccessKeyPair;
  let malloryKey: AccessKeyPair;
  let roleArn: string;
  let session: AccessKeyPair;
  const as = (caller: AccessKeyPair): Aws => awsCli(program, server.url, caller);

  afterAll(program.stop);
  beforeAll(() => {
    admin = as(server.admin);
  });

  test('the administrator is the one that the first start printed', async () => {
    const identity = await admin.json<Record<string, string>>('sts', 'get-caller-identity');
    expect(identity).toEqual({
      UserId: expect.stringMatching(/^AIDA[A-Z2-7]{16,17}$/),
      Account: server.accountId,
      Arn: `arn:aws:iam::${server.accountId}:user/admin`,
    });
  });

  test('creates two users with access keys', async () => {
    const made = await admin.json<{ User: Record<string, string> }>('iam', 'create-user', '--user-name', user);
    expect(made.User).toMatchObject({
      UserName: user,
      Path: '/',
      Arn: `arn:aws:iam::${server.accountId}:user/${user}`,
      UserId: expect.stringMatching(/^AIDA/),
    });
    await admin.json('iam', 'create-user', '--user-name', stranger);
    aliceKey = keyOf(await admin.json('iam', 'create-access-key', '--user-name', user));
    malloryKey = keyOf(await admin.json('iam', 'create-access-key', '--user-name', stranger));
    expect(aliceKey.accessKeyId).toMatch(/^AKIA[A-Z2-7]{16}$/);
  });

  test('creates a role whose trust policy names one of them', async () => {
    const trusted = trust({ AWS: `arn:aws:iam::${server.accountId}:user/${user}` });
    const made = await admin.json<{ Role: Record<string, unknown> }>(
      ...['iam', 'create-role', '--role-name', role, '--assume-role-policy-document', trusted],
    );
    expect(made.Role).toMatchObject({
      RoleName: role,
      RoleId: expect.stringMatching(/^AROA/),
      AssumeRolePolicyDocument: JSON.parse(trusted) as unknown,
    });
    expect(made.Role).not.toHaveProperty('MaxSessionDuration');
    roleArn = String(made.Role['Arn']);
    await admin.json(
      ...['iam', 'put-role-policy', '--role-name', role, '--policy-name', 'look'],
      ...['--policy-document', allow(['iam:GetUser', 'iam:ListUsers'])],
    );
  });

  test('the user that the trust policy names assumes the role, with no policy of its own', async () => {
    const assumed = await as(aliceKey).json<{
      Credentials: Credentials;
      AssumedRoleUser: { Arn: string; AssumedRoleId: string };
    }>('sts', 'assume-role', '--role-arn', roleArn, '--role-session-name', 'first');
    expect(assumed.AssumedRoleUser.Arn).toBe(`arn:aws:sts::${server.accountId}:assumed-role/${role}/first`);
    expect(assumed.AssumedRoleUser.AssumedRoleId).toMatch(/^AROA[A-Z2-7]+:first$/);
    expect(assumed.Credentials.AccessKeyId).toMatch(/^ASIA/);
    expect(assumed).not.toHaveProperty('PackedPolicySize');
    session = sessionOf(assumed);
  });

  test('the temporary credentials are the role session', async () => {
    expect(await as(session).text('sts', 'get-caller-identity', '--query', 'Arn')).toBe(
      `arn:aws:sts::${server.accountId}:assumed-role/${role}/first`,
    );
  });

  test('the session may do what the policy allows', async () => {
    expect(await as(session).text('iam', 'get-user', '--user-name', user, '--query', 'User.UserName')).toBe(user);
    expect(await as(session).text('iam', 'list-users', '--query', `Users[?UserName=='${user}'].UserName`)).toBe(user);
  });

  test('the session is denied everything else, in AWS’s words', async () => {
    const denied = await as(session).refused('iam', 'create-user', '--user-name', 'x');
    expect(denied).toEqual({
      code: 'AccessDenied',
      operation: 'CreateUser',
      message:
        `User: arn:aws:sts::${server.accountId}:assumed-role/${role}/first is not authorized to perform: ` +
        `iam:CreateUser on resource: arn:aws:iam::${server.accountId}:user/x ` +
        'because no identity-based policy allows the iam:CreateUser action',
    });
  });

  test('access to a missing entity is denied too, so that a denial does not reveal whether it exists', async () => {
    const denied = await as(session).refused('iam', 'delete-user', '--user-name', unique('nobody'));
    expect(denied.code).toBe('AccessDenied');
  });

  test('a user that the trust policy does not name is refused', async () => {
    const refused = await as(malloryKey).refused(
      ...['sts', 'assume-role', '--role-arn', roleArn, '--role-session-name', 'work'],
    );
    expect(refused).toMatchObject({ code: 'AccessDenied', operation: 'AssumeRole' });
    expect(refused.message).toContain(
      `User: arn:aws:iam::${server.accountId}:user/${stranger} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
    );
  });

  test('the role does not trust a new user with the name of a deleted one', async () => {
    const name = unique('twice');
    await admin.json('iam', 'create-user', '--user-name', name);
    const document = trust({ AWS: `arn:aws:iam::${server.accountId}:user/${name}` });
    const other = unique('role');
    await admin.json('iam', 'create-role', '--role-name', other, '--assume-role-policy-document', document);
    await admin.json('iam', 'delete-user', '--user-name', name);
    await admin.json('iam', 'create-user', '--user-name', name);
    const key = keyOf(await admin.json('iam', 'create-access-key', '--user-name', name));
    const arn = `arn:aws:iam::${server.accountId}:role/${other}`;
    const refused = await as(key).refused('sts', 'assume-role', '--role-arn', arn, '--role-session-name', 'work');
    expect(refused.code).toBe('AccessDenied');
  });

  test('inactive and deleted keys stop working at once', async () => {
    const id = malloryKey.accessKeyId;
    const keyArgs = ['--user-name', stranger, '--access-key-id', id];
    await admin.json('iam', 'update-access-key', ...keyArgs, '--status', 'Inactive');
    expect((await as(malloryKey).refused('sts', 'get-caller-identity')).code).toBe('InvalidClientTokenId');
    await admin.json('iam', 'update-access-key', ...keyArgs, '--status', 'Active');
    expect(await as(malloryKey).text('sts', 'get-caller-identity', '--query', 'Account')).toBe(server.accountId);
    await admin.json('iam', 'delete-access-key', ...keyArgs);
    const refused = await as(malloryKey).refused('sts', 'get-caller-identity');
    expect(refused.code).toBe('InvalidClientTokenId');
    expect(refused.message).toBe('The security token included in the request is invalid.');
  });
});

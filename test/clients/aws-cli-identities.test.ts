import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Aws, awsCli, oneAwsProgram } from '../../harness/aws-cli.ts';
import { driveAws } from '../../harness/aws-cli-driver.ts';
import { allow, keyOf, trust } from '../../harness/documents.ts';
import { obtainServer, type RunningServer } from '../../harness/start-server.ts';
import { unique } from '../support/unique.ts';

let server: RunningServer;

beforeAll(async () => {
  server = await obtainServer();
});
afterAll(() => server.stop());

describe.each(oneAwsProgram())('users, groups and roles with $version', (installed) => {
  const program = driveAws(installed);
  let admin: Aws;

  afterAll(program.stop);
  beforeAll(() => {
    admin = awsCli(program, server.url, server.admin);
  });

  test('a user with path and tags: created, read, tagged, renamed, deleted', async () => {
    const name = unique('Carol');
    const path = `/${unique('team')}/`;
    const tags = ['--tags', 'Key=team,Value=blue'];
    const made = await admin.json<{ User: { Arn: string; Tags: unknown } }>(
      ...['iam', 'create-user', '--user-name', name, '--path', path, ...tags],
    );
    expect(made.User.Arn).toBe(`arn:aws:iam::${server.accountId}:user${path}${name}`);
    expect(made.User.Tags).toEqual([{ Key: 'team', Value: 'blue' }]);
    const taken = await admin.refused('iam', 'create-user', '--user-name', name.toUpperCase());
    expect(taken.code).toBe('EntityAlreadyExists');
    expect(taken.message).toMatch(/^User with name .* already exists\.$/);
    const listed = await admin.json<{ Users: { UserName: string }[] }>('iam', 'list-users', '--path-prefix', path);
    expect(listed.Users.map((user) => user.UserName)).toEqual([name]);
    await admin.json('iam', 'tag-user', '--user-name', name, '--tags', 'Key=Stage,Value=test', 'Key=TEAM,Value=red');
    const { Tags } = await admin.json<{ Tags: { Key: string; Value: string }[] }>(
      ...['iam', 'list-user-tags', '--user-name', name],
    );
    expect(Tags.map((tag) => [tag.Key.toLowerCase(), tag.Value]).sort()).toEqual([
      ['stage', 'test'],
      ['team', 'red'],
    ]);
    await admin.json('iam', 'untag-user', '--user-name', name, '--tag-keys', 'Stage', 'team');
    const renamed = unique('Dora');
    await admin.json('iam', 'update-user', '--user-name', name, '--new-user-name', renamed);
    const { User } = await admin.json<{ User: object }>('iam', 'get-user', '--user-name', renamed.toLowerCase());
    expect(User).toMatchObject({ UserName: renamed, Path: path });
    expect(User).not.toHaveProperty('Tags');
    await admin.json('iam', 'delete-user', '--user-name', renamed);
    expect(await admin.refused('iam', 'get-user', '--user-name', renamed)).toEqual({
      code: 'NoSuchEntity',
      operation: 'GetUser',
      message: `The user with name ${renamed} cannot be found.`,
    });
  });

  test('get-user without a name returns the caller', async () => {
    expect(await admin.text('iam', 'get-user', '--query', 'User.UserName')).toBe('admin');
  });

  test('pages: the CLI’s own (--page-size) and the caller’s (--max-items, --starting-token)', async () => {
    const path = `/${unique('pages')}/`;
    const names = Array.from({ length: 7 }, (_, index) => unique(`page${index}`));
    for (const name of [...names].reverse())
      await admin.json('iam', 'create-user', '--user-name', name, '--path', path);
    const list = ['iam', 'list-users', '--path-prefix', path, '--query', 'Users[].UserName'];
    expect(await admin.json<string[]>(...list, '--page-size', '2')).toEqual(names);
    const first = await admin.json<{ Users: unknown[]; NextToken: string }>(
      ...['iam', 'list-users', '--path-prefix', path, '--max-items', '3'],
    );
    expect(first.Users).toHaveLength(3);
    const rest = await admin.json<string[]>(...list, '--starting-token', first.NextToken);
    expect(rest).toEqual(names.slice(3));
  });

  test('access keys: at most two, listed, with last use; a user with one cannot be deleted', async () => {
    const name = unique('keys');
    await admin.json('iam', 'create-user', '--user-name', name);
    const first = keyOf(await admin.json('iam', 'create-access-key', '--user-name', name));
    await admin.json('iam', 'create-access-key', '--user-name', name);
    expect(await admin.refused('iam', 'create-access-key', '--user-name', name)).toMatchObject({
      code: 'LimitExceeded',
      message: 'Cannot exceed quota for AccessKeysPerUser: 2',
    });
    const { AccessKeyMetadata } = await admin.json<{ AccessKeyMetadata: Record<string, string>[] }>(
      ...['iam', 'list-access-keys', '--user-name', name],
    );
    expect(AccessKeyMetadata.map((key) => key['Status'])).toEqual(['Active', 'Active']);
    expect(JSON.stringify(AccessKeyMetadata)).not.toContain('Secret');
    const used = await admin.json<{ UserName: string; AccessKeyLastUsed: object }>(
      ...['iam', 'get-access-key-last-used', '--access-key-id', first.accessKeyId],
    );
    expect(used).toMatchObject({ UserName: name, AccessKeyLastUsed: { ServiceName: 'N/A', Region: 'N/A' } });
    expect(await admin.refused('iam', 'delete-user', '--user-name', name)).toMatchObject({
      code: 'DeleteConflict',
      message: expect.stringMatching(/^Cannot delete entity, must /),
    });
  });

  test('groups: members, policies that apply to them, removal', async () => {
    const [group, name] = [unique('ops'), unique('erin')];
    await admin.json('iam', 'create-group', '--group-name', group);
    await admin.json('iam', 'create-user', '--user-name', name);
    const erin = awsCli(program, server.url, keyOf(await admin.json('iam', 'create-access-key', '--user-name', name)));
    const policy = ['--policy-name', 'look', '--policy-document', allow('iam:ListRoles')];
    await admin.json('iam', 'put-group-policy', '--group-name', group, ...policy);
    expect((await erin.refused('iam', 'list-roles')).code).toBe('AccessDenied');
    await admin.json('iam', 'add-user-to-group', '--group-name', group, '--user-name', name);
    await erin.json('iam', 'list-roles', '--max-items', '1');
    const members = ['iam', 'get-group', '--group-name', group, '--query', 'Users[].UserName'];
    expect(await admin.json<string[]>(...members)).toEqual([name]);
    const groups = ['iam', 'list-groups-for-user', '--user-name', name, '--query', 'Groups[].GroupName'];
    expect(await admin.json<string[]>(...groups)).toEqual([group]);
    expect((await admin.refused('iam', 'delete-group', '--group-name', group)).code).toBe('DeleteConflict');
    await admin.json('iam', 'remove-user-from-group', '--group-name', group, '--user-name', name);
    expect((await erin.refused('iam', 'list-roles')).code).toBe('AccessDenied');
    await admin.json('iam', 'delete-group-policy', '--group-name', group, '--policy-name', 'look');
    await admin.json('iam', 'delete-group', '--group-name', group);
  });

  test('[aws-behaviour 1] roles: the output of create, get and list', async () => {
    const name = unique('role');
    const document = trust({ Service: 'ec2.amazonaws.com' });
    const create = ['--role-name', name, '--assume-role-policy-document', document, '--description', 'for tests'];
    await admin.json('iam', 'create-role', ...create, '--tags', 'Key=team,Value=blue');
    const { Role } = await admin.json<{ Role: object }>('iam', 'get-role', '--role-name', name);
    expect(Role).toMatchObject({
      Description: 'for tests',
      MaxSessionDuration: 3600,
      RoleLastUsed: {},
      AssumeRolePolicyDocument: JSON.parse(document) as unknown,
    });
    const [listed] = await admin.json<object[]>('iam', 'list-roles', '--query', `Roles[?RoleName=='${name}']`);
    expect(listed).toHaveProperty('MaxSessionDuration', 3600);
    expect(listed).not.toHaveProperty('Tags');
    expect(listed).not.toHaveProperty('RoleLastUsed');
    await admin.json('iam', 'update-role', '--role-name', name, '--max-session-duration', '7200');
    const changed = trust({ Service: 'lambda.amazonaws.com' });
    await admin.json('iam', 'update-assume-role-policy', '--role-name', name, '--policy-document', changed);
    const query = ['--query', 'Role.[MaxSessionDuration, AssumeRolePolicyDocument.Statement[0].Principal.Service]'];
    expect(await admin.json('iam', 'get-role', '--role-name', name, ...query)).toEqual([7200, 'lambda.amazonaws.com']);
    await admin.json('iam', 'tag-role', '--role-name', name, '--tags', 'Key=stage,Value=test');
    const tags = ['iam', 'list-role-tags', '--role-name', name, '--query', 'length(Tags)'];
    expect(await admin.text(...tags)).toBe('2');
    await admin.json('iam', 'untag-role', '--role-name', name, '--tag-keys', 'stage');
    await admin.json('iam', 'delete-role', '--role-name', name);
    expect((await admin.refused('iam', 'get-role', '--role-name', name)).message).toBe(
      `The role with name ${name} cannot be found.`,
    );
  });

  test('a service-linked role: created, protected, and deleted by a task', async () => {
    const create = ['create-service-linked-role', '--aws-service-name', 'batch.amazonaws.com'];
    const RoleName = await admin.text('iam', ...create, '--query', 'Role.RoleName');
    expect((await admin.refused('iam', ...create)).message).toContain('has been taken in this account');
    expect((await admin.refused('iam', 'delete-role', '--role-name', RoleName)).code).toBe('UnmodifiableEntity');
    const task = await admin.text('iam', 'delete-service-linked-role', '--role-name', RoleName);
    const status = ['iam', 'get-service-linked-role-deletion-status', '--deletion-task-id', task];
    expect(await admin.json(...status)).toEqual({ Status: 'SUCCEEDED' });
    expect((await admin.refused('iam', 'get-role', '--role-name', RoleName)).code).toBe('NoSuchEntity');
  });

  test('the credential report: generated, and read as CSV', async () => {
    let state: string | undefined;
    for (let asked = 0; state !== 'COMPLETE'; asked++) {
      if (asked > 100) throw new Error(`the report is still ${state}`);
      state = await admin.text('iam', 'generate-credential-report', '--query', 'State');
    }
    const encoded = await admin.text('iam', 'get-credential-report', '--query', 'Content');
    const [columns, root, ...users] = Buffer.from(encoded, 'base64').toString('utf8').split('\n');
    expect(columns).toMatch(/^user,arn,user_creation_time,.*,cert_2_last_rotated$/);
    expect(root).toMatch(`<root_account>,arn:aws:iam::${server.accountId}:root,`);
    const [row = ''] = users.filter((user) => user.startsWith('admin,'));
    // `access_key_1_active`: the key that asks.
    expect(row.split(',')[8]).toBe('true');
  });

  test('a permissions boundary limits what identity policies allow', async () => {
    const name = unique('bounded');
    const create = ['--policy-name', unique('cap'), '--policy-document', allow('iam:List*')];
    const boundary = await admin.text('iam', 'create-policy', ...create, '--query', 'Policy.Arn');
    await admin.json('iam', 'create-user', '--user-name', name, '--permissions-boundary', boundary);
    const policy = ['--policy-name', 'all', '--policy-document', allow('iam:*')];
    await admin.json('iam', 'put-user-policy', '--user-name', name, ...policy);
    const user = awsCli(program, server.url, keyOf(await admin.json('iam', 'create-access-key', '--user-name', name)));
    await user.json('iam', 'list-users', '--max-items', '1');
    expect((await user.refused('iam', 'get-user')).message).toContain(
      'because no permissions boundary allows the iam:GetUser action',
    );
    const shown = ['iam', 'get-user', '--user-name', name, '--query', 'User.PermissionsBoundary'];
    expect(await admin.json(...shown)).toEqual({
      PermissionsBoundaryType: 'Policy',
      PermissionsBoundaryArn: boundary,
    });
    await admin.json('iam', 'delete-user-permissions-boundary', '--user-name', name);
    await user.json('iam', 'get-user');
    await admin.json(
      ...['iam', 'put-user-permissions-boundary', '--user-name', name, '--permissions-boundary', boundary],
    );
    expect((await user.refused('iam', 'get-user')).code).toBe('AccessDenied');
  });
});

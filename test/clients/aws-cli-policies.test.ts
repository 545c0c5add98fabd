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

describe.each(oneAwsProgram())('policies, providers and the account with $version', (installed) => {
  const program = driveAws(installed);
  let admin: Aws;
  const makePolicy = (document: string): Promise<string> => {
    const create = ['--policy-name', unique('policy'), '--policy-document', document];
    return admin.text('iam', 'create-policy', ...create, '--query', 'Policy.Arn');
  };

  afterAll(program.stop);
  beforeAll(() => {
    admin = awsCli(program, server.url, server.admin);
  });

  test('[aws-behaviour 2] a managed policy and its versions', async () => {
    const document = allow('iam:GetUser');
    const name = unique('policy');
    const create = ['--policy-name', name, '--policy-document', document, '--description', 'reads'];
    const { Policy } = await admin.json<{ Policy: Record<string, unknown> }>('iam', 'create-policy', ...create);
    expect(Policy).toMatchObject({ DefaultVersionId: 'v1', AttachmentCount: 0, IsAttachable: true, Path: '/' });
    expect(Policy).not.toHaveProperty('Description');
    const arn = String(Policy['Arn']);
    expect(arn).toBe(`arn:aws:iam::${server.accountId}:policy/${name}`);
    const got = await admin.json<{ Policy: object }>('iam', 'get-policy', '--policy-arn', arn);
    expect(got.Policy).toMatchObject({ Description: 'reads', Tags: [] });
    const version = ['--policy-arn', arn, '--policy-document', allow('iam:ListUsers')];
    await admin.json('iam', 'create-policy-version', ...version, '--set-as-default');
    await admin.json('iam', 'create-policy-version', ...version);
    const versions = ['iam', 'list-policy-versions', '--policy-arn', arn, '--query', 'Versions[].VersionId'];
    expect(await admin.json(...versions)).toEqual(['v3', 'v2', 'v1']);
    const shown = ['iam', 'get-policy-version', '--policy-arn', arn, '--version-id', 'v1'];
    expect(await admin.json(...shown, '--query', 'PolicyVersion.Document')).toEqual(JSON.parse(document));
    await admin.json('iam', 'set-default-policy-version', '--policy-arn', arn, '--version-id', 'v1');
    await admin.json('iam', 'delete-policy-version', '--policy-arn', arn, '--version-id', 'v2');
    await admin.json('iam', 'create-policy-version', ...version);
    await admin.json('iam', 'create-policy-version', ...version);
    await admin.json('iam', 'create-policy-version', ...version);
    expect((await admin.refused('iam', 'create-policy-version', ...version)).code).toBe('LimitExceeded');
    const deleted = await admin.refused(...['iam', 'delete-policy-version', '--policy-arn', arn, '--version-id', 'v1']);
    expect(deleted.code).toBe('DeleteConflict');
  });

  test('a policy is attached to a user, a group and a role, takes effect, and can be deleted only when detached everywhere', async () => {
    const arn = await makePolicy(allow('iam:ListRoles'));
    const [user, group, role] = [unique('user'), unique('group'), unique('role')];
    await admin.json('iam', 'create-user', '--user-name', user);
    await admin.json('iam', 'create-group', '--group-name', group);
    const trusted = ['--assume-role-policy-document', trust({ Service: 'ec2.amazonaws.com' })];
    await admin.json('iam', 'create-role', '--role-name', role, ...trusted);
    const caller = awsCli(
      program,
      server.url,
      keyOf(await admin.json('iam', 'create-access-key', '--user-name', user)),
    );
    expect((await caller.refused('iam', 'list-roles')).code).toBe('AccessDenied');

    const holders = [
      ['user', '--user-name', user],
      ['group', '--group-name', group],
      ['role', '--role-name', role],
    ] as const;
    for (const [kind, option, name] of holders) {
      await admin.json('iam', `attach-${kind}-policy`, option, name, '--policy-arn', arn);
      const attached = ['iam', `list-attached-${kind}-policies`, option, name];
      expect(await admin.json(...attached, '--query', 'AttachedPolicies[].PolicyArn')).toEqual([arn]);
    }
    await caller.json('iam', 'list-roles', '--max-items', '1');
    const entities = await admin.json<Record<string, object[]>>(
      ...['iam', 'list-entities-for-policy', '--policy-arn', arn],
    );
    expect(entities).toMatchObject({
      PolicyUsers: [{ UserName: user }],
      PolicyGroups: [{ GroupName: group }],
      PolicyRoles: [{ RoleName: role }],
    });
    expect(await admin.text('iam', 'get-policy', '--policy-arn', arn, '--query', 'Policy.AttachmentCount')).toBe('3');
    expect((await admin.refused('iam', 'delete-policy', '--policy-arn', arn)).code).toBe('DeleteConflict');
    for (const [kind, option, name] of holders) {
      await admin.json('iam', `detach-${kind}-policy`, option, name, '--policy-arn', arn);
    }
    expect((await caller.refused('iam', 'list-roles')).code).toBe('AccessDenied');
    await admin.json('iam', 'delete-policy', '--policy-arn', arn);
    expect((await admin.refused('iam', 'get-policy', '--policy-arn', arn)).code).toBe('NoSuchEntity');
  });

  test('an explicit deny wins over any allow', async () => {
    const user = unique('user');
    await admin.json('iam', 'create-user', '--user-name', user);
    const arn = 'arn:aws:iam::aws:policy/AdministratorAccess';
    await admin.json('iam', 'attach-user-policy', '--user-name', user, '--policy-arn', arn);
    const deny = ['--policy-name', 'no', '--policy-document', allow('iam:DeleteUser', { effect: 'Deny' })];
    await admin.json('iam', 'put-user-policy', '--user-name', user, ...deny);
    const caller = awsCli(
      program,
      server.url,
      keyOf(await admin.json('iam', 'create-access-key', '--user-name', user)),
    );
    await caller.json('iam', 'list-users', '--max-items', '1');
    const denied = await caller.refused('iam', 'delete-user', '--user-name', user);
    expect(denied.message).toContain('with an explicit deny in an identity-based policy');
  });

  test('inline policies: put, listed in order, returned as put, deleted', async () => {
    const user = unique('user');
    await admin.json('iam', 'create-user', '--user-name', user);
    const document = allow(['iam:GetUser', 's3:*'], { condition: { Bool: { 'aws:SecureTransport': 'true' } } });
    for (const name of ['b', 'a']) {
      const put = ['--user-name', user, '--policy-name', name, '--policy-document', document];
      await admin.json('iam', 'put-user-policy', ...put);
    }
    const names = ['iam', 'list-user-policies', '--user-name', user, '--query', 'PolicyNames'];
    expect(await admin.json(...names)).toEqual(['a', 'b']);
    const got = ['iam', 'get-user-policy', '--user-name', user, '--policy-name', 'a', '--query', 'PolicyDocument'];
    expect(await admin.json(...got)).toEqual(JSON.parse(document));
    await admin.json('iam', 'delete-user-policy', '--user-name', user, '--policy-name', 'a');
    expect(await admin.json(...names)).toEqual(['b']);
  });

  test('[aws-behaviour 3, 4] invalid documents and ARNs', async () => {
    const create = ['iam', 'create-policy', '--policy-name', unique('bad'), '--policy-document'];
    const broken = await admin.refused(...create, '{"Version":');
    expect(broken.code).toBe('MalformedPolicyDocument');
    const wrong = await admin.refused(...create, '{"Version":"2012-10-17","Statement":[{"Effect":"Perhaps"}]}');
    expect(wrong.code).toBe('MalformedPolicyDocument');
    const role = ['iam', 'create-role', '--role-name', unique('bad'), '--assume-role-policy-document'];
    expect((await admin.refused(...role, 'nonsense')).message).toContain('This policy contains invalid Json');
    const attach = ['iam', 'attach-user-policy', '--user-name', 'admin', '--policy-arn'];
    expect(await admin.refused(...attach, 'not-an-arn-but-long-enough')).toMatchObject({ code: 'ValidationError' });
    expect(await admin.refused(...attach, `arn:aws:iam::${server.accountId}:policy/${unique('none')}`)).toMatchObject({
      code: 'NoSuchEntity',
      message: expect.stringContaining('does not exist or is not attachable.'),
    });
  });

  test('an OIDC provider: created, read, its clients and thumbprints changed, deleted', async () => {
    const host = `${unique('idp')}.example.com`;
    const arn = await admin.text(
      ...['iam', 'create-open-id-connect-provider', '--url', `https://${host}/tenant`, '--client-id-list', 'app-1'],
      ...['--thumbprint-list', 'a'.repeat(40), '--query', 'OpenIDConnectProviderArn'],
    );
    expect(arn).toBe(`arn:aws:iam::${server.accountId}:oidc-provider/${host}/tenant`);
    const one = ['--open-id-connect-provider-arn', arn];
    await admin.json('iam', 'add-client-id-to-open-id-connect-provider', ...one, '--client-id', 'app-2');
    await admin.json('iam', 'remove-client-id-from-open-id-connect-provider', ...one, '--client-id', 'app-1');
    const thumbprints = ['--thumbprint-list', 'b'.repeat(40)];
    await admin.json('iam', 'update-open-id-connect-provider-thumbprint', ...one, ...thumbprints);
    expect(await admin.json('iam', 'get-open-id-connect-provider', ...one)).toMatchObject({
      Url: `${host}/tenant`,
      ClientIDList: ['app-2'],
      ThumbprintList: ['b'.repeat(40)],
    });
    const list = ['iam', 'list-open-id-connect-providers', '--query', 'OpenIDConnectProviderList[].Arn'];
    expect(await admin.json(...list)).toContain(arn);
    await admin.json('iam', 'delete-open-id-connect-provider', ...one);
    expect((await admin.refused('iam', 'get-open-id-connect-provider', ...one)).code).toBe('NoSuchEntity');
  });

  test('the account: alias, summary, password policy', async () => {
    const aliases = ['iam', 'list-account-aliases', '--query', 'AccountAliases'];
    expect(await admin.json(...aliases)).toEqual([server.accountAlias]);
    const summary = await admin.json<Record<string, number>>('iam', 'get-account-summary', '--query', 'SummaryMap');
    expect(summary).toMatchObject({ Users: expect.any(Number), UsersQuota: 5000, AccountAccessKeysPresent: 0 });
    await admin.json('iam', 'update-account-password-policy', '--minimum-password-length', '20', '--require-numbers');
    const policy = ['iam', 'get-account-password-policy', '--query', 'PasswordPolicy'];
    expect(await admin.json(...policy)).toMatchObject({ MinimumPasswordLength: 20, RequireNumbers: true });
    await admin.json('iam', 'delete-account-password-policy');
    expect((await admin.refused('iam', 'get-account-password-policy')).code).toBe('NoSuchEntity');
  });
});

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Aws, awsCli, eachAwsProgram, oneAwsProgram } from '../../harness/aws-cli.ts';
import { driveAws } from '../../harness/aws-cli-driver.ts';
import { allow, type Credentials, keyOf, sessionOf, trust } from '../../harness/documents.ts';
import { type AccessKeyPair, obtainServer, type RunningServer } from '../../harness/start-server.ts';
import { unique } from '../support/unique.ts';

let server: RunningServer;

beforeAll(async () => {
  server = await obtainServer();
});
afterAll(() => server.stop());

interface Assumed {
  readonly Credentials: Credentials;
  readonly AssumedRoleUser: { readonly Arn: string };
  readonly PackedPolicySize?: number;
  readonly SourceIdentity?: string;
}

describe.each(eachAwsProgram())('an API that is not served, with $version', (installed) => {
  const program = driveAws(installed);
  afterAll(program.stop);

  test.each([
    ['NotImplemented', ['s3api', 'list-buckets']],
    ['NotImplemented', ['s3', 'ls', 's3://bucket/prefix']],
    ['InvalidAction', ['ec2', 'describe-instances']],
    ['UnknownOperationException', ['dynamodb', 'list-tables']],
    ['UnknownOperationException', ['lambda', 'list-functions']],
  ])('%s for %j', async (code, command) => {
    const refused = await awsCli(program, server.url, server.admin).refused(...command);
    expect(refused.code).toBe(code);
    expect(refused.message).toContain('AWS_ENDPOINT_URL_IAM');
  });
});

describe.each(oneAwsProgram())('STS with $version', (installed) => {
  const program = driveAws(installed);
  const user = unique('bob');
  let admin: Aws;
  let bob: Aws;
  let userArn: string;
  const as = (caller: AccessKeyPair): Aws => awsCli(program, server.url, caller);
  const arnOf = (role: string): string => `arn:aws:iam::${server.accountId}:role/${role}`;
  const assume = (caller: Aws, roleArn: string, ...more: string[]): Promise<Assumed> =>
    caller.json<Assumed>('sts', 'assume-role', '--role-arn', roleArn, '--role-session-name', 'work', ...more);
  const refusedToAssume = (caller: Aws, roleArn: string, ...more: string[]) =>
    caller.refused('sts', 'assume-role', '--role-arn', roleArn, '--role-session-name', 'work', ...more);
  const makeRole = async (trustPolicy: string, policy?: string): Promise<string> => {
    const name = unique('role');
    await admin.json('iam', 'create-role', '--role-name', name, '--assume-role-policy-document', trustPolicy);
    if (policy !== undefined) {
      const args = ['--role-name', name, '--policy-name', 'inline', '--policy-document', policy];
      await admin.json('iam', 'put-role-policy', ...args);
    }
    return arnOf(name);
  };

  afterAll(program.stop);
  beforeAll(async () => {
    admin = as(server.admin);
    userArn = await admin.text('iam', 'create-user', '--user-name', user, '--query', 'User.Arn');
    bob = as(keyOf(await admin.json('iam', 'create-access-key', '--user-name', user)));
  });

  test('[S45] a trust policy with an ExternalId refuses a call without it, or with another', async () => {
    const condition = { StringEquals: { 'sts:ExternalId': 'partner-42' } };
    const role = await makeRole(trust({ AWS: userArn }, { condition }));
    expect((await refusedToAssume(bob, role)).code).toBe('AccessDenied');
    expect((await refusedToAssume(bob, role, '--external-id', 'partner-43')).code).toBe('AccessDenied');
    expect((await assume(bob, role, '--external-id', 'partner-42')).AssumedRoleUser.Arn).toContain('assumed-role/');
  });

  test('a denial’s encoded authorization message can be decoded with permission', async () => {
    const debug = await bob.debug('iam', 'get-user', '--user-name', 'somebody-else');
    const [, message = ''] = /<EncodedAuthorizationMessage>([\w-]+)</.exec(debug) ?? [];
    const command = ['sts', 'decode-authorization-message', '--encoded-message', message];
    const said = JSON.parse(await admin.text(...command, '--query', 'DecodedMessage'));
    expect(said).toMatchObject({
      allowed: false,
      explicitDeny: false,
      context: { principal: { name: user, arn: userArn }, action: 'iam:GetUser' },
    });
    expect((await bob.refused(...command)).code).toBe('AccessDenied');
    expect(await admin.refused(...command.slice(0, -1), `${message}x`)).toEqual({
      code: 'InvalidAuthorizationMessageException',
      operation: 'DecodeAuthorizationMessage',
      message: 'Message is not valid',
    });
  });

  test('a trust policy that requires MFA refuses a caller without it', async () => {
    const condition = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };
    const role = await makeRole(trust({ AWS: userArn }, { condition }));
    expect((await refusedToAssume(bob, role)).code).toBe('AccessDenied');
  });

  test('a role that trusts the account leaves the decision to the caller’s own policy', async () => {
    const role = await makeRole(trust({ AWS: `arn:aws:iam::${server.accountId}:root` }));
    expect((await refusedToAssume(bob, role)).code).toBe('AccessDenied');
    const policy = allow('sts:AssumeRole', { resource: role });
    const args = ['--user-name', user, '--policy-name', unique('may-assume'), '--policy-document', policy];
    await admin.json('iam', 'put-user-policy', ...args);
    expect((await assume(bob, role)).Credentials.SessionToken).not.toBe('');
  });

  test('a session policy narrows what the session may do and never widens it', async () => {
    const role = await makeRole(trust({ AWS: userArn }), allow(['iam:GetUser', 'iam:ListUsers']));
    const policy = allow(['iam:ListUsers', 'iam:ListRoles']);
    const assumed = await assume(bob, role, '--policy', policy);
    expect(assumed.PackedPolicySize).toBeGreaterThan(0);
    const session = as(sessionOf(assumed));
    await session.json('iam', 'list-users', '--max-items', '1');
    const narrowed = await session.refused('iam', 'get-user', '--user-name', user);
    expect(narrowed.message).toContain('because no session policy allows the iam:GetUser action');
    expect((await session.refused('iam', 'list-roles')).code).toBe('AccessDenied');
  });

  test('a managed session policy narrows too', async () => {
    const role = await makeRole(trust({ AWS: userArn }), allow('iam:*'));
    const name = unique('narrow');
    const policyArn = await admin.text(
      ...['iam', 'create-policy', '--policy-name', name, '--policy-document', allow('iam:ListUsers')],
      ...['--query', 'Policy.Arn'],
    );
    const session = as(sessionOf(await assume(bob, role, '--policy-arns', `arn=${policyArn}`)));
    await session.json('iam', 'list-users', '--max-items', '1');
    expect((await session.refused('iam', 'list-roles')).code).toBe('AccessDenied');
  });

  test('[S45] session tags need sts:TagSession, decide in policies, and transitive ones are passed on', async () => {
    const plain = await makeRole(trust({ AWS: userArn }));
    const tags = ['--tags', 'Key=team,Value=blue', 'Key=stage,Value=test', '--transitive-tag-keys', 'team'];
    expect((await refusedToAssume(bob, plain, ...tags)).code).toBe('AccessDenied');

    const next = await makeRole(
      trust({ AWS: `arn:aws:iam::${server.accountId}:root` }, { action: ['sts:AssumeRole', 'sts:TagSession'] }),
      allow('iam:ListUsers', { condition: { StringEquals: { 'aws:PrincipalTag/team': 'blue' } } }),
    );
    const first = await makeRole(
      trust({ AWS: userArn }, { action: ['sts:AssumeRole', 'sts:TagSession'] }),
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Action: ['sts:AssumeRole', 'sts:TagSession'], Resource: next },
          {
            Effect: 'Allow',
            Action: 'iam:ListRoles',
            Resource: '*',
            Condition: { StringEquals: { 'aws:PrincipalTag/stage': 'test' } },
          },
        ],
      }),
    );
    const session = as(sessionOf(await assume(bob, first, ...tags)));
    await session.json('iam', 'list-roles', '--max-items', '1');
    const chained = as(sessionOf(await assume(session, next)));
    await chained.json('iam', 'list-users', '--max-items', '1');
    const untagged = as(sessionOf(await assume(bob, first)));
    expect((await untagged.refused('iam', 'list-roles')).code).toBe('AccessDenied');
  });

  test('[S45] role chaining is capped at one hour', async () => {
    const role = unique('long');
    const trusted = trust({ AWS: [userArn, `arn:aws:iam::${server.accountId}:root`] });
    const args = ['--role-name', role, '--assume-role-policy-document', trusted, '--max-session-duration', '7200'];
    await admin.json('iam', 'create-role', ...args);
    const policy = allow('sts:AssumeRole');
    const policyArgs = ['--role-name', role, '--policy-name', 'chain', '--policy-document', policy];
    await admin.json('iam', 'put-role-policy', ...policyArgs);
    const first = await assume(bob, arnOf(role), '--duration-seconds', '7200');
    const lasts = Date.parse(first.Credentials.Expiration) - Date.now();
    expect(Math.abs(lasts - 7_200_000)).toBeLessThan(120_000);
    const session = as(sessionOf(first));
    const refused = await refusedToAssume(session, arnOf(role), '--duration-seconds', '3601');
    expect(refused.code).toBe('ValidationError');
    expect(refused.message).toMatch(/1 hour session limit for roles assumed by role chaining/);
    await assume(session, arnOf(role), '--duration-seconds', '3600');
  });

  test('a session longer than the role’s maximum is refused', async () => {
    const role = await makeRole(trust({ AWS: userArn }));
    const refused = await refusedToAssume(bob, role, '--duration-seconds', '3601');
    expect(refused).toMatchObject({
      code: 'ValidationError',
      message: 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    });
  });

  test('a source identity is returned, kept, and needs a permission', async () => {
    const trusted = trust({ AWS: userArn }, { action: ['sts:AssumeRole', 'sts:SetSourceIdentity'] });
    const assumed = await assume(bob, await makeRole(trusted), '--source-identity', 'bob@example.com');
    expect(assumed.SourceIdentity).toBe('bob@example.com');
    const plain = await makeRole(trust({ AWS: userArn }));
    expect((await refusedToAssume(bob, plain, '--source-identity', 'bob')).code).toBe('AccessDenied');
  });

  test('[aws-behaviour 6] a malformed session name is refused with the constraint', async () => {
    const refused = await bob.refused('sts', 'assume-role', '--role-arn', arnOf('x'), '--role-session-name', 'a:b');
    expect(refused).toMatchObject({
      code: 'ValidationError',
      message:
        "1 validation error detected: Value 'a:b' at 'roleSessionName' failed to satisfy constraint: " +
        'Member must satisfy regular expression pattern: [\\w+=,.@-]*',
    });
  });

  test('[aws-behaviour 7] assuming something that is not a role', async () => {
    const refused = await refusedToAssume(bob, userArn.replace(':user/', ':usr/'));
    expect(refused.code).toBe('ValidationError');
    expect(refused.message).toMatch(/is invalid$/);
  });

  test('[aws-behaviour 17] get-caller-identity needs no permission, even under an explicit deny', async () => {
    const name = unique('denied');
    await admin.json('iam', 'create-user', '--user-name', name);
    const deny = allow('*', { effect: 'Deny' });
    const args = ['--user-name', name, '--policy-name', 'deny', '--policy-document', deny];
    await admin.json('iam', 'put-user-policy', ...args);
    const denied = as(keyOf(await admin.json('iam', 'create-access-key', '--user-name', name)));
    expect(await denied.text('sts', 'get-caller-identity', '--query', 'Arn')).toContain(`user/${name}`);
    const refused = await denied.refused('iam', 'list-users');
    expect(refused.message).toContain('with an explicit deny in an identity-based policy');
  });

  test('[aws-behaviour 17] credentials of get-session-token may not call IAM without MFA', async () => {
    const answer = await admin.json<{ Credentials: Credentials }>('sts', 'get-session-token');
    const session = as(sessionOf(answer));
    expect(await session.text('sts', 'get-caller-identity', '--query', 'Arn')).toContain(':user/admin');
    expect((await session.refused('iam', 'list-users')).code).toMatch(/AccessDenied|InvalidClientTokenId/);
  });

  test('[aws-behaviour 17] credentials of get-federation-token are a federated user’s, who may not call IAM', async () => {
    const federate = ['sts', 'get-federation-token', '--name', 'Guest', '--policy', allow('*')];
    expect((await bob.refused(...federate)).code).toBe('AccessDenied');
    const answer = await admin.json<{ Credentials: Credentials; FederatedUser: object }>(...federate);
    const Arn = `arn:aws:sts::${server.accountId}:federated-user/Guest`;
    expect(answer.FederatedUser).toEqual({ FederatedUserId: `${server.accountId}:Guest`, Arn });
    const guest = as(sessionOf(answer));
    expect(await guest.text('sts', 'get-caller-identity', '--query', 'Arn')).toBe(Arn);
    expect((await guest.refused('iam', 'list-users')).code).toBe('InvalidClientTokenId');
  });

  test('get-access-key-info returns the account of a key', async () => {
    const [id = ''] = await admin.json<string[]>(
      ...['iam', 'list-access-keys', '--user-name', user, '--query', 'AccessKeyMetadata[].AccessKeyId'],
    );
    expect(await bob.refused('sts', 'get-access-key-info', '--access-key-id', id)).toMatchObject({
      code: 'AccessDenied',
    });
    const text = await admin.text('sts', 'get-access-key-info', '--access-key-id', id, '--query', 'Account');
    expect(text).toBe(server.accountId);
  });
});

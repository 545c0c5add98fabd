import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  DeletePolicyCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DeleteUserCommand,
  GetRoleCommand,
  ListUsersCommand,
  PutRolePermissionsBoundaryCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, type AssumeRoleCommandInput, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ACCOUNT_ID, type InProcessServer, type Key, startInProcess } from '../support/in-process-server.ts';
import { until } from '../support/until.ts';
import { account, allow, keyOf, makeRole, makeUser, refusal, roleArn, trust, userArn } from './people.ts';

let server: InProcessServer;
let alice: Key;
let bob: Key;

beforeAll(async () => {
  server = await startInProcess();
  alice = await makeUser(server, 'alice');
  bob = await makeUser(server, 'bob');
});
afterAll(() => server.close());

type Wishes = Partial<AssumeRoleCommandInput>;
const assume = (key: Key, role: string, wishes: Wishes = {}) =>
  server.sts(key).send(new AssumeRoleCommand({ RoleArn: roleArn(role), RoleSessionName: 'session', ...wishes }));
const sessionOf = async (key: Key, role: string, wishes: Wishes = {}): Promise<Key> =>
  keyOf((await assume(key, role, wishes)).Credentials);
const listUsers = (key: Key) => server.iam(key).send(new ListUsersCommand({}));

describe('who may assume a role', () => {
  test('a user that the trust policy names, with no policy of its own', async () => {
    await makeRole(server, 'named', { trust: trust({ AWS: userArn('alice') }), policy: allow('iam:ListUsers') });
    const answer = await assume(alice, 'named');
    expect(answer.AssumedRoleUser?.Arn).toBe(`arn:aws:sts::${ACCOUNT_ID}:assumed-role/named/session`);
    expect(answer.AssumedRoleUser?.AssumedRoleId).toMatch(/^AROA[A-Z2-7]{16}:session$/);
    expect(answer.PackedPolicySize).toBeUndefined();
    expect(answer.Credentials?.AccessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
    const session = keyOf(answer.Credentials);
    const identity = await server.sts(session).send(new GetCallerIdentityCommand({}));
    expect(identity.Arn).toBe(`arn:aws:sts::${ACCOUNT_ID}:assumed-role/named/session`);
    expect((await listUsers(session)).Users).toHaveLength(3);
  });

  test('the session is denied everything else, in AWS’s words', async () => {
    const session = await sessionOf(alice, 'named');
    expect(await refusal(server.iam(session).send(new CreateUserCommand({ UserName: 'x' })))).toEqual({
      name: 'AccessDenied',
      message: `User: arn:aws:sts::${ACCOUNT_ID}:assumed-role/named/session is not authorized to perform: iam:CreateUser on resource: arn:aws:iam::${ACCOUNT_ID}:user/x because no identity-based policy allows the iam:CreateUser action`,
    });
  });

  test('a user it does not name is refused', async () => {
    const { name, message } = await refusal(assume(bob, 'named'));
    expect(name).toBe('AccessDenied');
    expect(message).toBe(
      `User: ${userArn('bob')} is not authorized to perform: sts:AssumeRole on resource: ${roleArn('named')}`,
    );
  });

  test('a missing role is refused with the same message', async () => {
    const { name, message } = await refusal(assume(bob, 'nobody'));
    expect(name).toBe('AccessDenied');
    expect(message).toBe(
      `User: ${userArn('bob')} is not authorized to perform: sts:AssumeRole on resource: ${roleArn('nobody')}`,
    );
  });

  test('if the trust policy names the account, the user also needs a policy of its own', async () => {
    await makeRole(server, 'by-account', { trust: trust(account) });
    expect((await refusal(assume(bob, 'by-account'))).name).toBe('AccessDenied');
    const carol = await makeUser(server, 'carol', allow('sts:AssumeRole', roleArn('by-account')));
    await expect(assume(carol, 'by-account')).resolves.toBeDefined();
  });

  test('a new user with the name in the trust policy is not trusted', async () => {
    await makeUser(server, 'dan');
    await makeRole(server, 'for-dan', { trust: trust({ AWS: userArn('dan') }) });
    const { AccessKeyMetadata = [] } = await server
      .iam()
      .send(new (await import('@aws-sdk/client-iam')).ListAccessKeysCommand({ UserName: 'dan' }));
    for (const { AccessKeyId } of AccessKeyMetadata) {
      const { DeleteAccessKeyCommand } = await import('@aws-sdk/client-iam');
      await server.iam().send(new DeleteAccessKeyCommand({ UserName: 'dan', AccessKeyId }));
    }
    await server.iam().send(new DeleteUserCommand({ UserName: 'dan' }));
    const second = await makeUser(server, 'dan');
    expect((await refusal(assume(second, 'for-dan'))).name).toBe('AccessDenied');
  });

  test('[aws-behaviour 7] an ARN that is not a role’s is invalid', async () => {
    expect(await refusal(assume(alice, 'x', { RoleArn: userArn('alice') }))).toMatchObject({
      name: 'ValidationError',
      message: `${userArn('alice')} is invalid`,
    });
  });

  test('the ARN must be exactly the role’s', async () => {
    expect((await refusal(assume(alice, 'Named'))).name).toBe('AccessDenied');
  });

  test('a changed trust policy applies at once', async () => {
    await makeRole(server, 'changing', { trust: trust({ AWS: userArn('alice') }) });
    await assume(alice, 'changing');
    await server
      .iam()
      .send(
        new UpdateAssumeRolePolicyCommand({ RoleName: 'changing', PolicyDocument: trust({ AWS: userArn('bob') }) }),
      );
    expect((await refusal(assume(alice, 'changing'))).name).toBe('AccessDenied');
    await expect(assume(bob, 'changing')).resolves.toBeDefined();
  });
});

describe('[S45] conditions of the trust policy', () => {
  test('sts:ExternalId must be the one agreed on', async () => {
    const condition = { Condition: { StringEquals: { 'sts:ExternalId': 'Zebra-7' } } };
    await makeRole(server, 'partner', { trust: trust({ AWS: userArn('alice') }, condition) });
    expect((await refusal(assume(alice, 'partner'))).name).toBe('AccessDenied');
    expect((await refusal(assume(alice, 'partner', { ExternalId: 'zebra-7' }))).name).toBe('AccessDenied');
    await expect(assume(alice, 'partner', { ExternalId: 'Zebra-7' })).resolves.toBeDefined();
  });

  test('aws:MultiFactorAuthPresent does not match without a second factor', async () => {
    const condition = { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } };
    await makeRole(server, 'with-mfa', { trust: trust({ AWS: userArn('alice') }, condition) });
    expect((await refusal(assume(alice, 'with-mfa'))).name).toBe('AccessDenied');
  });

  test('a wrong MFA code is refused before anything else is checked', async () => {
    const shown = { SerialNumber: `arn:aws:iam::${ACCOUNT_ID}:mfa/alice`, TokenCode: '000000' };
    expect(await refusal(assume(alice, 'with-mfa', shown))).toMatchObject({
      name: 'AccessDenied',
      message: expect.stringMatching(/^MultiFactorAuthentication failed/),
    });
  });

  test('sts:RoleSessionName can be required', async () => {
    const condition = { Condition: { StringLike: { 'sts:RoleSessionName': '${aws:username}' } } };
    await makeRole(server, 'own-name', { trust: trust({ AWS: userArn('alice') }, condition) });
    expect((await refusal(assume(alice, 'own-name'))).name).toBe('AccessDenied');
    await expect(assume(alice, 'own-name', { RoleSessionName: 'alice' })).resolves.toBeDefined();
  });
});

describe('how long a session lasts', () => {
  test('an hour by default', async () => {
    const before = Date.now();
    const { Credentials } = await assume(alice, 'named');
    const end = Credentials?.Expiration?.getTime() ?? 0;
    // Whole seconds are answered.
    expect(end).toBeGreaterThan(before + 3_600_000 - 1000);
    expect(end).toBeLessThanOrEqual(Date.now() + 3_600_000);
  });

  test('never longer than the role allows', async () => {
    expect(await refusal(assume(alice, 'named', { DurationSeconds: 3601 }))).toEqual({
      name: 'ValidationError',
      message: 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    });
  });

  test('[S45] at most an hour with role chaining', async () => {
    await makeRole(server, 'long', {
      trust: trust({ AWS: userArn('alice') }),
      policy: allow('sts:AssumeRole'),
      maxSessionDuration: 43200,
    });
    await makeRole(server, 'long-next', { trust: trust(account), maxSessionDuration: 43200 });
    const session = await sessionOf(alice, 'long', { DurationSeconds: 43200 });
    expect(await refusal(assume(session, 'long-next', { DurationSeconds: 3601 }))).toEqual({
      name: 'ValidationError',
      message: 'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    });
    await expect(assume(session, 'long-next', { DurationSeconds: 3600 })).resolves.toBeDefined();
  });

  test('after it ends, its credentials are refused', async () => {
    const clocked = await startInProcess();
    try {
      await makeRole(clocked, 'brief', {
        trust: trust({ AWS: userArn('admin') }),
        policy: allow('iam:ListUsers'),
      });
      const { Credentials } = await clocked
        .sts()
        .send(new AssumeRoleCommand({ RoleArn: roleArn('brief'), RoleSessionName: 'session', DurationSeconds: 900 }));
      const session = keyOf(Credentials);
      clocked.advance(899_000 - 5_000);
      await expect(clocked.iam(session).send(new ListUsersCommand({}))).resolves.toBeDefined();
      clocked.advance(6_000);
      expect(await refusal(clocked.iam(session).send(new ListUsersCommand({})))).toEqual({
        name: 'ExpiredToken',
        message: 'The security token included in the request is expired',
      });
    } finally {
      await clocked.close();
    }
  });
});

describe('session policies, boundaries', () => {
  test('a session may do only what both the role and the session policy allow', async () => {
    await makeRole(server, 'wide', { trust: trust({ AWS: userArn('alice') }), policy: allow('iam:*') });
    const answer = await assume(alice, 'wide', { Policy: allow('iam:ListUsers') });
    expect(answer.PackedPolicySize).toBeGreaterThan(0);
    const session = keyOf(answer.Credentials);
    await expect(listUsers(session)).resolves.toBeDefined();
    const { message } = await refusal(server.iam(session).send(new CreateUserCommand({ UserName: 'y' })));
    expect(message).toMatch(/ because no session policy allows the iam:CreateUser action$/);
  });

  test('[S44] a deleted managed session policy denies, whatever the others allow', async () => {
    const PolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Action: 'iam:ListUsers', Resource: '*' }],
    });
    const { Policy } = await server.iam().send(new CreatePolicyCommand({ PolicyName: 'held-back', PolicyDocument }));
    const PolicyArn = Policy?.Arn ?? '';
    const session = await sessionOf(alice, 'wide', { Policy: allow('iam:*'), PolicyArns: [{ arn: PolicyArn }] });
    expect((await refusal(listUsers(session))).name).toBe('AccessDenied');
    await server.iam().send(new DeletePolicyCommand({ PolicyArn }));
    expect((await refusal(listUsers(session))).name).toBe('AccessDenied');
  });

  test('[S44] a session policy recreated under its ARN is not the one that the session has', async () => {
    const make = { PolicyName: 'again', PolicyDocument: allow('iam:ListUsers') };
    const { Policy } = await server.iam().send(new CreatePolicyCommand(make));
    const PolicyArn = Policy?.Arn ?? '';
    const session = await sessionOf(alice, 'wide', { PolicyArns: [{ arn: PolicyArn }] });
    await expect(listUsers(session)).resolves.toBeDefined();
    await server.iam().send(new DeletePolicyCommand({ PolicyArn }));
    await server.iam().send(new CreatePolicyCommand({ ...make, PolicyDocument: allow('iam:*') }));
    expect((await refusal(listUsers(session))).name).toBe('AccessDenied');
    const newer = await sessionOf(alice, 'wide', { PolicyArns: [{ arn: PolicyArn }] });
    await expect(listUsers(newer)).resolves.toBeDefined();
  });

  test('managed session policies limit like inline ones', async () => {
    expect(
      (await refusal(assume(alice, 'wide', { PolicyArns: [{ arn: `arn:aws:iam::${ACCOUNT_ID}:policy/none` }] }))).name,
    ).toBe('ValidationError');
    const managed = [{ arn: 'arn:aws:iam::aws:policy/IAMReadOnlyAccess' }];
    const session = await sessionOf(alice, 'wide', { PolicyArns: managed });
    await expect(listUsers(session)).resolves.toBeDefined();
    expect((await refusal(server.iam(session).send(new CreateUserCommand({ UserName: 'y' })))).name).toBe(
      'AccessDenied',
    );
  });

  test('ten managed session policies are accepted, eleven are refused', async () => {
    const PolicyArns = Array.from({ length: 10 }, () => ({ arn: 'arn:aws:iam::aws:policy/IAMReadOnlyAccess' }));
    await expect(listUsers(await sessionOf(alice, 'wide', { PolicyArns }))).resolves.toBeDefined();
    const eleven = [...PolicyArns, ...PolicyArns.slice(0, 1)];
    expect(await refusal(assume(alice, 'wide', { PolicyArns: eleven }))).toEqual({
      name: 'ValidationError',
      message: expect.stringMatching(/at 'policyArns' .*: Member must have length less than or equal to 10$/),
    });
  });

  test('an unreadable session policy is refused', async () => {
    expect((await refusal(assume(alice, 'wide', { Policy: '{"Version"' }))).name).toBe('MalformedPolicyDocument');
  });

  test('a permissions boundary set later limits the session at once', async () => {
    const session = await sessionOf(alice, 'wide');
    await expect(listUsers(session)).resolves.toBeDefined();
    const { Policy } = await server
      .iam()
      .send(new CreatePolicyCommand({ PolicyName: 'no-lists', PolicyDocument: allow('iam:GetUser') }));
    await server
      .iam()
      .send(new PutRolePermissionsBoundaryCommand({ RoleName: 'wide', PermissionsBoundary: Policy?.Arn ?? '' }));
    const { message } = await refusal(listUsers(session));
    expect(message).toMatch(/ because no permissions boundary allows the iam:ListUsers action$/);
  });
});

describe('session tags and source identity', () => {
  const tagging = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'];

  test('passing tags needs sts:TagSession in the trust policy', async () => {
    const Tags = [{ Key: 'team', Value: 'blue' }];
    expect((await refusal(assume(alice, 'named', { Tags }))).message).toMatch(/perform: sts:TagSession on resource/);
    await makeRole(server, 'tagged', {
      trust: trust({ AWS: userArn('alice') }, {}, tagging),
      policy: allow(['iam:ListUsers', 'sts:*'], '*', {
        Condition: { StringEquals: { 'aws:PrincipalTag/Team': 'blue' } },
      }),
    });
    const session = await sessionOf(alice, 'tagged', { Tags });
    await expect(listUsers(session)).resolves.toBeDefined();
    expect((await refusal(listUsers(await sessionOf(alice, 'tagged')))).name).toBe('AccessDenied');
  });

  test('[S45] transitive tags are passed along the chain and cannot be replaced', async () => {
    await makeRole(server, 'next', {
      trust: trust({ AWS: roleArn('tagged') }, {}, tagging),
      policy: allow('iam:ListUsers', '*', { Condition: { StringEquals: { 'aws:PrincipalTag/team': 'blue' } } }),
    });
    const first = await sessionOf(alice, 'tagged', {
      Tags: [
        { Key: 'team', Value: 'blue' },
        { Key: 'shift', Value: 'late' },
      ],
      TransitiveTagKeys: ['TEAM'],
    });
    await expect(listUsers(await sessionOf(first, 'next'))).resolves.toBeDefined();
    expect(await refusal(assume(first, 'next', { Tags: [{ Key: 'Team', Value: 'red' }] }))).toMatchObject({
      name: 'InvalidParameterValue',
    });
  });

  test.each([
    [
      [
        { Key: 'a', Value: '1' },
        { Key: 'A', Value: '2' },
      ],
      [],
      'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
    ],
    [[{ Key: 'a', Value: '1' }], ['b'], 'The specified transitive tag key must be included in the requested tags.'],
  ])('[aws-behaviour 8] %j with transitive %j', async (Tags, TransitiveTagKeys, message) => {
    expect(await refusal(assume(alice, 'tagged', { Tags, TransitiveTagKeys }))).toEqual({
      name: 'InvalidParameterValue',
      message,
    });
  });

  test('[aws-behaviour 34] tags that do not fit are refused with the size', async () => {
    const Tags = Array.from({ length: 50 }, (_, i) => ({
      Key: `key-${i}`,
      Value: Buffer.from(`${Math.sin(i)}${Math.cos(i)}${Math.tan(i)}`)
        .toString('hex')
        .slice(0, 200),
    }));
    expect(await refusal(assume(alice, 'tagged', { Tags }))).toMatchObject({
      name: 'PackedPolicyTooLarge',
      message: expect.stringMatching(/^Packed size of session tags consumes \d+% of allotted space\.$/),
    });
  });

  test('[S45] a source identity needs sts:SetSourceIdentity, stays for the chain and cannot be changed', async () => {
    expect((await refusal(assume(alice, 'named', { SourceIdentity: 'alice' }))).message).toMatch(
      /sts:SetSourceIdentity/,
    );
    const Tags = [{ Key: 'team', Value: 'blue' }];
    const answer = await assume(alice, 'tagged', { SourceIdentity: 'alice', Tags, TransitiveTagKeys: ['team'] });
    expect(answer.SourceIdentity).toBe('alice');
    const first = keyOf(answer.Credentials);
    expect((await assume(first, 'next')).SourceIdentity).toBe('alice');
    expect((await refusal(assume(first, 'next', { SourceIdentity: 'mallory' }))).name).toBe('AccessDenied');
  });
});

describe('[S36] revoked access ends at once', () => {
  test('the sessions of a deleted role', async () => {
    await makeRole(server, 'doomed', { trust: trust({ AWS: userArn('alice') }), policy: allow('iam:ListUsers') });
    const session = await sessionOf(alice, 'doomed');
    await listUsers(session);
    await server.iam().send(new DeleteRolePolicyCommand({ RoleName: 'doomed', PolicyName: 'own' }));
    expect((await refusal(listUsers(session))).name).toBe('AccessDenied');
    await server.iam().send(new DeleteRoleCommand({ RoleName: 'doomed' }));
    expect((await refusal(listUsers(session))).name).toBe('InvalidClientTokenId');
  });

  test('and an attached policy applies at once', async () => {
    await makeRole(server, 'growing', { trust: trust({ AWS: userArn('alice') }) });
    const session = await sessionOf(alice, 'growing');
    expect((await refusal(listUsers(session))).name).toBe('AccessDenied');
    await server
      .iam()
      .send(
        new AttachRolePolicyCommand({ RoleName: 'growing', PolicyArn: 'arn:aws:iam::aws:policy/IAMReadOnlyAccess' }),
      );
    await expect(listUsers(session)).resolves.toBeDefined();
  });
});

test('the last use of a role is reported', async () => {
  await assume(alice, 'named');
  const role = async () => (await server.iam().send(new GetRoleCommand({ RoleName: 'named' }))).Role;
  // It is written behind the answer.
  await until(async () => (await role())?.RoleLastUsed?.Region !== undefined);
  const Role = await role();
  expect(Role?.RoleLastUsed?.Region).toBe('eu-central-1');
});

test('nothing was logged as an error', () => {
  expect(server.errors).toEqual([]);
});

import {
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  GetUserCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import {
  AssumeRoleCommand,
  GetCallerIdentityCommand,
  GetFederationTokenCommand,
  GetSessionTokenCommand,
} from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { account, allow, keyOf, makeRole, makeUser, roleArn, trust, userArn } from '../sts/people.ts';
import { ACCOUNT_ID, type InProcessServer, type Key, startInProcess } from '../support/in-process-server.ts';
import { send, signedJson } from '../support/wire.ts';

let server: InProcessServer;
beforeAll(async () => {
  server = await startInProcess();
  const policy = allow(['sts:AssumeRole', 'rolecall:*']);
  for (const name of ['first', 'second']) await makeRole(server, name, { trust: trust(account), policy });
});
afterAll(() => server.close());

async function call(operation: string, input: object, key: Key = server.admin) {
  const { status, headers, body } = await send(server.url, signedJson(server.url, operation, input, key));
  const { __type: type, message, User } = JSON.parse(body) as Record<string, unknown>;
  return { status, type, message, User, requestId: headers['x-amzn-requestid'] };
}
const disable = (UserName: string, Reason = 'left the company') => call('DisableUser', { UserName, Reason });
const enable = (UserName: string) => call('EnableUser', { UserName });

const assume = async (key: Key, role: string): Promise<Key> => {
  const input = { RoleArn: roleArn(role), RoleSessionName: 'session' };
  return keyOf((await server.sts(key).send(new AssumeRoleCommand(input))).Credentials);
};

/** Every kind of credential that comes from a user's access key. */
async function credentialsOf(key: Key) {
  const token = keyOf((await server.sts(key).send(new GetSessionTokenCommand({}))).Credentials);
  const federated = keyOf((await server.sts(key).send(new GetFederationTokenCommand({ Name: 'Bob' }))).Credentials);
  const role = await assume(key, 'first');
  return { key, token, federated, role, byToken: await assume(token, 'first'), chained: await assume(role, 'second') };
}

/** What a call with each of them comes to. */
async function tried(credentials: Readonly<Record<string, Key>>): Promise<Record<string, unknown>> {
  const outcomes = Object.entries(credentials).map(async ([name, key]) => {
    const identity = server.sts(key).send(new GetCallerIdentityCommand({}));
    const outcome = identity.then(
      () => 'works',
      (error: Error) => `${error.name}: ${error.message}`,
    );
    return [name, await outcome] as const;
  });
  return Object.fromEntries(await Promise.all(outcomes));
}

const INVALID = 'InvalidClientTokenId: The security token included in the request is invalid.';
const ALL = ['key', 'token', 'federated', 'role', 'byToken', 'chained'];
const all = (outcome: string) => Object.fromEntries(ALL.map((name) => [name, outcome]));

describe('[S36] a disabled user', () => {
  test('access key, GetSessionToken, GetFederationToken, AssumeRole by the key or a token, and role chaining: all end at once, as with an inactive key', async () => {
    const credentials = await credentialsOf(await makeUser(server, 'leaver', allow('sts:*')));
    expect(await tried(credentials)).toEqual(all('works'));
    expect((await disable('leaver')).status).toBe(200);
    expect(await tried(credentials)).toEqual(all(INVALID));
  });

  test('enabled again, the key works, but no session from before', async () => {
    const key = await makeUser(server, 'returner', allow('sts:*'));
    const before = await credentialsOf(key);
    await disable('returner');
    expect((await enable('returner')).User).toMatchObject({ Enabled: true, DisabledBy: [] });
    expect(await tried(before)).toEqual({ ...all(INVALID), key: 'works' });
    const after = await credentialsOf(key);
    expect(await tried(after)).toEqual(all('works'));
    await disable('returner');
    await enable('returner');
    expect(await tried(after)).toEqual({ ...all(INVALID), key: 'works' });
  });

  test('deleted then, or right away: the sessions end as well', async () => {
    for (const UserName of ['disabled-then-deleted', 'just-deleted']) {
      const credentials = await credentialsOf(await makeAllowed(UserName));
      if (UserName.startsWith('disabled')) await disable(UserName);
      const iam = server.iam();
      await iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName: 'own' }));
      await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId: credentials.key.accessKeyId }));
      await iam.send(new DeleteUserCommand({ UserName }));
      expect(await tried(credentials)).toEqual(all(INVALID));
    }
  });

  test('an inactive key: its sessions go on, as at AWS', async () => {
    const UserName = 'inactive';
    const credentials = await credentialsOf(await makeAllowed(UserName));
    const AccessKeyId = credentials.key.accessKeyId;
    await server.iam().send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: 'Inactive' }));
    expect(await tried(credentials)).toEqual({ ...all('works'), key: INVALID });
  });

  test('sessions of others with the same role go on', async () => {
    const mine = await assume(await makeAllowed('stays'), 'first');
    const theirs = await assume(await makeAllowed('goes'), 'first');
    await disable('goes');
    expect(await tried({ mine, theirs })).toEqual({ mine: 'works', theirs: INVALID });
  });

  test('is still there, with everything', async () => {
    await makeUser(server, 'kept');
    await disable('kept');
    const { User } = await server.iam().send(new GetUserCommand({ UserName: 'kept' }));
    expect(User).toMatchObject({ UserName: 'kept', Arn: userArn('kept') });
  });
});

const makeAllowed = (name: string): Promise<Key> => makeUser(server, name, allow('sts:*'));

describe('the state', () => {
  test('who disabled the user, why and since when', async () => {
    await makeUser(server, 'seen');
    expect((await call('GetUserStatus', { UserName: 'seen' })).User).toEqual({
      UserName: 'seen',
      UserId: expect.stringMatching(/^AIDA/),
      Arn: userArn('seen'),
      Enabled: true,
      DisabledBy: [],
    });
    const { User } = await disable('SEEN', 'on leave 休職');
    expect(User).toMatchObject({
      UserName: 'seen',
      Enabled: false,
      DisabledBy: [{ Origin: 'ADMINISTRATOR', Reason: 'on leave 休職', Since: expect.any(Number) }],
    });
    expect((await call('GetUserStatus', { UserName: 'seen' })).User).toEqual(User);
  });

  test('[S48] is changed by audited calls, with the reason', async () => {
    await makeUser(server, 'audited');
    const { requestId } = await disable('audited', 'left on Friday');
    expect(server.events.find((event) => event.requestId === requestId)).toMatchObject({
      eventSource: 'rolecall',
      eventName: 'DisableUser',
      readOnly: false,
      resources: [userArn('audited')],
      request: { UserName: 'audited', Reason: 'left on Friday' },
      outcome: 'allowed',
    });
  });

  test.each([
    ['no reason', { UserName: 'seen' }],
    ['an empty reason', { UserName: 'seen', Reason: '' }],
    ['a reason that is too long', { UserName: 'seen', Reason: 'x'.repeat(501) }],
    ['a control character', { UserName: 'seen', Reason: 'left\n{"forged": true}' }],
  ])('%s is refused', async (_name, input) => {
    expect(await call('DisableUser', input)).toMatchObject({ status: 400, type: 'ValidationException' });
  });
});

describe('permission', () => {
  test.each(['DisableUser', 'EnableUser', 'GetUserStatus'])(
    '%s on the ARN of the user: one policy by path covers it',
    async (operation) => {
      const helpdesk = await makeUser(
        server,
        `helpdesk-${operation}`,
        allow(`rolecall:${operation}`, `arn:aws:iam::${ACCOUNT_ID}:user/staff/*`),
      );
      await server.iam().send(new CreateUserCommand({ UserName: `in-${operation}`, Path: '/staff/' }));
      await makeUser(server, `out-${operation}`);
      const ask = (UserName: string) => call(operation, { UserName, Reason: 'left' }, helpdesk);
      expect((await ask(`in-${operation}`)).status).toBe(200);
      expect(await ask(`out-${operation}`)).toMatchObject({ status: 400, type: 'AccessDeniedException' });
    },
  );

  test('[S25] a denial does not tell whether the user exists, or under which path', async () => {
    const nobody = await makeUser(server, 'without');
    await server.iam().send(new CreateUserCommand({ UserName: 'hidden', Path: '/secret/' }));
    const ask = (UserName: string) => call('GetUserStatus', { UserName }, nobody);
    const [hidden, missing] = [await ask('hidden'), await ask('absent')];
    expect(hidden).toMatchObject({ type: 'AccessDeniedException' });
    expect(String(hidden.message).replace('hidden', 'absent')).toBe(missing.message);
  });

  test.each(['DisableUser', 'EnableUser', 'GetUserStatus'])('%s of a user who does not exist', async (operation) => {
    expect(await call(operation, { UserName: 'no-such', Reason: 'left' })).toMatchObject({
      status: 400,
      type: 'NoSuchUserException',
      message: 'There is no user with the name no-such.',
    });
  });
});

describe('nobody disables themselves', () => {
  test.each<[string, (key: Key) => Promise<Key>]>([
    ['with an access key', async (key) => key],
    ['in a role session', (key) => assume(key, 'first')],
    ['in a chained role session', async (key) => assume(await assume(key, 'first'), 'second')],
  ])('%s', async (name, become) => {
    const UserName = `self-${name.replaceAll(' ', '-')}`;
    const key = await makeUser(server, UserName, allow(['rolecall:*', 'sts:AssumeRole']));
    const caller = await become(key);
    expect(await call('DisableUser', { UserName, Reason: 'by mistake' }, caller)).toMatchObject({
      status: 400,
      type: 'OwnUserException',
    });
    expect((await call('GetUserStatus', { UserName })).User).toMatchObject({ Enabled: true });
  });

  test('an administrator can be disabled and enabled by another', async () => {
    const other = await makeUser(server, 'other-admin', allow('*'));
    expect((await call('DisableUser', { UserName: 'admin', Reason: 'test' }, other)).status).toBe(200);
    expect(await tried({ admin: server.admin })).toEqual({ admin: INVALID });
    expect((await call('EnableUser', { UserName: 'admin' }, other)).status).toBe(200);
    expect(await tried({ admin: server.admin })).toEqual({ admin: 'works' });
  });
});

import {
  ChangePasswordCommand,
  CreateAccessKeyCommand,
  CreateLoginProfileCommand,
  DeleteAccessKeyCommand,
  DeleteLoginProfileCommand,
  DeleteUserCommand,
  ListAccessKeysCommand,
  UpdateAccessKeyCommand,
  UpdateLoginProfileCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, GetCallerIdentityCommand, GetSessionTokenCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newPerson, type PageSeen, type Person } from '../../../harness/person.ts';
import { expectPage } from '../../oidc/app.ts';
import { account, allow, keyOf, makeRole, makeUser, trust, userArn } from '../../sts/people.ts';
import { ACCOUNT_ID, type InProcessServer, type Key, startInProcess } from '../../support/in-process-server.ts';
import { send, signedJson } from '../../support/wire.ts';

const PASSWORD = 'seven quiet otters swim';
const LAPTOP =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
const ROOT_PASSWORD = 'eight calm badgers dig';

let server: InProcessServer;
beforeAll(async () => {
  server = await startInProcess({ ROLECALL_ROOT_EMAIL: 'root@example.org', ROLECALL_ROOT_PASSWORD: ROOT_PASSWORD });
});
afterAll(() => server.close());

const DENIED = { status: 400, __type: 'AccessDeniedException' };

interface Shown {
  readonly EventId: string;
  readonly Kind: string;
  readonly By: string;
  readonly Time: number;
}
type Answer = Record<string, unknown> & { readonly status: number; readonly Activities: readonly Shown[] };

async function call(operation: string, input: object, key: Key = server.admin): Promise<Answer> {
  const { status, body } = await send(server.url, signedJson(server.url, operation, input, key));
  return { status, ...(JSON.parse(body) as object) } as Answer;
}
const list = (input: object, key?: Key): Promise<Answer> => call('ListUserActivity', input, key);
const kindsOf = async (UserName: string) =>
  (await list({ UserName })).Activities.map(({ Kind, By }) => `${Kind} ${By}`);

async function newUser(name: string, policy?: string): Promise<Key> {
  const key = await makeUser(server, name, policy);
  await server.iam().send(new CreateLoginProfileCommand({ UserName: name, Password: PASSWORD }));
  return key;
}

interface SignedIn {
  readonly person: Person;
  readonly page: PageSeen;
}

async function signIn(user: string, password = PASSWORD): Promise<SignedIn> {
  const person = newPerson(server.url, { 'user-agent': LAPTOP });
  const start = expectPage(await person.open(`${server.url}/sign-in`));
  return { person, page: expectPage(await start.submit('sign in', { account: ACCOUNT_ID, user, password })) };
}
const activityOf = async ({ person }: SignedIn, query = '') =>
  expectPage(await person.open(`${server.url}/sign-in/activity${query}`));

describe('[rolecall] ListUserActivity', () => {
  test('lists what a user did and what was done to it, by whom, and gives nothing away of an administrator', async () => {
    await newUser('alice', allow('iam:ChangePassword'));
    await signIn('alice', 'wrong');
    await signIn('alice', 'wrong again');
    await signIn('alice');
    await server.iam().send(new UpdateLoginProfileCommand({ UserName: 'alice', Password: `${PASSWORD} today` }));
    await call('DisableUser', { UserName: 'alice', Reason: 'a secret reason' });
    await call('EnableUser', { UserName: 'alice' });
    await call('OffboardUser', { UserName: 'alice', Reason: 'only asked', DryRun: true });
    const { Activities } = await list({ UserName: 'alice' });
    const ofAdministrator = (Kind: string) => ({
      Kind,
      By: 'ADMINISTRATOR',
      EventId: expect.stringMatching(/^[0-9a-f]{32}$/),
      Time: expect.any(Number),
    });
    expect(Activities.slice(0, 5)).toEqual([
      ofAdministrator('ENABLED'),
      ofAdministrator('DISABLED'),
      ofAdministrator('PASSWORD_RESET'),
      {
        EventId: expect.any(String),
        Kind: 'PASSWORD_ACCEPTED',
        By: 'SELF',
        Time: expect.any(Number),
        SourceIp: '127.0.0.1',
        UserAgent: LAPTOP,
        ApplicationId: 'rolecall',
      },
      expect.objectContaining({ Kind: 'SIGN_IN_FAILED', FailureCount: 2, HasMoreFailures: false }),
    ]);
    expect(JSON.stringify(Activities)).not.toMatch(/secret|admin\b/);
  });

  test('an access key made and changed, and a password changed by the user', async () => {
    const key = await newUser('keys', allow('iam:*'));
    const made = await server.iam(key).send(new CreateAccessKeyCommand({}));
    const AccessKeyId = made.AccessKey?.AccessKeyId ?? '';
    await server.iam(key).send(new UpdateAccessKeyCommand({ AccessKeyId, Status: 'Inactive' }));
    await server.iam(key).send(new ChangePasswordCommand({ OldPassword: PASSWORD, NewPassword: `${PASSWORD} slowly` }));
    const { Activities } = await list({ UserName: 'keys', MaxResults: 3 });
    expect(Activities).toMatchObject([
      { Kind: 'PASSWORD_CHANGED', By: 'SELF' },
      { Kind: 'ACCESS_KEY_CHANGED', By: 'SELF', AccessKeyId },
      { Kind: 'ACCESS_KEY_CREATED', By: 'SELF' },
    ]);
    expect(JSON.stringify(Activities)).not.toContain(made.AccessKey?.SecretAccessKey);
  });

  test('of the caller, it needs no permission, unless a policy denies it', async () => {
    const plain = await newUser('plain');
    expect((await list({}, plain)).Activities.map(({ Kind }) => Kind)).toEqual(['PASSWORD_SET', 'ACCESS_KEY_CREATED']);
    const denied = await newUser(
      'denied',
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Deny', Action: 'rolecall:ListUserActivity', Resource: '*' }],
      }),
    );
    expect(await list({}, denied)).toMatchObject(DENIED);
    // Permission on one user says nothing about another.
    const one = await newUser('one', allow('rolecall:ListUserActivity', userArn('plain')));
    expect((await list({ UserName: 'plain' }, one)).status).toBe(200);
    expect(await list({ UserName: 'denied' }, one)).toMatchObject(DENIED);
    expect(await list({ UserName: 'one' }, one)).toMatchObject(DENIED);
    expect(await list({ UserName: 'plain' }, plain)).toMatchObject(DENIED);
    // A denial does not tell whether there is such a user.
    expect(await list({ UserName: 'nobody' }, plain)).toMatchObject(DENIED);
  });

  test('a user that does not exist has none, and a session of a role none of its own', async () => {
    expect(await list({ UserName: 'nobody' })).toMatchObject({ status: 400, __type: 'NoSuchUserException' });
    expect(await list({ NextToken: 'x' })).toMatchObject({ status: 400 });
    const RoleArn = await makeRole(server, 'auditor', { trust: trust(account), policy: allow('rolecall:*') });
    const assumed = await server.sts().send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'audit' }));
    const role = keyOf(assumed.Credentials);
    expect(await list({}, role)).toMatchObject({ status: 400, message: expect.stringContaining('UserName') });
    expect((await list({ UserName: 'alice' }, role)).status).toBe(200);
    // Assuming a role by an access key is no activity of a person.
    expect(await kindsOf('admin')).not.toContain('ROLE_OPENED SELF');
  });

  test('the root user has one', async () => {
    const person = newPerson(server.url);
    const start = expectPage(await person.open(`${server.url}/sign-in`));
    const root = { account: '', user: 'root@example.org', password: ROOT_PASSWORD };
    expectPage(await start.submit('sign in', root));
    const page = expectPage(await person.open(`${server.url}/sign-in/activity`));
    expect(page.text).toContain('Password accepted');
  });

  test('a later user of the same name sees nothing of the former one', async () => {
    await newUser('twice');
    await signIn('twice');
    const former = await kindsOf('twice');
    expect(former).toContain('PASSWORD_ACCEPTED SELF');
    await server.iam().send(new DeleteLoginProfileCommand({ UserName: 'twice' }));
    const { accessKeyId } = await keyOfUser('twice');
    expect(accessKeyId).not.toBe('');
    await removeKeys('twice');
    await server.iam().send(new DeleteUserCommand({ UserName: 'twice' }));
    await newUser('twice');
    expect(await kindsOf('twice')).toEqual(['PASSWORD_SET ADMINISTRATOR', 'ACCESS_KEY_CREATED ADMINISTRATOR']);
  });

  test('pages', async () => {
    await newUser('pages');
    for (let n = 0; n < 3; n++) await signIn('pages');
    const first = await list({ UserName: 'pages', MaxResults: 2 });
    const second = await list({ UserName: 'pages', MaxResults: 100, NextToken: first['NextToken'] });
    const all = await list({ UserName: 'pages' });
    expect([...first.Activities, ...second.Activities]).toEqual(all.Activities);
    expect(first.Activities).toHaveLength(2);
    expect(second).not.toHaveProperty('NextToken');
    // A marker of one person leads to nothing of that person in the list of another.
    await newUser('stranger');
    const other = await list({ UserName: 'stranger', NextToken: first['NextToken'] });
    expect(other).toMatchObject({ status: 200, Activities: [] });
  });
});

describe('[S36] the page /sign-in/activity', () => {
  test('shows when, in which browser, from where, and what, and only to who is signed in', async () => {
    await newUser('walter');
    await signIn('walter', 'wrong');
    const signedIn = await signIn('walter');
    const page = expectPage(await signedIn.page.follow('Recent activity'));
    expect(page.heading).toBe('Recent activity');
    expect(page.text).toMatch(/Password accepted.*UTC.*· Chrome on Windows · 127\.0\.0\.1/);
    expect(page.text).toContain('1 failed sign-in');
    expect(page.text).toMatch(/Password set \S+ \S+ UTC · by an administrator/);
    const stranger = expectPage(await newPerson(server.url).open(`${server.url}/sign-in/activity`));
    expect(stranger.text).not.toContain('Password accepted');
  });

  test('goes on to older activity', async () => {
    await newUser('many');
    let signedIn = await signIn('many');
    for (let n = 0; n < 26; n++) signedIn = await signIn('many');
    const first = await activityOf(signedIn);
    expect(first.html.match(/<li>/g)).toHaveLength(25);
    const second = expectPage(await first.follow('Older activity'));
    expect(second.text).toContain('Password set');
    expect(expectPage(await second.follow('Newest activity')).text).toBe(first.text);
  });

  test('in another language', async () => {
    await newUser('greta');
    const signedIn = await signIn('greta');
    const page = await signedIn.person.open(`${server.url}/sign-in/activity`, { 'accept-language': 'de' });
    expect(expectPage(page).text).toMatch(/Passwort akzeptiert.*Passwort festgelegt.*durch einen Administrator/);
  });

  test('"this wasn’t me" asks first, then ends everything, once, for the person alone', async () => {
    const key = await newUser('vera', allow('*'));
    await newUser('victor');
    const intruder = await signIn('vera');
    const victor = await signIn('victor');
    const signedIn = await signIn('vera');
    const session = (await server.sts(key).send(new GetSessionTokenCommand({}))).Credentials;
    const asked = expectPage(await (await activityOf(signedIn)).submit('this wasn’t me'));
    expect(asked.heading).toBe('Was this you?');
    expect((await activityOf(intruder)).heading).toBe('Recent activity');
    const done = expectPage(await asked.submit('secure the account'));
    expect(done.heading).toBe('The account is secured');
    expect((await activityOf(intruder)).heading).not.toBe('Recent activity');
    expect((await activityOf(signedIn)).heading).not.toBe('Recent activity');
    expect((await activityOf(victor)).heading).toBe('Recent activity');
    expect((await signIn('vera')).page.heading).not.toBe('Your account');
    await expect(server.sts(keyOf(session)).send(new GetCallerIdentityCommand({}))).rejects.toThrow();
    expect((await kindsOf('vera')).filter((kind) => kind.startsWith('NOT_ME'))).toEqual(['NOT_ME_REPORTED SELF']);
    expect(server.events.filter(({ eventName }) => eventName === 'ReportNotMe')).toMatchObject([
      { request: { activity: 'password-accepted' }, authentication: { method: 'session' } },
    ]);
  });

  test('a stolen session cannot report: after ten minutes the person signs in again', async () => {
    await newUser('olga');
    const signedIn = await signIn('olga');
    const page = await activityOf(signedIn);
    server.advance(11 * 60_000);
    const again = expectPage(await page.submit('this wasn’t me'));
    expect(again.heading).not.toBe('Was this you?');
    expect((await signIn('olga')).page.heading).toBe('Your account');
  });

  test('what is not there, or is a failure, or is of others, cannot be reported', async () => {
    await newUser('ivan');
    await signIn('ivan', 'wrong');
    const signedIn = await signIn('ivan');
    const { Activities } = await list({ UserName: 'ivan' });
    const { Activities: others } = await list({ UserName: 'olga' });
    const refused = [...Activities.filter(({ Kind }) => Kind !== 'PASSWORD_ACCEPTED'), ...others.slice(0, 1)];
    expect(refused.length).toBeGreaterThan(2);
    for (const { EventId } of refused) {
      const page = await activityOf(signedIn);
      const answer = expectPage(await page.submit('this wasn’t me', { event: EventId }));
      expect([answer.status, answer.heading]).toEqual([409, 'Recent activity']);
    }
  });
});

test('[S36] what is older than the link of a notice would be, cannot be reported any more', async () => {
  await newUser('zoe');
  await signIn('zoe');
  server.advance(3 * 86_400_000);
  const page = await activityOf(await signIn('zoe'));
  expect(page.text.match(/Password accepted/g)).toHaveLength(2);
  expect(page.buttons.filter((button) => button.includes('This wasn’t me'))).toHaveLength(1);
});

async function keyOfUser(UserName: string): Promise<{ readonly accessKeyId: string }> {
  const { AccessKeyMetadata } = await server.iam().send(new ListAccessKeysCommand({ UserName }));
  return { accessKeyId: AccessKeyMetadata?.[0]?.AccessKeyId ?? '' };
}

async function removeKeys(UserName: string): Promise<void> {
  const { accessKeyId: AccessKeyId } = await keyOfUser(UserName);
  await server.iam().send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
}

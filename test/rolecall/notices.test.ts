import {
  CreateLoginProfileCommand,
  CreateUserCommand,
  CreateVirtualMFADeviceCommand,
  EnableMFADeviceCommand,
  ListMFADevicesCommand,
  UpdateLoginProfileCommand,
} from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand, GetSessionTokenCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newPerson, type PageSeen, type Person, type Seen } from '../../harness/person.ts';
import { linkIn, type ReceivedMail, startSmtpServer, type TestSmtpServer } from '../../harness/smtp-server.ts';
import { codeAt, timeStepAt } from '../../src/identity/factors/totp.ts';
import { type IdentityStore, openIdentityStore } from '../../src/identity/store/identity-store.ts';
import { decodeBase32 } from '../iam/support/mfa.ts';
import { allow, keyOf, makeUser } from '../sts/people.ts';
import { ACCOUNT_ID, type InProcessServer, type Key, startInProcess } from '../support/in-process-server.ts';
import { until } from '../support/until.ts';
import { send, signedJson } from '../support/wire.ts';

const PASSWORD = 'seven quiet otters swim';
const NEW_PASSWORD = 'nine loud herons stand';
let smtp: TestSmtpServer;
let server: InProcessServer;
let users: IdentityStore['users'];
beforeAll(async () => {
  smtp = await startSmtpServer();
  const env = {
    ROLECALL_SMTP_URL: `smtp+plain://localhost:${smtp.port}`,
    ROLECALL_MAIL_FROM: 'iam@example.org',
    ROLECALL_ROOT_EMAIL: 'root@example.org',
    ROLECALL_ROOT_PASSWORD: 'eight calm badgers dig',
  };
  server = await startInProcess(env, (stores) => {
    ({ users } = openIdentityStore(stores.collections));
    return stores;
  });
});
beforeAll(async () => {
  const Oidc = { Issuer: 'https://sso.example', ClientId: 'c', ClientSecret: 'a secret of the provider' };
  await call('CreateConnector', { Name: 'staff', Enabled: false, Oidc });
});
afterAll(async () => {
  await server.close();
  await smtp.close();
});

function pageOf(seen: Seen): PageSeen {
  if (seen.kind === 'page') return seen;
  throw new Error(`left to ${seen.url.href}`);
}
const mailsTo = (name: string): readonly ReceivedMail[] =>
  smtp.mails.filter(({ to }) => to.includes(`${name}@example.org`));
const subjectsTo = (name: string) => mailsTo(name).map(({ headers }) => headers.get('subject')?.[0]);

/** The mail with this subject, once it has come. */
async function mailTo(name: string, subject: string): Promise<ReceivedMail> {
  const found = () => mailsTo(name).find(({ headers }) => headers.get('subject')?.[0]?.startsWith(subject));
  await until(() => found() !== undefined);
  return found() as ReceivedMail;
}

/** A user with a proven address and a password. */
async function join(name: string): Promise<Key> {
  const key = await makeUser(server, name, allow('sts:*'));
  const input = { UserName: name, Email: `${name}@example.org` };
  expect((await send(server.url, signedJson(server.url, 'InviteUser', input, server.admin))).status).toBe(200);
  const link = linkIn(await mailTo(name, 'Your invitation'));
  const page = pageOf(await newPerson(server.url).open(link));
  const fields = { 'new password': PASSWORD, 'repeat the new password': PASSWORD };
  expect((await page.submit('accept the invitation', fields)).kind).toBe('page');
  return key;
}

async function signIn(user: string, password = PASSWORD, person: Person = newPerson(server.url)): Promise<PageSeen> {
  const page = pageOf(await person.open(`${server.url}/sign-in`));
  return pageOf(await page.submit('sign in', { account: ACCOUNT_ID, user, password }));
}

/** Gives the user the same password again, and returns the link of the notice. */
async function changedPassword(name: string): Promise<string> {
  const input = { UserName: name, Password: PASSWORD, PasswordResetRequired: false };
  await server.iam().send(new UpdateLoginProfileCommand(input));
  const mail = await mailTo(name, 'Your password was changed');
  expect(linkIn(mail)).toMatch(new RegExp(`^${server.url}/not-me/[\\w-]{43}$`));
  return linkIn(mail);
}

async function call(operation: string, input: object): Promise<unknown> {
  const { status, body } = await send(server.url, signedJson(server.url, operation, input, server.admin));
  expect(status).toBe(200);
  return JSON.parse(body);
}

async function enrol(UserName: string): Promise<void> {
  const iam = server.iam();
  const made = await iam.send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: `phone-of-${UserName}` }));
  const seed = decodeBase32(Buffer.from(made.VirtualMFADevice?.Base32StringSeed ?? []).toString());
  const step = timeStepAt(Date.now());
  const SerialNumber = made.VirtualMFADevice?.SerialNumber ?? '';
  const [AuthenticationCode1, AuthenticationCode2] = [codeAt(seed, step - 1), codeAt(seed, step)];
  await iam.send(new EnableMFADeviceCommand({ UserName, SerialNumber, AuthenticationCode1, AuthenticationCode2 }));
}

describe('[S33] a person with a proven address is told', () => {
  test('of a reset by an administrator, and of a changed password', async () => {
    await join('bea');
    const reset = { UserName: 'bea', Password: NEW_PASSWORD, PasswordResetRequired: true };
    await server.iam().send(new UpdateLoginProfileCommand(reset));
    await mailTo('bea', 'An administrator reset your password');
    await changedPassword('bea');
  });

  test('of an added factor, by its name', async () => {
    await join('cid');
    await enrol('cid');
    expect((await mailTo('cid', 'A sign-in factor was added')).text).toContain('(phone-of-cid)');
  });
});

test('[S33] an unproven address gets no notice', async () => {
  const Tags = [{ Key: 'email', Value: 'tagged@example.org' }];
  await server.iam().send(new CreateUserCommand({ UserName: 'tagged', Tags }));
  await server.iam().send(new CreateLoginProfileCommand({ UserName: 'tagged', Password: PASSWORD }));
  await signIn('tagged');
  await enrol('tagged');
  // Mails are sent in the order in which they were queued.
  await join('witness');
  expect(subjectsTo('tagged')).toEqual([]);
});

describe('"this wasn’t me"', () => {
  const works = (key: Key): Promise<boolean> =>
    server
      .sts(key)
      .send(new GetCallerIdentityCommand({}))
      .then(
        () => true,
        () => false,
      );

  test('GET and HEAD change nothing; the button ends everything, once', async () => {
    const key = await join('dot');
    const token = keyOf((await server.sts(key).send(new GetSessionTokenCommand({}))).Credentials);
    const link = await changedPassword('dot');
    const browser = newPerson(server.url);
    await signIn('dot', PASSWORD, browser);
    for (const method of ['HEAD', 'GET']) expect((await fetch(link, { method })).status).toBe(200);
    const signedIn = async () => pageOf(await browser.open(`${server.url}/sign-in`)).text.includes('Sign out');
    expect([await signedIn(), await works(token)]).toEqual([true, true]);

    const page = pageOf(await newPerson(server.url).open(link));
    expect(page.text).toContain('a change of the password');
    expect((await page.submit('this wasn’t me')).kind).toBe('page');
    expect([await signedIn(), await works(token), await works(key)]).toEqual([false, false, true]);
    expect((await signIn('dot')).text).toContain('There is a problem');
    expect((await fetch(link)).status).toBe(404);
    expect((await fetch(link, { method: 'POST', body: new URLSearchParams() })).status).toBe(404);
    expect(server.events.findLast(({ eventName }) => eventName === 'ReportNotMe')).toMatchObject({
      outcome: 'allowed',
      request: { notice: 'password-changed' },
    });
    // An administrator's new password works again, and must be changed.
    const reset = { UserName: 'dot', Password: NEW_PASSWORD, PasswordResetRequired: true };
    await server.iam().send(new UpdateLoginProfileCommand(reset));
    expect((await signIn('dot', NEW_PASSWORD)).heading).toContain('password');
    // The report itself is no reset by an administrator, and is not told of as one.
    const told = 'An administrator reset your password';
    await mailTo('dot', told);
    expect(subjectsTo('dot').filter((subject) => subject?.startsWith(told))).toHaveLength(1);
  });

  test('removes the factor that an intruder added', async () => {
    await join('eve');
    await enrol('eve');
    const page = pageOf(await newPerson(server.url).open(linkIn(await mailTo('eve', 'A sign-in factor was added'))));
    await page.submit('this wasn’t me');
    expect((await server.iam().send(new ListMFADevicesCommand({ UserName: 'eve' }))).MFADevices).toEqual([]);
  });

  test('[S33] removes what an intruder added after the notice: a stolen password alone enrolled a factor, linked a login', async () => {
    await join('gil');
    const iam = server.iam();
    await call('CreateLink', { ConnectorName: 'staff', Subject: 'gil-there', UserName: 'gil' });
    const [{ userId } = { userId: '' }] = (await users.find('byName', [ACCOUNT_ID, 'gil'])).items;
    const earlier = Date.now() - 2 * 60 * 60_000;
    await users.update([ACCOUNT_ID, userId], ({ links = [], ...old }) => ({
      ...old,
      createdAt: earlier - 1,
      links: links.map((each) => ({ ...each, createdAt: earlier })),
    }));
    // The intruder, on a device of their own.
    await signIn('gil');
    const link = linkIn(await mailTo('gil', 'New sign-in'));
    await enrol('gil');
    await call('CreateLink', { ConnectorName: 'staff', Subject: 'intruder', UserName: 'gil' });
    const page = pageOf(await newPerson(server.url).open(link));
    expect(page.text).toContain('What was added since then');
    await page.submit('this wasn’t me');
    expect((await iam.send(new ListMFADevicesCommand({ UserName: 'gil' }))).MFADevices).toEqual([]);
    const { Links } = (await call('ListLinks', { UserName: 'gil' })) as { Links: readonly { Subject: string }[] };
    expect(Links.map(({ Subject }) => Subject)).toEqual(['gil-there']);
  });

  test('[CSRF] a form of another site is refused, and a guessed token is nobody’s', async () => {
    await join('fay');
    const link = await changedPassword('fay');
    const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    expect((await fetch(link, { method: 'POST', body: new URLSearchParams(), headers })).status).toBe(403);
    const guessed = `${server.url}/not-me/${'A'.repeat(43)}`;
    expect((await fetch(guessed, { method: 'POST', body: new URLSearchParams() })).status).toBe(404);
    expect((await signIn('fay')).text).not.toContain('There is a problem');
  });
});

import {
  AttachUserPolicyCommand,
  CreateLoginProfileCommand,
  CreateUserCommand,
  PutUserPolicyCommand,
  UpdateLoginProfileCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newPerson, type PageSeen, type Person, type Seen } from '../../harness/person.ts';
import { linkIn, type ReceivedMail, startSmtpServer, type TestSmtpServer } from '../../harness/smtp-server.ts';
import { codeAt, timeStepAt } from '../../src/identity/factors/totp.ts';
import { type IdentityStore, openIdentityStore } from '../../src/identity/store/identity-store.ts';
import type { Ephemeral } from '../../src/ports/ephemeral.ts';
import { decodeBase32 } from '../iam/support/mfa.ts';
import { ACCOUNT_ID, type InProcessServer, startInProcess } from '../support/in-process-server.ts';
import { until } from '../support/until.ts';
import { send, signedJson } from '../support/wire.ts';

const PASSWORD = 'seven quiet otters swim';
const CONFIRM = 'Confirm that it is you';
let smtp: TestSmtpServer;
let server: InProcessServer;
let users: IdentityStore['users'];
let ephemeral: Ephemeral;
const written: string[] = [];
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
    ephemeral = stores.ephemeral;
    const set: Ephemeral['set'] = (key, value, ttl) => {
      written.push(`${key} ${value}`);
      return ephemeral.set(key, value, ttl);
    };
    return { ...stores, ephemeral: { ...ephemeral, set } };
  });
});
afterAll(async () => {
  await server.close();
  await smtp.close();
});

async function call(operation: string, input: object): Promise<void> {
  const { status, body } = await send(server.url, signedJson(server.url, operation, input, server.admin));
  if (status !== 200) throw new Error(`${operation}: ${body}`);
}
function pageOf(seen: Seen): PageSeen {
  if (seen.kind === 'page') return seen;
  throw new Error(`left to ${seen.url.href}`);
}
const mailsTo = (to: string): readonly ReceivedMail[] => smtp.mails.filter((mail) => mail.to.includes(to));
const codeMails = (to: string) => mailsTo(to).filter(({ text }) => /^\d{4} \d{4}$/m.test(text));
const codeIn = (mail: ReceivedMail): string => /^(\d{4} \d{4})$/m.exec(mail.text)?.[1] ?? '';
const addressOf = (name: string): string => `${name}@example.org`;
const mailAbout = async (to: string, subject: string): Promise<ReceivedMail> => {
  const found = () => mailsTo(to).find(({ headers }) => headers.get('subject')?.[0]?.startsWith(subject));
  await until(() => found() !== undefined);
  return found() as ReceivedMail;
};
/** The newest code mailed to an address, once there are so many. */
async function codeNumber(to: string, count: number): Promise<string> {
  await until(() => codeMails(to).length >= count);
  return codeIn(codeMails(to)[count - 1] as ReceivedMail);
}
const otherThan = (code: string): string => (code === '0000 0000' ? '1111 1111' : '0000 0000');

/** A user with a password and a proven address. @returns the browser in which the invitation was accepted. */
async function join(name: string): Promise<Person> {
  await server.iam().send(new CreateUserCommand({ UserName: name }));
  await call('InviteUser', { UserName: name, Email: addressOf(name) });
  const browser = newPerson(server.url);
  const page = pageOf(await browser.open(linkIn(await mailAbout(addressOf(name), 'Your invitation'))));
  const fields = { 'new password': PASSWORD, 'repeat the new password': PASSWORD };
  expect(pageOf(await page.submit('accept the invitation', fields)).heading).toBe('You can sign in now');
  return browser;
}
async function signIn(user: string, browser: Person = newPerson(server.url)): Promise<PageSeen> {
  const page = pageOf(await browser.open(`${server.url}/sign-in`));
  return pageOf(await page.submit('sign in', { account: ACCOUNT_ID, user, password: PASSWORD }));
}
async function signedIn(user: string, browser: Person = newPerson(server.url)): Promise<Person> {
  expect((await signIn(user, browser)).heading).toBe('Your account');
  return browser;
}
const openAt = async (browser: Person, path: string): Promise<PageSeen> =>
  pageOf(await browser.open(`${server.url}${path}`));
const addApp = async (browser: Person): Promise<PageSeen> =>
  pageOf(await (await openAt(browser, '/sign-in/factors')).submit('Add an authenticator app'));
async function finishApp(page: PageSeen): Promise<PageSeen> {
  expect(page.heading).toBe('Add an authenticator app');
  const seed = decodeBase32((/<pre>([A-Z2-7 ]+)<\/pre>/.exec(page.html)?.[1] ?? '').replaceAll(' ', ''));
  const after = pageOf(await page.submit('Add the app', { Code: codeAt(seed, timeStepAt(Date.now() + ahead)) }));
  expect(after.text).toContain('The authenticator app is added.');
  return after;
}
let ahead = 0;
const advance = (ms: number): void => {
  ahead += ms;
  server.advance(ms);
};
const typeEmail = async (browser: Person, email: string): Promise<PageSeen> =>
  pageOf(await (await openAt(browser, '/sign-in/email')).submit('Mail a code', { 'E-mail address': email }));
const userNamed = async (name: string) => (await users.find('byName', [ACCOUNT_ID, name])).items[0];
const lastEvent = (name: string) => server.events.findLast(({ eventName }) => eventName === name);

describe('[ASVS 6.3.3] [S33] a stolen password alone adds no factor', () => {
  test('in a browser that is new to the person, the first factor needs a code that is mailed to the proven address', async () => {
    await join('ann');
    const thief = await signedIn('ann');
    const asked = await addApp(thief);
    expect([asked.heading, asked.status]).toEqual([CONFIRM, 200]);
    expect(asked.text).toContain('a•••@example.org');
    const code = await codeNumber(addressOf('ann'), 1);
    expect(codeMails(addressOf('ann'))[0]?.text).toContain('another person can sign in as you');
    const wrong = pageOf(await asked.submit('Continue', { 'Code from the mail': otherThan(code) }));
    expect([wrong.heading, wrong.status]).toEqual([CONFIRM, 400]);
    expect(lastEvent('ConfirmBrowser')).toMatchObject({ outcome: 'refused', errorCode: 'code-wrong' });
    // Neither the form that adds it, nor that for a passkey, is a way around.
    for (const act of ['confirm-app', 'add-passkey', 'confirm-passkey']) {
      const page = await openAt(thief, '/sign-in/factors');
      expect(pageOf(await page.submit('Add an authenticator app', { do: act })).heading).toBe(CONFIRM);
    }
    // A second sign-in makes the browser no more the person's own.
    const signOut = await openAt(thief, '/oidc/session/end');
    await signOut.submit('Sign out');
    expect((await addApp(await signedIn('ann', thief))).heading).toBe(CONFIRM);
    expect((await userNamed('ann'))?.mfaDevices).toEqual([]);
    const again = await addApp(thief);
    await finishApp(
      pageOf(
        await again.submit('Continue', {
          'Code from the mail': (await codeNumber(addressOf('ann'), 2)).replace(/(\d{4}) ?/, '$1-'),
        }),
      ),
    );
    expect(lastEvent('ConfirmBrowser')).toMatchObject({ outcome: 'allowed', authentication: { mfa: false } });
    expect(lastEvent('EnableMFADevice')).toMatchObject({ outcome: 'allowed', request: { browser: 'own-browser' } });
  });

  test('the browser of the invitation is the person’s own', async () => {
    await finishApp(await addApp(await signedIn('bob', await join('bob'))));
  });

  test('unless it was reported since: "this wasn’t me" makes every browser a new one', async () => {
    const own = await join('rob');
    await signedIn('rob', own);
    const link = linkIn(await mailAbout(addressOf('rob'), 'New sign-in'));
    await pageOf(await newPerson(server.url).open(link)).submit('this wasn’t me');
    // An administrator gives a new password.
    const input = { UserName: 'rob', Password: PASSWORD, PasswordResetRequired: false };
    await server.iam().send(new UpdateLoginProfileCommand(input));
    expect((await addApp(await signedIn('rob', own))).heading).toBe(CONFIRM);
  });

  test('without a proven address it goes on as before, and the audit event says so', async () => {
    await server.iam().send(new CreateUserCommand({ UserName: 'plain' }));
    await server.iam().send(new CreateLoginProfileCommand({ UserName: 'plain', Password: PASSWORD }));
    await finishApp(await addApp(await signedIn('plain')));
    expect(lastEvent('EnableMFADevice')).toMatchObject({ request: { browser: 'no-proven-address' } });
  });

  test('[S26] the page that has an administrator add a factor asks for the code first, and then works', async () => {
    await server.iam().send(new CreateUserCommand({ UserName: 'adm' }));
    const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
    await server.iam().send(new AttachUserPolicyCommand({ UserName: 'adm', PolicyArn }));
    await call('InviteUser', { UserName: 'adm', Email: addressOf('adm') });
    const own = newPerson(server.url);
    const invitation = pageOf(await own.open(linkIn(await mailAbout(addressOf('adm'), 'Your invitation'))));
    await invitation.submit('accept the invitation', { 'new password': PASSWORD, 'repeat the new password': PASSWORD });
    expect((await signIn('adm', own)).heading).toBe('Add a second factor');

    const browser = newPerson(server.url);
    const asked = await signIn('adm', browser);
    expect([asked.heading, asked.buttons]).toEqual([CONFIRM, ['Mail me a code', 'Cancel']]);
    expect(codeMails(addressOf('adm'))).toEqual([]);
    const sent = pageOf(await asked.submit('Mail me a code'));
    const code = await codeNumber(addressOf('adm'), 1);
    expect(pageOf(await sent.submit('Continue', { 'Code from the mail': otherThan(code) })).status).toBe(400);
    const after = pageOf(await sent.submit('Continue', { 'Code from the mail': code }));
    expect([after.heading, after.html.includes('data-passkey')]).toEqual(['Add a second factor', true]);
  });
});

describe('[NIST 800-63B-4 §3.1.3.1] a mailed code is never a second factor', () => {
  test('it sets no aws:MultiFactorAuthPresent, and nobody with a factor is asked for one', async () => {
    await join('ned');
    const policy = {
      Effect: 'Deny',
      Action: 'iam:EnableMFADevice',
      Resource: '*',
      Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
    };
    const browser = await signedIn('ned');
    const asked = await addApp(browser);
    const page = pageOf(
      await asked.submit('Continue', { 'Code from the mail': await codeNumber(addressOf('ned'), 1) }),
    );
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [policy] });
    await server.iam().send(new PutUserPolicyCommand({ UserName: 'ned', PolicyName: 'mfa', PolicyDocument }));
    expect((await openAt(browser, '/sign-in/factors')).buttons).not.toContain('Add an authenticator app');
    expect(page.heading).toBe('Add an authenticator app');
    expect(lastEvent('ConfirmBrowser')?.authentication).toEqual({ method: 'mail', mfa: false });
  });

  test('it does not stand in for a factor at the sign-in', async () => {
    const own = await join('mia');
    await finishApp(await addApp(await signedIn('mia', own)));
    const page = await signIn('mia');
    expect(page.heading).toBe('Enter your code');
    const posted = pageOf(await page.submit('Continue', { 'MFA code': '12345678' }));
    expect(posted.heading).toBe('Enter your code');
    expect(codeMails(addressOf('mia'))).toEqual([]);
  });
});

describe('mailed codes', () => {
  test('[ASVS 6.5] work once, five guesses each, only the newest, only in the session that asked', async () => {
    const own = await signedIn('cat', await join('cat'));
    const first = await typeEmail(own, 'cat@new.example');
    const old = await codeNumber('cat@new.example', 1);
    const page = pageOf(await first.submit('Mail me another code'));
    const code = await codeNumber('cat@new.example', 2);
    const type = async (on: PageSeen, typed: string) =>
      pageOf(await on.submit('Continue', { 'Code from the mail': typed }));
    if (old !== code) expect((await type(page, old)).text).toContain('The code is not right.');
    const elsewhere = await typeEmail(own, 'cat@third.example');
    await codeNumber('cat@third.example', 1);
    // The code of one address confirms no other.
    expect((await type(elsewhere, code)).text).toContain('There is a problem');
    const third = codeIn(codeMails('cat@third.example')[0] as ReceivedMail);
    for (let guess = 0; guess < 4; guess++) await type(elsewhere, otherThan(third));
    expect((await type(elsewhere, third)).text).toContain('does not work any more');
    expect((await userNamed('cat'))?.email).toBe(addressOf('cat'));
    expect(written.filter((entry) => entry.includes(code.replace(' ', '')) || entry.includes(third))).toEqual([]);
  });

  test('nobody can flood a mailbox', async () => {
    const own = await signedIn('flo', await join('flo'));
    for (let mail = 0; mail < 4; mail++) expect((await typeEmail(own, 'victim@else.example')).status).toBe(200);
    const refused = await typeEmail(own, 'victim@else.example');
    expect([refused.status, refused.headers.get('retry-after') !== null]).toEqual([429, true]);
    // A browser that is the person's own is not delayed by what others type; a new one shares the limits of its network.
    const another = await signedIn('fred', await join('fred'));
    expect((await typeEmail(another, 'Victim@else.example')).status).toBe(200);
    await until(() => codeMails('victim@else.example').length === 5);
  });
});

describe('[S37] [ASVS 7.5.1] the page for the e-mail address', () => {
  const confirm = async (page: PageSeen, to: string, count = 1): Promise<PageSeen> =>
    pageOf(await page.submit('Continue', { 'Code from the mail': await codeNumber(to, count) }));

  test('changes it by a code; the old address is told, and "this wasn’t me" brings it back', async () => {
    const own = await signedIn('eva', await join('eva'));
    const done = await confirm(await typeEmail(own, 'Eva@Private.Example'), 'eva@private.example');
    expect(done.text).toContain('Your e-mail address is now eva@private.example.');
    expect(await userNamed('eva')).toMatchObject({ email: 'eva@private.example', emailVerifiedAt: expect.any(Number) });
    expect(lastEvent('ChangeEmailAddress')).toMatchObject({
      outcome: 'allowed',
      request: { email: 'eva@private.example' },
    });
    const notice = await mailAbout(addressOf('eva'), 'Your e-mail address was changed');
    const page = pageOf(await newPerson(server.url).open(linkIn(notice)));
    expect(page.text).toContain('you get the former one back');
    await page.submit('this wasn’t me');
    const after = await userNamed('eva');
    expect([after?.email, after?.formerEmails]).toEqual([addressOf('eva'), undefined]);
    expect((await signIn('eva')).text).toContain('There is a problem');
  });

  test('in a new browser, a person without a factor needs a code at the present address first', async () => {
    await join('hal');
    const thief = await signedIn('hal');
    const asked = await typeEmail(thief, 'thief@evil.example');
    expect(asked.heading).toBe(CONFIRM);
    const code = await codeNumber(addressOf('hal'), 1);
    expect(codeMails('thief@evil.example')).toEqual([]);
    const wrong = pageOf(await asked.submit('Continue', { 'Code from the mail': otherThan(code) }));
    expect(wrong.heading).toBe(CONFIRM);
    const next = pageOf(await asked.submit('Continue', { 'Code from the mail': code }));
    expect(next.text).toContain('a code is on its way');
  });

  test('[S25] answers the same for an address that is another person’s, and mails it nothing', async () => {
    const own = await signedIn('ida', await join('ida'));
    await join('jon');
    await server.iam().send(new CreateUserCommand({ UserName: 'named@example.org' }));
    const answers = [];
    for (const email of ['free@example.org', addressOf('jon'), 'root@example.org', 'named@example.org']) {
      const page = await typeEmail(own, email);
      answers.push([page.status, page.text.replaceAll(email, 'X')]);
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    await codeNumber('free@example.org', 1);
    expect(['jon', 'root', 'named'].flatMap((name) => codeMails(addressOf(name)))).toEqual([]);
  });

  test('[CSRF] refuses forms of others; policies can deny it; a bad address is named as such', async () => {
    const own = await signedIn('kim', await join('kim'));
    const page = await openAt(own, '/sign-in/email');
    expect(pageOf(await page.submit('Mail a code', { 'E-mail address': 'a@b.example', csrf: 'forged' })).status).toBe(
      403,
    );
    for (const bad of ['kim', 'kim@a.example\r\nBcc: b@c.example', 'a@b.example,c@d.example'])
      expect((await typeEmail(own, bad)).text).toContain('We cannot write to this address.');
    const PolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Action: 'rolecall:ChangeEmailAddress', Resource: '*' }],
    });
    await server.iam().send(new PutUserPolicyCommand({ UserName: 'kim', PolicyName: 'no', PolicyDocument }));
    expect(pageOf(await page.submit('Mail a code', { 'E-mail address': 'a@b.example' })).status).toBe(403);
    expect((await openAt(own, '/sign-in/email')).heading).toBe('Your account');
  });

  test('asks for a fresh sign-in', async () => {
    const own = await signedIn('gus', await join('gus'));
    advance(11 * 60_000);
    expect((await typeEmail(own, 'gus@private.example')).heading).toBe('Sign in');
    expect(codeMails('gus@private.example')).toEqual([]);
  });
});

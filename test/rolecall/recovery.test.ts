import {
  AttachUserPolicyCommand,
  CreateLoginProfileCommand,
  CreateUserCommand,
  DeactivateMFADeviceCommand,
  ListMFADevicesCommand,
  UpdateLoginProfileCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newPerson, type PageSeen, type Seen } from '../../harness/person.ts';
import { linkIn, type ReceivedMail, startSmtpServer, type TestSmtpServer } from '../../harness/smtp-server.ts';
import { SoftwareAuthenticator } from '../../harness/software-authenticator.ts';
import { type IdentityStore, openIdentityStore } from '../../src/identity/store/identity-store.ts';
import { ACCOUNT_ID, type InProcessServer, startInProcess } from '../support/in-process-server.ts';
import { until } from '../support/until.ts';
import { send, signedJson } from '../support/wire.ts';

const PASSWORD = 'seven quiet otters swim';
const NEW_PASSWORD = 'eleven loud herons wade';
const HOUR = 3_600_000;
let smtp: TestSmtpServer;
let server: InProcessServer;
let users: IdentityStore['users'];
beforeAll(async () => {
  smtp = await startSmtpServer();
  const env = {
    ROLECALL_SMTP_URL: `smtp+plain://localhost:${smtp.port}`,
    ROLECALL_MAIL_FROM: 'iam@example.org',
    ROLECALL_RECOVERY_BY_MAIL: 'true',
    // Each test begins from an address of its own.
    ROLECALL_TRUSTED_PROXIES: '127.0.0.0/8,::1',
  };
  server = await startInProcess(env, (stores) => {
    ({ users } = openIdentityStore(stores.collections));
    return stores;
  });
});
afterAll(async () => {
  await server.close();
  await smtp.close();
});

function pageOf(seen: Seen): PageSeen {
  if (seen.kind === 'page') return seen;
  throw new Error(`left to ${seen.url.href}`);
}
const attribute = (html: string, pattern: RegExp): string => (pattern.exec(html)?.[1] ?? '').replaceAll('&quot;', '"');
const mailsTo = (address: string): readonly ReceivedMail[] => smtp.mails.filter(({ to }) => to.includes(address));
const about = (name: string, word: string) => mailsTo(`${name}@example.org`).filter(({ text }) => text.includes(word));
const recoveryMails = (name: string) => about(name, 'A new password was asked for');

let address = 0;
/** Posts a form of our pages, from an address that nobody has used before unless it is given. */
async function post(url: string, fields: Readonly<Record<string, string>>, ip = `203.0.113.${++address}`) {
  const headers = { origin: server.url, 'x-forwarded-for': ip };
  const answer = await fetch(url, { method: 'POST', headers, body: new URLSearchParams(fields), redirect: 'manual' });
  return { status: answer.status, html: await answer.text(), headers: answer.headers };
}
const ask = (name: string, ip?: string) => post(`${server.url}/recovery`, { account: '', name }, ip);

/** A user who has accepted a mailed invitation, so that the address is proven. */
async function member(UserName: string, chosen: Readonly<Record<string, string>> | SoftwareAuthenticator = {}) {
  await server.iam().send(new CreateUserCommand({ UserName }));
  const input = { UserName, Email: `${UserName}@example.org` };
  await send(server.url, signedJson(server.url, 'InviteUser', input, server.admin));
  await until(() => mailsTo(input.Email).length === 1);
  const link = linkIn(mailsTo(input.Email)[0] as ReceivedMail);
  const fields =
    chosen instanceof SoftwareAuthenticator
      ? await answerOn(link, (options) => chosen.create(options))
      : { newPassword: PASSWORD, repeated: PASSWORD, ...chosen };
  expect((await post(link, fields)).status).toBe(200);
}
async function answerOn(link: string, answer: (options: never) => string) {
  const html = await (await fetch(link)).text();
  const token = attribute(html, /name="token" value="([^"]*)"/);
  return { credential: answer(JSON.parse(attribute(html, /data-passkey="([^"]*)"/)) as never), token, label: 'Key' };
}
const linksTo = (name: string): readonly string[] => [...new Set(recoveryMails(name).map(linkIn))];
/** Asks for links at the same moment, and waits for them: those that were not there before. */
async function linksFor(name: string, count: number): Promise<readonly string[]> {
  const before = linksTo(name);
  const answers = await Promise.all(Array.from({ length: count }, () => ask(name)));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  const fresh = () => linksTo(name).filter((link) => !before.includes(link));
  await until(() => fresh().length === count);
  return fresh();
}
const linkFor = async (name: string): Promise<string> => (await linksFor(name, 1))[0] ?? '';
const choose = (link: string, password = NEW_PASSWORD, more = {}) =>
  post(link, { newPassword: password, repeated: password, ...more });
async function signIn(user: string, password = PASSWORD): Promise<PageSeen> {
  const page = pageOf(await newPerson(server.url).open(`${server.url}/sign-in`));
  return pageOf(await page.submit('sign in', { account: ACCOUNT_ID, user, password }));
}
/** Signs in from a new browser, in which a script would put in the authenticator's answer. */
async function signInByPasskey(key: SoftwareAuthenticator): Promise<void> {
  const page = pageOf(await newPerson(server.url).open(`${server.url}/sign-in`));
  const answer = encodeURIComponent(key.get(JSON.parse(attribute(page.html, /data-passkey="([^"]*)"/)) as never));
  const direct = globalThis.fetch;
  globalThis.fetch = (input, init = {}) =>
    direct(input, {
      ...init,
      ...(init.body && { body: String(init.body).replace(/credential=[^&]*/, `credential=${answer}`) }),
    });
  try {
    expect(pageOf(await page.submit('Use a passkey')).heading).toBe('Your account');
  } finally {
    globalThis.fetch = direct;
  }
}
const lastEvent = (name: string) => server.events.findLast(({ eventName }) => eventName === name);

describe('a forgotten password', () => {
  test('is replaced by a mailed link, which works once; everything else of the person ends', async () => {
    await member('ann');
    const session = newPerson(server.url);
    const page = pageOf(await session.open(`${server.url}/sign-in`));
    expect(pageOf(await page.submit('sign in', { account: ACCOUNT_ID, user: 'ann', password: PASSWORD })).heading).toBe(
      'Your account',
    );
    const link = await linkFor('ann');
    expect(link).toMatch(new RegExp(`^${server.url}/recovery/[\\w-]{43}$`));
    for (const method of ['HEAD', 'GET', 'GET']) expect((await fetch(link, { method })).status).toBe(200);
    const done = await choose(link);
    expect([done.status, done.html]).toEqual([200, expect.stringContaining('Your new password is set')]);
    // A link signs nobody in. It only makes the browser a known one.
    expect(done.headers.getSetCookie().map((cookie) => cookie.split('=')[0])).toEqual(['rolecall-device']);
    expect((await choose(link)).status).toBe(404);
    expect(pageOf(await session.open(`${server.url}/sign-in`)).heading).toBe('Sign in');
    expect((await signIn('ann')).text).toContain('There is a problem');
    expect((await signIn('ann', NEW_PASSWORD)).heading).toBe('Your account');
    expect(lastEvent('RecoverPassword')).toMatchObject({ outcome: 'allowed' });
    await until(() => about('ann', 'The password of ann was changed').length === 1);
  });

  test('[S29] a password that the policy refuses does not use up the link, and guesses are limited', async () => {
    await member('bea');
    const link = await linkFor('bea');
    expect((await choose(link, 'short')).status).toBe(400);
    expect((await post(link, { newPassword: NEW_PASSWORD, repeated: 'other' })).status).toBe(400);
    for (let i = 0; i < 19; i++) expect((await choose(link, PASSWORD)).status).toBe(400);
    expect((await choose(link)).status).toBe(404);
  });

  test('of two answers at the same moment, one counts', async () => {
    await member('cid');
    const link = await linkFor('cid');
    const answers = await Promise.all([choose(link), choose(link, `${NEW_PASSWORD} too`)]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  test('links that were asked for at the same moment are different, and each works until one is used', async () => {
    await member('both');
    const [one = '', other = ''] = await linksFor('both', 2);
    for (const link of [one, other]) expect((await fetch(link)).status).toBe(200);
    expect((await choose(other)).status).toBe(200);
    expect([(await fetch(one)).status, (await choose(one)).status]).toEqual([404, 404]);
  });

  test('a link is void after an administrator set a password', async () => {
    await member('meanwhile');
    const link = await linkFor('meanwhile');
    const UserName = 'meanwhile';
    await server.iam().send(new UpdateLoginProfileCommand({ UserName, Password: `${PASSWORD} again` }));
    expect((await fetch(link)).status).toBe(404);
    expect((await choose(link)).status).toBe(404);
  });

  test('[host-header poisoning] the link begins with the public URL, whatever Host a request has', async () => {
    await member('hal');
    const headers = { origin: server.url, host: 'evil.example', 'x-forwarded-host': 'evil.example' };
    await fetch(`${server.url}/recovery`, {
      method: 'POST',
      headers,
      body: new URLSearchParams({ account: '', name: 'hal' }),
    });
    await until(() => recoveryMails('hal').length === 1);
    expect(linkIn(recoveryMails('hal')[0] as ReceivedMail)).toMatch(`${server.url}/recovery/`);
  });

  test('[header injection] a typed name reaches no mail', async () => {
    await ask('ann@example.org\r\nBcc: evil@example.org');
    await ask('ann\r\n\r\nevil');
    expect(smtp.mails.filter(({ raw }) => raw.includes('evil'))).toEqual([]);
  });

  test('forms of other sites are refused', async () => {
    const headers = { origin: 'https://evil.example' };
    const body = new URLSearchParams({ account: '', name: 'ann' });
    expect((await fetch(`${server.url}/recovery`, { method: 'POST', headers, body })).status).toBe(403);
  });
});

describe('[S25] the answer does not depend on who exists', () => {
  test('it is the same for people with and without a proven address, and for strangers', async () => {
    await member('known');
    await server
      .iam()
      .send(new CreateUserCommand({ UserName: 'unproven', Tags: [{ Key: 'email', Value: 'unproven@example.org' }] }));
    await server.iam().send(new CreateLoginProfileCommand({ UserName: 'unproven', Password: PASSWORD }));
    const answers = await Promise.all(
      ['known', 'unproven', 'nobody', 'known@example.org', ''].map((name) => ask(name)),
    );
    const [first] = answers;
    for (const { status, html } of answers) expect([status, html]).toEqual([200, first?.html]);
    await until(() => recoveryMails('known').length === 2);
    expect(mailsTo('unproven@example.org')).toEqual([]);
  });

  test('[prompt flooding] a person gets three mails an hour, and the answer stays the same', async () => {
    await member('flooded');
    const answers = [];
    for (let i = 0; i < 6; i++) answers.push(await ask('flooded'));
    expect(new Set(answers.map(({ status, html }) => `${status} ${html}`)).size).toBe(1);
    await until(
      () =>
        server.events.filter((event) => event.eventName === 'BeginRecovery' && event.actor?.arn?.endsWith('/flooded'))
          .length === 6,
    );
    await until(() => recoveryMails('flooded').length === 3);
    // Strangers who ask do not lock the owner out: each mail has a link that works.
    expect((await choose(linkIn(recoveryMails('flooded')[0] as ReceivedMail))).status).toBe(200);
  });

  test('[prompt flooding] a network may ask thirty times an hour, for anyone', async () => {
    const ip = '198.51.100.7';
    for (let i = 0; i < 30; i++) expect((await ask(`nobody-${i}`, ip)).status).toBe(200);
    expect((await ask('nobody', ip)).status).toBe(429);
    expect((await ask('nobody', '198.51.100.8')).status).toBe(200);
  });
});

describe('[S29] recovery never bypasses a factor', () => {
  test('a person with nothing but the link cannot choose a password; the factor is shown first, and again at the sign-in', async () => {
    const key = new SoftwareAuthenticator({ origin: server.url, isSynced: true });
    await member('keyed', key);
    const link = await linkFor('keyed');
    const first = await (await fetch(link)).text();
    expect(first).toContain('Show your second factor');
    expect(first).not.toContain('newPassword');
    for (const proof of ['', 'A'.repeat(43)]) expect((await choose(link, NEW_PASSWORD, { proof })).status).toBe(400);
    expect((await post(link, { code: '123456' })).status).toBe(400);
    const page = await post(link, await answerOn(link, (options) => key.get(options)));
    const proof = attribute(page.html, /name="proof" value="([^"]*)"/);
    expect(page.status).toBe(200);
    // The proof belongs to this link alone.
    await member('other');
    expect((await choose(link, NEW_PASSWORD, { proof })).status).toBe(200);
    expect((await signIn('keyed', NEW_PASSWORD)).heading).toBe('Show your second factor');
  });

  test('a proof of one link does not count for another', async () => {
    const key = new SoftwareAuthenticator({ origin: server.url, isSynced: true });
    await member('twice', key);
    const [one = '', other = ''] = await linksFor('twice', 2);
    const page = await post(one, await answerOn(one, (options) => key.get(options)));
    expect([page.status, page.html]).toEqual([200, expect.stringMatching(/name="proof" value="[\w-]{43}"/)]);
    const proof = attribute(page.html, /name="proof" value="([^"]*)"/);
    const refused = await choose(other, NEW_PASSWORD, { proof });
    expect([refused.status, refused.html]).toEqual([400, expect.stringContaining('Show your second factor')]);
    // The other link is not used up by that, nor is the proof.
    expect((await fetch(other)).status).toBe(200);
    expect((await choose(one, NEW_PASSWORD, { proof })).status).toBe(200);
  });

  test('a password that an administrator wants changed is not for the person to recover', async () => {
    await member('forced');
    await server.iam().send(
      new UpdateLoginProfileCommand({
        UserName: 'forced',
        Password: `${PASSWORD} again`,
        PasswordResetRequired: true,
      }),
    );
    await ask('forced');
    await until(() => recoveryMails('forced').length === 1);
    expect(recoveryMails('forced')[0]?.text).toContain('can only be set by your administrator');
    expect(recoveryMails('forced')[0]?.text).not.toContain('/recovery/');
  });
});

describe('[S29] a mailbox alone never stands for a passkey that was the only way in', () => {
  test('a person who reads the mailbox cannot remove the passkey by "this wasn’t me" and then choose a password', async () => {
    const key = new SoftwareAuthenticator({ origin: server.url, isSynced: true });
    await member('solo', key);
    const before = await linkFor('solo');
    // Any notice of the first days will do: it removes the young passkey.
    await signInByPasskey(key);
    await signInByPasskey(key);
    await until(() => about('solo', '/not-me/').length > 0);
    const notice = about('solo', '/not-me/')[0] as ReceivedMail;
    expect((await post(linkIn(notice), {})).status).toBe(200);
    expect((await choose(before)).status).toBe(404);
    await ask('solo');
    await until(() => recoveryMails('solo').length === 2);
    expect(recoveryMails('solo')[1]?.text).toContain('can only be set by your administrator');
    expect(recoveryMails('solo')[1]?.text).not.toContain('/recovery/');
  });

  test('nor after an administrator removed the lost passkey', async () => {
    const key = new SoftwareAuthenticator({ origin: server.url, isSynced: true });
    await member('lost', key);
    const { MFADevices = [] } = await server.iam().send(new ListMFADevicesCommand({ UserName: 'lost' }));
    for (const { SerialNumber } of MFADevices)
      await server.iam().send(new DeactivateMFADeviceCommand({ UserName: 'lost', SerialNumber }));
    await ask('lost');
    await until(() => recoveryMails('lost').length === 1);
    expect(recoveryMails('lost')[0]?.text).not.toContain('/recovery/');
  });
});

describe('[S26] a mailbox alone makes nobody an administrator', () => {
  const administrate = (UserName: string) =>
    server
      .iam()
      .send(new AttachUserPolicyCommand({ UserName, PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }));

  test('an administrator without a factor gets no link, and one that was mailed before is void', async () => {
    await member('chief');
    const link = await linkFor('chief');
    await administrate('chief');
    expect((await fetch(link)).status).toBe(404);
    expect((await choose(link)).status).toBe(404);
    await ask('chief');
    await until(() => recoveryMails('chief').length === 2);
    expect(recoveryMails('chief')[1]?.text).not.toContain('/recovery/');
  });

  test('one with a passkey recovers by it', async () => {
    const key = new SoftwareAuthenticator({ origin: server.url, isSynced: true });
    await member('boss', key);
    await administrate('boss');
    const link = await linkFor('boss');
    const page = await post(link, await answerOn(link, (options) => key.get(options)));
    const proof = attribute(page.html, /name="proof" value="([^"]*)"/);
    expect((await choose(link, NEW_PASSWORD, { proof })).status).toBe(200);
  });
});

test('[S31] a link is void once the person has another address: the former mailbox gets in no more', async () => {
  await member('moved');
  const link = await linkFor('moved');
  const user = (await users.find('byName', [ACCOUNT_ID, 'moved'], { limit: 1 })).items[0];
  await users.update([ACCOUNT_ID, user?.userId ?? ''], (old) => ({ ...old, email: 'moved-on@example.org' }));
  expect((await choose(link)).status).toBe(404);
});

test('without the setting there is no such page, and the sign-in page has no link to it', async () => {
  const silent = await startInProcess();
  try {
    expect((await fetch(`${silent.url}/recovery`)).status).toBe(404);
    const shown = pageOf(await newPerson(silent.url).open(`${silent.url}/sign-in`));
    const ways = pageOf(await shown.submit('Continue', { account: '', 'user name': 'ann' }));
    expect(ways.html).not.toContain('/recovery');
  } finally {
    await silent.close();
  }
  const shown = pageOf(await newPerson(server.url).open(`${server.url}/sign-in`));
  const ways = pageOf(await shown.submit('Continue', { account: '', 'user name': 'ann' }));
  expect(ways.html).toContain('<a href="/recovery">Forgot your password?</a>');
});

test('a link works for an hour', async () => {
  await member('late');
  const link = await linkFor('late');
  server.advance(HOUR + 1000);
  expect((await fetch(link)).status).toBe(404);
  expect((await choose(link)).status).toBe(404);
});

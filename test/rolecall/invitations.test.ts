import {
  AddUserToGroupCommand,
  CreateGroupCommand,
  CreateLoginProfileCommand,
  CreateUserCommand,
  UpdateUserCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newPerson, type PageSeen, type Seen } from '../../harness/person.ts';
import { linkIn, type ReceivedMail, startSmtpServer, type TestSmtpServer } from '../../harness/smtp-server.ts';
import { allow, makeUser } from '../sts/people.ts';
import { ACCOUNT_ID, type InProcessServer, type Key, startInProcess } from '../support/in-process-server.ts';
import { until } from '../support/until.ts';
import { send, signedJson } from '../support/wire.ts';

const PASSWORD = 'seven quiet otters swim';
const HOURS_72 = 72 * 3_600_000;
let smtp: TestSmtpServer;
let server: InProcessServer;
/** Without a mail server. */
let silent: InProcessServer;
beforeAll(async () => {
  smtp = await startSmtpServer();
  server = await startInProcess({
    ROLECALL_SMTP_URL: `smtp+plain://localhost:${smtp.port}`,
    ROLECALL_MAIL_FROM: 'iam@example.org',
  });
  silent = await startInProcess();
});
afterAll(async () => {
  await Promise.all([server.close(), silent.close()]);
  await smtp.close();
});

async function call(operation: string, input: object, at = server) {
  const { status, body } = await send(at.url, signedJson(at.url, operation, input, at.admin));
  const { __type: type, ...answer } = JSON.parse(body) as Record<string, unknown>;
  return { status, type, answer };
}
const make = (UserName: string, at = server) => at.iam().send(new CreateUserCommand({ UserName }));
const mailsTo = (address: string): readonly ReceivedMail[] =>
  smtp.mails.filter(({ to }) => to.includes(address.toLowerCase()));

/** Invites a new user, and returns the link that arrives by mail. */
async function invited(name: string, address = `${name}@example.org`): Promise<string> {
  await make(name);
  expect(await call('InviteUser', { UserName: name, Email: address })).toMatchObject({ status: 200 });
  await until(() => mailsTo(address).length === 1);
  return linkIn(mailsTo(address)[0] as ReceivedMail);
}

function pageOf(seen: Seen): PageSeen {
  if (seen.kind === 'page') return seen;
  throw new Error(`left to ${seen.url.href}`);
}
const open = async (link: string) => pageOf(await newPerson(new URL(link).origin).open(link));
async function accept(link: string, password = PASSWORD): Promise<PageSeen> {
  const fields = { 'new password': password, 'repeat the new password': password };
  return pageOf(await (await open(link)).submit('accept the invitation', fields));
}
async function signIn(user: string, at = server): Promise<PageSeen> {
  const page = pageOf(await newPerson(at.url).open(`${at.url}/sign-in`));
  return pageOf(await page.submit('sign in', { account: ACCOUNT_ID, user, password: PASSWORD }));
}

describe('an invitation by mail', () => {
  test('leads to a page on which the person chooses a password; then they sign in as usual', async () => {
    const link = await invited('ann', 'Ann@Example.org');
    expect(link).toMatch(new RegExp(`^${server.url}/invitation/[\\w-]{43}$`));
    const page = await accept(link);
    expect([page.status, page.heading]).toEqual([200, 'You can sign in now']);
    expect(page.headers.getSetCookie().map((cookie) => cookie.split('=')[0])).toEqual(['rolecall-device']);
    // It is shown once: choosing a language would lead to the used link.
    expect(page.html).not.toContain('action="/language"');
    expect((await signIn('ann')).text).toContain('ann');
    expect(server.events.findLast(({ eventName }) => eventName === 'AcceptInvitation')).toMatchObject({
      outcome: 'allowed',
      actor: { type: 'User', arn: `arn:aws:iam::${ACCOUNT_ID}:user/ann` },
    });
  });

  test('neither the answer nor the audit record has the link, and the store has only its hash', async () => {
    const link = await invited('bea');
    const token = link.slice(link.lastIndexOf('/') + 1);
    expect(JSON.stringify((await call('ListInvitations', {})).answer)).not.toContain(token);
    expect(JSON.stringify(server.events)).not.toContain(token);
    expect((await call('ListInvitations', {})).answer['Invitations']).toContainEqual(
      expect.objectContaining({ UserName: 'bea', Email: 'bea@example.org', Mailed: true, TimesSent: 1 }),
    );
  });

  test('[mail scanners] HEAD and GET change nothing, and only the first form counts', async () => {
    const link = await invited('cid');
    for (const method of ['HEAD', 'GET', 'GET']) expect((await fetch(link, { method })).status).toBe(200);
    const [first, second] = [await open(link), await open(link)];
    const fields = { 'new password': PASSWORD, 'repeat the new password': PASSWORD };
    const submit = (page: PageSeen) => page.submit('accept the invitation', fields).then(pageOf);
    const pages = await Promise.all([submit(first), submit(second)]);
    expect(pages.map(({ status }) => status).sort()).toEqual([200, 404]);
    expect((await fetch(link)).status).toBe(404);
  });

  test('[S29] a password that the policy refuses does not use up the link', async () => {
    const link = await invited('dot');
    const page = await accept(link, 'dot@example.org 1');
    expect([page.status, page.text]).toEqual([400, expect.stringContaining('There is a problem')]);
    expect((await accept(link)).status).toBe(200);
  });

  test('the address counts only from then on: as a name to sign in with', async () => {
    const link = await invited('eve');
    const byAddress = async () => {
      const page = pageOf(await newPerson(server.url).open(`${server.url}/sign-in`));
      return pageOf(await page.submit('sign in', { account: '', user: 'eve@example.org', password: PASSWORD }));
    };
    expect((await byAddress()).text).toContain('There is a problem');
    await accept(link);
    expect((await byAddress()).text).not.toContain('There is a problem');
  });

  test('an address that another user has is refused, and the link is not used up', async () => {
    await accept(await invited('first-owner', 'shared@example.org'));
    await make('second-owner');
    await call('InviteUser', { UserName: 'second-owner', Email: 'shared@example.org' });
    await until(() => mailsTo('shared@example.org').length === 2);
    const link = linkIn(mailsTo('shared@example.org')[1] as ReceivedMail);
    expect((await accept(link)).text).toContain('Another user has your e-mail address already');
  });

  test('[S31] an address that is the name of another user is refused: to the administrator, and to the person', async () => {
    const NAME = 'nora@example.org';
    const link = await invited('invited-before', NAME);
    await make(NAME);
    await server.iam().send(new CreateLoginProfileCommand({ UserName: NAME, Password: PASSWORD }));
    await make('invited-after');
    const refused = await call('InviteUser', { UserName: 'invited-after', Email: 'Nora@Example.org' });
    expect(refused).toMatchObject({ status: 400, type: 'AddressIsUserNameException' });
    expect((await accept(link, 'nine loud badgers dig')).text).toContain(
      'Another user has your e-mail address already',
    );
    expect((await signIn(NAME)).text).toContain(NAME);
    // The link is not used up: once the other user is renamed, it works.
    await server.iam().send(new UpdateUserCommand({ UserName: NAME, NewUserName: 'nora' }));
    expect((await accept(link)).heading).toBe('You can sign in now');
    expect((await signIn(NAME)).text).toContain('invited-before');
  });

  test('[S31] a user may be named like the address that invites them', async () => {
    await accept(await invited('olga@example.org', 'olga@example.org'));
    expect((await signIn('olga@example.org')).text).toContain('olga@example.org');
  });

  test('[host-header poisoning] the link begins with the public URL, whatever Host a request has', async () => {
    await make('hal');
    const signed = signedJson(server.url, 'InviteUser', { UserName: 'hal', Email: 'hal@example.org' }, server.admin);
    // Signed by the caller as it is; a proxy or an attacker adds what it likes.
    await send(server.url, {
      ...signed,
      headers: { ...signed.headers, 'X-Forwarded-Host': 'evil.example', Forwarded: 'host=evil.example' },
    });
    await until(() => mailsTo('hal@example.org').length === 1);
    const link = linkIn(mailsTo('hal@example.org')[0] as ReceivedMail);
    expect(link.startsWith(`${server.url}/invitation/`)).toBe(true);
    const { text } = mailsTo('hal@example.org')[0] as ReceivedMail;
    expect(text).not.toContain('evil.example');
  });
});

test('its pages are in the language of the browser', async () => {
  const inGerman = { headers: { 'accept-language': 'de' } };
  const shown = await fetch(await invited('german'), inGerman);
  expect(shown.headers.get('content-language')).toBe('de');
  expect(await shown.text()).toMatch(/<button type="submit"[^>]*>Einladung annehmen<\/button>/);
  const closed = await fetch(`${server.url}/invitation/${'A'.repeat(43)}`, inGerman);
  expect(await closed.text()).toContain('<h1>Diese Einladung ist nicht gültig</h1>');
  const notMe = await fetch(`${server.url}/not-me/${'A'.repeat(43)}`, inGerman);
  expect(await notMe.text()).toContain('<h1>Dieser Link ist nicht gültig</h1>');
});

describe('a link that cannot be used', () => {
  const closed = async (link: string): Promise<string> => {
    const shown = await open(link);
    const body = new URLSearchParams({ newPassword: PASSWORD, repeated: PASSWORD });
    const posted = await fetch(link, { method: 'POST', body });
    expect([shown.status, posted.status]).toEqual([404, 404]);
    return shown.text.replace(/Request: .*/, '');
  };

  test('is refused alike: unknown, revoked, replaced, expired, of a disabled user, of one with a password', async () => {
    const texts = [await closed(`${server.url}/invitation/${'A'.repeat(43)}`)];
    const revoked = await invited('revoked');
    expect((await call('RevokeInvitation', { UserName: 'revoked' })).status).toBe(200);
    texts.push(await closed(revoked));
    const replaced = await invited('replaced');
    expect(await call('ResendInvitation', { UserName: 'replaced' })).toMatchObject({
      status: 200,
      answer: { Invitation: { TimesSent: 2 } },
    });
    texts.push(await closed(replaced));
    const disabled = await invited('disabled');
    await call('DisableUser', { UserName: 'disabled', Reason: 'test' });
    texts.push(await closed(disabled));
    const given = await invited('given');
    await server.iam().send(new CreateLoginProfileCommand({ UserName: 'given', Password: PASSWORD }));
    texts.push(await closed(given));
    await make('expired', silent);
    const { answer } = await call('InviteUser', { UserName: 'expired', Email: 'x@example.org' }, silent);
    silent.advance(HOURS_72 - 1000);
    expect((await open(String(answer['Link']))).status).toBe(200);
    silent.advance(1000);
    texts.push(await closed(String(answer['Link'])));
    silent.advance(-HOURS_72);
    expect(new Set(texts).size).toBe(1);
  });

  test('[CSRF] a form of another site is refused', async () => {
    const link = await invited('fay');
    const body = new URLSearchParams({ newPassword: PASSWORD, repeated: PASSWORD });
    const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    expect((await fetch(link, { method: 'POST', body, headers })).status).toBe(403);
    expect((await fetch(link)).status).toBe(200);
  });
});

test('users who can sign in, are disabled, are invited already or do not exist cannot be invited', async () => {
  const invite = (UserName: string) => call('InviteUser', { UserName, Email: 'x@example.org' });
  const typeOf = async (UserName: string) => (await invite(UserName)).type;
  await make('gus');
  await server.iam().send(new CreateLoginProfileCommand({ UserName: 'gus', Password: PASSWORD }));
  expect(await typeOf('gus')).toBe('UserHasSignInException');
  await make('gone');
  await call('DisableUser', { UserName: 'gone', Reason: 'test' });
  expect(await typeOf('gone')).toBe('UserDisabledException');
  await make('twice');
  expect([(await invite('twice')).status, await typeOf('twice')]).toEqual([200, 'InvitationExistsException']);
  expect(await typeOf('nobody')).toBe('NoSuchUserException');
  for (const [operation, type] of [
    ['ResendInvitation', 'NoSuchInvitationException'],
    ['RevokeInvitation', 'NoSuchInvitationException'],
  ] as const) {
    expect((await call(operation, { UserName: 'gus' })).type).toMatch(new RegExp(`${type}|UserHasSignInException`));
  }
});

test('[S26] whoever may not give a user a password cannot get in by inviting the user', async () => {
  await make('admin-by-key', silent);
  const input = { UserName: 'admin-by-key', Email: 'x@example.org' };
  const of = (operation: string) => (operation === 'InviteUser' ? input : { UserName: input.UserName });
  const by = (key: Key, operation: string) => send(silent.url, signedJson(silent.url, operation, of(operation), key));
  const helper = await makeUser(silent, 'helper', allow('rolecall:*'));
  const answers = [await by(helper, 'InviteUser')];
  await call('InviteUser', input, silent);
  answers.push(await by(helper, 'ResendInvitation'));
  for (const { body } of answers) expect(body).toMatch(/AccessDenied.*iam:CreateLoginProfile/);
  const both = await makeUser(silent, 'both', allow(['rolecall:ResendInvitation', 'iam:CreateLoginProfile']));
  expect((await by(both, 'ResendInvitation')).status).toBe(200);
});

test.each(['x@example.org,y@example.org', 'x@example.org\r\nBcc: y@example.org', 'X <x@example.org>', 'x'])(
  '[header injection] the address %j is refused',
  async (Email) => {
    expect(await call('InviteUser', { UserName: 'nobody', Email })).toMatchObject({
      status: 400,
      type: 'ValidationException',
    });
  },
);

test('without a mail server, the link is shown once, and the address stays unproven', async () => {
  await make('ida', silent);
  await silent.iam().send(new CreateGroupCommand({ GroupName: 'Staff' }));
  await silent.iam().send(new AddUserToGroupCommand({ GroupName: 'Staff', UserName: 'ida' }));
  const { answer } = await call('InviteUser', { UserName: 'ida', Email: 'ida@example.org' }, silent);
  const link = String(answer['Link']);
  expect(JSON.stringify((await call('ListInvitations', {}, silent)).answer)).not.toContain(link);
  expect(JSON.stringify(silent.events)).not.toContain(link.slice(link.lastIndexOf('/')));
  expect((await accept(link)).status).toBe(200);
  expect((await signIn('ida', silent)).text).not.toContain('There is a problem');
  const page = pageOf(await newPerson(silent.url).open(`${silent.url}/sign-in`));
  const byAddress = await page.submit('sign in', { account: '', user: 'ida@example.org', password: PASSWORD });
  expect(pageOf(byAddress).text).toContain('There is a problem');
});

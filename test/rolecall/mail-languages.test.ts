import { UpdateLoginProfileCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newPerson, type PageSeen, type Seen } from '../../harness/person.ts';
import { linkIn, type ReceivedMail, startSmtpServer, type TestSmtpServer } from '../../harness/smtp-server.ts';
import { makeUser } from '../sts/people.ts';
import { ACCOUNT_ID, type InProcessServer, startInProcess } from '../support/in-process-server.ts';
import { until } from '../support/until.ts';
import { send, signedJson } from '../support/wire.ts';

const PASSWORD = 'seven quiet otters swim';
let smtp: TestSmtpServer;
let server: InProcessServer;
beforeAll(async () => {
  smtp = await startSmtpServer();
  server = await startInProcess({
    ROLECALL_SMTP_URL: `smtp+plain://localhost:${smtp.port}`,
    ROLECALL_MAIL_FROM: 'iam@example.org',
    ROLECALL_RECOVERY_BY_MAIL: 'true',
  });
});
afterAll(async () => {
  await server.close();
  await smtp.close();
});

const call = async (operation: string, input: object) => {
  const { status, body } = await send(server.url, signedJson(server.url, operation, input, server.admin));
  return { status, ...(JSON.parse(body) as Record<string, unknown>) };
};
function pageOf(seen: Seen): PageSeen {
  if (seen.kind === 'page') return seen;
  throw new Error(`left to ${seen.url.href}`);
}
const mailsTo = (name: string) => smtp.mails.filter(({ to }) => to.includes(`${name}@example.org`));
const nthMail = async (name: string, nth: number): Promise<ReceivedMail> => {
  await until(() => mailsTo(name).length >= nth);
  return mailsTo(name)[nth - 1] as ReceivedMail;
};
/** The language that a mail says it is in. */
const languageOf = ({ raw }: ReceivedMail) => /<html lang=(?:3D)?"(\w+)">/.exec(raw.replace(/=\r\n/g, ''))?.[1];

async function signInInJapanese(user: string): Promise<void> {
  const person = newPerson(server.url, { 'accept-language': 'ja' });
  const page = pageOf(await person.open(`${server.url}/sign-in`));
  const named = page.html.includes('id="account"') ? { アカウント: ACCOUNT_ID } : {};
  const ways = pageOf(await page.submit('続行', { ...named, ユーザー名: user }));
  expect(pageOf(await ways.submit('サインイン', { パスワード: PASSWORD })).heading).toBe('アカウント情報');
}

test('an invitation is mailed in the language that it was given, also if it is sent again, under the brand of the account', async () => {
  await call('PutAccountBranding', { DisplayName: 'Acme' });
  await makeUser(server, 'dora');
  const invited = await call('InviteUser', { UserName: 'dora', Email: 'dora@example.org', Language: 'de' });
  expect(invited).toMatchObject({ status: 200, Invitation: { Language: 'de' } });
  expect(languageOf(await nthMail('dora', 1))).toBe('de');
  expect((await nthMail('dora', 1)).text).toContain('Acme');
  expect(await call('ResendInvitation', { UserName: 'dora' })).toMatchObject({ status: 200 });
  expect(languageOf(await nthMail('dora', 2))).toBe('de');
  expect(await call('InviteUser', { UserName: 'dora', Email: 'dora@example.org', Language: 'xx' })).toMatchObject({
    status: 400,
  });
});

test('notices are in the language in which the person last signed in, and in English before that', async () => {
  await makeUser(server, 'emi');
  await call('InviteUser', { UserName: 'emi', Email: 'emi@example.org' });
  const invitation = await nthMail('emi', 1);
  expect(languageOf(invitation)).toBe('en');
  const page = pageOf(await newPerson(server.url).open(linkIn(invitation)));
  await page.submit('accept the invitation', { 'new password': PASSWORD, 'repeat the new password': PASSWORD });

  const reset = { UserName: 'emi', Password: PASSWORD, PasswordResetRequired: false };
  await server.iam().send(new UpdateLoginProfileCommand(reset));
  expect(languageOf(await nthMail('emi', 2))).toBe('en');
  await signInInJapanese('emi');
  const newDevice = await nthMail('emi', 3);
  expect(languageOf(newDevice)).toBe('ja');
  await server.iam().send(new UpdateLoginProfileCommand(reset));
  expect(languageOf(await nthMail('emi', 4))).toBe('ja');
});

test('so is the mail to a person who forgot the password, under the brand of the account', async () => {
  const ask = async () => {
    const body = new URLSearchParams({ account: '', name: 'emi@example.org' });
    await fetch(`${server.url}/recovery`, { method: 'POST', headers: { origin: server.url }, body });
  };
  await ask();
  const mail = await nthMail('emi', 5);
  expect([languageOf(mail), mail.text]).toEqual(['ja', expect.stringContaining('Acme')]);
  expect(linkIn(mail)).toContain('/recovery/');
});

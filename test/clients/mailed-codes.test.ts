import { IAM } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { callRolecall } from '../../harness/call-rolecall.ts';
import { linkIn, type ReceivedMail, startSmtpServer, type TestSmtpServer } from '../../harness/smtp-server.ts';
import { type RunningServer, startServer } from '../../harness/start-server.ts';
import { signInByBrowser } from '../../harness/type-in-browser.ts';
import { until } from '../support/until.ts';
import { lookAt } from './page-look.ts';
import { openChromium, type TestBrowser } from './virtual-authenticator.ts';

/** Codes that come by mail, from a real SMTP server, typed in Chromium: for a new address, and for a browser that is new. */

const PASSWORD = 'seven quiet otters swim';
let smtp: TestSmtpServer;
let server: RunningServer;
let chromium: TestBrowser;
beforeAll(async () => {
  smtp = await startSmtpServer();
  server = await startServer({
    env: { ROLECALL_SMTP_URL: `smtp+plain://localhost:${smtp.port}`, ROLECALL_MAIL_FROM: 'iam@example.org' },
  });
  chromium = await openChromium();
});
afterAll(async () => {
  await chromium?.close();
  await server?.stop();
  await smtp?.close();
});

const heading = (page: Page, name: string | RegExp): Promise<void> =>
  page.getByRole('heading', { level: 1, name }).waitFor();
const press = (page: Page, name: string | RegExp): Promise<void> => page.getByRole('button', { name }).first().click();
const codesTo = (to: string): readonly string[] =>
  smtp.mails.filter((mail) => mail.to.includes(to)).flatMap(({ text }) => /^\d{4} \d{4}$/m.exec(text) ?? []);

async function typeCode(page: Page, to: string, count = 1): Promise<void> {
  await until(() => codesTo(to).length >= count);
  await page.getByLabel('Code from the mail').fill(codesTo(to)[count - 1] ?? '');
  await press(page, 'Continue');
}

/** A user who has accepted a mailed invitation; answers the browser in which they did. */
async function join(UserName: string, PolicyArn?: string): Promise<Page> {
  const iam = new IAM({ endpoint: server.url, region: 'us-east-1', credentials: server.admin });
  await iam.createUser({ UserName });
  if (PolicyArn !== undefined) await iam.attachUserPolicy({ UserName, PolicyArn });
  const Email = `${UserName}@example.org`;
  await callRolecall(server, 'InviteUser', { UserName, Email });
  const mail = () => smtp.mails.find(({ to }) => to.includes(Email));
  await until(() => mail() !== undefined);
  const page = await chromium.newPage();
  await page.goto(linkIn(mail() as ReceivedMail));
  await page.getByLabel('New password', { exact: false }).first().fill(PASSWORD);
  await page.getByLabel('Repeat', { exact: false }).fill(PASSWORD);
  await press(page, 'Accept the invitation');
  await heading(page, 'You can sign in now');
  return page;
}

async function signIn(page: Page, userName: string): Promise<void> {
  await page.goto(`${server.url}/sign-in`);
  await signInByBrowser(page, { account: server.accountId, userName, password: PASSWORD });
}

test('a person changes the e-mail address by a code that is mailed to the new one', async () => {
  const page = await join('ann');
  await signIn(page, 'ann');
  await heading(page, 'Your account');
  expect(await page.locator('main').textContent()).toContain('ann@example.org (confirmed)');
  await page.getByRole('link', { name: 'E-mail address' }).click();
  await heading(page, 'E-mail address');
  await lookAt(page, 'email');
  await page.getByLabel('E-mail address').fill('ann@new.example');
  await press(page, 'Mail a code to this address');
  await page.getByLabel('Code from the mail').waitFor();
  await lookAt(page, 'email-code');
  await typeCode(page, 'ann@new.example');
  await page.getByText('Your e-mail address is now ann@new.example.').waitFor();
});

test('[S33] a first passkey in a new browser needs the code that is mailed to the person', async () => {
  await (await join('bob')).close();
  const page = await chromium.newPage();
  await chromium.isPresent(false);
  await signIn(page, 'bob');
  await heading(page, 'Your account');
  await page.goto(`${server.url}/sign-in/factors`);
  await press(page, 'Add a passkey or security key');
  await heading(page, 'Confirm that it is you');
  await lookAt(page, 'confirm-browser');
  await typeCode(page, 'bob@example.org');
  await heading(page, 'Add a passkey or security key');
  await chromium.isPresent(true);
  await press(page, 'Continue');
  await page.getByText('is added').waitFor();
});

test('[S26] so does the one that an administrator must add to be let in', async () => {
  await (await join('cat', 'arn:aws:iam::aws:policy/AdministratorAccess')).close();
  const page = await chromium.newPage();
  await chromium.isPresent(false);
  await signIn(page, 'cat');
  await heading(page, 'Confirm that it is you');
  await lookAt(page, 'confirm-browser-sign-in');
  await press(page, 'Mail me a code');
  await typeCode(page, 'cat@example.org');
  await heading(page, 'Add a second factor');
  await chromium.isPresent(true);
  await press(page, 'Add a passkey or security key');
  await heading(page, 'Use your passkey');
  await lookAt(page, 'new-passkey');
  await press(page, 'Use a passkey or security key');
  await heading(page, 'Your account');
});

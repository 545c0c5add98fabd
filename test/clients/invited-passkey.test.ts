import { IAM } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type RunningServer, startServer } from '../../harness/start-server.ts';
import { signInByBrowser } from '../../harness/type-in-browser.ts';
import { send, signedJson } from '../support/wire.ts';
import { picture } from './openid-scene.ts';
import { openChromium, type TestBrowser } from './virtual-authenticator.ts';

/** The page of an invitation in Chromium, with its virtual authenticator and without scripts. */

let server: RunningServer;
let chromium: TestBrowser;
beforeAll(async () => {
  server = await startServer();
  chromium = await openChromium();
});
afterAll(async () => {
  await chromium?.close();
  await server?.stop();
});

async function invited(UserName: string): Promise<string> {
  await new IAM({ endpoint: server.url, region: 'us-east-1', credentials: server.admin }).createUser({ UserName });
  const input = { UserName, Email: `${UserName}@example.org` };
  const { body } = await send(server.url, signedJson(server.url, 'InviteUser', input, server.admin));
  return (JSON.parse(body) as { Link: string }).Link;
}

test('an invited person makes a passkey, and signs in with it alone', async () => {
  const link = await invited('ann');
  const page = await chromium.newPage();
  for (const width of [390, 1280]) {
    await page.setViewportSize({ width, height: 844 });
    await page.goto(link);
    await picture(page, `invitation-${width}`);
    expect(await page.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  }
  await chromium.isPresent(true);
  await page.getByLabel('Name', { exact: false }).last().waitFor();
  await page.locator('#passkey-label').fill('Laptop');
  await page.getByRole('button', { name: 'Accept with a passkey' }).click();
  await page.getByRole('heading', { level: 1, name: 'You can sign in now' }).waitFor();
  // The sign-in page asks for a passkey as soon as it is open (autofill), and the authenticator answers.
  await page.getByRole('link', { name: 'Sign in' }).click();
  await page.getByRole('heading', { level: 1, name: 'Your account' }).waitFor();
  expect(await page.locator('main').textContent()).toContain('Laptop');
});

test('without scripts, the page offers the password only', async () => {
  const link = await invited('bob');
  const page = await chromium.newPage('without scripts');
  await page.goto(link);
  expect(await page.getByRole('button', { name: 'Accept with a passkey' }).isVisible()).toBe(false);
  const password = 'seven quiet otters swim';
  await page.getByLabel('New password', { exact: false }).first().fill(password);
  await page.getByLabel('Repeat', { exact: false }).fill(password);
  await page.getByRole('button', { name: 'Accept the invitation' }).click();
  await page.getByRole('heading', { level: 1, name: 'You can sign in now' }).waitFor();
  await page.getByRole('link', { name: 'Sign in' }).click();
  await signInByBrowser(page, { account: server.accountId, userName: 'bob', password });
  await page.getByRole('heading', { level: 1, name: 'Your account' }).waitFor();
});

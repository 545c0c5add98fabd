import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { freePort } from '../../harness/free-port.ts';
import { type RunningServer, startServer } from '../../harness/start-server.ts';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { signInByBrowser } from '../../harness/type-in-browser.ts';
import { until } from '../support/until.ts';
import { openChromium, type TestBrowser } from './virtual-authenticator.ts';

/** A server that is renamed within its domain keeps its passkeys (RP ID). The real server, and Chromium with its virtual authenticator. */

const directory = temporaryDirectory();
const key = randomBytes(32).toString('base64');
let chromium: TestBrowser;
let page: Page;
let server: RunningServer | undefined;
let port: number;

beforeAll(async () => {
  port = await freePort();
  chromium = await openChromium();
  page = await chromium.newPage();
});
afterAll(async () => {
  await chromium?.close();
  await server?.stop();
  directory.remove();
});

async function start(host: string, env: Record<string, string>): Promise<RunningServer> {
  await server?.stop();
  server = await startServer({
    directory: directory.path,
    env: {
      PORT: String(port),
      ROLECALL_KEY_ENCRYPTION_KEY: key,
      ROLECALL_PUBLIC_URL: `http://${host}:${port}`,
      ROLECALL_ADMIN_PASSKEY_DAYS: '0',
      ...env,
    },
  });
  return server;
}
const button = (name: string) => page.getByRole('button', { name, exact: true });

test('[S27] a passkey for the domain works after the server moved to another host of it', async () => {
  const first = await start('id.acme.localhost', { ROLECALL_PASSKEY_RP_ID: 'acme.localhost' });
  const { userName, password } = first.admin;
  await page.goto(`${first.url}/sign-in`);
  await signInByBrowser(page, { account: first.accountId, userName, password });
  await page.getByRole('link', { name: 'Second factors' }).click();
  await button('Add a passkey or security key').click();
  await page.getByLabel('Name').fill('Laptop');
  await chromium.isPresent(true);
  await button('Continue').click();
  await page.getByText('Laptop is added.').waitFor();
  await chromium.isPresent(false);

  const moved = await start('login.acme.localhost', {
    ROLECALL_PASSKEY_RP_ID: 'acme.localhost',
    ROLECALL_REPLACES_PUBLIC_URL: first.url,
  });
  // The page asks for a passkey as soon as it is open (autofill), and the authenticator answers.
  await chromium.isPresent(true);
  await page.goto(`${moved.url}/sign-in`);
  await page.getByRole('heading', { level: 1, name: 'Your account' }).waitFor();
  expect(moved.process?.stdout()).not.toContain('that are bound to');

  // Without the setting, the passkey belongs to another name than the server asks for, and the log says so.
  const without = await start('login.acme.localhost', {});
  await until(
    () => without.process?.stdout().includes('bound to acme.localhost cannot be used at login.acme') === true,
  );
});

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { freePort } from '../../harness/free-port.ts';
import { type RunningServer, startServer } from '../../harness/start-server.ts';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { openTestAuthorities, server as serverCertificate } from '../../harness/test-authority.ts';
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

async function start(url: string, env: Record<string, string>): Promise<RunningServer> {
  await server?.stop();
  server = await startServer({
    directory: directory.path,
    env: {
      PORT: String(port),
      ROLECALL_KEY_ENCRYPTION_KEY: key,
      ROLECALL_PUBLIC_URL: url,
      ROLECALL_ADMIN_PASSKEY_DAYS: '0',
      ...env,
    },
  });
  return server;
}
const button = (name: string) => page.getByRole('button', { name, exact: true });

async function addPasskey({ url, accountId, admin: { userName, password } }: RunningServer): Promise<void> {
  await page.goto(`${url}/sign-in`);
  await signInByBrowser(page, { account: accountId, userName, password });
  await page.getByRole('link', { name: 'Second factors' }).click();
  await button('Add a passkey or security key').click();
  await page.getByLabel('Name').fill('Laptop');
  await chromium.isPresent(true);
  await button('Continue').click();
  await page.getByText('Laptop is added.').waitFor();
  await chromium.isPresent(false);
}

/** The page asks for a passkey as soon as it is open (autofill), and the authenticator answers. */
async function signInByPasskey({ url }: RunningServer): Promise<void> {
  await chromium.isPresent(true);
  await page.goto(`${url}/sign-in`);
  await page.getByRole('heading', { level: 1, name: 'Your account' }).waitFor();
  await chromium.isPresent(false);
}

test('[S27] a passkey for the domain works after the server moved to another host of it', async () => {
  const first = await start(`http://id.acme.localhost:${port}`, { ROLECALL_PASSKEY_RP_ID: 'acme.localhost' });
  await addPasskey(first);
  const moved = await start(`http://login.acme.localhost:${port}`, {
    ROLECALL_PASSKEY_RP_ID: 'acme.localhost',
    ROLECALL_REPLACES_PUBLIC_URL: first.url,
  });
  await signInByPasskey(moved);
  expect(moved.process?.stdout()).not.toContain('that are bound to');

  // Without the setting, the passkey belongs to another name than the server asks for, and the log says so.
  const without = await start(`http://login.acme.localhost:${port}`, {});
  await until(
    () => without.process?.stdout().includes('bound to acme.localhost cannot be used at login.acme') === true,
  );
});

test('[S27] [WebAuthn Level 3 §5.11] it works on another domain, which the file at the former host lists', async () => {
  await chromium.close();
  const names = serverCertificate('DNS:id.example.org', 'DNS:login.example.com');
  const { certFile, keyFile } = openTestAuthorities(directory.path).issue('both', undefined, { extensions: names });
  const tls = { ROLECALL_TLS_CERTIFICATE_FILE: certFile, ROLECALL_TLS_KEY_FILE: keyFile };
  // Both names lead here, also at the usual port.
  chromium = await openChromium([`--host-resolver-rules=MAP * 127.0.0.1:${port}`, '--ignore-certificate-errors']);
  page = await chromium.newPage();
  const data = join(directory.path, 'other');
  const first = await start('https://id.example.org', { ...tls, ROLECALL_DATA_DIR: data });
  await addPasskey(first);
  expect((await page.goto(`${first.url}/.well-known/webauthn`))?.status()).toBe(404);

  const moved = await start('https://login.example.com', {
    ...tls,
    ROLECALL_DATA_DIR: data,
    ROLECALL_PASSKEY_RP_ID: 'id.example.org',
    ROLECALL_PASSKEY_ORIGINS: 'https://login.example.com',
    ROLECALL_REPLACES_PUBLIC_URL: first.url,
    ROLECALL_ALLOWED_HOSTS: 'login.example.com',
  });
  const file = await page.goto(`${first.url}/.well-known/webauthn`);
  expect([file?.status(), file?.headers()['content-type'], await file?.json()]).toEqual([
    200,
    'application/json',
    { origins: ['https://login.example.com'] },
  ]);
  await signInByPasskey(moved);
  expect(page.url()).toContain('https://login.example.com/');
});

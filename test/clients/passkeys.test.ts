import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { CDPSession, Page } from 'playwright-core';
import { openScene, picture, type Scene, signIn } from './openid-scene.ts';

/** Second factors in Chromium, with its virtual authenticator (CDP, WebAuthn domain), and what IAM's operations make of them. */

let scene: Scene;
let page: Page;
let cdp: CDPSession;
let authenticatorId: string;

beforeAll(async () => {
  scene = await openScene();
  const context = await scene.newContext('phone', 'light', 'scripts');
  page = await context.newPage();
  cdp = await context.newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const options = {
    protocol: 'ctap2',
    transport: 'internal',
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
    automaticPresenceSimulation: false,
  } as const;
  ({ authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', { options }));
});
afterAll(() => scene?.close());

const LOOKS = [390, 1280].flatMap((width) => (['light', 'dark'] as const).map((colours) => ({ width, colours })));

/** Looks at the page as a phone and a desktop show it, in both colour schemes. */
async function look(name: string): Promise<void> {
  for (const { width, colours } of LOOKS) {
    await page.setViewportSize({ width, height: 844 });
    await page.emulateMedia({ colorScheme: colours });
    expect(await page.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    await picture(page, `${name}-${colours}-${width}`);
  }
}

const button = (name: string) => page.getByRole('button', { name, exact: true });
const isPresent = (enabled: boolean) =>
  cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled });
const open = (path: string) => page.goto(`${scene.server.url}${path}`);
const atHeading = (name: string) => page.getByRole('heading', { level: 1, name }).waitFor();

async function signOut(): Promise<void> {
  await page.context().clearCookies();
  await open('/sign-in');
  await atHeading('Sign in');
}

const typePassword = () => signIn(page, { account: scene.server.accountId, ...scene.person });

test('a passkey is added on the page, signs in alone, and is a second factor', async () => {
  await open('/sign-in');
  await look('sign-in');
  await typePassword();
  await atHeading('Your account');
  await look('account');
  await page.getByRole('link', { name: 'Second factors' }).click();
  await look('factors-none');
  await button('Add a passkey or security key').click();
  await look('add-passkey');
  await isPresent(true);
  await page.getByLabel('Name').fill('Laptop');
  await button('Continue').click();
  await page.getByText('Laptop is added.').waitFor();
  await look('factors-passkey');

  // The same authenticator again: the browser says that it knows this one.
  await button('Add a passkey or security key').click();
  await button('Continue').click();
  await page.getByText('This device is already among your factors.').waitFor();

  await isPresent(false);
  await signOut();
  await isPresent(true);
  await button('Use a passkey').click();
  await atHeading('Your account');

  await isPresent(false);
  await signOut();
  await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
  await typePassword();
  await atHeading('Show your second factor');
  await look('second-factor');
  await isPresent(true);
  await button('Use a passkey or security key').click();
  await atHeading('Your account');
});

test('an authenticator app and recovery codes beside it; the pages work by the keyboard', async () => {
  await open('/sign-in/factors');
  await button('Add an authenticator app').click();
  await look('add-app');
  await page.getByText('Type a key instead').press('Enter');
  expect(await page.locator('pre').textContent()).toMatch(/^(?:[A-Z2-7]{4} ){15}[A-Z2-7]{4}$/);
  await page.getByRole('link', { name: 'Cancel' }).press('Enter');
  await button('Create recovery codes').press('Enter');
  await atHeading('Your recovery codes');
  await look('recovery-codes');
  await page.getByRole('link', { name: 'I have saved them' }).click();
  await page.getByText('10 of 10 left').waitFor();
  await look('factors-codes');
});

test('IAM lists the passkey, refuses codes for it, and removes it', async () => {
  const UserName = scene.person.userName;
  const { MFADevices: [device] = [] } = await scene.admin.listMFADevices({ UserName });
  const SerialNumber = device?.SerialNumber ?? '';
  expect(SerialNumber).toMatch(
    new RegExp(`^arn:aws:iam::${scene.server.accountId}:u2f/user/${UserName}/[0-9a-f]{20}$`),
  );
  expect(await scene.admin.getMFADevice({ UserName, SerialNumber })).toMatchObject({ UserName, SerialNumber });
  const codes = { AuthenticationCode1: '123456', AuthenticationCode2: '234567' };
  await expect(scene.admin.resyncMFADevice({ UserName, SerialNumber, ...codes })).rejects.toMatchObject({
    name: 'InvalidAuthenticationCodeException',
    message: expect.stringContaining('shows no codes'),
  });
  await scene.admin.deactivateMFADevice({ UserName, SerialNumber });
  expect((await scene.admin.listMFADevices({ UserName })).MFADevices).toEqual([]);
  // The recovery codes went with the last factor, and the session with the change.
  await open('/sign-in/factors');
  await atHeading('Sign in');
  await typePassword();
  await atHeading('Your account');
});

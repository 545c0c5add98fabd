import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { BrowserContext, Page } from 'playwright-core';
import { LANGUAGES } from '../../src/http/messages/languages.ts';
import { openScene, picture, type Scene, signIn } from './openid-scene.ts';
import { findings, isCutOff, lookAt } from './page-look.ts';

/** Every page in Chromium: nothing of it is cut off, and axe finds nothing serious about it. */

let scene: Scene;
let context: BrowserContext;
let page: Page;
beforeAll(async () => {
  scene = await openScene();
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'iam:ChangePassword', Resource: '*' }],
  });
  await scene.admin.putUserPolicy({ UserName: scene.person.userName, PolicyName: 'OwnPassword', PolicyDocument });
  context = await scene.newContext('phone', 'light', 'scripts');
  page = await context.newPage();
});
afterAll(() => scene.close());

const at = (path: string): string => `${scene.server.url}${path}`;

const look = (name: string, hidden?: string): Promise<void> => lookAt(page, name, hidden);
const press = (name: string | RegExp): Promise<void> => page.getByRole('button', { name }).first().click();
const signInHere = (): Promise<void> => signIn(page, { account: scene.server.accountId, ...scene.person });

describe('pages in Chromium', () => {
  test('before anybody is signed in', async () => {
    const attempt = await scene.attempt();
    await page.goto(attempt.url.href);
    await look('sign-in');
    await signIn(page, { account: scene.server.accountId, userName: 'nobody', password: 'a wrong passphrase' });
    await page.getByRole('alert').waitFor();
    await look('sign-in-refused');
    await page.goto(at('/oidc/auth?client_id=unknown'));
    await look('error');
    await page.goto(at('/sign-in/nothing-here'));
    await look('not-found');
    await page.goto(at('/federation/session'));
    await look('console-federation');
  });

  test('of a sign-in, with consent', async () => {
    await page.goto((await scene.attempt()).url.href);
    await signInHere();
    await page.getByRole('heading', { name: /^Allow/ }).waitFor();
    await look('consent');
    await page.goto((await scene.attempt({ prompt: 'select_account' })).url.href);
    await page.getByRole('heading', { name: 'Choose an account' }).waitFor();
    await look('select-account');
  });

  test('of somebody who is signed in', async () => {
    for (const [name, path, heading] of [
      ['start', '/start', 'Apps and roles'],
      ['account', '/sign-in', 'Your account'],
      ['password', '/sign-in/password', 'Change your password'],
      ['profile', '/sign-in/profile', 'Your profile'],
      ['links', '/sign-in/links', 'Linked logins'],
      ['factors', '/sign-in/factors', 'Second factors'],
      ['device', '/device', 'Sign in on a device'],
      ['sign-out', '/oidc/session/end', 'Do you want to sign out?'],
    ] as const) {
      await page.goto(at(path));
      await page.getByRole('heading', { name: heading, exact: true }).waitFor();
      await look(name);
    }
    await page.goto(at('/sign-in/factors'));
    await press('Add an authenticator app');
    await page.getByRole('img').waitFor();
    await look('add-app', 'svg, details pre');
    await page.goto(at('/sign-in/factors'));
    await press('Add a passkey or security key');
    await page.getByRole('heading', { name: 'Add a passkey or security key' }).waitFor();
    await look('add-passkey');
  });

  test.each([...LANGUAGES.keys()].filter((tag) => tag !== 'en'))('in %s, chosen on the page', async (tag) => {
    await page.goto(at('/sign-in'));
    await page.locator(`footer button[value=${tag}]`).click();
    await page.locator(`html[lang=${tag}]`).waitFor();
    expect(new URL(page.url()).pathname).toBe('/sign-in');
    await page.setViewportSize({ width: 390, height: 844 });
    await page.emulateMedia({ colorScheme: 'light' });
    for (const path of ['/sign-in', '/sign-in/factors', '/start', '/device']) {
      await page.goto(at(path));
      await picture(page, `page${path.replaceAll('/', '-')}-${tag}`);
      expect([path, await isCutOff(page), await findings(page)]).toEqual([path, false, []]);
    }
    const stranger = await scene.newContext('phone');
    const theirs = await stranger.newPage();
    await theirs.goto((await scene.attempt({ ui_locales: tag })).url.href);
    await picture(theirs, `page-sign-in-app-${tag}`);
    expect(await theirs.locator('html').getAttribute('lang')).toBe(tag);
    await stranger.close();
  });

  test('after signing out', async () => {
    await page.goto(at('/sign-in'));
    await page.locator('footer button[value=en]').click();
    await page.goto(at('/oidc/session/end'));
    await press('Sign out');
    await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
    await look('signed-out');
  });
});

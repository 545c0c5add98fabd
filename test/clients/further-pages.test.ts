import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as oidc from 'openid-client';
import type { BrowserContext, Page } from 'playwright-core';
import { callRolecall } from '../../harness/call-rolecall.ts';
import { typeInBrowser } from '../../harness/type-in-browser.ts';
import { encodePng } from '../../src/identity/factors/bitmap-png.ts';
import { unique } from '../support/unique.ts';
import { allow, openScene, type Scene, signIn } from './openid-scene.ts';
import { lookAt } from './page-look.ts';

/** Pages that only some people see, and pages under a brand, in Chromium, as in pages.test.ts. */

/** An app that signs people out in a frame. */
const FRONT = {
  client_id: 'front',
  client_name: 'The Shop',
  token_endpoint_auth_method: 'none',
  redirect_uris: ['https://shop.example/callback'],
  frontchannel_logout_uri: 'https://shop.example/signed-out',
};

/** An app that asks people by the back channel. */
const TILL_SECRET = 'a secret of the till of the shop';
const TILL = {
  client_id: 'till',
  client_name: 'Till 4',
  client_secret: TILL_SECRET,
  token_endpoint_auth_method: 'client_secret_post',
  grant_types: ['urn:openid:params:grant-type:ciba', 'refresh_token'],
  backchannel_token_delivery_mode: 'poll',
};

let scene: Scene;
beforeAll(async () => {
  scene = await openScene({ clients: [FRONT, TILL] });
});
afterAll(() => scene.close());

const at = (path: string): string => `${scene.server.url}${path}`;

/** Does something in a browser of its own. */
async function inBrowser(act: (page: Page, context: BrowserContext) => Promise<void>): Promise<void> {
  const context = await scene.newContext('phone', 'light', 'scripts');
  await act(await context.newPage(), context);
  await context.close();
}
const heading = (page: Page, name: string | RegExp): Promise<void> =>
  page.getByRole('heading', { level: 1, name }).waitFor();
const press = (page: Page, name: string | RegExp): Promise<void> => page.getByRole('button', { name }).first().click();

async function newUser(change: { readonly PasswordResetRequired?: boolean } = {}) {
  const person = { userName: unique('paul'), password: `a long passphrase ${unique('of')}` };
  await scene.admin.createUser({ UserName: person.userName });
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'iam:ChangePassword', Resource: '*' }],
  });
  await scene.admin.putUserPolicy({ UserName: person.userName, PolicyName: 'own', PolicyDocument });
  await scene.admin.createLoginProfile({ UserName: person.userName, Password: person.password, ...change });
  return { account: scene.server.accountId, ...person };
}

describe('pages in Chromium that only some people see', () => {
  test('[CIBA Core] openid-client asks a person, who answers without JavaScript', async () => {
    const person = await newUser();
    const till = await oidc.discovery(new URL(at('/oidc')), 'till', undefined, oidc.ClientSecretPost(TILL_SECRET), {
      execute: [oidc.allowInsecureRequests],
    });
    const ask = (binding_message: string) =>
      oidc.initiateBackchannelAuthentication(till, {
        ...{ scope: 'openid profile offline_access', login_hint: person.userName, binding_message },
      });
    const tokens = oidc.pollBackchannelAuthenticationGrant(till, await ask('W4SCT'));
    const plain = await scene.newContext('phone', 'light');
    const bare = await plain.newPage();
    await bare.goto(at('/sign-in/requests'));
    await signIn(bare, person);
    await heading(bare, 'Requests of apps');
    await bare.getByRole('link', { name: /Till 4/ }).click();
    expect(await bare.locator('main').textContent()).toContain('W4SCT');
    await press(bare, /^Allow/);
    await bare.getByText('You allowed the request').waitFor();
    const { id_token, refresh_token } = await tokens;
    expect([typeof id_token, typeof refresh_token]).toEqual(['string', 'string']);
    await plain.close();

    const denied = oidc.pollBackchannelAuthenticationGrant(till, await ask('W5XZY'));
    denied.catch(() => {});
    await inBrowser(async (page) => {
      await page.goto(at('/sign-in/requests'));
      await signIn(page, person);
      await page.getByRole('link', { name: /Till 4/ }).waitFor();
      await lookAt(page, 'requests');
      await page.getByRole('link', { name: /Till 4/ }).click();
      await heading(page, /Till 4/);
      await lookAt(page, 'request');
      await press(page, /not ask again/);
      await page.getByText('Apps that may not ask').waitFor();
      await lookAt(page, 'requests-muted');
      await page.goto(at('/sign-in'));
      await page.getByRole('link', { name: 'Requests of apps: 0' }).waitFor();
    });
    await expect(denied).rejects.toMatchObject({ error: 'access_denied' });
  });

  test('a form that was sent twice, and a sign-in whose result the app has', async () => {
    const person = await newUser();
    await inBrowser(async (page) => {
      await page.goto((await scene.attempt()).url.href);
      const asked = page.url();
      await typeInBrowser(page, person);
      // The second of two posts is answered once the first one was processed, whose response the browser never gets.
      let first: Promise<unknown> | undefined;
      await page.route('**/oidc/interaction/*', async (route) => {
        if (route.request().method() === 'POST' && first === undefined) {
          first = route.fetch({ maxRedirects: 0 });
          return;
        }
        await first;
        await route.continue();
      });
      await page.getByRole('button', { name: /^sign in/i }).dblclick({ delay: 15 });
      await heading(page, /already answered/i);
      await lookAt(page, 'sent-twice');
      await page.getByRole('link', { name: /^Continue to/ }).click();
      await allow(page);
      await page.goto(asked);
      await heading(page, /./);
      await lookAt(page, 'sign-in-over');
    });
  });

  test('the second page of a sign-in, and the one for a new password', async () => {
    const person = await newUser({ PasswordResetRequired: true });
    await inBrowser(async (page) => {
      await page.goto(at('/sign-in'));
      await page.getByLabel(/user name/i).fill(person.userName);
      await press(page, 'Continue');
      await page.locator('#password[required]').waitFor();
      await lookAt(page, 'ways');
      await signIn(page, person);
      await heading(page, 'Choose a new password');
      await lookAt(page, 'new-password');
    });
  });

  test('[Front-Channel Logout 1.0] an app is told of a sign-out in a frame', async () => {
    const person = await newUser();
    const next = at('/oidc/session/end/success');
    const told: URL[] = [];
    /** Signs in to the app and out again. */
    async function signOut(page: Page, context: BrowserContext, answered: Promise<void>): Promise<void> {
      await context.route('https://shop.example/**', async (route) => {
        const url = new URL(route.request().url());
        if (url.pathname === '/signed-out') {
          told.push(url);
          await answered;
        }
        await route.fulfill({ status: 200, body: 'the shop' });
      });
      const asked = new URLSearchParams({
        client_id: FRONT.client_id,
        response_type: 'code',
        scope: 'openid',
        redirect_uri: FRONT.redirect_uris[0] ?? '',
        code_challenge: createHash('sha256').update('v'.repeat(43)).digest('base64url'),
        code_challenge_method: 'S256',
      });
      await page.goto(at(`/oidc/auth?${asked}`));
      await signIn(page, person);
      await press(page, /^allow/i);
      await page.waitForURL('https://shop.example/callback**');
      await page.goto(at('/oidc/session/end'));
      await press(page, 'Sign out');
    }
    await inBrowser(async (page, context) => {
      // The page stays, so that it can be looked at: without content, a browser goes nowhere.
      await context.route(next, (route) => route.fulfill({ status: 204 }));
      await signOut(page, context, new Promise(() => {}));
      await heading(page, 'You are signed out');
      await lookAt(page, 'signed-out-apps');
      await context.unrouteAll({ behavior: 'ignoreErrors' });
    });
    expect(told.map((url) => url.searchParams.get('iss'))).toEqual([at('/oidc')]);
    expect(told[0]?.searchParams.get('sid')).toMatch(/.{20}/);
    await inBrowser(async (page, context) => {
      await signOut(page, context, Promise.resolve());
      await page.waitForURL(next);
    });
    expect(told).toHaveLength(2);
  });

  test('an invitation, and its end', async () => {
    const UserName = unique('ivan');
    await scene.admin.createUser({ UserName });
    const invited = await callRolecall(scene.server, 'InviteUser', { UserName, Email: `${UserName}@example.org` });
    await inBrowser(async (page) => {
      await page.goto(String(invited['Link']));
      await heading(page, /^Welcome/);
      await lookAt(page, 'invitation');
      const password = `a long passphrase ${unique('of')}`;
      const summary = page.locator('summary');
      if ((await summary.count()) > 0) await summary.first().click();
      await page.locator('input[name=newPassword]').fill(password);
      await page.locator('input[name=repeated]').fill(password);
      await press(page, 'Accept the invitation');
      await heading(page, 'You can sign in now');
      await lookAt(page, 'invitation-accepted');
      await page.goto(String(invited['Link']));
      await heading(page, 'This invitation cannot be used');
      await lookAt(page, 'invitation-closed');
      await page.goto(at('/not-me/unknown'));
      await heading(page, 'This link cannot be used');
      await lookAt(page, 'not-me-closed');
    });
  });

  test('recent activity, and what ends if it was not the person', async () => {
    const person = await newUser();
    await inBrowser(async (page) => {
      await page.goto(at('/sign-in'));
      await signIn(page, { ...person, password: 'not the passphrase' });
      await page.goto(at('/sign-in'));
      await signIn(page, person);
      await heading(page, 'Your account');
      await page.getByRole('link', { name: 'Recent activity' }).click();
      await heading(page, 'Recent activity');
      await page.getByText('1 failed sign-in').waitFor();
      await page.getByText('Password accepted').waitFor();
      await lookAt(page, 'activity');
      await press(page, /This wasn’t me/);
      await heading(page, 'Was this you?');
      await lookAt(page, 'activity-not-me');
      await page.getByRole('link', { name: 'It was me' }).click();
      await heading(page, 'Recent activity');
    });
  });

  test('a sign-out of nobody, and a sign-out that was called off', async () => {
    const person = await newUser();
    await inBrowser(async (page) => {
      await page.goto(at('/oidc/session/end'));
      await heading(page, 'You are signed out');
      await lookAt(page, 'sign-out-nobody');
      await page.goto(at('/sign-in'));
      await signIn(page, person);
      await heading(page, 'Your account');
      await page.goto(at('/oidc/session/end'));
      await press(page, /stay/i);
      await heading(page, /still signed in/i);
      await lookAt(page, 'sign-out-called-off');
    });
  });
});

describe('pages in Chromium under a brand', () => {
  test.each([
    ['dark', '#0b1f4b'],
    ['bright', '#ffd500'],
    ['grey', '#808080'],
  ])('of a %s colour', async (name, PrimaryColor) => {
    const Logo = encodePng(
      [
        [false, false, false, false],
        [false, true, true, false],
        [false, false, true, false],
      ],
      24,
    ).toString('base64');
    await callRolecall(scene.server, 'PutAccountBranding', { DisplayName: 'Acme & Sons 株式会社', PrimaryColor, Logo });
    const person = await newUser();
    await inBrowser(async (page) => {
      await page.goto(at('/sign-in'));
      await page.getByText('Acme & Sons 株式会社').waitFor();
      expect(await page.evaluate<number>('document.querySelector("header img").naturalWidth')).toBe(96);
      await lookAt(page, `brand-${name}-sign-in`);
      await signIn(page, person);
      await heading(page, 'Your account');
      await lookAt(page, `brand-${name}-account`);
      await page.goto(at('/oidc/auth?client_id=unknown'));
      await lookAt(page, `brand-${name}-error`);
    });
    await callRolecall(scene.server, 'DeleteAccountBranding', {});
  });
});

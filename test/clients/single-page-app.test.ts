import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import type { BrowserContext, Page } from 'playwright-core';
import { openScene, type Scene, signIn } from './openid-scene.ts';
import { openSinglePageApp } from './spa-server.ts';

/** docs/oidc.md, "Single-page apps", by `oidc-client-ts` in Chromium. */
let app: Awaited<ReturnType<typeof openSinglePageApp>>;
let scene: Scene;

beforeAll(async () => {
  app = await openSinglePageApp();
  const clientAt = (client_id: string, origin: string) => ({
    client_id,
    client_name: client_id,
    application_type: 'web',
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    redirect_uris: [`${origin}/callback`, `${origin}/back`],
    post_logout_redirect_uris: [`${origin}/`],
  });
  scene = await openScene({ clients: [clientAt('same-site', app.sameSite), clientAt('other-site', app.otherSite)] });
});
afterAll(async () => {
  await scene?.close();
  await app?.close();
});

/** The members of the library's `User` that tests look at. */
interface User {
  readonly access_token: string;
  readonly refresh_token?: string;
  readonly id_token: string;
  readonly token_type: string;
  readonly profile: Readonly<Record<string, unknown>>;
}

/** One tab of a browser, at the app of an origin. */
class Tab {
  readonly page: Page;
  private readonly settings: Readonly<Record<string, unknown>>;

  private constructor(page: Page, settings: Readonly<Record<string, unknown>>) {
    this.page = page;
    this.settings = settings;
  }

  static async open(context: BrowserContext, origin: string, settings: Record<string, unknown>): Promise<Tab> {
    const page = await context.newPage();
    await page.goto(`${origin}/`);
    return new Tab(page, { authority: `${scene.server.url}/oidc`, ...settings });
  }

  /** Runs an expression of the library's `manager`; answers its value, or the error that it was rejected with. */
  run<T>(expression: string, more = ''): Promise<T> {
    return this.page.evaluate<T>(`(async () => {
      const settings = ${JSON.stringify(this.settings)};
      ${more}
      const manager = managerWith(settings);
      return await (${expression}).catch((error) => ({ error: error.error ?? String(error) }));
    })()`);
  }

  /** Begins to sign in, and waits for the page of the server. */
  async leave(more = ''): Promise<void> {
    void this.run('manager.signinRedirect()', more).catch(() => undefined);
    await this.page.waitForURL(`${scene.server.url}/**`);
  }

  /** Signs the person in, and agrees. */
  async answer(page = this.page): Promise<void> {
    await signIn(page, { account: scene.server.accountAlias, ...scene.person });
    await page.getByRole('button', { name: /^allow/i }).click();
  }

  async arrive(more = ''): Promise<User> {
    await this.page.waitForURL('**/callback?**');
    return await this.run<User>('manager.signinCallback()', more);
  }
}

describe('[S15] oidc-client-ts at the site of the server', () => {
  let context: BrowserContext;
  let tab: Tab;
  let user: User;
  beforeAll(async () => {
    context = await scene.newContext('desktop', 'light', 'scripts');
  });
  afterAll(() => context?.close());

  test('code flow with PKCE, and user info from the page', async () => {
    const scope = 'openid profile offline_access';
    tab = await Tab.open(context, app.sameSite, {
      client_id: 'same-site',
      scope,
      prompt: 'consent',
      loadUserInfo: true,
    });
    await tab.leave();
    await tab.answer();
    user = await tab.arrive();
    expect(user).toMatchObject({
      token_type: 'Bearer',
      refresh_token: expect.any(String),
      profile: { preferred_username: scene.person.userName, aud: 'same-site' },
    });
  });

  test('[S06] renews silently with the refresh token', async () => {
    const renewed = await tab.run<User>('manager.signinSilent()');
    expect(renewed.access_token).not.toBe(user.access_token);
    expect(renewed.refresh_token).not.toBe(user.refresh_token);
    expect(renewed.profile['sub']).toBe(user.profile['sub']);
  });

  test('renews silently in a hidden frame (prompt=none), without a refresh token', async () => {
    await tab.run('manager.removeUser()');
    const framed = await Tab.open(context, app.sameSite, { client_id: 'same-site', scope: 'openid profile' });
    const renewed = await framed.run<User>('manager.signinSilent()');
    expect(renewed).toMatchObject({ profile: { sub: user.profile['sub'] } });
    expect(renewed.refresh_token).toBeUndefined();
    expect(decodeJwt(renewed.id_token)['auth_time']).toBe(decodeJwt(user.id_token)['auth_time']);
    await framed.page.close();
  });

  test('signs in in a pop-up', async () => {
    const shown = context.waitForEvent('page');
    const signedIn = tab.run<User>("manager.signinPopup({ prompt: 'login consent' })");
    await tab.answer(await shown);
    expect(await signedIn).toMatchObject({ profile: { sub: user.profile['sub'] } });
  });

  test('[RFC 9449] binds its tokens to a key that never leaves the browser, also when it renews them', async () => {
    // The library sends the token to the user info endpoint as a bearer token, so that claims come from the ID token.
    const dpop =
      'settings.loadUserInfo = false; settings.dpop = { bind_authorization_code: true, store: new oidc.IndexedDbDPoPStore() };';
    await tab.leave(dpop);
    await tab.page.getByRole('button', { name: /^allow/i }).click();
    const bound = await tab.arrive(dpop);
    expect(bound).toMatchObject({ token_type: 'DPoP', profile: { sub: user.profile['sub'] } });
    const renewed = await tab.run<User>('manager.signinSilent()', dpop);
    expect(renewed).toMatchObject({ token_type: 'DPoP', refresh_token: expect.any(String) });
    const stolen = await tab.run<User>('manager.signinSilent()');
    expect(stolen).toEqual({ error: 'invalid_grant' });
  });

  test('signs out, and no hidden frame renews anything after that', async () => {
    await tab.run('manager.removeUser()');
    void tab.run('manager.signoutRedirect()').catch(() => undefined);
    await tab.page
      .getByRole('button', { name: /^(sign|log) ?out/i })
      .first()
      .click();
    await tab.page.waitForURL(`${app.sameSite}/**`);
    expect(await tab.run('manager.signinSilent()')).toEqual({ error: 'login_required' });
  });
});

describe('oidc-client-ts at another site', () => {
  test('renews with the refresh token only: a hidden frame has no cookie of ours', async () => {
    const context = await scene.newContext('desktop', 'light', 'scripts');
    const scope = 'openid profile offline_access';
    const tab = await Tab.open(context, app.otherSite, { client_id: 'other-site', scope, prompt: 'consent' });
    await tab.leave();
    await tab.answer();
    const user = await tab.arrive();
    const renewed = await tab.run<User>('manager.signinSilent()');
    expect(renewed.profile['sub']).toBe(user.profile['sub']);
    await tab.run('manager.removeUser()');
    expect(await tab.run("manager.signinSilent({ scope: 'openid' })")).toEqual({ error: 'login_required' });
    await context.close();
  });
});

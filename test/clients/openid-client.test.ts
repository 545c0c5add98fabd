import { IAM } from '@aws-sdk/client-iam';
import { STS } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as oidc from 'openid-client';
import type { BrowserContext, Page } from 'playwright-core';
import { allow as allowPolicy, trust } from '../../harness/documents.ts';
import { typeInBrowser } from '../../harness/type-in-browser.ts';
import { DEMO_CLIENT } from '../../scripts/demo/demo-client.ts';
import { unique } from '../support/unique.ts';
import { allow, beginSignIn, openScene, picture, redirectUri, type Scene, signIn, VIEWPORTS } from './openid-scene.ts';

let scene: Scene;

beforeAll(async () => {
  scene = await openScene({ oidc: { registration: { mode: 'open' } } });
});
afterAll(() => scene?.close());

/** Nothing hangs over the side, and every control is big enough to be hit with a thumb. */
async function expectFitsPhone(page: Page): Promise<void> {
  const width = VIEWPORTS.phone.width;
  for (const control of await page.locator('input:not([type=hidden]), button').all()) {
    const box = await control.boundingBox();
    if (box === null) continue;
    expect(box.x).toBeGreaterThanOrEqual(0);
    expect(box.x + box.width).toBeLessThanOrEqual(width);
    expect(box.height).toBeGreaterThanOrEqual(24);
  }
}

describe('an app signs a person in, in Chromium without JavaScript', () => {
  let tokens: Awaited<ReturnType<typeof oidc.authorizationCodeGrant>>;
  let context: BrowserContext;
  let { server, admin, app, person } = {} as Scene;

  beforeAll(() => {
    ({ server, admin, app, person } = scene);
  });

  test('sign-in page: labelled, fits a phone, reports a wrong password', async () => {
    context = await scene.newContext();
    const page = await context.newPage();
    await page.goto((await scene.attempt()).url.href);
    await expectFitsPhone(page);
    await picture(page, 'sign-in-phone');
    const account = server.accountAlias;
    await signIn(page, { account, userName: person.userName, password: 'not the passphrase at all' });
    await picture(page, 'sign-in-wrong-phone');
    const wrong = await page.getByRole('alert').textContent();
    await expectFitsPhone(page);
    await signIn(page, { account, userName: unique('nobody'), password: 'not the passphrase at all' });
    expect(await page.getByRole('alert').textContent()).toBe(wrong);
    await page.close();
  });

  test('[S05] sign-in, consent, code, ID token', async () => {
    const login = await scene.attempt();
    const page = await context.newPage();
    await page.goto(login.url.href);
    await signIn(page, { account: server.accountId, ...person });
    await picture(page, 'consent-phone');
    await expectFitsPhone(page);
    expect(await page.locator('main').textContent()).toContain(DEMO_CLIENT.client_name);
    await allow(page);
    expect(new URL(page.url()).searchParams.get('iss')).toBe(`${server.url}/oidc`);
    tokens = await oidc.authorizationCodeGrant(app, new URL(page.url()), login);
    expect(tokens.claims()).toMatchObject({ iss: `${server.url}/oidc`, aud: DEMO_CLIENT.client_id });
    expect(tokens.refresh_token).toEqual(expect.any(String));
    await page.close();
  });

  test('user info', async () => {
    const user = await oidc.fetchUserInfo(app, tokens.access_token, tokens.claims()?.sub ?? '');
    expect(user.sub).toBe(tokens.claims()?.sub);
  });

  test('a second app in the same browser needs no password again', async () => {
    const page = await context.newPage();
    await page.goto((await scene.attempt()).url.href);
    expect(await page.getByLabel(/user name/i).count()).toBe(0);
    await page.close();
  });

  test('the ID token is exchanged for credentials that may do what the role allows and nothing else', async () => {
    const provider = `${new URL(server.url).host}/oidc`;
    const arn = `arn:aws:iam::${server.accountId}:oidc-provider/${provider}`;
    const { OpenIDConnectProviderList: known = [] } = await admin.listOpenIDConnectProviders({});
    if (!known.some((entry) => entry.Arn === arn)) {
      await admin.createOpenIDConnectProvider({ Url: `${server.url}/oidc`, ClientIDList: [DEMO_CLIENT.client_id] });
    }
    const roleOf = async (audience: string, subject: string): Promise<string> => {
      const RoleName = unique('web');
      const { Role } = await admin.createRole({
        RoleName,
        AssumeRolePolicyDocument: trust(
          { Federated: arn },
          {
            action: 'sts:AssumeRoleWithWebIdentity',
            condition: { StringEquals: { [`${provider}:aud`]: audience, [`${provider}:sub`]: subject } },
          },
        ),
      });
      await admin.putRolePolicy({ RoleName, PolicyName: 'look', PolicyDocument: allowPolicy('iam:ListUsers') });
      return Role?.Arn ?? '';
    };
    const subject = tokens.claims()?.sub ?? '';
    const sts = new STS({
      endpoint: server.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
    });
    const assume = (RoleArn: string, token = tokens.id_token ?? '') =>
      sts.assumeRoleWithWebIdentity({ RoleArn, RoleSessionName: 'carol', WebIdentityToken: token });

    const { Credentials, SubjectFromWebIdentityToken, Audience, Provider } = await assume(
      await roleOf(DEMO_CLIENT.client_id, subject),
    );
    expect({ SubjectFromWebIdentityToken, Audience, Provider }).toEqual({
      SubjectFromWebIdentityToken: subject,
      Audience: DEMO_CLIENT.client_id,
      Provider: arn,
    });
    const session = new IAM({
      endpoint: server.url,
      region: 'us-east-1',
      credentials: {
        accessKeyId: Credentials?.AccessKeyId ?? '',
        secretAccessKey: Credentials?.SecretAccessKey ?? '',
        sessionToken: Credentials?.SessionToken ?? '',
      },
    });
    expect((await session.listUsers({ MaxItems: 1 })).Users).toHaveLength(1);
    await expect(session.createUser({ UserName: 'x' })).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('because no identity-based policy allows the iam:CreateUser action'),
    });

    await expect(assume(await roleOf(DEMO_CLIENT.client_id, 'someone-else'))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
    await expect(assume(await roleOf('other-app', subject))).rejects.toMatchObject({ name: 'AccessDenied' });
    const [head, body, signature = ''] = (tokens.id_token ?? '').split('.');
    const forged = `${head}.${body}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
    await expect(assume(await roleOf(DEMO_CLIENT.client_id, subject), forged)).rejects.toMatchObject({
      name: expect.stringMatching(/^InvalidIdentityToken/),
    });
  });

  test('[S06] refresh: tokens rotate, and reusing one revokes the family', async () => {
    const first = tokens.refresh_token ?? '';
    const fresh = await oidc.refreshTokenGrant(app, first);
    expect(fresh.access_token).not.toBe(tokens.access_token);
    await expect(oidc.refreshTokenGrant(app, first)).rejects.toMatchObject({ error: 'invalid_grant' });
    await expect(oidc.refreshTokenGrant(app, fresh.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
  });

  test('signing out ends the session in this browser', async () => {
    const page = await context.newPage();
    const out = oidc.buildEndSessionUrl(app, { id_token_hint: tokens.id_token ?? '' });
    await page.goto(out.href);
    await picture(page, 'log-out-phone');
    const confirm = page.getByRole('button', { name: /^(sign|log) ?out/i });
    if ((await confirm.count()) > 0) await confirm.first().click();
    await picture(page, 'logged-out-phone');
    await page.goto((await scene.attempt()).url.href);
    expect(await page.getByLabel(/user name/i).count()).toBe(1);
    await context.close();
  });

  test('the root user signs in with its e-mail address', async () => {
    const root = await scene.newContext('desktop');
    const page = await root.newPage();
    await page.goto((await scene.attempt()).url.href);
    await picture(page, 'sign-in-desktop');
    await signIn(page, { account: '', userName: server.root.email, password: server.root.password });
    await picture(page, 'consent-desktop');
    await allow(page);
    await root.close();
  });

  test('people see at /sign-in which apps have access, and can revoke it', async () => {
    const own = await scene.newContext();
    const page = await own.newPage();
    await page.goto((await scene.attempt()).url.href);
    await signIn(page, { account: server.accountAlias, ...person });
    await allow(page);
    await page.goto(`${server.url}/sign-in`);
    await picture(page, 'account-phone');
    expect(await page.locator('main').textContent()).toContain(DEMO_CLIENT.client_name);
    await page
      .getByRole('button', { name: /revoke/i })
      .first()
      .click();
    await page.goto(`${server.url}/sign-in`);
    expect(await page.getByRole('button', { name: /revoke/i }).count()).toBe(0);
    await own.close();
  });

  /** Answers the second of two posts of one form only once the first one was processed, whose response the browser never gets. */
  async function loseFirstResponses(page: Page): Promise<void> {
    let first: Promise<unknown> | undefined;
    await page.route('**/oidc/interaction/*', async (route) => {
      if (route.request().method() !== 'POST') return await route.continue();
      if (first === undefined) {
        first = route.fetch({ maxRedirects: 0 });
        return;
      }
      await first;
      first = undefined;
      await route.continue();
    });
  }

  /** Leads on from the page that a double click ends on; the browser has dropped what the first click was answered. */
  async function continueAfterDoubleClick(page: Page): Promise<void> {
    await page.getByRole('heading', { name: /already answered/i }).waitFor();
    await page.getByRole('link', { name: `Continue to ${DEMO_CLIENT.client_name}` }).click();
  }

  test('[S03] a double click leads to a page that says so, and on to the app with one code', async () => {
    const impatient = await scene.newContext('desktop');
    const page = await impatient.newPage();
    const login = await scene.attempt();
    await page.goto(login.url.href);
    await typeInBrowser(page, person);
    await loseFirstResponses(page);
    await page.getByRole('button', { name: /^sign in/i }).dblclick({ delay: 15 });
    await picture(page, 'sent-twice-desktop');
    await continueAfterDoubleClick(page);
    const codes: string[] = [];
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (url.href.startsWith(redirectUri)) codes.push(url.searchParams.get('code') ?? '');
    });
    const back = page.waitForRequest((request) => request.url().startsWith(redirectUri));
    await page.getByRole('button', { name: /^allow/i }).dblclick({ delay: 15 });
    await continueAfterDoubleClick(page);
    expect((await oidc.authorizationCodeGrant(app, new URL((await back).url()), login)).access_token).toEqual(
      expect.any(String),
    );
    expect(codes).toHaveLength(1);
    await page.goto(`${server.url}/sign-in`);
    expect(await page.locator('main').textContent()).toContain(DEMO_CLIENT.client_name);
    await impatient.close();
  });

  test('the pages follow the dark colour scheme, and errors have their own page', async () => {
    const dark = await scene.newContext('phone', 'dark');
    const page = await dark.newPage();
    await page.goto((await scene.attempt()).url.href);
    const background = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    expect(background).not.toBe('rgb(244, 245, 247)');
    await picture(page, 'sign-in-dark-phone');
    await page.goto((await scene.attempt({ redirect_uri: 'https://evil.example/' })).url.href);
    await picture(page, 'error-dark-phone');
    expect(await page.locator('h1').count()).toBe(1);
    await dark.close();
  });

  test('[RFC 7591] an app that registers itself signs the person in, who is told that it is unverified', async () => {
    if (app.serverMetadata().registration_endpoint === undefined) return;
    const registered = await oidc.dynamicClientRegistration(
      new URL(`${server.url}/oidc`),
      {
        client_name: 'Desk Helper',
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code', 'refresh_token'],
        token_endpoint_auth_method: 'none',
      },
      oidc.None(),
      { execute: [oidc.allowInsecureRequests] },
    );
    const login = await beginSignIn(registered, { scope: 'openid offline_access' });
    const fresh = await scene.newContext();
    const page = await fresh.newPage();
    await page.goto(login.url.href);
    await signIn(page, { account: server.accountAlias, ...person });
    expect(await page.locator('main').textContent()).toContain('This app is unverified');
    await expectFitsPhone(page);
    await picture(page, 'consent-unverified-phone');
    await allow(page);
    const codes = await oidc.authorizationCodeGrant(registered, new URL(page.url()), login);
    const renewed = await oidc.refreshTokenGrant(registered, codes.refresh_token ?? '');
    expect(renewed.access_token).toEqual(expect.any(String));
    await fresh.close();
  });

  test('a person who declines is sent back with access_denied', async () => {
    const denying = await scene.newContext();
    const page = await denying.newPage();
    await page.goto((await scene.attempt()).url.href);
    await signIn(page, { account: server.accountAlias, ...person });
    await page.getByRole('button', { name: /^(deny|cancel|do not|don’t|decline|no)/i }).click();
    await page.waitForURL(`${redirectUri}**`);
    expect(new URL(page.url()).searchParams.get('error')).toBe('access_denied');
    await denying.close();
  });
});

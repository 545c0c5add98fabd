import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { IAM } from '@aws-sdk/client-iam';
import { STS } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as oidc from 'openid-client';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { DEMO_CLIENT } from '../../scripts/demo/demo-client.ts';
import { freePort, obtainServer, type RunningServer } from '../support/start-server.ts';
import { unique } from '../support/unique.ts';
import { allow, trust } from './documents.ts';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
/** Where screenshots go, if anywhere. */
const PICTURES = process.env['ROLECALL_TEST_PICTURES'];
const VIEWPORTS = {
  phone: { width: 360, height: 740 },
  desktop: { width: 1280, height: 800 },
} as const;

let server: RunningServer;
let browser: Browser;
let admin: IAM;
let app: oidc.Configuration;
const redirectUri = DEMO_CLIENT.redirect_uris[0];
const person = { userName: unique('carol'), password: `a long passphrase ${unique('of')}` };

beforeAll(async () => {
  if (CHROMIUM === undefined) throw new Error('this suite needs Chromium: apt-get install chromium');
  server = await obtainServer({ config: { oidc: { clients: [DEMO_CLIENT] } } });
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  admin = new IAM({ endpoint: server.url, region: 'us-east-1', credentials: server.admin });
  await admin.createUser({ UserName: person.userName });
  await admin.createLoginProfile({ UserName: person.userName, Password: person.password });
  app = await oidc.discovery(new URL(`${server.url}/oidc`), DEMO_CLIENT.client_id, undefined, oidc.None(), {
    execute: [oidc.allowInsecureRequests],
  });
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

interface Attempt {
  readonly url: URL;
  readonly pkceCodeVerifier: string;
  readonly expectedState: string;
  readonly expectedNonce: string;
}

async function attempt(more: Record<string, string> = {}): Promise<Attempt> {
  const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
  const [expectedState, expectedNonce] = [oidc.randomState(), oidc.randomNonce()];
  const url = oidc.buildAuthorizationUrl(app, {
    redirect_uri: redirectUri,
    scope: 'openid profile email offline_access',
    prompt: 'consent',
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expectedState,
    nonce: expectedNonce,
    ...more,
  });
  return { url, pkceCodeVerifier, expectedState, expectedNonce };
}

async function newContext(viewport: keyof typeof VIEWPORTS = 'phone'): Promise<BrowserContext> {
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: VIEWPORTS[viewport] });
  await context.route(`${redirectUri}**`, (route) => route.fulfill({ status: 200, body: 'the app' }));
  return context;
}

async function picture(page: Page, name: string): Promise<void> {
  if (PICTURES === undefined) return;
  await mkdir(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
}

async function signIn(page: Page, given: { account: string; userName: string; password: string }): Promise<void> {
  await page.getByLabel(/account/i).fill(given.account);
  await page.getByLabel(/user name|username/i).fill(given.userName);
  await page.getByLabel(/password/i).fill(given.password);
  await page.getByRole('button', { name: /^sign in/i }).click();
}

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

describe('an app logs a person in, in Chromium without JavaScript', () => {
  let tokens: Awaited<ReturnType<typeof oidc.authorizationCodeGrant>>;
  let context: BrowserContext;

  test('sign-in page: labelled, fits a phone, tells a wrong password politely', async () => {
    context = await newContext();
    const page = await context.newPage();
    await page.goto((await attempt()).url.href);
    await expectFitsPhone(page);
    await picture(page, 'sign-in-phone');
    const account = server.accountAlias;
    await signIn(page, { account, userName: person.userName, password: 'not the passphrase at all' });
    await picture(page, 'sign-in-wrong-phone');
    const wrong = await page.getByRole('alert').textContent();
    await signIn(page, { account, userName: unique('nobody'), password: 'not the passphrase at all' });
    expect(await page.getByRole('alert').textContent()).toBe(wrong);
    await page.close();
  });

  test('[S05] sign-in, consent, code, ID token', async () => {
    const login = await attempt();
    const page = await context.newPage();
    await page.goto(login.url.href);
    await signIn(page, { account: server.accountId, ...person });
    await picture(page, 'consent-phone');
    await expectFitsPhone(page);
    expect(await page.locator('main').textContent()).toContain(DEMO_CLIENT.client_name);
    await page.getByRole('button', { name: /^(allow|continue|agree)/i }).click();
    await page.waitForURL(`${redirectUri}**`);
    expect(new URL(page.url()).searchParams.get('iss')).toBe(`${server.url}/oidc`);
    tokens = await oidc.authorizationCodeGrant(app, new URL(page.url()), login);
    expect(tokens.claims()).toMatchObject({ iss: `${server.url}/oidc`, aud: DEMO_CLIENT.client_id });
    expect(tokens.refresh_token).toEqual(expect.any(String));
    await page.close();
  });

  test('[S03] the code is good once', async () => {
    const again = oidc.authorizationCodeGrant(app, new URL(`${redirectUri}?code=made-up&iss=${server.url}/oidc`), {
      pkceCodeVerifier: oidc.randomPKCECodeVerifier(),
    });
    await expect(again).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  test('user info', async () => {
    const user = await oidc.fetchUserInfo(app, tokens.access_token, tokens.claims()?.sub ?? '');
    expect(user.sub).toBe(tokens.claims()?.sub);
  });

  test('a second app in the same browser needs no password again', async () => {
    const page = await context.newPage();
    await page.goto((await attempt()).url.href);
    expect(await page.getByLabel(/password/i).count()).toBe(0);
    await page.close();
  });

  test('the ID token becomes credentials, which may do what the role allows and are denied the rest', async () => {
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
      await admin.putRolePolicy({ RoleName, PolicyName: 'look', PolicyDocument: allow('iam:ListUsers') });
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

  test('[S06] refresh: rotated, and a used token kills the family', async () => {
    const first = tokens.refresh_token ?? '';
    const fresh = await oidc.refreshTokenGrant(app, first);
    expect(fresh.access_token).not.toBe(tokens.access_token);
    await expect(oidc.refreshTokenGrant(app, first)).rejects.toMatchObject({ error: 'invalid_grant' });
    await expect(oidc.refreshTokenGrant(app, fresh.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
  });

  test('log-out ends the session in this browser', async () => {
    const page = await context.newPage();
    const out = oidc.buildEndSessionUrl(app, { id_token_hint: tokens.id_token ?? '' });
    await page.goto(out.href);
    await picture(page, 'log-out-phone');
    const confirm = page.getByRole('button', { name: /^(sign|log) ?out/i });
    if ((await confirm.count()) > 0) await confirm.first().click();
    await picture(page, 'logged-out-phone');
    await page.goto((await attempt()).url.href);
    expect(await page.getByLabel(/password/i).count()).toBe(1);
    await context.close();
  });

  test('the root user signs in with its e-mail address', async () => {
    const root = await newContext('desktop');
    const page = await root.newPage();
    await page.goto((await attempt()).url.href);
    await picture(page, 'sign-in-desktop');
    await fillRoot(page);
    await picture(page, 'consent-desktop');
    await page.getByRole('button', { name: /^(allow|continue|agree)/i }).click();
    await page.waitForURL(`${redirectUri}**`);
    await root.close();
  });

  test('a person who says no is sent back with access_denied', async () => {
    const denying = await newContext();
    const page = await denying.newPage();
    await page.goto((await attempt()).url.href);
    await signIn(page, { account: server.accountAlias, ...person });
    await page.getByRole('button', { name: /^(deny|cancel|do not|don’t|decline|no)/i }).click();
    await page.waitForURL(`${redirectUri}**`);
    expect(new URL(page.url()).searchParams.get('error')).toBe('access_denied');
    await denying.close();
  });
});

async function fillRoot(page: Page): Promise<void> {
  await page.getByLabel(/e-?mail/i).fill(server.root.email);
  await page
    .getByLabel(/password/i)
    .last()
    .fill(server.root.password);
  await page
    .getByRole('button', { name: /^sign in/i })
    .last()
    .click();
}

describe('what an attacker tries', () => {
  const near = [
    'http://127.0.0.1:9000/callback/',
    'http://127.0.0.1:9000/Callback',
    'http://127.0.0.1:9000/callback?x=1',
    'http://127.0.0.1:9000/callback#x',
    'http://127.0.0.1.evil.example/callback',
    'https://evil.example/',
    'javascript:alert(1)',
  ];

  test.each(near)('[S01] redirect_uri %s gives an error page and no redirect', async (wrong) => {
    const { url } = await attempt({ redirect_uri: wrong });
    const answer = await fetch(url, { redirect: 'manual', headers: { accept: 'text/html' } });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('location')).toBeNull();
    expect(await answer.text()).not.toContain('<script>');
  });

  test('[S02] no code challenge, or a plain one, is refused', async () => {
    for (const change of [
      ['code_challenge', ''],
      ['code_challenge_method', 'plain'],
    ] as const) {
      const { url } = await attempt();
      if (change[1] === '') url.searchParams.delete(change[0]);
      else url.searchParams.set(...change);
      const answer = await fetch(url, { redirect: 'manual' });
      const location = new URL(answer.headers.get('location') ?? 'about:blank');
      expect(location.searchParams.get('error')).toBe('invalid_request');
      expect(location.searchParams.get('iss')).toBe(`${server.url}/oidc`);
    }
  });

  test('[S16] the pages carry strict headers', async () => {
    const context = await newContext();
    const page = await context.newPage();
    const answer = await page.goto((await attempt()).url.href);
    const headers = answer?.headers() ?? {};
    expect(headers['content-security-policy']).toMatch(/frame-ancestors 'none'/);
    expect(headers['content-security-policy']).not.toMatch(/unsafe-inline|unsafe-eval/);
    expect(headers['cache-control']).toContain('no-store');
    expect(headers['referrer-policy']).toMatch(/no-referrer|same-origin/);
    expect(headers['x-content-type-options']).toBe('nosniff');
    await context.close();
  });

  test('a form without its CSRF token, or of another site, is not taken', async () => {
    const context = await newContext();
    const page = await context.newPage();
    await page.goto((await attempt()).url.href);
    const port = await freePort();
    const form = { account: server.accountAlias, userName: person.userName, password: person.password };
    const answer = await context.request.post(page.url(), {
      form,
      headers: { origin: `http://127.0.0.1:${port}` },
      maxRedirects: 0,
    });
    expect(answer.status()).toBeGreaterThanOrEqual(400);
    await context.close();
  });
});

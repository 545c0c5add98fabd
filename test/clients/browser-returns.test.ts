import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as oidc from 'openid-client';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { obtainServer, type RunningServer } from '../../harness/start-server.ts';
import { signInByBrowser } from '../../harness/type-in-browser.ts';
import { until } from '../support/until.ts';
import { type AppServer, openApp, openSecureApp, type Visit } from './app-servers.ts';

/**
 * What the pages' headers let happen to a browser that comes from an app and goes back to it. Only a real browser knows: it holds
 * `form-action` against each redirect that follows a form, and cuts openers by `Cross-Origin-Opener-Policy`.
 */
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync) ?? '';
const ADMIN = 'admin';

let server: RunningServer;
let browser: Browser;
let app: AppServer;
let other: AppServer;
let secureApp: AppServer;
let secureOther: AppServer;
let config: oidc.Configuration;
let addresses: {
  readonly http: string;
  readonly https: string;
  readonly otherHttp: string;
  readonly otherHttps: string;
};

beforeAll(async () => {
  [app, other, secureApp, secureOther] = await Promise.all([openApp(), openApp(), openSecureApp(), openSecureApp()]);
  addresses = {
    http: `http://localhost:${app.port}`,
    otherHttp: `http://127.0.0.1:${other.port}`,
    https: `https://app.test:${secureApp.port}`,
    otherHttps: `https://other.test:${secureOther.port}`,
  };
  const callbacks = [`${addresses.http}/callback`, `${addresses.https}/callback`];
  const client = {
    client_id: 'browser-app',
    client_name: 'Browser App',
    redirect_uris: callbacks,
    post_logout_redirect_uris: callbacks,
    token_endpoint_auth_method: 'none',
  };
  const native = {
    client_id: 'native-app',
    application_type: 'native',
    redirect_uris: ['com.example.app:/callback'],
    token_endpoint_auth_method: 'none',
  };
  server = await obtainServer({ config: { oidc: { clients: [client, native] } } });
  browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--host-resolver-rules=MAP *.test 127.0.0.1'],
  });
  config = await oidc.discovery(new URL(`${server.url}/oidc`), client.client_id, undefined, oidc.None(), {
    execute: [oidc.allowInsecureRequests],
  });
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await Promise.all([app, other, secureApp, secureOther].map((each) => each?.close()));
});

interface Seen {
  readonly context: BrowserContext;
  readonly page: Page;
  /** What the browser refused to do, in its words. */
  readonly refusals: string[];
  /** Every address that the page was asked to go to, also those that no server answers. */
  readonly asked: string[];
}

async function openBrowser(): Promise<Seen> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  const page = await context.newPage();
  const [refusals, asked]: [string[], string[]] = [[], []];
  page.on('console', (message) => {
    if (message.type() === 'error') refusals.push(message.text());
  });
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  session.on('Network.requestWillBeSent', ({ request, type }) => {
    if (type === 'Document') asked.push(request.url);
  });
  return { context, page, refusals, asked };
}

async function authorizationUrl(more: Record<string, string>): Promise<string> {
  return oidc.buildAuthorizationUrl(config, {
    scope: 'openid',
    code_challenge: await oidc.calculatePKCECodeChallenge(oidc.randomPKCECodeVerifier()),
    code_challenge_method: 'S256',
    ...more,
  }).href;
}

async function signIn(page: Page): Promise<void> {
  await signInByBrowser(page, { userName: ADMIN, password: server.admin.password });
}

const allow = (page: Page): Promise<void> => page.getByRole('button', { name: /^allow/i }).click();

function visit({ visits }: AppServer, path: string): Visit {
  const found = visits.findLast(({ url }) => url.pathname === path);
  if (found === undefined) throw new Error(`nobody came to ${path}`);
  return found;
}

const isPolicy = (refusal: string): boolean => /Content Security Policy/i.test(refusal);

describe('a sign-in reaches the app and wherever the app redirects to', () => {
  const cases = (['http', 'https'] as const).flatMap((to) => [
    // What a fragment says does not reach the app's server, which so cannot send on.
    [to, 'fragment', undefined] as const,
    ...(['query', 'form_post'] as const).flatMap((mode) =>
      ([undefined, 'otherHttp', 'otherHttps'] as const).map((further) => [to, mode, further] as const),
    ),
  ]);

  test.each(cases)('callback on %s by %s, which redirects to %s', async (to, mode, further) => {
    const { context, page, refusals } = await openBrowser();
    const callback = `${addresses[to]}/callback`;
    const state = further === undefined ? 'x' : `${addresses[further]}/end`;
    await page.goto(await authorizationUrl({ redirect_uri: callback, response_mode: mode, state }));
    await signIn(page);
    await allow(page);
    await page.waitForURL(`${further === undefined ? callback : state}**`);
    expect(refusals.filter(isPolicy)).toEqual([]);
    const { method, sent } = visit(to === 'http' ? app : secureApp, '/callback');
    expect(method).toBe(mode === 'form_post' ? 'POST' : 'GET');
    const answer = mode === 'fragment' ? new URLSearchParams(new URL(page.url()).hash.slice(1)) : sent;
    expect(Object.fromEntries(answer)).toMatchObject({ code: expect.any(String), iss: `${server.url}/oidc`, state });
    await context.close();
  });

  test.each([
    ['the callback itself', 'com.example.app:/callback', 'native-app', 'x'],
    ['what the callback redirects to', undefined, 'browser-app', 'myapp://done'],
  ])('a custom scheme of a native app: %s', async (_, native, client_id, state) => {
    const { context, page, refusals, asked } = await openBrowser();
    const redirect_uri = native ?? `${addresses.http}/callback`;
    await page.goto(await authorizationUrl({ client_id, redirect_uri, state }));
    await signIn(page);
    await allow(page);
    const scheme = native ?? state;
    await until(() => refusals.length > 0 || asked.some((url) => url.startsWith(scheme)));
    expect(refusals.filter(isPolicy)).toEqual([]);
    await context.close();
  });

  test('a sign-in in a pop-up still reaches the app', async () => {
    const { context, page } = await openBrowser();
    const url = await authorizationUrl({ redirect_uri: `${addresses.https}/callback`, state: 'from-a-pop-up' });
    await page.goto(`${addresses.https}/?${new URLSearchParams({ open: url })}`);
    const opened = page.waitForEvent('popup');
    await page.getByRole('button').click();
    const popup = await opened;
    await signIn(popup);
    await allow(popup);
    await until(async () => (await page.title()).startsWith('heard'));
    expect(await page.title()).toContain('state=from-a-pop-up');
    await context.close();
  });
});

describe('a sign-out', () => {
  test.each([
    ['of a person who is signed in', true],
    ['where nobody is signed in', false],
  ])('%s leads to the app and then to another origin', async (_, isSignedIn) => {
    const { context, page, refusals } = await openBrowser();
    if (isSignedIn) {
      await page.goto(await authorizationUrl({ redirect_uri: `${addresses.http}/callback`, state: 'x' }));
      await signIn(page);
      await allow(page);
      await page.waitForURL(`${addresses.http}/callback**`);
    }
    const query = { post_logout_redirect_uri: `${addresses.https}/callback`, state: `${addresses.otherHttps}/bye` };
    await page.goto(oidc.buildEndSessionUrl(config, { client_id: 'browser-app', ...query }).href);
    await page.getByRole('button', { name: isSignedIn ? /^sign out/i : /^continue/i }).click();
    await page.waitForURL(query.state);
    expect(refusals.filter(isPolicy)).toEqual([]);
    await context.close();
  });
});

describe('silent renewal in a frame', () => {
  const renew = async (site: string, prompt: Record<string, string>): Promise<Seen> => {
    const seen = await openBrowser();
    await seen.page.goto(await authorizationUrl({ redirect_uri: `${addresses.http}/callback`, state: 'first' }));
    await signIn(seen.page);
    await allow(seen.page);
    await seen.page.waitForURL(`${addresses.http}/callback**`);
    const url = await authorizationUrl({ redirect_uri: `${addresses.http}/callback`, state: 'renewed', ...prompt });
    await seen.page.goto(`${site}/?${new URLSearchParams({ frame: url })}`);
    return seen;
  };
  const renewed = () => app.visits.findLast(({ sent }) => sent.get('state') === 'renewed')?.sent;

  test('by an app of the same site: a new code', async () => {
    const { context } = await renew(addresses.http, { prompt: 'none' });
    await until(() => renewed() !== undefined);
    expect(renewed()?.get('code')).toEqual(expect.any(String));
    await context.close();
    app.visits.length = 0;
  });

  test('by an app of another site, to which browsers send no session: login_required', async () => {
    const { context } = await renew(addresses.https, { prompt: 'none' });
    await until(() => renewed() !== undefined);
    expect(renewed()?.get('error')).toBe('login_required');
    await context.close();
    app.visits.length = 0;
  });

  test('[S16] pages are not shown in a frame', async () => {
    const { context, page, refusals } = await renew(addresses.http, { prompt: 'login' });
    await until(() => refusals.length > 0);
    expect(refusals.join()).toMatch(/frame-ancestors|X-Frame-Options/i);
    expect(
      await page
        .frames()[1]
        ?.getByLabel(/user name/i)
        .count(),
    ).toBe(0);
    await context.close();
  });
});

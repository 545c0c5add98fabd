import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { IAM } from '@aws-sdk/client-iam';
import * as oidc from 'openid-client';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { obtainServer, type RunningServer } from '../../harness/start-server.ts';
import { signInByBrowser } from '../../harness/type-in-browser.ts';
import { DEMO_CLIENT } from '../../scripts/demo/demo-client.ts';
import { unique } from '../support/unique.ts';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
/** Where screenshots go, if anywhere. */
const PICTURES = process.env['ROLECALL_TEST_PICTURES'];
/** How long the browser may take for what a test does with it, on a busy machine. */
const ACTION_WITHIN_MS = 120_000;
export const VIEWPORTS = {
  phone: { width: 360, height: 740 },
  desktop: { width: 1280, height: 800 },
} as const;

export const redirectUri = DEMO_CLIENT.redirect_uris[0];

/** A sign-in as the app begins it, and what it has to remember until the person is back. */
export interface Attempt {
  readonly url: URL;
  readonly pkceCodeVerifier: string;
  readonly expectedState: string;
  readonly expectedNonce: string;
}

/** A server, an app that uses `openid-client`, a person with a password, and a real browser. */
export interface Scene {
  readonly server: RunningServer;
  readonly admin: IAM;
  readonly app: oidc.Configuration;
  readonly person: { readonly userName: string; readonly password: string };
  attempt(more?: Record<string, string>): Promise<Attempt>;
  /** A browser without cookies and, unless `scripts`, without JavaScript; what is sent back to the app stays in it. */
  newContext(
    viewport?: keyof typeof VIEWPORTS,
    colorScheme?: 'light' | 'dark',
    scripts?: 'scripts',
  ): Promise<BrowserContext>;
  close(): Promise<void>;
}

/** What the server has besides the app. A server that is given (`ROLECALL_TEST_URL`) need not have it. */
export interface Further {
  readonly clients?: readonly object[];
  readonly saml?: readonly object[];
  readonly connectors?: readonly object[];
  /** Further settings of `oidc`. */
  readonly oidc?: object;
  readonly env?: Readonly<Record<string, string>>;
}

export async function openScene(further: Further = {}): Promise<Scene> {
  const { clients = [], saml = [], connectors = [], oidc: settings = {}, env = {} } = further;
  if (CHROMIUM === undefined) throw new Error('this suite needs Chromium: apt-get install chromium');
  const server = await obtainServer({
    env,
    config: {
      oidc: { clients: [DEMO_CLIENT, ...clients], ...settings },
      saml: { applications: saml },
      federation: { connectors },
    },
  });
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  const admin = new IAM({ endpoint: server.url, region: 'us-east-1', credentials: server.admin });
  const person = { userName: unique('carol'), password: `a long passphrase ${unique('of')}` };
  await admin.createUser({ UserName: person.userName });
  await admin.createLoginProfile({ UserName: person.userName, Password: person.password });
  const app = await oidc.discovery(new URL(`${server.url}/oidc`), DEMO_CLIENT.client_id, undefined, oidc.None(), {
    execute: [oidc.allowInsecureRequests],
  });
  return {
    server,
    admin,
    app,
    person,
    attempt: (more) => beginSignIn(app, more),
    async newContext(viewport = 'phone', colorScheme = 'light', scripts?) {
      const context = await browser.newContext({
        javaScriptEnabled: scripts === 'scripts',
        viewport: VIEWPORTS[viewport],
        colorScheme,
      });
      context.setDefaultTimeout(ACTION_WITHIN_MS);
      await context.route(`${redirectUri}**`, (route) => route.fulfill({ status: 200, body: 'the app' }));
      return context;
    },
    async close() {
      await browser.close();
      await server.stop();
    },
  };
}

export async function beginSignIn(app: oidc.Configuration, more: Record<string, string> = {}): Promise<Attempt> {
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

/** Fills in the sign-in page; the account stays empty for those who sign in with their e-mail address. */
export async function signIn(
  page: Page,
  given: { account: string; userName: string; password: string },
): Promise<void> {
  await signInByBrowser(page, given);
}

export async function allow(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^allow/i }).click();
  await page.waitForURL(`${redirectUri}**`);
}

/** Keeps a screenshot. Some are in the documentation (`scripts/make-pictures.ts`). @param hidden a selector of what nobody may read. */
export async function picture(page: Page, name: string, hidden?: string): Promise<void> {
  if (PICTURES === undefined) return;
  await mkdir(PICTURES, { recursive: true });
  const mask = hidden === undefined ? [] : [page.locator(hidden)];
  await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true, mask, maskColor: '#868d9b' });
}

import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as oidc from 'openid-client';
import { type Browser, chromium, type Page } from 'playwright-core';
import {
  OUTSIDE_CLIENT,
  OUTSIDE_SECRET,
  type OutsideProvider,
  startOutsideProvider,
} from '../../harness/outside-provider.ts';
import { hasSlapd, type Slapd, startSlapd } from '../../harness/slapd.ts';
import { obtainServer, type RunningServer } from '../../harness/start-server.ts';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { DEMO_CLIENT } from '../../scripts/demo/demo-client.ts';
import { run } from '../app/commands/run.ts';
import { ACCESS, ldifEntry, PASSWORD, READER, SUFFIX, SUFFIX_ENTRIES } from './directory-scene.ts';
import { allow, beginSignIn, redirectUri } from './openid-scene.ts';
import { hasSimpleSamlPhp, type SimpleSamlPhp, startSimpleSamlPhp } from './simplesamlphp-idp.ts';
import { type SimpleSamlPhpApp, startSimpleSamlPhpApp } from './simplesamlphp-sp.ts';
import { withPeer } from './with-peer.ts';

/**
 * From each kind of login to an app of another protocol, and out again, in Chromium: a directory, a SAML identity provider and an OpenID
 * provider on one side, a SAML app and an OpenID Connect app on the other.
 */
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync) ?? '';
const LDIF = [
  SUFFIX_ENTRIES,
  ldifEntry(`uid=lena,ou=people,${SUFFIX}`, {
    objectClass: 'inetOrgPerson',
    uid: 'lena',
    cn: 'Lena',
    sn: 'L',
    userPassword: PASSWORD,
  }),
].join('\n');

withPeer(hasSimpleSamlPhp && hasSlapd && CHROMIUM !== '', 'SimpleSAMLphp, slapd and Chromium')('chains', () => {
  const kept = temporaryDirectory();
  let [slapd, idp, outside]: [slapd?: Slapd, idp?: SimpleSamlPhp, outside?: OutsideProvider] = [];
  let samlApp: SimpleSamlPhpApp;
  let server: RunningServer;
  let browser: Browser;
  let app: oidc.Configuration;

  beforeAll(async () => {
    slapd = await startSlapd({ suffix: SUFFIX, ldif: LDIF, database: ACCESS });
    idp = await startSimpleSamlPhp();
    outside = await startOutsideProvider('127.0.0.1');
    samlApp = await startSimpleSamlPhpApp({ wiki: '' });
    const file = join(kept.path, 'sp.xml');
    writeFileSync(file, await samlApp.metadata('wiki'));
    const entry = JSON.parse((await run(['read-saml-metadata', file])).stdout) as object;
    const attributes = [{ name: 'uid', values: [`\${user:preferredUsername}`] }];
    const directory = { servers: [slapd.secureUrl], ca: slapd.ca, baseDn: SUFFIX };
    const reader = { bindDn: READER.dn, bindPassword: READER.password };
    const client = { issuer: outside.issuer, clientId: OUTSIDE_CLIENT, clientSecret: OUTSIDE_SECRET };
    server = await obtainServer({
      config: {
        oidc: { clients: [DEMO_CLIENT], allowPrivateNetworks: true },
        saml: { applications: [{ ...entry, id: 'wiki', displayName: 'Wiki', attributes }] },
        federation: {
          connectors: [
            { name: 'corp', kind: 'ldap', displayName: 'Corp', ...directory, ...reader },
            {
              name: 'campus',
              kind: 'saml',
              displayName: 'Campus',
              metadataUrl: idp.metadataUrl,
              idpEntityId: idp.entityId,
            },
            { name: 'partner', kind: 'oidc', displayName: 'Partner', ...client, signOutAtProvider: true },
          ],
        },
      },
    });
    const published = async (path: string) => await (await fetch(`${server.url}/saml/${path}/metadata`)).text();
    idp.trust([{ metadata: await published('campus'), isEncrypted: false }]);
    samlApp.know(await published(`idp/${server.accountId}`));
    outside.register([`${server.url}/federation/partner/callback`], [`${server.url}/federation/partner/signed-out`]);
    outside.people.set('1', { preferred_username: 'paula', name: 'Paula' });
    outside.next = '1';
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    app = await oidc.discovery(new URL(`${server.url}/oidc`), DEMO_CLIENT.client_id, undefined, oidc.None(), {
      execute: [oidc.allowInsecureRequests],
    });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await samlApp?.close();
    await outside?.close();
    await idp?.close();
    await slapd?.remove();
    kept.remove();
  });

  async function newPage(): Promise<Page> {
    const context = await browser.newContext();
    await context.route(`${redirectUri}**`, (route) => route.fulfill({ status: 200, body: 'the app' }));
    return await context.newPage();
  }

  async function factsAt(page: Page): Promise<Readonly<Record<string, unknown>>> {
    const facts = page.locator('#facts');
    await facts.waitFor().catch(async (cause: unknown) => {
      throw new Error(`${page.url()}\n${await page.locator('body').textContent()}`, { cause });
    });
    return JSON.parse((await facts.textContent()) ?? '') as Readonly<Record<string, unknown>>;
  }

  /** The ways in: from the sign-in page to wherever it continues. */
  const LOGINS = {
    async Corp(page: Page) {
      await page.getByLabel(/name/i).fill('lena');
      await page.getByLabel(/^password/i).fill(PASSWORD);
      await page.getByRole('button', { name: /^sign in/i }).click();
    },
    async Campus(page: Page) {
      await page.locator('#username').fill('alice');
      await page.locator('#password').fill('secret');
      await page.locator('#password').press('Enter');
    },
    async Partner() {},
  } as const;

  async function signIn(page: Page, provider: keyof typeof LOGINS): Promise<void> {
    await page.getByRole('button', { name: `Continue with ${provider}` }).click();
    await LOGINS[provider](page);
  }

  /** Signs on to the OpenID Connect app. @returns its tokens. */
  async function openApp(page: Page, provider?: keyof typeof LOGINS) {
    const { url, ...checks } = await beginSignIn(app, { scope: 'openid profile offline_access' });
    await page.goto(url.href);
    if (provider !== undefined) await signIn(page, provider);
    await allow(page);
    return await oidc.authorizationCodeGrant(app, new URL(page.url()), checks);
  }
  const refresh = async ({ refresh_token: token = '' }: { readonly refresh_token?: string | undefined }) =>
    await oidc.refreshTokenGrant(app, token);

  async function openWiki(page: Page, provider?: keyof typeof LOGINS) {
    await page.goto(samlApp.page('wiki'));
    if (provider !== undefined) await signIn(page, provider);
    return await factsAt(page);
  }

  /** Nobody is signed in here, nor at the SAML app. */
  async function expectSignedOut(page: Page): Promise<void> {
    await page.goto(samlApp.page('wiki', '&peek=1'));
    expect(await factsAt(page)).toEqual({ isSignedIn: false });
    await page.goto(`${server.url}/sign-in`);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  }

  test('from a directory to the SAML app; a sign-out there ends the session here, and leaves what offline_access allowed', async () => {
    const page = await newPage();
    expect(await openWiki(page, 'Corp')).toMatchObject({ attributes: { uid: ['lena'] } });
    const tokens = await openApp(page);
    expect(tokens.claims()).toMatchObject({ preferred_username: 'lena' });
    await page.goto(samlApp.page('wiki', '&out=1'));
    expect(await factsAt(page)).toMatchObject({ left: { Code: expect.stringMatching(/:Success$/), SubCode: null } });
    await expectSignedOut(page);
    expect(await refresh(tokens)).toHaveProperty('access_token');
    await page.context().close();
  });

  test('from a SAML identity provider to both apps; a sign-out at the top ends everything', async () => {
    const page = await newPage();
    const tokens = await openApp(page, 'Campus');
    expect(tokens.claims()).toMatchObject({ preferred_username: 'alice' });
    expect(await openWiki(page)).toMatchObject({ attributes: { uid: ['alice'] } });
    const end = `${idp?.site}/logout.php`;
    await page.goto(`${idp?.site}/saml2/idp/SingleLogoutService.php?ReturnTo=${encodeURIComponent(end)}`);
    await page.waitForURL(`${end}**`);
    await expectSignedOut(page);
    await expect(refresh(tokens)).rejects.toThrow();
    await page.context().close();
  });

  test('from an OpenID provider to the SAML app; a sign-out here ends the sessions at both', async () => {
    const page = await newPage();
    expect(await openWiki(page, 'Partner')).toMatchObject({ attributes: { uid: ['paula'] } });
    await page.goto(`${server.url}/oidc/session/end`);
    await page.getByRole('button', { name: /^sign out/i }).click();
    // The provider asks, too.
    await page.getByRole('button', { name: 'yes' }).click();
    await page.getByRole('heading', { name: /you are signed out/i }).waitFor();
    await expectSignedOut(page);
    await page.context().close();
  });
});

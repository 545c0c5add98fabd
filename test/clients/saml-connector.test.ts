import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as oidc from 'openid-client';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { awsCli, findAwsPrograms } from '../../harness/aws-cli.ts';
import { obtainServer, type RunningServer } from '../../harness/start-server.ts';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { DEMO_CLIENT } from '../../scripts/demo/demo-client.ts';
import { allow, beginSignIn, redirectUri } from './openid-scene.ts';
import { hasSimpleSamlPhp, type SimpleSamlPhp, startSimpleSamlPhp } from './simplesamlphp-idp.ts';
import { withPeer } from './with-peer.ts';

/**
 * Sign-ins through SimpleSAMLphp in Chromium. The two are different sites (`localhost` and `127.0.0.1`), so only a browser says whether its
 * cookies come along when the provider posts a response.
 */
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync) ?? '';
const NAMES = ['plain', 'posted', 'sealed'] as const;

const withSimpleSamlPhp = withPeer(hasSimpleSamlPhp, 'SimpleSAMLphp');
withSimpleSamlPhp('SAML sign-ins through SimpleSAMLphp (skipped where it is not installed)', () => {
  let idp: SimpleSamlPhp;
  let server: RunningServer;
  let browser: Browser;
  let app: oidc.Configuration;

  beforeAll(async () => {
    idp = await startSimpleSamlPhp();
    const { metadataUrl, entityId: idpEntityId } = idp;
    const common = { kind: 'saml', metadataUrl, idpEntityId, trustEmail: true };
    const connectors = [
      { ...common, name: 'plain', displayName: 'Plain', allowIdpInitiated: true },
      { ...common, name: 'posted', displayName: 'Posted', requestBinding: 'post' },
      { ...common, name: 'sealed', displayName: 'Sealed', requireEncryption: true },
    ];
    server = await obtainServer({
      config: { oidc: { clients: [DEMO_CLIENT], allowPrivateNetworks: true }, federation: { connectors } },
    });
    const metadata = await Promise.all(
      NAMES.map(async (name) => await (await fetch(`${server.url}/saml/${name}/metadata`)).text()),
    );
    idp.trust(metadata.map((text, index) => ({ metadata: text, isEncrypted: NAMES[index] === 'sealed' })));
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    app = await oidc.discovery(new URL(`${server.url}/oidc`), DEMO_CLIENT.client_id, undefined, oidc.None(), {
      execute: [oidc.allowInsecureRequests],
    });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await idp?.close();
  });

  async function newPage(settings: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext(settings);
    await context.route(`${redirectUri}**`, (route) => route.fulfill({ status: 200, body: 'the app' }));
    return await context.newPage();
  }

  /** At SimpleSAMLphp, if it asks. */
  async function typePassword(page: Page): Promise<void> {
    await page.locator('#username').fill('alice');
    await page.locator('#password').fill('secret');
    await page.locator('#password').press('Enter');
  }

  interface Going {
    readonly page: Page;
    readonly button: string;
    readonly more?: Record<string, string>;
    readonly isKnownThere?: boolean;
  }

  async function signIn({ page, button, more = {}, isKnownThere = false }: Going): Promise<oidc.IDToken | undefined> {
    const { url, ...checks } = await beginSignIn(app, { scope: 'openid profile email groups', ...more });
    await page.goto(url.href);
    await page.getByRole('button', { name: button }).click();
    if (!isKnownThere) await typePassword(page);
    await allow(page);
    return (await oidc.authorizationCodeGrant(app, new URL(page.url()), checks)).claims();
  }

  test.each([
    ['a request by redirect', 'Continue with Plain'],
    ['a request by POST', 'Continue with Posted'],
    ['an encrypted assertion', 'Continue with Sealed'],
  ])('%s', async (_, button) => {
    const page = await newPage();
    expect(await signIn({ page, button })).toMatchObject({ name: 'Alice', email: 'alice@corp.example' });
    await page.context().close();
  });

  test('a request by POST leaves by itself, and the back button passes its page over', async () => {
    const page = await newPage();
    const { url } = await beginSignIn(app, { scope: 'openid' });
    await page.goto(url.href);
    await page.getByRole('button', { name: 'Continue with Posted' }).click();
    await page.locator('#username').waitFor();
    await page.goBack();
    await page.getByRole('button', { name: 'Continue with Posted' }).waitFor();
    await page.context().close();
  });

  test('a request by POST leaves by its button without scripts', async () => {
    const page = await newPage({ javaScriptEnabled: false });
    const { url } = await beginSignIn(app, { scope: 'openid' });
    await page.goto(url.href);
    await page.getByRole('button', { name: 'Continue with Posted' }).click();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.locator('#username').waitFor();
    await page.context().close();
  });

  test('who is signed in there is not asked again, unless the app asks for it (ForceAuthn)', async () => {
    const page = await newPage();
    const button = 'Continue with Plain';
    const first = await signIn({ page, button });
    await page.context().clearCookies({ domain: 'localhost' });
    expect((await signIn({ page, button, isKnownThere: true }))?.sub).toBe(first?.sub);
    // Asks for the password: else the fields would not be there.
    expect((await signIn({ page, button, more: { prompt: 'login consent' } }))?.sub).toBe(first?.sub);
    await page.context().close();
  });

  test('[S48] `aws rolecall list-user-activity` shows the sign-in, how and where, with the model that the server has', async () => {
    const [program] = findAwsPrograms();
    if (program === undefined) throw new Error('there is no aws CLI to test with');
    const page = await newPage();
    const claims = await signIn({ page, button: 'Continue with Plain' });
    await page.context().close();
    const home = temporaryDirectory();
    try {
      const model = await fetch(`${server.url}/models/rolecall/2026-11-28/service-2.json`);
      writeFileSync(join(home.path, 'service-2.json'), await model.text());
      const aws = awsCli(program, server.url, server.admin, home.path);
      const path = `file://${home.path}/service-2.json`;
      await aws.text('configure', 'add-model', '--service-name', 'rolecall', '--service-model', path);
      const { Users } = await aws.json<{ Users: { UserId: string; UserName: string }[] }>('iam', 'list-users');
      const userName = Users.find(({ UserId }) => UserId === claims?.sub)?.UserName ?? '';
      const { Activities } = await aws.json<{ Activities: Record<string, unknown>[] }>(
        'rolecall',
        'list-user-activity',
        '--user-name',
        userName,
      );
      const signedIn = { Kind: 'CONNECTOR_SIGN_IN', By: 'SELF', ConnectorName: 'plain', SourceIp: '127.0.0.1' };
      expect(Activities).toContainEqual(expect.objectContaining(signedIn));
    } finally {
      home.remove();
    }
  });

  test('a person who begins there, at the portal, arrives on the account page', async () => {
    const page = await newPage();
    const entityId = `${server.url}/saml/plain/metadata`;
    await page.goto(`${idp.site}/saml2/idp/SSOService.php?spentityid=${encodeURIComponent(entityId)}`);
    await typePassword(page);
    await page.getByRole('heading', { name: 'Your account' }).waitFor();
    await page.context().close();
  });

  test('a person who signs out here is signed out there, and comes back', async () => {
    const page = await newPage();
    await signIn({ page, button: 'Continue with Plain' });
    await page.goto(oidc.buildEndSessionUrl(app, { client_id: DEMO_CLIENT.client_id }).href);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
    // There, too: the password is asked for again.
    await signIn({ page, button: 'Continue with Plain' });
    await page.context().close();
  });

  test('a person who signs out there is signed out here', async () => {
    const page = await newPage();
    await signIn({ page, button: 'Continue with Plain' });
    await page.goto(`${server.url}/sign-in`);
    await page.getByRole('heading', { name: 'Your account' }).waitFor();
    const end = `${idp.site}/saml2/idp/SingleLogoutService.php?ReturnTo=${encodeURIComponent(`${idp.site}/logout.php`)}`;
    await page.goto(end);
    await page.waitForURL(`${idp.site}/logout.php**`);
    await page.goto(`${server.url}/sign-in`);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.context().close();
  });

  test('the provider gets another key while people sign in', async () => {
    idp.changeKey();
    const page = await newPage();
    expect(await signIn({ page, button: 'Continue with Sealed' })).toMatchObject({ name: 'Alice' });
    await page.context().close();
  });
});

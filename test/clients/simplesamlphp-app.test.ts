import { randomBytes } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Browser, chromium, type Page } from 'playwright-core';
import { type RunningServer, startServer } from '../../harness/start-server.ts';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { signInByBrowser } from '../../harness/type-in-browser.ts';
import { run } from '../app/commands/run.ts';
import { rollOverSamlKey } from './saml-scene.ts';
import { hasSimpleSamlPhp } from './simplesamlphp-site.ts';
import { type SimpleSamlPhpApp, startSimpleSamlPhpApp } from './simplesamlphp-sp.ts';
import { withPeer } from './with-peer.ts';

/**
 * SimpleSAMLphp as two service providers of ours, in Chromium: one that signs nothing but logouts, and one with everything signed and
 * encrypted. The two servers are different sites (`localhost` and `127.0.0.1`).
 */
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync) ?? '';
const FORMATS = 'urn:oasis:names:tc:SAML:2.0:nameid-format';

/** What the app knows of the person, or of what went wrong. */
interface Facts {
  readonly attributes?: Readonly<Record<string, readonly string[]>>;
  readonly nameId?: string;
  readonly format?: string;
  readonly context?: string;
  readonly at?: number;
  readonly failed?: string | null;
  readonly left?: { readonly Code: string; readonly SubCode: string | null };
  readonly isSignedIn?: boolean;
}

const withSimpleSamlPhp = withPeer(hasSimpleSamlPhp && CHROMIUM !== '', 'SimpleSAMLphp, and Chromium');
withSimpleSamlPhp('SimpleSAMLphp as service provider (skipped if it is not installed)', () => {
  let app: SimpleSamlPhpApp;
  let server: RunningServer;
  let browser: Browser;
  const kept = temporaryDirectory();
  const key = { ROLECALL_KEY_ENCRYPTION_KEY: randomBytes(32).toString('base64') };

  /** The entry that `read-saml-metadata` prints for what a service provider publishes. */
  async function entryOf(name: string, change: object): Promise<object> {
    const file = join(kept.path, `${name}.xml`);
    writeFileSync(file, await app.metadata(name));
    const { stdout } = await run(['read-saml-metadata', file]);
    const attributes = [
      { name: 'uid', values: [`\${user:preferredUsername}`] },
      { name: 'groups', values: ['staff', 'eng & ops'] },
    ];
    return { ...(JSON.parse(stdout) as object), id: name, displayName: `The ${name} app`, attributes, ...change };
  }

  const refreshed = async (): Promise<string> =>
    await (await fetch(`${server.url}/saml/idp/${server.accountId}/metadata`)).text();

  beforeAll(async () => {
    app = await startSimpleSamlPhpApp({
      plain: "'WantAssertionsSigned' => true,",
      sealed: `'sign.authnrequest' => true, 'assertion.encryption' => true, 'NameIDPolicy' => '${FORMATS}:persistent',`,
    });
    const applications = [
      await entryOf('plain', { encryptionCertificate: undefined }),
      await entryOf('sealed', { signResponse: true, wantSignedRequests: true }),
    ];
    server = await startServer({ config: { saml: { applications } }, env: key });
    app.know(await refreshed());
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await app?.close();
    kept.remove();
  });

  const newPage = async (): Promise<Page> => await (await browser.newContext()).newPage();

  async function signIn(page: Page): Promise<void> {
    await signInByBrowser(page, server.admin);
  }

  /** What the app shows, once the browser has arrived there. */
  async function factsAt(page: Page): Promise<Facts> {
    const facts = page.locator('#facts');
    await facts.waitFor().catch(async (cause: unknown) => {
      throw new Error(`${page.url()}\n${await page.locator('body').textContent()}`, { cause });
    });
    return JSON.parse((await facts.textContent()) ?? '') as Facts;
  }

  async function factsOf(page: Page, name: string, more?: string): Promise<Facts> {
    await page.goto(app.page(name, more));
    return await factsAt(page);
  }

  const asking = (options: object): string => `&options=${encodeURIComponent(JSON.stringify(options))}`;

  /** A new browser profile, signed in to both. */
  async function signedIn(): Promise<{ readonly page: Page; readonly plain: Facts; readonly sealed: Facts }> {
    const page = await newPage();
    await page.goto(app.page('plain'));
    await signIn(page);
    const plain = await factsAt(page);
    return { page, plain, sealed: await factsOf(page, 'sealed') };
  }

  test('the app begins: one sign-in opens both, one of them signed and encrypted, and they know different names', async () => {
    const { page, plain, sealed } = await signedIn();
    const attributes = { uid: ['admin'], groups: ['staff', 'eng & ops'] };
    expect([plain.attributes, sealed.attributes]).toEqual([attributes, attributes]);
    expect(sealed.format).toBe(`${FORMATS}:persistent`);
    expect(sealed.nameId).not.toBe(plain.nameId);
    await page.context().close();
  });

  test('requests by POST, signed in the message', async () => {
    const metadata = await refreshed();
    app.know(
      metadata.replace(/<md:SingleSignOnService Binding="[^"]*HTTP-Redirect"[^>]*>(?:<\/md:SingleSignOnService>)?/, ''),
    );
    const page = await newPage();
    await page.goto(app.page('sealed'));
    await signIn(page);
    expect(await factsAt(page)).toMatchObject({ attributes: { uid: ['admin'] } });
    app.know(metadata);
    await page.context().close();
  });

  test('IdP-initiated: the start address leads to the page that RelayState names', async () => {
    const page = await newPage();
    const start = `${server.url}/saml/idp/${server.accountId}/start/plain`;
    await page.goto(`${start}?RelayState=${encodeURIComponent(app.page('plain'))}`);
    await signIn(page);
    expect(await factsAt(page)).toMatchObject({ attributes: { uid: ['admin'] } });
    await page.context().close();
  });

  test('ForceAuthn, NameIDPolicy, RequestedAuthnContext and IsPassive are met as SimpleSAMLphp sends them', async () => {
    const { page, plain } = await signedIn();
    const uid = { uid: ['admin'] };
    const context = 'urn:oasis:names:tc:SAML:2.0:ac:classes:Password';
    const transient = { 'saml:NameIDPolicy': `${FORMATS}:transient`, 'saml:AuthnContextClassRef': context };
    expect(await factsOf(page, 'plain', asking(transient))).toMatchObject({ format: `${FORMATS}:transient`, context });
    await page.goto(app.page('plain', asking({ ForceAuthn: true })));
    // The form is there, although the person is signed in.
    await signIn(page);
    const forced = await factsAt(page);
    expect(forced).toMatchObject({ attributes: uid });
    expect(forced.at).toBeGreaterThanOrEqual(plain.at ?? Number.NaN);
    expect(await factsOf(page, 'plain', asking({ isPassive: true }))).toMatchObject({ attributes: uid });
    const stranger = await newPage();
    const refused = await factsOf(stranger, 'plain', asking({ isPassive: true }));
    expect(refused.failed).toBe('urn:oasis:names:tc:SAML:2.0:status:NoPassive');
    await stranger.context().close();
    await page.context().close();
  });

  test('a sign-out at one app ends the session here and at the other app', async () => {
    const { page } = await signedIn();
    const { left } = await factsOf(page, 'plain', '&out=1');
    expect(left).toMatchObject({ Code: 'urn:oasis:names:tc:SAML:2.0:status:Success', SubCode: null });
    expect(await factsOf(page, 'sealed', '&peek=1')).toEqual({ isSignedIn: false });
    await page.goto(`${server.url}/sign-in`);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.context().close();
  });

  test('a sign-out here ends the sessions at both apps', async () => {
    const { page } = await signedIn();
    await page.goto(`${server.url}/oidc/session/end`);
    await page.getByRole('button', { name: /^sign out/i }).click();
    await page.getByRole('heading', { name: /you are signed out/i }).waitFor();
    for (const name of ['plain', 'sealed']) {
      expect(await factsOf(page, name, '&peek=1')).toEqual({ isSignedIn: false });
    }
    await page.context().close();
  });

  // The last one: the key is another one afterwards.
  test('[S19] our key rolls over while the apps run: who has read the metadata again goes on', async () => {
    rollOverSamlKey(server, key);
    const page = await newPage();
    await page.goto(app.page('plain'));
    await signIn(page);
    // The metadata that it has hold the former key alone.
    await page
      .getByText(/unable to validate signature/i)
      .first()
      .waitFor();
    await page.context().close();
    app.know(await refreshed());
    const { page: next, plain, sealed } = await signedIn();
    expect([plain.attributes?.['uid'], sealed.attributes?.['uid']]).toEqual([['admin'], ['admin']]);
    const { left } = await factsOf(next, 'sealed', '&out=1');
    expect(left).toMatchObject({ Code: 'urn:oasis:names:tc:SAML:2.0:status:Success', SubCode: null });
    await next.context().close();
  });
});

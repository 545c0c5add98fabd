import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { freePort } from '../../harness/free-port.ts';
import { obtainServer, type RunningServer } from '../../harness/start-server.ts';
import { signInByBrowser } from '../../harness/type-in-browser.ts';
import { withPeer } from './with-peer.ts';

/** Apache with mod_auth_mellon as two service providers: one that signs nothing but logouts, and one with everything signed and encrypted. */

const APACHE = '/usr/sbin/apache2';
const MODULES = '/usr/lib/apache2/modules';
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync) ?? '';
const isThere = existsSync(APACHE) && existsSync(`${MODULES}/mod_auth_mellon.so`) && CHROMIUM !== '';

/** The recipe of docs/saml-apps.md, and what Apache needs to stand by itself. */
function configuration(directory: string, port: number): string {
  const modules = ['mpm_event', 'authn_core', 'authz_core', 'authz_user', 'auth_mellon', 'headers', 'setenvif'];
  const location = (name: string, further: string): string => `
<Location /${name}>
  MellonSPPrivateKeyFile ${directory}/sp.key
  MellonSPCertFile ${directory}/sp.crt
  MellonSPentityId http://localhost:${port}/${name}
  MellonIdPMetadataFile ${directory}/idp.xml
  MellonEndpointPath /${name}/mellon
  MellonDefaultLoginPath /${name}/page.txt
  MellonVariable ${name}
  MellonSecureCookie Off
  MellonSignatureMethod rsa-sha256
  MellonEnable auth
  MellonUser uid
  AuthType Mellon
  Require valid-user
  Header set X-Remote-User "expr=%{REMOTE_USER}"
  Header set X-Groups "%{MELLON_groups}e"
  Header set X-Name-Id "%{MELLON_NAME_ID}e"
  ${further}
</Location>`;
  return `
ServerRoot ${directory}
ServerName localhost
PidFile ${directory}/pid
ErrorLog ${directory}/error.log
LogLevel auth_mellon:debug
Listen 127.0.0.1:${port}
DocumentRoot ${directory}/site
${modules.map((name) => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`).join('\n')}
MellonLockFile ${directory}/lock
# Over http, a browser drops cookies with SameSite=None.
SetEnvIf Host . MELLON_DISABLE_SAMESITE=1
${location('plain', '')}
${location('sealed', 'MellonAuthnContextClassRef "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"')}
`;
}

const withMellon = withPeer(isThere, 'Apache with mod_auth_mellon, and Chromium');
withMellon('Apache, mod_auth_mellon (skipped if it is not installed)', () => {
  let server: RunningServer;
  let browser: Browser;
  let apache: ChildProcess;
  let directory: string;
  let port: number;

  beforeAll(async () => {
    port = await freePort();
    directory = await mkdtemp(join(tmpdir(), 'rolecall-mellon-'));
    const files = ['-keyout', join(directory, 'sp.key'), '-out', join(directory, 'sp.crt')];
    const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=sp', ...files];
    execFileSync('openssl', made, { stdio: 'ignore' });
    const certificate = await readFile(join(directory, 'sp.crt'), 'utf8');
    const at = (name: string) => `http://localhost:${port}/${name}`;
    const app = (name: string) => ({
      id: name,
      displayName: `The ${name} app`,
      entityId: at(name),
      acs: [{ url: `${at(name)}/mellon/postResponse` }],
      logout: { url: `${at(name)}/mellon/logout` },
      certificates: [certificate],
      attributes: [
        { name: 'uid', values: [`\${user:preferredUsername}`] },
        { name: 'groups', values: ['staff', 'eng & ops'] },
      ],
    });
    const sealed = { wantSignedRequests: true, signResponse: true, encryptionCertificate: certificate };
    server = await obtainServer({
      config: { saml: { applications: [app('plain'), { ...app('sealed'), ...sealed }] } },
    });
    for (const name of ['plain', 'sealed']) {
      await mkdir(join(directory, 'site', name), { recursive: true });
      await writeFile(join(directory, 'site', name, 'page.txt'), `the page of ${name}`);
    }
    const metadata = await fetch(`${server.url}/saml/idp/${server.accountId}/metadata`);
    await writeFile(join(directory, 'idp.xml'), await metadata.text());
    await writeFile(join(directory, 'apache.conf'), configuration(directory, port));
    apache = spawn(APACHE, ['-f', join(directory, 'apache.conf'), '-DFOREGROUND', '-X'], { stdio: 'ignore' });
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    for (let look = 0; look < 400; look++) {
      if (await fetch(`http://localhost:${port}/`).catch(() => undefined)) break;
      await setTimeout(50);
    }
  });
  afterAll(async () => {
    await browser?.close();
    if (apache?.exitCode === null) {
      const ended = once(apache, 'exit');
      apache.kill('SIGKILL');
      await ended;
    }
    await server?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const pageOf = (name: string) => `http://localhost:${port}/${name}/page.txt`;

  /** Waits for the page behind Apache, and says what Apache knows of the person. */
  async function arrives(page: Page, name: string, act: () => Promise<unknown>): Promise<Record<string, string>> {
    const shown = page.waitForResponse(
      (answer) => answer.url().endsWith(`/${name}/page.txt`) && answer.status() === 200,
    );
    shown.catch(() => {});
    await act();
    const answer = await shown.catch(async (cause: unknown) => {
      const log = await readFile(join(directory, 'error.log'), 'utf8');
      throw new Error(`${page.url()}\n${await page.content()}\n${log.slice(-4000)}`, { cause });
    });
    expect(await answer.text()).toBe(`the page of ${name}`);
    return answer.headers();
  }

  async function signIn(page: Page): Promise<void> {
    await signInByBrowser(page, server.admin);
  }

  /** A new browser profile, signed in to both. */
  async function signedIn(): Promise<{ readonly page: Page; readonly context: BrowserContext }> {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(pageOf('plain'));
    await arrives(page, 'plain', () => signIn(page));
    await arrives(page, 'sealed', () => page.goto(pageOf('sealed')));
    return { page, context };
  }

  test('the app begins: one sign-in opens both apps, signed and encrypted, and they know the person by different names', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(pageOf('sealed'));
    await expect(page.getByText('The sealed app').count()).resolves.toBe(1);
    const first = await arrives(page, 'sealed', () => signIn(page));
    expect(first).toMatchObject({ 'x-remote-user': 'admin', 'x-groups': 'staff' });
    const second = await arrives(page, 'plain', () => page.goto(pageOf('plain')));
    // Mellon asks for a transient one.
    expect(second['x-name-id']).toMatch(/^_[0-9a-f]{40}$/);
    expect(second['x-name-id']).not.toBe(first['x-name-id']);
    await context.close();
  });

  test('IdP-initiated: the start address leads into the app, to the page that RelayState names', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const start = `${server.url}/saml/idp/${server.accountId}/start/plain`;
    await page.goto(`${start}?RelayState=${encodeURIComponent(pageOf('plain'))}`);
    await arrives(page, 'plain', () => signIn(page));
    await context.close();
  });

  test('a sign-out at one app ends the session here and at the other app', async () => {
    const { page, context } = await signedIn();
    const end = `http://localhost:${port}/`;
    await page.goto(`http://localhost:${port}/plain/mellon/logout?ReturnTo=${encodeURIComponent(end)}`);
    await page.waitForURL(end);
    for (const name of ['sealed', 'plain']) {
      await page.goto(pageOf(name));
      await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    }
    await context.close();
  });

  test('a sign-out here ends the sessions at both apps', async () => {
    const { page, context } = await signedIn();
    await page.goto(`${server.url}/oidc/session/end`);
    await page.getByRole('button', { name: /^sign out/i }).click();
    await page.getByRole('heading', { name: /you are signed out/i }).waitFor();
    expect(new URL(page.url()).origin).toBe(server.url);
    for (const name of ['sealed', 'plain']) {
      await page.goto(pageOf(name));
      await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    }
    await context.close();
  });

  test('without scripts, the buttons lead on', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(pageOf('plain'));
    await signIn(page);
    await arrives(page, 'plain', () => page.getByRole('button', { name: /^continue/i }).click());
    await context.close();
  });
});

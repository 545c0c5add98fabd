import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Browser, chromium } from 'playwright-core';
import { freePort } from '../../harness/free-port.ts';
import { obtainServer, type RunningServer } from '../../harness/start-server.ts';
import { signInByBrowser } from '../../harness/type-in-browser.ts';
import { withPeer } from './with-peer.ts';

const APACHE = '/usr/sbin/apache2';
const MODULES = '/usr/lib/apache2/modules';
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync) ?? '';
const isThere = existsSync(APACHE) && existsSync(`${MODULES}/mod_auth_openidc.so`);
const SECRET = 'a secret from the secret store';

/** The recipe of docs/oidc.md, and what Apache needs to stand by itself. */
function configuration(directory: string, port: number, issuer: string): string {
  const modules = ['mpm_event', 'authn_core', 'authz_core', 'authz_user', 'auth_openidc', 'headers'];
  return `
ServerRoot ${directory}
ServerName localhost
PidFile ${directory}/pid
ErrorLog ${directory}/error.log
Listen 127.0.0.1:${port}
DocumentRoot ${directory}/site
${modules.map((name) => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`).join('\n')}
OIDCProviderMetadataURL ${issuer}/.well-known/openid-configuration
OIDCClientID            by-apache
OIDCClientSecret        "${SECRET}"
OIDCRedirectURI         http://localhost:${port}/protected/callback
OIDCCryptoPassphrase    "a passphrase of this test"
OIDCScope               "openid profile"
OIDCPKCEMethod          S256
OIDCRemoteUserClaim     preferred_username
<Location /protected>
  AuthType openid-connect
  Require valid-user
  Header set X-Remote-User "expr=%{REMOTE_USER}"
</Location>
`;
}

const withApache = withPeer(isThere, 'Apache with mod_auth_openidc');
withApache('Apache, mod_auth_openidc (skipped where it is not installed)', () => {
  let server: RunningServer;
  let browser: Browser;
  let apache: ChildProcess;
  let directory: string;
  let port: number;

  beforeAll(async () => {
    port = await freePort();
    const app = { client_id: 'by-apache', client_secret: SECRET };
    const redirect_uris = [`http://localhost:${port}/protected/callback`];
    server = await obtainServer({ config: { oidc: { clients: [{ ...app, redirect_uris }] } } });
    directory = await mkdtemp(join(tmpdir(), 'rolecall-apache-'));
    await mkdir(join(directory, 'site/protected'), { recursive: true });
    await writeFile(join(directory, 'site/protected/page.txt'), 'the page behind Apache');
    await writeFile(join(directory, 'apache.conf'), configuration(directory, port, `${server.url}/oidc`));
    apache = spawn(APACHE, ['-f', join(directory, 'apache.conf'), '-DFOREGROUND', '-X'], { stdio: 'ignore' });
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
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

  test('a page behind Apache is shown after the sign-in, with the user name', async () => {
    for (let look = 0; look < 200; look++) {
      if (await fetch(`http://localhost:${port}/`).catch(() => undefined)) break;
      await setTimeout(50);
    }
    const page = await browser.newPage();
    await page.goto(`http://localhost:${port}/protected/page.txt`);
    await signInByBrowser(page, server.admin);
    const shown = page.waitForResponse((answer) => answer.url().endsWith('/page.txt'));
    await page.getByRole('button', { name: /^allow/i }).click();
    const answer = await shown.catch(async (cause: unknown) => {
      throw new Error(await readFile(join(directory, 'error.log'), 'utf8'), { cause });
    });
    expect(await answer.text()).toBe('the page behind Apache');
    expect(answer.headers()['x-remote-user']).toMatch(/^admin(@|$)/);
  });
});

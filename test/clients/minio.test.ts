import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { CreateOpenIDConnectProviderCommand, CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { freePort } from '../../harness/free-port.ts';
import { runProgram } from '../../harness/run-program.ts';
import { hasSlapd, type Slapd, startSlapd } from '../../harness/slapd.ts';
import { type RunningServer, startServer } from '../../harness/start-server.ts';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { authority, openTestAuthorities } from '../../harness/test-authority.ts';
import { type IssuerKey, makeKey, signToken } from '../federation/web-identity/outside-issuer.ts';
import { json, startWebhook, type Webhook } from '../sts/minio-scene.ts';
import { ACCESS, ldifEntry, PASSWORD, READER, SUFFIX, SUFFIX_ENTRIES } from './directory-scene.ts';
import { withPeer } from './with-peer.ts';

/** minio-go's credential providers, and client certificates behind nginx, configured as in docs/minio.md. */
const NGINX = '/usr/sbin/nginx';
const GO = ['/usr/local/go/bin/go', '/usr/bin/go'].find(existsSync) ?? '';
const isThere = existsSync(NGINX) && GO !== '' && hasSlapd;

const SOURCE = fileURLToPath(new URL('minio-go', import.meta.url));
const CLIENT = fileURLToPath(new URL('../../.cache/minio-go/client', import.meta.url));
const ISSUER = 'https://keycloak.internal/realms/storage';
const MINIO_ARN = 'arn:minio:iam:::role/idmp-plugin';

const directory = temporaryDirectory();
const { at, issue, revocationList } = openTestAuthorities(directory.path);
let server: RunningServer;
let nginx: ChildProcess;
let webhook: Webhook;
let slapd: Slapd;
let key: IssuerKey;
/** The proxy that verifies client certificates, and one that passes on every certificate unverified. */
let proxies: { readonly strict: string; readonly lax: string };

/** The recipe of docs/minio.md, and what nginx needs to stand by itself. */
function configuration(ports: { readonly strict: number; readonly lax: number }, backend: string): string {
  const host = (port: number, verify: string) => `
  server {
    listen 127.0.0.1:${port} ssl;
    server_name localhost;
    ssl_certificate         ${at('proxy.pem')};
    ssl_certificate_key     ${at('proxy.key')};
    ssl_client_certificate  ${at('root.pem')};
    ssl_verify_client       ${verify};
    ssl_verify_depth        3;
    location / {
      proxy_pass ${backend};
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Client-Certificate $ssl_client_escaped_cert;
    }
  }`;
  return `
pid ${at('nginx.pid')};
error_log ${at('error.log')};
events {}
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${at('temp')}/${kind};`).join('\n  ')}
  ${host(ports.strict, 'optional')}
  ${host(ports.lax, 'optional_no_ca')}
}
`;
}

async function makeRole(
  iam: IAMClient,
  ...[RoleName, Federated, action, condition = {}]: [string, string, string, object?]
): Promise<void> {
  const statement = { Effect: 'Allow', Principal: { Federated }, Action: action, Condition: condition };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: statement });
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
}

const person = (uid: string): string =>
  ldifEntry(`uid=${uid},ou=people,${SUFFIX}`, {
    objectClass: 'inetOrgPerson',
    uid,
    cn: uid,
    sn: uid,
    userPassword: PASSWORD,
  });

function directorySettings() {
  const corp = { kind: 'ldap', name: 'corp', displayName: 'Corp', servers: [slapd.url], baseDn: SUFFIX };
  return {
    ldap: { allowPrivateNetworks: true, allowPlain: true },
    connectors: [{ ...corp, bindDn: READER.dn, bindPassword: READER.password }],
  };
}

function issueCertificates(): void {
  issue('root', undefined, { subject: '/CN=Client Root', extensions: authority() });
  issue('middle', 'root', { subject: '/CN=Client Authority', extensions: authority('CA:true,pathlen:0') });
  issue('backup', 'root', { subject: '/O=Acme/CN=backup-7' });
  const below = issue('below', 'middle');
  const revoked = issue('revoked', 'root');
  issue('other-root', undefined, { subject: '/CN=Client Root', extensions: authority() });
  issue('stranger', 'other-root', { subject: '/CN=backup-7' });
  issue('proxy', undefined, {
    subject: '/CN=localhost',
    extensions: ['subjectAltName=DNS:localhost', 'basicConstraints=CA:true'],
  });
  const chain = ['root', 'middle'].map((name) => execFileSync('cat', [at(`${name}.pem`)], { encoding: 'utf8' }));
  writeFileSync(at('authorities.pem'), chain.join('\n'));
  // Go presents a certificate only if its chain leads to an authority that the server names.
  writeFileSync(below.certFile, below.pem + chain[1]);
  writeFileSync(at('lists.pem'), revocationList('root', [revoked]) + revocationList('middle'));
}

const withClients = withPeer(isThere, 'nginx, slapd and Go');
withClients('clients of MinIO (skipped where nginx, slapd or Go is not installed)', () => {
  beforeAll(async () => {
    execFileSync(GO, ['build', '-o', CLIENT, '.'], { cwd: SOURCE, stdio: 'pipe' });
    issueCertificates();
    slapd = await startSlapd({
      suffix: SUFFIX,
      ldif: [SUFFIX_ENTRIES, person('alice'), person('bob')].join('\n'),
      database: ACCESS,
    });
    key = await makeKey('k1');
    webhook = await startWebhook(({ token }, response) =>
      token === 'opaque token'
        ? json(response, 200, { user: 'Alice', maxValiditySeconds: 3600, claims: { groups: ['data'] } })
        : json(response, 403, { reason: 'unknown token' }),
    );
    writeFileSync(at('keys.json'), JSON.stringify({ keys: [key.jwk] }));
    const accountId = '111122223333';
    const role = (name: string) => `arn:aws:iam::${accountId}:role/${name}`;
    const minio = {
      webIdentity: [{ issuer: ISSUER, defaultRole: role('tokens') }],
      certificate: {
        defaultRole: role('certificates'),
        caFile: at('authorities.pem'),
        revocation: { crlFile: at('lists.pem') },
      },
      customToken: { defaultRole: role('custom'), url: webhook.url, allowPrivateNetworks: true },
      ldap: [{ connector: 'corp', defaultRole: role('people') }],
      roleArns: { [MINIO_ARN]: role('custom') },
    };
    const issuers = [{ issuer: ISSUER, jwksFile: at('keys.json') }];
    server = await startServer({
      env: { ROLECALL_TRUSTED_PROXIES: '127.0.0.1', ROLECALL_ACCOUNT_ID: accountId },
      config: { federation: { webIdentity: { issuers }, minio, ...directorySettings() } },
    });
    const iam = new IAMClient({ endpoint: server.url, region: 'us-east-1', credentials: server.admin });
    const provider = await iam.send(new CreateOpenIDConnectProviderCommand({ Url: ISSUER, ClientIDList: ['storage'] }));
    const source = (name: string) => `arn:aws:rolecall::${accountId}:${name}`;
    await makeRole(iam, 'tokens', provider.OpenIDConnectProviderArn ?? '', 'sts:AssumeRoleWith*');
    await makeRole(iam, 'certificates', source('certificate-provider/clients'), 'sts:AssumeRoleWithCertificate');
    await makeRole(iam, 'custom', source('token-provider/plugin'), 'sts:AssumeRoleWithCustomToken');
    const condition = { StringEquals: { 'connector/corp:uid': 'alice' } };
    await makeRole(iam, 'people', source('connector/corp'), 'sts:AssumeRoleWithLDAPIdentity', condition);
    await startNginx();
  });
  afterAll(async () => {
    if (nginx?.exitCode === null) {
      const ended = once(nginx, 'exit');
      nginx.kill('SIGQUIT');
      await ended;
    }
    await server?.stop();
    await webhook?.close();
    await slapd?.remove();
    directory.remove();
  });

  async function startNginx(): Promise<void> {
    const ports = { strict: await freePort(), lax: await freePort() };
    proxies = { strict: `https://localhost:${ports.strict}`, lax: `https://localhost:${ports.lax}` };
    mkdirSync(at('temp'));
    writeFileSync(at('nginx.conf'), configuration(ports, server.url));
    nginx = spawn(NGINX, ['-p', directory.path, '-c', at('nginx.conf'), '-g', 'daemon off;'], { stdio: 'inherit' });
    for (let look = 0; look < 200; look++) {
      const [plain] = [`http://localhost:${ports.lax}/`];
      // plain HTTP is answered with 400 as soon as the port is open
      if (await fetch(plain).catch(() => undefined)) return;
      await setTimeout(50);
    }
    throw new Error('nginx did not start');
  }

  const run = (...args: readonly string[]) =>
    runProgram(CLIENT, args, { PATH: process.env['PATH'] ?? '', MINIO_TEST_CA: at('proxy.pem') });

  /** The identity behind the credentials that the program printed. */
  async function callerOf(...args: readonly string[]): Promise<string | undefined> {
    const { stdout, stderr } = await run(...args);
    expect(stderr).toBe('');
    const { AccessKeyID, SecretAccessKey, SessionToken } = JSON.parse(stdout);
    const credentials = { accessKeyId: AccessKeyID, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
    const sts = new STSClient({ endpoint: server.url, region: 'us-east-1', credentials });
    return (await sts.send(new GetCallerIdentityCommand({}))).Arn;
  }
  const sessionArn = (role: string, name: string) => `arn:aws:sts::${server.accountId}:assumed-role/${role}/${name}`;
  const token = () => {
    const now = Math.floor(Date.now() / 1000);
    return signToken(key, { iss: ISSUER, aud: 'storage', sub: 'backup', iat: now - 5, exp: now + 600 });
  };
  const certificate = (name: string) => [at(`${name}.pem`), at(`${name}.key`)];

  test.each(['client-grants', 'web-identity'])('%s', async (kind) => {
    expect(await callerOf(kind, server.url, await token())).toBe(sessionArn('tokens', 'backup'));
    const refused = await run(kind, server.url, `${(await token()).slice(0, -8)}AAAAAAAA`);
    expect(refused).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("Couldn't verify the token's signature"),
    });
  });

  test('custom-token, with the role ARN of MinIO', async () => {
    expect(await callerOf('custom-token', server.url, 'opaque token', MINIO_ARN)).toBe(sessionArn('custom', 'Alice'));
    expect((await run('custom-token', server.url, 'another', MINIO_ARN)).status).toBe(1);
  });

  test('[S24, S40] ldap, by the limits of sign-in', async () => {
    expect(await callerOf('ldap', server.url, 'alice', PASSWORD)).toBe(sessionArn('people', 'alice'));
    const bob = await run('ldap', server.url, 'bob', PASSWORD);
    expect(bob.stderr).toContain('Not authorized to perform sts:AssumeRoleWithLDAPIdentity');
    const refused = 'The directory did not accept the user name and password';
    for (const [name, password] of [
      ['nobody', PASSWORD],
      ['*', PASSWORD],
      ['alice)(uid=*', PASSWORD],
    ] as const) {
      expect((await run('ldap', server.url, name, password)).stderr).toContain(refused);
    }
    for (let guess = 0; guess < 10; guess += 1) {
      expect((await run('ldap', server.url, 'bob', `guess ${guess}`)).stderr).toContain(refused);
    }
    expect((await run('ldap', server.url, 'bob', PASSWORD)).stderr).toContain('Too many failed attempts');
    expect(await callerOf('ldap', server.url, 'alice', PASSWORD)).toBe(sessionArn('people', 'alice'));
  });

  describe('certificate behind nginx', () => {
    test('opens a session for a certificate of the root, or of an authority below it', async () => {
      expect(await callerOf('certificate', proxies.strict, ...certificate('backup'))).toBe(
        sessionArn('certificates', 'backup-7'),
      );
      expect(await callerOf('certificate', proxies.lax, ...certificate('below'))).toBe(
        sessionArn('certificates', 'below'),
      );
    });

    test('what nginx lets through, Rolecall verifies: chain and revocation', async () => {
      const stranger = await run('certificate', proxies.lax, ...certificate('stranger'));
      expect(stranger).toMatchObject({
        status: 1,
        stderr: expect.stringContaining('does not come from a trusted authority'),
      });
      const revoked = await run('certificate', proxies.strict, ...certificate('revoked'));
      expect(revoked).toMatchObject({ status: 1, stderr: expect.stringContaining('is revoked') });
    });

    test('[S49] a header of the client never counts, with or without the proxy', async () => {
      const pem = execFileSync('cat', [at('backup.pem')], { encoding: 'utf8' });
      const post = (url: string) =>
        execFileSync(
          'curl',
          [
            '-sk',
            '-X',
            'POST',
            '-H',
            `X-Client-Certificate: ${encodeURIComponent(pem)}`,
            '-H',
            `x_client_certificate: ${encodeURIComponent(pem)}`,
          ].concat(`${url}/?Action=AssumeRoleWithCertificate&Version=2011-06-15`),
          { encoding: 'utf8' },
        );
      expect(post(proxies.strict)).toContain('No client certificate was presented');
      expect(post(proxies.lax)).toContain('No client certificate was presented');
    });
  });
});

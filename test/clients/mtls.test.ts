import { type ChildProcess, spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { connect as connectPlain } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { exportJWK, importX509 } from 'jose';
import * as oauth from 'oauth4webapi';
import { findAwsPrograms } from '../../harness/aws-cli.ts';
import { freePort } from '../../harness/free-port.ts';
import { runProgram } from '../../harness/run-program.ts';
import { type RunningServer, startServer } from '../../harness/start-server.ts';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { authority, CLIENT, openTestAuthorities, server as serverExtensions } from '../../harness/test-authority.ts';
import { withPeer } from './with-peer.ts';

/** Client certificates (RFC 8705) as docs/mtls.md sets them up: by TLS of the server's own, and through nginx. */
const NGINX = '/usr/sbin/nginx';
const directory = temporaryDirectory();
const { at, issue } = openTestAuthorities(directory.path);

interface Certificate {
  readonly cert: string;
  readonly key: string;
}
const clientOf = (name: string): Certificate => ({
  cert: readFileSync(at(`${name}.pem`), 'utf8'),
  key: readFileSync(at(`${name}.key`), 'utf8'),
});

/** Node's `fetch` takes no client certificate, so this is one that does; for oauth4webapi, and for us. */
function fetchAs(certificate?: Certificate, more: Record<string, string> = {}) {
  return (
    url: string,
    options: { readonly method?: string; readonly headers?: Record<string, string>; readonly body?: unknown } = {},
  ): Promise<Response> =>
    new Promise((resolve, reject) => {
      const { method = 'GET', body } = options;
      const text = body === undefined || body === null ? undefined : String(body);
      const type = body instanceof URLSearchParams && { 'content-type': 'application/x-www-form-urlencoded' };
      const headers = { ...type, ...options.headers, ...more };
      const ca = readFileSync(at('tls-root.pem'));
      const sent = request(url, { method, headers, ca, agent: false, ...certificate }, (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('end', () => {
          const fields = Object.entries(answer.headers).map(
            ([name, value]) => [name, String(value)] as [string, string],
          );
          resolve(new Response(Buffer.concat(parts), { status: answer.statusCode ?? 0, headers: fields }));
        });
      });
      sent.on('error', reject);
      sent.end(text);
    });
}

const machine = (client_id: string, metadata: Record<string, unknown>) => ({
  client_id,
  grant_types: ['client_credentials'],
  token_endpoint_auth_method: 'tls_client_auth',
  tls_client_certificate_bound_access_tokens: true,
  ...metadata,
});

async function clients(): Promise<readonly object[]> {
  const key = await importX509(clientOf('self').cert, 'ES256', { extractable: true });
  const x5c = [new X509Certificate(clientOf('self').cert).raw.toString('base64')];
  return [
    machine('by-san', { tls_client_auth_san_dns: 'orders.example' }),
    machine('by-dn', { tls_client_auth_subject_dn: 'CN=orders,O=Acme\\, Inc.' }),
    machine('by-key', {
      token_endpoint_auth_method: 'self_signed_tls_client_auth',
      jwks: { keys: [{ ...(await exportJWK(key)), x5c }] },
    }),
  ];
}

beforeAll(() => {
  issue('tls-root', undefined, { subject: '/CN=TLS Root', extensions: authority() });
  for (const name of ['tls', 'tls-next']) {
    issue(name, 'tls-root', { subject: `/CN=${name}`, extensions: serverExtensions('DNS:localhost', 'IP:127.0.0.1') });
  }
  issue('root', undefined, { subject: '/CN=Client Root', extensions: authority() });
  const orders = { subject: '/O=Acme, Inc./CN=orders', extensions: [...CLIENT, 'subjectAltName=DNS:orders.example'] };
  issue('orders', 'root', orders);
  issue('other', 'root', { subject: '/O=Acme, Inc./CN=other' });
  issue('wrong-root', undefined, { subject: '/CN=Client Root', extensions: authority() });
  issue('forged', 'wrong-root', { ...orders, extensions: [...orders.extensions, 'authorityKeyIdentifier=none'] });
  issue('self', undefined);
  issue('self-other', undefined, { subject: '/CN=self' });
});
afterAll(() => directory.remove());

/** Gets a token as `oauth4webapi` does: discovery, the alias of the endpoint, the client's certificate. */
async function tokenBy(issuerUrl: string, client_id: string, certificate?: Certificate) {
  const fetcher = { [oauth.customFetch]: fetchAs(certificate) as never };
  const issuer = new URL(`${issuerUrl}/oidc`);
  const as = await oauth.processDiscoveryResponse(
    issuer,
    await oauth.discoveryRequest(issuer, { [oauth.customFetch]: fetchAs() as never }),
  );
  const client: oauth.Client = { client_id, use_mtls_endpoint_aliases: true };
  const answer = await oauth.clientCredentialsGrantRequest(as, client, oauth.TlsClientAuth(), {}, fetcher);
  return { as, ...(await oauth.processClientCredentialsResponse(as, client, answer)) };
}
const refusedTo = (issuerUrl: string, clientId: string, name?: string): Promise<unknown> =>
  tokenBy(issuerUrl, clientId, name === undefined ? undefined : clientOf(name)).then(
    () => 'a token',
    (error: { readonly error?: string }) => error.error ?? error,
  );
const boundTo = (token: string): unknown =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).cnf?.['x5t#S256'];
const thumbprint = (name: string): string =>
  Buffer.from(new X509Certificate(clientOf(name).cert).fingerprint256.replaceAll(':', ''), 'hex').toString('base64url');

/** What holds however the certificates arrive. */
function expectCertificatesWork(issuerUrl: () => string, mtlsUrl: () => string): void {
  test.each(['by-san', 'by-dn'])('[RFC 8705 §2.1] oauth4webapi authenticates: %s', async (clientId) => {
    const { as, access_token } = await tokenBy(issuerUrl(), clientId, clientOf('orders'));
    expect(as.mtls_endpoint_aliases?.token_endpoint).toBe(`${mtlsUrl()}/oidc/token`);
    expect(boundTo(access_token)).toBe(thumbprint('orders'));
  });

  test('[RFC 8705 §2.2] oauth4webapi authenticates with a self-signed certificate', async () => {
    expect(boundTo((await tokenBy(issuerUrl(), 'by-key', clientOf('self'))).access_token)).toBe(thumbprint('self'));
    expect(await refusedTo(issuerUrl(), 'by-key', 'self-other')).toBe('invalid_client');
  });

  test('another certificate, one of a wrong authority, and none are refused', async () => {
    for (const name of ['other', 'forged', 'self', undefined]) {
      const refused = await refusedTo(issuerUrl(), 'by-san', name);
      // nginx itself answers to a certificate with the name of its authority and another signature, with a page.
      const isByProxy = name === 'forged' && String(refused).includes('content-type must be application/json');
      expect([name, isByProxy ? 'invalid_client' : refused]).toEqual([name, 'invalid_client']);
    }
  });

  test('the self-test shows the certificate', async () => {
    const answer = await fetchAs(clientOf('orders'))(`${mtlsUrl()}/oidc/client-certificate`);
    expect(await answer.json()).toMatchObject({
      presented: true,
      tls_client_auth: 'accepted',
      'x5t#S256': thumbprint('orders'),
    });
  });
}

describe.each([1, 2])('TLS of the server’s own, with %s processes', (workers) => {
  let server: RunningServer;
  let mtlsPort: number;
  beforeAll(async () => {
    copyFileSync(at('tls.pem'), at('live.pem'));
    copyFileSync(at('tls.key'), at('live.key'));
    mtlsPort = await freePort();
    server = await startServer({
      env: {
        ROLECALL_WORKERS: String(workers),
        ROLECALL_TLS_CERTIFICATE_FILE: at('live.pem'),
        ROLECALL_TLS_KEY_FILE: at('live.key'),
        ROLECALL_MTLS_PORT: String(mtlsPort),
        ROLECALL_MTLS_CA_FILE: at('root.pem'),
      },
      config: { oidc: { clients: await clients() } },
    });
  });
  afterAll(() => server?.stop());
  const mtlsUrl = (): string => `https://localhost:${mtlsPort}`;

  expectCertificatesWork(() => server.url, mtlsUrl);

  test('browsers are not asked for a certificate at the first port, and a header is no certificate', async () => {
    const onFirst = await fetchAs(clientOf('orders'))(`${server.url}/oidc/client-certificate`);
    expect(await onFirst.json()).toMatchObject({ presented: false });
    const der = new X509Certificate(clientOf('orders').cert).raw.toString('base64');
    const forged = await fetchAs(undefined, { 'client-cert': `:${der}:` })(`${mtlsUrl()}/oidc/client-certificate`);
    expect(await forged.json()).toMatchObject({ presented: false });
  });

  test('the aws CLI calls by https with the bundle; probes and metrics answer, the expiry among them', async () => {
    const [aws] = findAwsPrograms();
    if (aws !== undefined) {
      const { accessKeyId, secretAccessKey } = server.admin;
      const env = {
        PATH: process.env['PATH'] ?? '',
        HOME: directory.path,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        AWS_DEFAULT_REGION: 'us-east-1',
      };
      const args = ['--endpoint-url', server.url, '--ca-bundle', at('tls-root.pem'), 'sts', 'get-caller-identity'];
      const { stdout, stderr } = await runProgram(aws.path, args, env);
      expect(stderr).toBe('');
      expect(JSON.parse(stdout)).toMatchObject({ Account: server.accountId });
    }
    const get = fetchAs();
    expect((await get(`${server.url}/healthz`)).status).toBe(200);
    expect((await get(`${server.url}/readyz`)).status).toBe(200);
    const metrics = await (await get(`${server.url}/metrics`)).text();
    const expiry = Date.parse(new X509Certificate(clientOf('tls').cert).validTo) / 1000;
    expect(metrics).toContain(`rolecall_tls_certificate_expiry_timestamp_seconds ${expiry}`);
  });

  test('a replaced certificate is used by every process, without a restart', async () => {
    copyFileSync(at('tls-next.key'), at('live.key'));
    copyFileSync(at('tls-next.pem'), at('live.pem'));
    server.process?.child.kill('SIGHUP');
    const shown = async (): Promise<string> => {
      const socket = connect({
        port: Number(new URL(server.url).port),
        host: '127.0.0.1',
        ca: readFileSync(at('tls-root.pem')),
      });
      await once(socket, 'secureConnect');
      const name = String(socket.getPeerCertificate().subject.CN);
      socket.destroy();
      return name;
    };
    let inARow = 0;
    while (inARow < 6) {
      inARow = (await shown()) === 'tls-next' ? inARow + 1 : 0;
      await setTimeout(50);
    }
  });

  test('a connection without a handshake does not hold up the stop', async () => {
    const idle = connectPlain({ port: mtlsPort, host: '127.0.0.1' });
    await once(idle, 'connect');
    idle.on('error', () => {});
    await server.stop();
    expect(server.process?.child.exitCode).toBe(0);
  });
});

withPeer(existsSync(NGINX), 'nginx')('through nginx (skipped where it is not installed)', () => {
  let server: RunningServer;
  let nginx: ChildProcess;
  let ports: { readonly main: number; readonly mtls: number };
  const urlOf = (port: number): string => `https://localhost:${port}`;

  beforeAll(async () => {
    const port = await freePort();
    ports = { main: await freePort(), mtls: await freePort() };
    server = await startServer({
      env: {
        PORT: String(port),
        ROLECALL_PUBLIC_URL: urlOf(ports.main),
        ROLECALL_TRUSTED_PROXIES: '127.0.0.1',
        ROLECALL_MTLS_PUBLIC_URL: urlOf(ports.mtls),
        ROLECALL_MTLS_HEADER: 'X-Client-Certificate',
        ROLECALL_MTLS_HEADER_FORMAT: 'pem',
        ROLECALL_MTLS_VERIFIED_HEADER: 'X-Client-Verify',
      },
      config: { oidc: { clients: await clients() } },
    });
    mkdirSync(at('temp'));
    const host = (listen: number, lines: string) => `
  server {
    listen 127.0.0.1:${listen} ssl;
    server_name localhost;
    ssl_certificate     ${at('tls.pem')};
    ssl_certificate_key ${at('tls.key')};
    location / {
      proxy_pass http://127.0.0.1:${port};
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Client-Certificate $ssl_client_escaped_cert;
      proxy_set_header X-Client-Verify $ssl_client_verify;
    }
    ${lines}
  }`;
    writeFileSync(
      at('nginx.conf'),
      `pid ${at('nginx.pid')};
error_log ${at('error.log')};
events {}
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${at('temp')}/${kind};`).join('\n  ')}
  ${host(ports.main, '')}
  ${host(ports.mtls, `ssl_client_certificate ${at('root.pem')}; ssl_verify_client optional_no_ca;`)}
}
`,
    );
    nginx = spawn(NGINX, ['-p', directory.path, '-c', at('nginx.conf'), '-g', 'daemon off;'], { stdio: 'inherit' });
    for (let look = 0; look < 200; look++) {
      if (await fetch(`http://localhost:${ports.mtls}/`).catch(() => undefined)) return;
      await setTimeout(50);
    }
    throw new Error('nginx did not start');
  });
  afterAll(async () => {
    if (nginx?.exitCode === null) {
      const ended = once(nginx, 'exit');
      nginx.kill('SIGQUIT');
      await ended;
    }
    await server?.stop();
  });

  expectCertificatesWork(
    () => urlOf(ports.main),
    () => urlOf(ports.mtls),
  );

  test('headers that a client sends itself do not get through', async () => {
    const forged = {
      'x-client-certificate': encodeURIComponent(clientOf('orders').cert),
      'x-client-verify': 'SUCCESS',
    };
    for (const port of [ports.main, ports.mtls]) {
      const answer = await fetchAs(undefined, forged)(`${urlOf(port)}/oidc/client-certificate`);
      expect(await answer.json()).toMatchObject({ presented: false });
    }
  });
});

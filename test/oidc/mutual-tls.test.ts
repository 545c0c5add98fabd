import { X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { exportJWK, generateKeyPair, importX509, SignJWT } from 'jose';
import * as oidc from 'openid-client';
import { newPerson } from '../../harness/person.ts';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { authority, CLIENT, openTestAuthorities } from '../../harness/test-authority.ts';
import { openMutualTls } from '../../src/app/login/mutual-tls.ts';
import { clientCertificateSettingsShape } from '../../src/app/settings/client-certificate-settings.ts';
import { trustedProxies } from '../../src/http/client-address.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { expectLeft, expectPage, typeIn } from './app.ts';
import { ACCOUNT, type Installation, install } from './installation.ts';

const directory = temporaryDirectory();
const { at, issue, revocationList } = openTestAuthorities(directory.path);
const MTLS_URL = 'https://mtls.example';
const CALLBACK = 'https://app.example/callback';
const names =
  'subjectAltName=DNS:Orders.example,URI:spiffe://example/orders,IP:10.1.2.3,IP:2001:db8::1,email:Ops@Example.org';

/** The certificates, in DER. */
const der = new Map<string, Buffer>();
let installation: Installation;

function certificate(name: string, issuer: string | undefined, options: Parameters<typeof issue>[2] = {}): void {
  der.set(name, new X509Certificate(issue(name, issuer, options).pem).raw);
}
const b64 = (name: string): string => der.get(name)?.toString('base64') ?? '';
const rfc9440 = (name: string): string => `:${b64(name)}:`;

function machine(clientId: string, metadata: Record<string, unknown>) {
  const flow = { redirect_uris: [], response_types: [], grant_types: ['client_credentials'] };
  return {
    accountId: ACCOUNT,
    clientId,
    metadata: { ...flow, token_endpoint_auth_method: 'tls_client_auth', ...metadata },
  };
}
const selfSigned = async (...certificates: readonly string[]) => ({
  keys: await Promise.all(
    certificates.map(async (name) => {
      const key = await importX509(new X509Certificate(der.get(name) as Buffer).toString(), 'ES256', {
        extractable: true,
      });
      // As the keys of the configuration file are.
      return Object.freeze({ ...(await exportJWK(key)), x5c: [b64(name)] });
    }),
  ),
});

beforeAll(async () => {
  certificate('root', undefined, { subject: '/CN=Root', extensions: authority() });
  certificate('orders', 'root', { subject: '/C=DE/O=Acme, Inc./OU=Shop+CN=orders', extensions: [...CLIENT, names] });
  certificate('renewed', 'root', { subject: '/C=DE/O=Acme, Inc./OU=Shop+CN=orders', extensions: [...CLIENT, names] });
  certificate('other', 'root', { subject: '/C=DE/O=Acme, Inc./OU=Shop+CN=other' });
  certificate('no-purpose', 'root', { extensions: ['basicConstraints=CA:false', 'subjectAltName=DNS:orders.example'] });
  certificate('server-only', 'root', {
    extensions: ['extendedKeyUsage=serverAuth', 'subjectAltName=DNS:orders.example'],
  });
  certificate('revoked', 'root', { extensions: [...CLIENT, 'subjectAltName=DNS:orders.example'] });
  certificate('wrong-root', undefined, { subject: '/CN=Root', extensions: authority() });
  certificate('forged', 'wrong-root', {
    subject: '/C=DE/O=Acme, Inc./OU=Shop+CN=orders',
    extensions: [...CLIENT, names, 'authorityKeyIdentifier=none'],
  });
  certificate('self', undefined, { subject: '/CN=self', extensions: authority() });
  certificate('self-next', undefined, { subject: '/CN=self' });
  certificate('self-other', undefined, { subject: '/CN=self' });
  writeFileSync(at('lists.pem'), revocationList('root', [{ certFile: at('revoked.pem'), keyFile: '', pem: '' }]));
  const code = {
    redirect_uris: [CALLBACK],
    response_types: ['code'],
    grant_types: ['authorization_code', 'refresh_token'],
    tls_client_certificate_bound_access_tokens: true,
  };
  const san = { tls_client_auth_san_dns: 'orders.example' };
  installation = await started({}, [
    machine('dns', san),
    machine('uri', { tls_client_auth_san_uri: 'spiffe://example/orders' }),
    machine('ip', { tls_client_auth_san_ip: '2001:DB8:0::1' }),
    machine('email', { tls_client_auth_san_email: 'Ops@example.ORG' }),
    machine('email-case', { tls_client_auth_san_email: 'ops@example.org' }),
    machine('bound', { ...san, tls_client_certificate_bound_access_tokens: true }),
    machine('self', {
      token_endpoint_auth_method: 'self_signed_tls_client_auth',
      jwks: await selfSigned('self', 'self-next'),
    }),
    machine('app', { ...code, ...san }),
    machine('public', { ...code, token_endpoint_auth_method: 'none' }),
    {
      ...machine('secret', { ...code, token_endpoint_auth_method: 'client_secret_basic' }),
      clientSecret: 'a secret of sixteen',
    },
  ]);
  await installation.addUser('alice');
});
afterAll(async () => {
  await installation.close();
  directory.remove();
});

interface Arrangement {
  readonly settings?: Record<string, unknown>;
  readonly proxies?: readonly string[];
  /** `null`: the public URL. */
  readonly mtlsUrl?: string | null;
}

function started(
  { settings = {}, proxies = ['127.0.0.1'], mtlsUrl = MTLS_URL }: Arrangement,
  clients: Parameters<Installation['seedClients']>[0] = [machine('dns', { tls_client_auth_san_dns: 'orders.example' })],
): Promise<Installation> {
  const clientCertificates = clientCertificateSettingsShape.parse({
    header: 'Client-Cert',
    caFile: at('root.pem'),
    crlFile: at('lists.pem'),
    ...settings,
  });
  const mutualTls = openMutualTls(
    { clientCertificates, mtlsUrl: mtlsUrl ?? undefined },
    { proxies: trustedProxies(proxies), clock: systemClock, onFault: (error) => expect(error).toBeUndefined() },
  );
  return install({ clients, mutualTls });
}

interface Outcome {
  readonly status: number;
  readonly [member: string]: unknown;
}
async function ask(
  clientId: string,
  headers: Record<string, string> | undefined,
  form: Record<string, string> = {},
  at = installation,
): Promise<Outcome> {
  const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, ...form });
  const answer = await fetch(`${at.issuer.href}/token`, { method: 'POST', body, ...(headers && { headers }) });
  return { status: answer.status, ...((await answer.json()) as object) };
}
const by = (name: string) => ({ 'client-cert': rfc9440(name) });

describe('[S09] [RFC 8705 §2.1] tls_client_auth', () => {
  test.each(['dns', 'uri', 'ip', 'email'])('by the alternative name: %s', async (clientId) => {
    expect((await ask(clientId, by('orders'))).status).toBe(200);
    expect((await ask(clientId, by('renewed'))).status).toBe(200);
    const other = await ask(clientId, by('other'));
    expect(other).toMatchObject({ status: 401, error: 'invalid_client' });
    expect(other['error_description']).toMatch(
      /^the client certificate does not have the registered tls_client_auth_san_/,
    );
  });

  test('[RFC 5280 §7.5] the case of a mailbox counts, that of its domain does not', async () => {
    expect((await ask('email-case', by('orders'))).status).toBe(401);
  });

  test.each([
    ['of another authority of the same name', 'forged', 'does not come from a trusted authority'],
    ['that is self-signed', 'self-next', 'does not come from a trusted authority'],
    ['that is revoked', 'revoked', 'is revoked'],
    ['for servers only', 'server-only', 'not for client authentication'],
  ])('a certificate %s is refused', async (_, name, why) => {
    const { status, error_description } = await ask('dns', by(name));
    expect(status).toBe(401);
    expect(error_description).toContain(why);
  });

  test('[RFC 5280 §4.2.1.12] a certificate that names no purpose is for every one', async () => {
    expect((await ask('dns', by('no-purpose'))).status).toBe(200);
  });

  test('without a certificate, or with one that cannot be read, the error says why', async () => {
    expect((await ask('dns', undefined))['error_description']).toMatch(/^no client certificate was presented/);
    for (const value of [':AAAA:', b64('orders'), `${rfc9440('orders')}, ${rfc9440('orders')}`, 'x'.repeat(8000)]) {
      expect(await ask('dns', { 'client-cert': value })).toMatchObject({ status: 401, error: 'invalid_client' });
    }
  });

  test('an expired certificate is refused', async () => {
    const later = { now: () => Date.now() + 40 * 86_400_000 };
    const mutualTls = openMutualTls(
      {
        clientCertificates: clientCertificateSettingsShape.parse({ header: 'client-cert', caFile: at('root.pem') }),
        mtlsUrl: undefined,
      },
      { proxies: trustedProxies(['127.0.0.1']), clock: later, onFault: () => {} },
    );
    const self = machine('self', {
      token_endpoint_auth_method: 'self_signed_tls_client_auth',
      jwks: await selfSigned('self'),
    });
    const expired = await install({
      clients: [machine('dns', { tls_client_auth_san_dns: 'orders.example' }), self],
      mutualTls,
    });
    for (const [clientId, name] of [
      ['dns', 'orders'],
      ['self', 'self'],
    ] as const) {
      const answer = await ask(clientId, by(name), {}, expired);
      expect(answer).toMatchObject({ status: 401, error_description: 'the client certificate has expired' });
    }
    await expired.close();
  });
});

describe('[RFC 8705 §2.1.2] tls_client_auth_subject_dn', () => {
  const same = [
    ['as RFC 4514 writes it', 'CN=orders+OU=Shop,O=Acme\\, Inc.,C=DE'],
    ['with spaces, another case and order within a part', 'ou = shop + cn = ORDERS , o = acme\\,  inc. , c = de'],
    ['as OpenSSL prints it, first part first', 'C = DE, O = "Acme, Inc.", OU = Shop + CN = orders'],
    ['with hexadecimal escapes', 'CN=orders+OU=Shop,O=Acme\\2c Inc.,C=DE'],
    ['with types by number, and a value in BER', '2.5.4.3=#0c066f7264657273+OID.2.5.4.11=Shop,O=Acme\\, Inc.,C=DE'],
  ];
  const different = [
    ['a part less', 'CN=orders+OU=Shop,O=Acme\\, Inc.'],
    ['a part more', 'CN=orders+OU=Shop,O=Acme\\, Inc.,C=DE,DC=x'],
    ['several values as parts of their own', 'CN=orders,OU=Shop,O=Acme\\, Inc.,C=DE'],
    ['another type', 'CN=orders+L=Shop,O=Acme\\, Inc.,C=DE'],
    ['parts in another order', 'O=Acme\\, Inc.,CN=orders+OU=Shop,C=DE'],
  ];
  let many: Installation;
  beforeAll(async () => {
    const rows = [...same, ...different].map(([id = '', dn]) => machine(id, { tls_client_auth_subject_dn: dn }));
    many = await started({}, rows);
  });
  afterAll(() => many.close());

  test.each(same)('matches %s', async (id) => {
    expect((await ask(id, by('orders'), {}, many)).status).toBe(200);
    expect((await ask(id, by('other'), {}, many)).status).toBe(401);
  });
  test.each(different)('does not match with %s', async (id) => {
    expect((await ask(id, by('orders'), {}, many)).status).toBe(401);
  });

  test('a client that no certificate can match, or with several names, is not registered', async () => {
    const refusals = await Promise.all(
      [
        { tls_client_auth_subject_dn: 'orders' },
        { tls_client_auth_subject_dn: 'X-Y=orders' },
        { tls_client_auth_san_ip: 'orders.example' },
        {},
        { tls_client_auth_san_dns: 'a.example', tls_client_auth_san_uri: 'urn:a' },
        { token_endpoint_auth_method: 'self_signed_tls_client_auth' },
        {
          token_endpoint_auth_method: 'self_signed_tls_client_auth',
          jwks: { keys: [await exportJWK((await generateKeyPair('ES256')).publicKey)] },
        },
        {
          token_endpoint_auth_method: 'self_signed_tls_client_auth',
          jwks: { keys: [{ ...(await exportJWK((await generateKeyPair('ES256')).publicKey)), x5c: [b64('self')] }] },
        },
      ].map((metadata) =>
        many.seedClients([machine('refused', metadata)]).then(
          () => '',
          (error: Error) => error.message,
        ),
      ),
    );
    expect(refusals.map((text) => text.split('\n').at(-1))).toEqual([
      expect.stringContaining('tls_client_auth_subject_dn must be a distinguished name'),
      expect.stringContaining('tls_client_auth_subject_dn must be a distinguished name'),
      expect.stringContaining('tls_client_auth_san_ip must be an IP address'),
      expect.stringContaining('tls_client_auth requires one of the certificate subject'),
      expect.stringContaining('only one tls_client_auth certificate subject value'),
      expect.stringContaining('jwks'),
      expect.stringContaining('jwks must have a key with its certificate (x5c)'),
      expect.stringContaining('is not that of the key'),
    ]);
  });
});

describe('[S09] [RFC 8705 §2.2] self_signed_tls_client_auth', () => {
  test('by each certificate in the key set, and by no other', async () => {
    expect((await ask('self', by('self'))).status).toBe(200);
    expect((await ask('self', by('self-next'))).status).toBe(200);
    const refused = await ask('self', by('self-other'));
    expect(refused).toMatchObject({ status: 401, error: 'invalid_client' });
  });
});

describe('[S09] the header', () => {
  test.each([
    ['rfc9440', () => rfc9440('orders')],
    ['pem', () => encodeURIComponent(new X509Certificate(der.get('orders') as Buffer).toString())],
    ['base64', () => b64('orders')],
    [
      'xfcc',
      () =>
        `By=spiffe://x;Hash=00;Cert="${encodeURIComponent(new X509Certificate(der.get('orders') as Buffer).toString())}";Subject="CN=\\"a,b;c\\"";URI=`,
    ],
  ])('in the format %s', async (headerFormat, value) => {
    const other = await started({ settings: { headerFormat } });
    expect((await ask('dns', { 'client-cert': value() }, {}, other)).status).toBe(200);
    const wrong = headerFormat === 'rfc9440' ? b64('orders') : rfc9440('orders');
    const refused = await ask('dns', { 'client-cert': wrong }, {}, other);
    expect(refused).toMatchObject({
      status: 401,
      error_description: expect.stringContaining(`in the format ${headerFormat}`),
    });
    await other.close();
  });

  test('of Envoy with the certificates of two hops is refused: the client may have sent one', async () => {
    const other = await started({ settings: { headerFormat: 'xfcc' } });
    const one = (name: string) =>
      `Cert="${encodeURIComponent(new X509Certificate(der.get(name) as Buffer).toString())}"`;
    for (const value of [`${one('orders')},${one('other')}`, `${one('other')};${one('orders')}`]) {
      expect((await ask('dns', { 'client-cert': value }, {}, other)).status).toBe(401);
    }
    await other.close();
  });

  test('[S49] from an address that is not a trusted proxy is ignored, and the error says so', async () => {
    const other = await started({ proxies: ['10.0.0.0/8'] });
    const refused = await ask('dns', by('orders'), {}, other);
    expect(refused).toMatchObject({ status: 401, error: 'invalid_client' });
    expect(refused['error_description']).toContain('did not come from a proxy in server.trustedProxies');
    await other.close();
  });

  test('with the verdict of the proxy: only SUCCESS, once', async () => {
    const settings = { verifiedHeader: 'Client-Verify', caFile: undefined, crlFile: undefined };
    const other = await started({ settings });
    expect((await ask('dns', { ...by('orders'), 'client-verify': 'SUCCESS' }, {}, other)).status).toBe(200);
    for (const verdict of [
      'FAILED:unable to get local issuer certificate',
      'NONE',
      '',
      'SUCCESS, SUCCESS',
      'success',
    ]) {
      expect((await ask('dns', { ...by('forged'), 'client-verify': verdict }, {}, other)).status).toBe(401);
    }
    expect((await ask('dns', by('orders'), {}, other)).status).toBe(401);
    await other.close();
  });

  test('with the verdict of the proxy and a bundle of our own: both decide', async () => {
    const other = await started({ settings: { verifiedHeader: 'Client-Verify' } });
    expect((await ask('dns', { ...by('orders'), 'client-verify': 'SUCCESS' }, {}, other)).status).toBe(200);
    expect((await ask('dns', { ...by('forged'), 'client-verify': 'SUCCESS' }, {}, other)).status).toBe(401);
    expect((await ask('dns', { ...by('orders'), 'client-verify': 'NONE' }, {}, other)).status).toBe(401);
    await other.close();
  });

  test('where nothing verifies authorities, tls_client_auth is not offered', async () => {
    const self = machine('self', {
      token_endpoint_auth_method: 'self_signed_tls_client_auth',
      jwks: await selfSigned('self'),
    });
    const other = await started({ settings: { caFile: undefined, crlFile: undefined } }, [self]);
    expect((await ask('self', by('self'), {}, other)).status).toBe(200);
    const metadata = await metadataOf(other);
    expect(metadata['token_endpoint_auth_methods_supported']).toContain('self_signed_tls_client_auth');
    expect(metadata['token_endpoint_auth_methods_supported']).not.toContain('tls_client_auth');
    await expect(other.seedClients([machine('dns', { tls_client_auth_san_dns: 'a.example' })])).rejects.toThrow(
      /token_endpoint_auth_method/,
    );
    await other.close();
  });
});

const metadataOf = async ({ issuer }: Installation): Promise<Record<string, unknown>> =>
  (await (await fetch(`${issuer.href}/.well-known/openid-configuration`)).json()) as Record<string, unknown>;

describe('[RFC 8705 §3.3, §5] the discovery document', () => {
  test('has the methods and the endpoints at the other URL', async () => {
    const metadata = await metadataOf(installation);
    expect(metadata['tls_client_certificate_bound_access_tokens']).toBe(true);
    expect(metadata['token_endpoint_auth_methods_supported']).toEqual(
      expect.arrayContaining(['tls_client_auth', 'self_signed_tls_client_auth']),
    );
    const aliases = metadata['mtls_endpoint_aliases'] as Record<string, string>;
    expect(aliases).toMatchObject({
      token_endpoint: `${MTLS_URL}/oidc/token`,
      revocation_endpoint: `${MTLS_URL}/oidc/token/revocation`,
      introspection_endpoint: `${MTLS_URL}/oidc/token/introspection`,
      device_authorization_endpoint: `${MTLS_URL}/oidc/device/auth`,
      pushed_authorization_request_endpoint: `${MTLS_URL}/oidc/request`,
      userinfo_endpoint: `${MTLS_URL}/oidc/me`,
    });
    expect(aliases).not.toHaveProperty('authorization_endpoint');
    expect(metadata['token_endpoint']).toBe(`${installation.issuer.href}/token`);
  });

  test('has nothing of it on a server to which no certificate can come', async () => {
    const plain = await install({});
    const metadata = await metadataOf(plain);
    expect(metadata).not.toHaveProperty('tls_client_certificate_bound_access_tokens');
    expect(metadata).not.toHaveProperty('mtls_endpoint_aliases');
    expect(metadata).not.toHaveProperty('rolecall_client_certificate_endpoint');
    expect(String(metadata['token_endpoint_auth_methods_supported'])).not.toContain('tls');
    expect((await fetch(`${plain.issuer.href}/client-certificate`)).status).toBe(404);
    await plain.close();
  });

  test('has no aliases where the public URL itself asks for certificates', async () => {
    const other = await started({ mtlsUrl: null });
    const metadata = await metadataOf(other);
    expect(metadata['tls_client_certificate_bound_access_tokens']).toBe(true);
    expect(metadata).not.toHaveProperty('mtls_endpoint_aliases');
    await other.close();
  });
});

describe('[S07] [RFC 8705 §3] tokens bound to a certificate', () => {
  const thumbprint = (name: string) =>
    Buffer.from(new X509Certificate(der.get(name) as Buffer).fingerprint256.replaceAll(':', ''), 'hex').toString(
      'base64url',
    );

  test('[RFC 8705 §3.1] a JWT has the thumbprint in cnf', async () => {
    const { access_token } = await ask('bound', by('orders'));
    const [, payload = ''] = String(access_token).split('.');
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({
      cnf: { 'x5t#S256': thumbprint('orders') },
    });
  });

  /** Signs alice in at an app, up to the code. */
  async function signIn(clientId: string): Promise<{ readonly code: string; readonly verifier: string }> {
    const verifier = oidc.randomPKCECodeVerifier();
    const url = new URL(`${installation.issuer.href}/auth`);
    url.search = new URLSearchParams({
      client_id: clientId,
      response_type: 'code',
      redirect_uri: CALLBACK,
      scope: 'openid offline_access',
      prompt: 'consent',
      nonce: 'n',
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    }).toString();
    const consent = expectPage(await typeIn(await newPerson(installation.url).open(url.href), { user: 'alice' }));
    return { code: expectLeft(await consent.submit('allow')).searchParams.get('code') ?? '', verifier };
  }
  const redeem = async (clientId: string, headers: Record<string, string>) => {
    const { code, verifier } = await signIn(clientId);
    return await ask(clientId, headers, {
      grant_type: 'authorization_code',
      code,
      code_verifier: verifier,
      redirect_uri: CALLBACK,
    });
  };
  const userInfo = async (token: unknown, headers: Record<string, string> = {}) =>
    (await fetch(`${installation.issuer.href}/me`, { headers: { authorization: `Bearer ${token}`, ...headers } }))
      .status;
  const introspect = async (clientId: string, token: unknown, headers: Record<string, string>) => {
    const body = new URLSearchParams({ client_id: clientId, token: String(token) });
    const answer = await fetch(`${installation.issuer.href}/token/introspection`, { method: 'POST', body, headers });
    return (await answer.json()) as Record<string, unknown>;
  };

  test('[RFC 8705 §3, §3.2] userinfo needs that certificate, and introspection names it', async () => {
    const { access_token } = await redeem('app', by('orders'));
    expect(await userInfo(access_token, by('orders'))).toBe(200);
    expect(await userInfo(access_token)).toBe(401);
    expect(await userInfo(access_token, by('renewed'))).toBe(401);
    const known = await introspect('app', access_token, by('orders'));
    expect(known).toMatchObject({ active: true, cnf: { 'x5t#S256': thumbprint('orders') } });
  });

  test('[RFC 8705 §6.3] a confidential client refreshes with a renewed certificate; the new token is bound to it', async () => {
    const first = await redeem('app', by('orders'));
    const form = { grant_type: 'refresh_token', refresh_token: String(first['refresh_token']) };
    const refreshed = await ask('app', by('renewed'), form);
    expect(refreshed.status).toBe(200);
    expect(await userInfo(refreshed['access_token'], by('renewed'))).toBe(200);
    expect(await userInfo(refreshed['access_token'], by('orders'))).toBe(401);
    const next = { grant_type: 'refresh_token', refresh_token: String(refreshed['refresh_token']) };
    expect((await ask('app', by('other'), next)).status).toBe(401);
  });

  test('[RFC 8705 §4] a public client’s refresh token is bound to its certificate', async () => {
    const first = await redeem('public', by('self-other'));
    expect(first.status).toBe(200);
    const form = { grant_type: 'refresh_token', refresh_token: String(first['refresh_token']) };
    expect(await ask('public', by('self-next'), form)).toMatchObject({ status: 400, error: 'invalid_grant' });
    expect(await ask('public', {}, form)).toMatchObject({ status: 400, error: 'invalid_grant' });
    expect((await ask('public', by('self-other'), form)).status).toBe(200);
  });

  test('a client with another method gets none without a certificate', async () => {
    const basic = { authorization: `Basic ${Buffer.from('secret:a+secret+of+sixteen').toString('base64')}` };
    expect(await redeem('secret', basic)).toMatchObject({ status: 400, error: 'invalid_grant' });
    const { access_token } = await redeem('secret', { ...basic, ...by('self') });
    expect(await userInfo(access_token, by('self'))).toBe(200);
    expect(await userInfo(access_token)).toBe(401);
  });
});

describe('[RFC 8705 §5] the other URL', () => {
  test('[RFC 9449 §4.3] a DPoP proof may be for either URL, and for no third', async () => {
    const keys = await generateKeyPair('ES256', { extractable: true });
    const proof = async (htu: string) =>
      new SignJWT({ htm: 'POST', htu, iat: Math.floor(Date.now() / 1000), jti: oidc.randomState() })
        .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: await exportJWK(keys.publicKey) })
        .sign(keys.privateKey);
    const outcomes = [];
    for (const base of [installation.issuer.href, `${MTLS_URL}/oidc`, 'https://else.example/oidc']) {
      const answer = await ask('dns', { ...by('orders'), dpop: await proof(`${base}/token`) });
      outcomes.push([answer.status, answer['token_type']]);
    }
    expect(outcomes).toEqual([
      [200, 'DPoP'],
      [200, 'DPoP'],
      [400, undefined],
    ]);
  });
});

describe('the self-test', () => {
  const report = async (headers: Record<string, string>, at = installation) =>
    (await (await fetch(`${at.issuer.href}/client-certificate`, { headers })).json()) as Record<string, unknown>;

  test('shows which certificate arrived, under the names of the client metadata', async () => {
    expect(await report(by('orders'))).toMatchObject({
      presented: true,
      arrived_by: 'header',
      tls_client_auth_subject_dn: expect.stringMatching(
        /^(?:OU=Shop\+CN=orders|CN=orders\+OU=Shop),O=Acme\\, Inc\.,C=DE$/,
      ),
      tls_client_auth_san_dns: ['Orders.example'],
      tls_client_auth_san_uri: ['spiffe://example/orders'],
      tls_client_auth_san_ip: ['10.1.2.3', '2001:db8::1'],
      tls_client_auth: 'accepted',
    });
    expect(await report(by('forged'))).toMatchObject({ tls_client_auth: expect.stringContaining('trusted authority') });
  });

  test('says why none arrived', async () => {
    expect(await report({})).toEqual({
      presented: false,
      reason: expect.stringContaining('no client certificate was presented'),
    });
    const other = await started({ proxies: ['10.0.0.1'] });
    expect(await report(by('orders'), other)).toEqual({
      presented: false,
      reason: expect.stringContaining('server.trustedProxies'),
    });
    await other.close();
  });

  test('takes no other method', async () => {
    expect((await fetch(`${installation.issuer.href}/client-certificate`, { method: 'POST' })).status).toBe(405);
  });
});

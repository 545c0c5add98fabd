import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import * as oidc from 'openid-client';
import { newPerson } from '../../harness/person.ts';
import { openMutualTls } from '../../src/app/login/mutual-tls.ts';
import { clientCertificateSettingsShape } from '../../src/app/settings/client-certificate-settings.ts';
import { trustedProxies } from '../../src/http/client-address.ts';
import { expectLeft, expectPage, typeIn } from './app.ts';
import { type Installation, install } from './installation.ts';
import {
  ask,
  at,
  b64,
  begin,
  by,
  CALLBACK,
  der,
  end,
  installation,
  MTLS_URL,
  machine,
  rfc9440,
  selfSigned,
  started,
} from './mutual-tls-scene.ts';

beforeAll(begin);
afterAll(end);

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

  test('[RFC 8693 §2.1] is exchanged only over a connection with that certificate', async () => {
    const { access_token } = await redeem('exchanger', by('orders'));
    const form = {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: String(access_token),
      subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    };
    expect(await ask('exchanger', by('renewed'), form)).toMatchObject({
      status: 400,
      error: 'invalid_request',
      error_description: expect.stringContaining('did not come with that certificate'),
    });
    const exchanged = await ask('exchanger', by('orders'), form);
    expect(exchanged.status).toBe(200);
    expect(await introspect('exchanger', exchanged['access_token'], by('orders'))).toMatchObject({
      active: true,
      cnf: { 'x5t#S256': thumbprint('orders') },
    });
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

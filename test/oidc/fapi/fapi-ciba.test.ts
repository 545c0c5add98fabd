import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader, exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { temporaryDirectory } from '../../../harness/temporary-directory.ts';
import { authority, CLIENT, openTestAuthorities } from '../../../harness/test-authority.ts';
import { openMutualTls } from '../../../src/app/login/mutual-tls.ts';
import { clientCertificateSettingsShape } from '../../../src/app/settings/client-certificate-settings.ts';
import { trustedProxies } from '../../../src/http/client-address.ts';
import { clientSettingsShape } from '../../../src/identity/applications/oidc/client-settings.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { until } from '../../support/until.ts';
import { atRequests, CIBA_GRANT, openOnly, outcomesOf } from '../ciba/ciba-scene.ts';
import { ACCOUNT, type Installation, install } from '../installation.ts';

/** What the modules of the OpenID Foundation's plan fapi-ciba-id1 require, by their names without `fapi-ciba-id1-`. */
const directory = temporaryDirectory();
const { at, issue } = openTestAuthorities(directory.path);
const keys = await generateKeyPair('PS256', { extractable: true });
const others = await generateKeyPair('PS256', { extractable: true });
const rsa = await generateKeyPair('RS256', { extractable: true });
const ecKeys = await generateKeyPair('ES256', { extractable: true });
const certificates = new Map<string, string>();
const jwk = async (key: CryptoKey, alg: string, kid: string) => ({ ...(await exportJWK(key)), alg, use: 'sig', kid });
let installation: Installation;

const PROFILE = {
  profile: 'fapi-ciba',
  client_name: 'Bank app',
  redirect_uris: [],
  grant_types: [CIBA_GRANT, 'refresh_token'],
  backchannel_token_delivery_mode: 'poll',
  backchannel_authentication_request_signing_alg: 'PS256',
};

beforeAll(async () => {
  issue('root', undefined, { subject: '/CN=Root', extensions: authority() });
  for (const name of ['first', 'second']) {
    const { pem } = issue(name, 'root', { extensions: [...CLIENT, `subjectAltName=DNS:${name}.example`] });
    certificates.set(name, `:${new X509Certificate(pem).raw.toString('base64')}:`);
  }
  const jwks = { keys: [await jwk(keys.publicKey, 'PS256', 'ps'), await jwk(ecKeys.publicKey, 'ES256', 'ec')] };
  const otherJwks = { keys: [await jwk(others.publicKey, 'PS256', 'ps')] };
  const metadata = { ...PROFILE, response_types: [] };
  const clients = [
    {
      accountId: ACCOUNT,
      clientId: 'bank',
      metadata: { ...metadata, token_endpoint_auth_method: 'private_key_jwt', jwks },
    },
    {
      accountId: ACCOUNT,
      clientId: 'other',
      metadata: { ...metadata, token_endpoint_auth_method: 'private_key_jwt', jwks: otherJwks },
    },
    {
      accountId: ACCOUNT,
      clientId: 'mtls',
      metadata: {
        ...metadata,
        token_endpoint_auth_method: 'tls_client_auth',
        tls_client_auth_san_dns: 'first.example',
        jwks,
      },
    },
  ];
  const mutualTls = openMutualTls(
    {
      clientCertificates: clientCertificateSettingsShape.parse({ header: 'client-cert', caFile: at('root.pem') }),
      mtlsUrl: MTLS_URL,
    },
    { proxies: trustedProxies(['127.0.0.1']), clock: systemClock, onFault: () => {} },
  );
  installation = await install({ clients, mutualTls });
  await installation.addUser('alice');
});
afterAll(async () => {
  await installation.close();
  directory.remove();
});

type Claims = Readonly<Record<string, unknown>>;
interface Signing {
  readonly alg?: string;
  readonly key?: CryptoKey;
  readonly aud?: unknown;
}
const MTLS_URL = 'https://mtls.example';
interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

const seconds = () => Math.floor(Date.now() / 1000);
let count = 0;

async function post(path: string, form: Record<string, string>, certificate: string | undefined): Promise<Answer> {
  const headers = certificate === undefined ? {} : { 'client-cert': certificates.get(certificate) ?? '' };
  const url = `${installation.issuer.href}${path}`;
  const answer = await fetch(url, { method: 'POST', body: new URLSearchParams(form), headers });
  return { status: answer.status, body: (await answer.json()) as Answer['body'] };
}

async function authentication(
  clientId: string,
  { alg = 'PS256', key = keys.privateKey, aud = installation.issuer.href }: Signing = {},
) {
  if (clientId === 'mtls') return { client_id: clientId };
  const claims = {
    iss: clientId,
    sub: clientId,
    aud,
    jti: `assertion ${++count}`,
    iat: seconds(),
    exp: seconds() + 60,
  };
  return {
    client_id: clientId,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await new SignJWT(claims as never).setProtectedHeader({ alg }).sign(key),
  };
}

function requestClaims(clientId = 'bank', change: Claims = {}): Claims {
  const now = seconds();
  const times = { iat: now, nbf: now, exp: now + 300, jti: `request ${++count}` };
  const claims = {
    ...{ iss: clientId, aud: installation.issuer.href, ...times },
    ...{ scope: 'openid', login_hint: 'alice', binding_message: '1234' },
    ...change,
  };
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
}

const signed = (claims: Claims, { alg = 'PS256', key = keys.privateKey, typ = undefined as string | undefined } = {}) =>
  new SignJWT(claims as never).setProtectedHeader({ alg, ...(typ !== undefined && { typ }) }).sign(key);

async function begin(
  request: string | undefined,
  { clientId = 'bank', certificate = 'first', ...how }: Signing & { clientId?: string; certificate?: string } = {},
): Promise<Answer> {
  const form = { ...(await authentication(clientId, how)), ...(request !== undefined && { request }) };
  return await post('/backchannel', form, certificate);
}

async function redeem(
  id: unknown,
  { clientId = 'bank', certificate = 'first', ...how }: Signing & { clientId?: string; certificate?: string } = {},
): Promise<Answer> {
  const form = { ...(await authentication(clientId, how)), grant_type: CIBA_GRANT, auth_req_id: String(id) };
  return await post('/token', form, certificate);
}

async function answer(button: 'allow' | 'deny', claims: Claims = {}, clientId = 'bank'): Promise<unknown> {
  const before = outcomesOf(installation).filter((outcome) => outcome === 'begun').length;
  const { status, body } = await begin(await signed(requestClaims(clientId, claims)), { clientId });
  expect([status, body['error']]).toEqual([200, undefined]);
  await until(() => outcomesOf(installation).filter((outcome) => outcome === 'begun').length > before);
  await (await openOnly(await atRequests(installation, 'alice'))).submit(button);
  return body['auth_req_id'];
}

describe('a well-behaved client', () => {
  test('[FAPI-CIBA discovery-end-point-verification, §5.2.2] metadata', async () => {
    const document = await (await fetch(`${installation.issuer.href}/.well-known/openid-configuration`)).json();
    expect(document.backchannel_token_delivery_modes_supported).toEqual(['poll', 'ping']);
    expect(document.backchannel_authentication_request_signing_alg_values_supported).toEqual(
      expect.arrayContaining(['PS256', 'ES256']),
    );
    expect(document.tls_client_certificate_bound_access_tokens).toBe(true);
    expect(document.mtls_endpoint_aliases).toMatchObject({
      backchannel_authentication_endpoint: 'https://mtls.example/oidc/backchannel',
    });
  });

  test.each(['bank', 'mtls'])(
    '[FAPI-CIBA fapi-ciba-id1, ensure-authorization-request-with-binding-message-succeeds, ensure-mtls-holder-of-key-required, ensure-other-scope-order-succeeds] %s',
    async (clientId) => {
      const id = await answer('allow', { scope: 'offline_access openid', binding_message: '1234' }, clientId);
      if (clientId === 'bank') {
        // Without a certificate, nothing is used up.
        const bare = await redeem(id, { clientId, certificate: 'none' });
        expect(bare.status).toBe(400);
      }
      const { status, body } = await redeem(id, { clientId });
      expect(status).toBe(200);
      expect(decodeProtectedHeader(String(body['id_token'])).alg).toBe('ES256');
      expect(decodeJwt(String(body['id_token']))).toMatchObject({ aud: clientId, iat: expect.any(Number) });
      const userInfo = async (certificate: string) => {
        const headers = {
          authorization: `Bearer ${body['access_token']}`,
          'client-cert': certificates.get(certificate) ?? '',
        };
        return (await fetch(`${installation.issuer.href}/me`, { headers })).status;
      };
      expect([await userInfo('first'), await userInfo('second')]).toEqual([200, 401]);
      expect(await redeem(id, { clientId })).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    },
  );

  test('[FAPI-CIBA user-rejects-authentication]', async () => {
    expect(await redeem(await answer('deny'))).toMatchObject({ status: 400, body: { error: 'access_denied' } });
  });

  test('[FAPI-CIBA auth-req-id-expired, ensure-requested-expiry-as-string-succeeds]', async () => {
    for (const requested_expiry of [30, '30']) {
      const { status, body } = await begin(
        await signed(requestClaims('bank', { requested_expiry, login_hint: 'nobody' })),
      );
      expect([status, body['expires_in']]).toEqual([200, 30]);
    }
  });

  test('[FAPI-CIBA ensure-client-assertion-with-iss-aud-to-token-endpoint-succeeds] and the algorithm ES256', async () => {
    const id = await answer('allow');
    expect((await redeem(id, { alg: 'ES256', key: ecKeys.privateKey, aud: installation.issuer.href })).status).toBe(
      200,
    );
  });
});

describe('what the modules send beside', () => {
  const endpoints = (path: string) => [`${installation.issuer.href}${path}`, `${MTLS_URL}/oidc${path}`];

  test('[FAPI-CIBA fapi-ciba-id1, CIBA Core §7.1] assertions for the issuer, the token endpoint or the one they are sent to, at either address', async () => {
    for (const aud of [installation.issuer.href, ...endpoints('/token'), ...endpoints('/backchannel')]) {
      const { status } = await begin(await signed(requestClaims('bank', { login_hint: 'nobody' })), { aud });
      expect([aud, status]).toEqual([aud, 200]);
    }
    const { body } = await begin(await signed(requestClaims('bank', { login_hint: 'nobody' })));
    for (const aud of endpoints('/token')) expect((await redeem(body['auth_req_id'], { aud })).status).toBe(400);
  });

  test('[FAPI-CIBA fapi-ciba-id1, RFC 9101 §10.8] the type of the request in any letters, requested_expiry of 300, and the acr that was reached', async () => {
    const claims = requestClaims('bank', { requested_expiry: 300, acr_values: 'pwd' });
    const { status, body } = await begin(await signed(claims, { typ: 'OautH-auThZ-REQ+jWt' }));
    expect([status, body['expires_in']]).toEqual([200, 300]);
    const document = await (await fetch(`${installation.issuer.href}/.well-known/openid-configuration`)).json();
    const supported: readonly string[] = document.acr_values_supported ?? [];
    await (await openOnly(await atRequests(installation, 'alice'))).submit('deny');
    const id = await answer('allow', { acr_values: supported.join(' ') });
    expect(supported).toContain(decodeJwt(String((await redeem(id)).body['id_token']))['acr']);
  });

  test('[FAPI-CIBA multiple-call-to-token-endpoint, CIBA Core §11] twenty polls at once are pending, or too fast', async () => {
    const { body } = await begin(await signed(requestClaims('bank', { login_hint: 'nobody' })));
    for (let each = 0; each < 20; each++) {
      const polled = await redeem(body['auth_req_id']);
      expect(polled.status).toBe(400);
      expect(['authorization_pending', 'slow_down']).toContain(polled.body['error']);
      for (const name of Object.keys(polled.body)) expect(['error', 'error_description']).toContain(name);
    }
  });

  test('[FAPI-CIBA fapi-ciba-id1, FAPI 1.0 Part 1 §6.2.1] user info as a resource: the interaction’s id, JSON for any Accept, no token in the query', async () => {
    const { body } = await redeem(await answer('allow'));
    const userInfo = (headers: Record<string, string> = {}, query = '') =>
      fetch(`${installation.issuer.href}/me${query}`, {
        headers: {
          ...(query === '' && { authorization: `Bearer ${body['access_token']}` }),
          'client-cert': certificates.get('first') ?? '',
          ...headers,
        },
      });
    const interaction = 'C770AEF3-6784-41F7-8E0E-FF5F97BDDB3A';
    const named = await userInfo({
      'x-fapi-interaction-id': interaction,
      'x-fapi-auth-date': 'Tue, 11 Sep 2012 19:43:31 GMT',
    });
    expect([named.status, named.headers.get('x-fapi-interaction-id')]).toEqual([200, interaction]);
    for (const accept of ['application/json', 'application/json, application/*+json, */*', '*/*']) {
      const { status, headers } = await userInfo({ accept, 'x-fapi-customer-ip-address': '2001:db8::1893:25c8:1946' });
      expect([status, headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
      expect(headers.get('date')).not.toBeNull();
      expect(headers.get('x-fapi-interaction-id')).toMatch(/^[0-9a-f-]{14}4[0-9a-f]{3}-[89ab][0-9a-f-]{16}$/);
    }
    const forged = await userInfo({ 'x-fapi-interaction-id': 'not a UUID' });
    expect(forged.headers.get('x-fapi-interaction-id')).not.toBe('not a UUID');
    expect((await userInfo({}, `?access_token=${body['access_token']}`)).status).toBe(400);
  });

  test('[FAPI-CIBA refresh-token] a refresh token is of its client, and ID tokens agree', async () => {
    const { body } = await redeem(await answer('allow', { scope: 'openid offline_access' }));
    const refresh = async (clientId: string, token: unknown, how: Signing = {}) => {
      const form = {
        ...(await authentication(clientId, how)),
        grant_type: 'refresh_token',
        refresh_token: String(token),
      };
      return await post('/token', form, 'first');
    };
    const second = await refresh('bank', body['refresh_token']);
    expect(second.status).toBe(200);
    const [before, after] = [body, second.body].map(({ id_token }) => decodeJwt(String(id_token)));
    for (const name of ['iss', 'sub', 'aud', 'auth_time']) expect(after?.[name]).toEqual(before?.[name]);
    const stolen = await refresh('other', second.body['refresh_token'], { key: others.privateKey });
    expect(stolen).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });
});

describe('requests that are refused', () => {
  const now = seconds();
  const MINUTE = 60;
  test.each<[string, Claims]>([
    ['missing-aud', { aud: undefined }],
    ['bad-aud', { aud: 'https://other.example' }],
    ['missing-iss', { iss: undefined }],
    ['bad-iss', { iss: 'other' }],
    ['missing-exp', { exp: undefined }],
    ['expired-exp', { exp: now - 5 * MINUTE, nbf: now - 10 * MINUTE }],
    ['exp-is-70-minutes-in-future', { exp: now + 70 * MINUTE }],
    ['missing-iat', { iat: undefined }],
    ['missing-nbf', { nbf: undefined }],
    ['nbf-is-10-minutes-in-future', { nbf: now + 10 * MINUTE, exp: now + 20 * MINUTE }],
    ['nbf-is-70-minutes-in-past', { nbf: now - 70 * MINUTE }],
    ['missing-jti', { jti: undefined }],
  ])('[FAPI-CIBA ensure-request-object-%s-fails, CIBA Core §7.1.1]', async (_what, change) => {
    const { status, body } = await begin(await signed(requestClaims('bank', change)));
    expect([status, body['error']]).toEqual([400, 'invalid_request']);
  });

  test.each<[string, () => Promise<string> | string | undefined]>([
    [
      'ensure-request-object-signature-algorithm-is-none-fails',
      () => new UnsecuredJWT(requestClaims() as never).encode(),
    ],
    [
      'ensure-request-object-signature-algorithm-is-bad-fails',
      async () => `${(await signed(requestClaims())).slice(0, -8)}AAAAAAAA`,
    ],
    [
      'ensure-request-object-signature-algorithm-is-RS256-fails',
      () => signed(requestClaims(), { alg: 'RS256', key: rsa.privateKey }),
    ],
    ['ensure-request-object-signed-by-other-client-fails', () => signed(requestClaims(), { key: others.privateKey })],
    ['ensure-backchannel-authorization-request-without-request-fails', () => undefined],
    [
      'ensure-different-client-id-and-issuer-in-backchannel-authorization-request',
      () => signed(requestClaims('other')),
    ],
    [
      'ensure-authorization-request-with-multiple-hints-fails',
      () =>
        signed(
          requestClaims('bank', { login_hint: 'join@example.com', login_hint_token: 'x', binding_message: undefined }),
        ),
    ],
    ['two hints, one of them an ID token', () => signed(requestClaims('bank', { id_token_hint: 'x' }))],
    ['without a binding message, §5.2.2', () => signed(requestClaims('bank', { binding_message: undefined }))],
  ])('[FAPI-CIBA %s]', async (_what, make) => {
    const { status, body } = await begin(await make());
    expect([status, body['error']]).toEqual([400, 'invalid_request']);
  });

  test('[CIBA Core §7.1.1] a signed request works once, and one that was refused uses nothing up', async () => {
    const jti = 'only once';
    const other = await begin(await signed(requestClaims('bank', { jti, login_hint: undefined })));
    expect([other.status, other.body['error']]).toEqual([400, 'invalid_request']);
    const request = await signed(requestClaims('bank', { jti, login_hint: 'nobody' }));
    const both = await Promise.all([begin(request), begin(request)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 400]);
    const { status, body } = await begin(request);
    expect([status, body['error'], body['error_description']]).toEqual([
      400,
      'invalid_request',
      expect.stringContaining('used already'),
    ]);
  });

  test('[FAPI-CIBA ensure-authorization-request-with-potentially-bad-binding-message]', async () => {
    const binding_message = `1234 \u{1f44d}\u{1f3ff} \u54c1\u5ddd ${'Lorem ipsum dolor sit amet. '.repeat(15)}`;
    const { status, body } = await begin(await signed(requestClaims('bank', { binding_message })));
    expect([status, body['error']]).toEqual([400, 'invalid_binding_message']);
  });

  test('[FAPI-CIBA ensure-wrong-client-id-…, ensure-different-client-id-and-issuer-…, ensure-without-client-assertion-…, ensure-client-assertion-signature-algorithm-…-is-RS256-fails, ensure-invalid-client-assertions-…-fail]', async () => {
    const request = await signed(requestClaims());
    const bad = [
      begin(request, { alg: 'RS256', key: rsa.privateKey }),
      begin(request, { key: others.privateKey }),
      begin(request, { aud: 'https://other.example' }),
      post('/backchannel', { client_id: 'bank', request }, 'first'),
      post('/token', { client_id: 'bank', grant_type: CIBA_GRANT, auth_req_id: 'x' }, 'first'),
      redeem('x', { alg: 'RS256', key: rsa.privateKey }),
      // No certificate that the client is registered with: with a request of its own, or of the client that has the certificate.
      begin(await signed(requestClaims('mtls')), { clientId: 'mtls', certificate: 'second' }),
      begin(await signed(requestClaims('bank')), { clientId: 'mtls', certificate: 'second' }),
      redeem('x', { clientId: 'mtls', certificate: 'second' }),
      // ensure-mtls-holder-of-key-required
      redeem('x', { clientId: 'mtls', certificate: 'none' }),
    ];
    for (const { status, body } of await Promise.all(bad))
      expect([status, body['error']]).toEqual([401, 'invalid_client']);
  });

  test('[FAPI-CIBA ensure-wrong-authentication-request-id-in-token-endpoint-request, ensure-wrong-client-id-in-token-endpoint-request]', async () => {
    const id = await answer('allow');
    for (const bad of [redeem('wrong'), redeem(id, { clientId: 'other', key: others.privateKey })]) {
      expect(await bad).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    }
    expect((await redeem(id)).status).toBe(200);
  });
});

test('[RFC 8705 §3] where no client certificate can come, a client whose tokens are bound to one is refused', async () => {
  const bank = await installation.identities.applications.get([ACCOUNT, 'bank']);
  if (bank?.settings.protocol !== 'OIDC') throw new Error('there is no such client');
  const { accountId, applicationId, openTo, settings } = bank;
  const seed = { ...bank, accountId, applicationId, openTo, settings, secret: undefined };
  expect(installation.oidc.refusalOf(seed)).toBeUndefined();
  const plain = await install({});
  try {
    const refusal = plain.oidc.refusalOf(seed);
    expect(refusal).toContain('tls_client_certificate_bound_access_tokens');
    expect(refusal).toContain('set server.clientCertificates');
    // Registered while certificates could come.
    await plain.identities.applications.insert(bank);
    const form = { client_id: 'bank', grant_type: CIBA_GRANT, auth_req_id: 'x' };
    const answer = await fetch(`${plain.issuer.href}/token`, { method: 'POST', body: new URLSearchParams(form) });
    expect([answer.status, (await answer.json()).error]).toEqual([400, 'invalid_client_metadata']);
  } finally {
    await plain.close();
  }
});

test.each<[string, Claims]>([
  ['a secret', { token_endpoint_auth_method: 'client_secret_basic', client_secret: 'a'.repeat(32) }],
  ['RS256', { backchannel_authentication_request_signing_alg: 'RS256' }],
  ['unsigned requests', { backchannel_authentication_request_signing_alg: undefined }],
  ['tokens without a certificate', { tls_client_certificate_bound_access_tokens: false }],
  ['the code flow', { grant_types: ['authorization_code', CIBA_GRANT], redirect_uris: ['https://a.example'] }],
  ['RS256 for ID tokens', { id_token_signed_response_alg: 'RS256' }],
])('[FAPI-CIBA §5.2.2, FAPI 1.0 Part 2 §8.6] registration with %s is refused', async (_what, change) => {
  const jwks = { keys: [await jwk(keys.publicKey, 'PS256', 'ps')] };
  const good = { client_id: 'x', ...PROFILE, token_endpoint_auth_method: 'private_key_jwt', jwks };
  expect(clientSettingsShape.safeParse(good).success).toBe(true);
  expect(clientSettingsShape.safeParse({ ...good, ...change }).success).toBe(false);
});

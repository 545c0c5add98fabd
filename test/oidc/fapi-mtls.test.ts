import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
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

/** What the modules of the plan fapi2-security-profile-final require where access tokens are bound by mTLS. */
const CALLBACK = 'https://app.example/callback';
const directory = temporaryDirectory();
const { at, issue } = openTestAuthorities(directory.path);
const keys = await generateKeyPair('ES256', { extractable: true });
const certificates = new Map<string, string>();
let installation: Installation;

beforeAll(async () => {
  issue('root', undefined, { subject: '/CN=Root', extensions: authority() });
  for (const name of ['first', 'second']) {
    const { pem } = issue(name, 'root', { extensions: [...CLIENT, `subjectAltName=DNS:${name}.example`] });
    certificates.set(name, `:${new X509Certificate(pem).raw.toString('base64')}:`);
  }
  const shared = {
    redirect_uris: [CALLBACK],
    response_types: ['code'],
    grant_types: ['authorization_code', 'refresh_token'],
    require_pushed_authorization_requests: true,
    tls_client_certificate_bound_access_tokens: true,
    id_token_signed_response_alg: 'ES256',
  };
  const jwks = { keys: [{ ...(await exportJWK(keys.publicKey)), alg: 'ES256', use: 'sig' }] };
  const clients = ['first', 'second'].flatMap((name) => [
    {
      accountId: ACCOUNT,
      clientId: `mtls-${name}`,
      metadata: {
        ...shared,
        token_endpoint_auth_method: 'tls_client_auth',
        tls_client_auth_san_dns: `${name}.example`,
      },
    },
    {
      accountId: ACCOUNT,
      clientId: `private_key_jwt-${name}`,
      metadata: { ...shared, token_endpoint_auth_method: 'private_key_jwt', jwks },
    },
  ]);
  const mutualTls = openMutualTls(
    {
      clientCertificates: clientCertificateSettingsShape.parse({ header: 'client-cert', caFile: at('root.pem') }),
      mtlsUrl: 'https://mtls.example',
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

type Method = 'mtls' | 'private_key_jwt';
type Answer = { readonly status: number } & Readonly<Record<string, unknown>>;

async function post(path: string, form: Record<string, string>, certificate: string | undefined): Promise<Answer> {
  const headers = certificate === undefined ? {} : { 'client-cert': certificates.get(certificate) ?? '' };
  const url = `${installation.issuer.href}${path}`;
  const answer = await fetch(url, { method: 'POST', body: new URLSearchParams(form), headers });
  return { status: answer.status, ...((await answer.json()) as object) };
}

async function authentication(
  clientId: string,
  aud: unknown = installation.issuer.href,
): Promise<Record<string, string>> {
  if (clientId.startsWith('mtls')) return { client_id: clientId };
  const now = Math.floor(Date.now() / 1000);
  const assertion = new SignJWT({
    iss: clientId,
    sub: clientId,
    aud,
    jti: oidc.randomState(),
    iat: now,
    exp: now + 60,
  } as never)
    .setProtectedHeader({ alg: 'ES256' })
    .sign(keys.privateKey);
  return {
    client_id: clientId,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await assertion,
  };
}

const verifier = oidc.randomPKCECodeVerifier();
async function push(clientId: string, change: Record<string, string> = {}, certificate = 'first'): Promise<Answer> {
  const form = {
    ...(await authentication(clientId)),
    response_type: 'code',
    redirect_uri: CALLBACK,
    scope: 'openid offline_access',
    prompt: 'consent',
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...change,
  };
  return await post(
    '/request',
    Object.fromEntries(Object.entries(form).filter(([, value]) => value !== '')),
    certificate,
  );
}

async function codeOf(clientId: string): Promise<string> {
  const { request_uri } = await push(clientId);
  const url = `${installation.issuer.href}/auth?client_id=${clientId}&request_uri=${encodeURIComponent(String(request_uri))}`;
  const consent = expectPage(await typeIn(await newPerson(installation.url).open(url), { user: 'alice' }));
  const callback = expectLeft(await consent.submit('allow'));
  expect(callback.searchParams.get('iss')).toBe(installation.issuer.href);
  return callback.searchParams.get('code') ?? '';
}

async function redeem(
  clientId: string,
  code: string,
  certificate: string | undefined,
  form: Record<string, string> = {},
) {
  const grant = { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: CALLBACK };
  return await post('/token', { ...grant, ...(await authentication(clientId)), ...form }, certificate);
}

const userInfo = async (token: unknown, certificate: string, scheme = 'Bearer'): Promise<number> => {
  const headers = { authorization: `${scheme} ${token}`, 'client-cert': certificates.get(certificate) ?? '' };
  return (await fetch(`${installation.issuer.href}/me`, { headers })).status;
};

test('fapi2-security-profile-final-discovery-end-point-verification', async () => {
  const url = `${installation.issuer.href}/.well-known/openid-configuration`;
  const metadata = (await (await fetch(url)).json()) as Record<string, unknown>;
  expect(metadata).toMatchObject({
    tls_client_certificate_bound_access_tokens: true,
    authorization_response_iss_parameter_supported: true,
    token_endpoint_auth_methods_supported: expect.arrayContaining(['tls_client_auth', 'private_key_jwt']),
    mtls_endpoint_aliases: {
      token_endpoint: expect.stringMatching(/^https:/),
      pushed_authorization_request_endpoint: expect.stringMatching(/^https:/),
      userinfo_endpoint: expect.stringMatching(/^https:/),
    },
  });
});

describe.each<Method>(['mtls', 'private_key_jwt'])('[FAPI 2.0 §5.3.2.1] %s + mTLS', (method) => {
  const first = `${method}-first`;
  const second = `${method}-second`;

  test('fapi2-security-profile-final-happy-flow', async () => {
    const tokens = await redeem(first, await codeOf(first), 'first');
    expect(tokens).toMatchObject({ status: 200, token_type: 'Bearer', id_token: expect.any(String) });
    expect(await userInfo(tokens['access_token'], 'first')).toBe(200);
    expect(await userInfo(tokens['access_token'], 'second')).toBe(401);
  });

  test('fapi2-security-profile-final-access-token-type-header-case-sensitivity', async () => {
    const { access_token } = await redeem(first, await codeOf(first), 'first');
    for (const scheme of ['bearer', 'BEARER']) expect(await userInfo(access_token, 'first', scheme)).toBe(200);
  });

  test('fapi2-security-profile-final-ensure-holder-of-key-required', async () => {
    const refused = await redeem(first, await codeOf(first), undefined);
    const isMtls = method === 'mtls';
    expect(refused).toMatchObject({ status: isMtls ? 401 : 400, error: isMtls ? 'invalid_client' : 'invalid_grant' });
  });

  test('fapi2-security-profile-final-ensure-authorization-code-is-bound-to-client', async () => {
    const refused = await redeem(second, await codeOf(first), 'second');
    expect(refused).toMatchObject({ status: 400, error: 'invalid_grant' });
  });

  test('fapi2-security-profile-final-ensure-client-id-in-token-endpoint', async () => {
    const refused = await redeem(first, await codeOf(first), 'first', { client_id: second });
    expect(refused.status).toBeGreaterThanOrEqual(400);
    expect(['invalid_client', 'invalid_grant', 'invalid_request']).toContain(refused['error']);
  });

  test('fapi2-security-profile-final-attempt-reuse-authorization-code-after-one-second', async () => {
    const code = await codeOf(first);
    const { access_token } = await redeem(first, code, 'first');
    expect(await redeem(first, code, 'first')).toMatchObject({ status: 400, error: 'invalid_grant' });
    expect(await userInfo(access_token, 'first')).toBe(401);
  });

  test('fapi2-security-profile-final-refresh-token', async () => {
    const { refresh_token } = await redeem(first, await codeOf(first), 'first');
    const form = { grant_type: 'refresh_token', refresh_token: String(refresh_token) };
    const byAnother = await post('/token', { ...form, ...(await authentication(second)) }, 'second');
    expect(byAnother).toMatchObject({ status: 400, error: 'invalid_grant' });
    expect(
      (await post('/token', { ...form, ...(await authentication(first)) }, undefined)).status,
    ).toBeGreaterThanOrEqual(400);
    const refreshed = await post('/token', { ...form, ...(await authentication(first)) }, 'first');
    expect(refreshed.status).toBe(200);
    expect(await userInfo(refreshed['access_token'], 'first')).toBe(200);
    expect(await userInfo(refreshed['access_token'], 'second')).toBe(401);
  });

  test('fapi2-security-profile-final-par-ensure-pkce-required', async () => {
    const refused = await push(first, { code_challenge: '', code_challenge_method: '' });
    expect(refused).toMatchObject({ status: 400, error: 'invalid_request' });
  });

  test('fapi2-security-profile-final-par-ensure-request-uri-is-bound-to-client', async () => {
    const { request_uri } = await push(first);
    const url = `${installation.issuer.href}/auth?client_id=${second}&request_uri=${encodeURIComponent(String(request_uri))}`;
    const answer = await fetch(url, { redirect: 'manual' });
    expect(answer.headers.get('location') ?? '').not.toContain('code=');
    expect(answer.status).toBe(400);
  });

  test('fapi2-security-profile-final-ensure-unsigned-authorization-request-without-using-par-fails', async () => {
    const url = `${installation.issuer.href}/auth?client_id=${first}&response_type=code&scope=openid&redirect_uri=${encodeURIComponent(CALLBACK)}`;
    const answer = await fetch(url, { redirect: 'manual' });
    expect(answer.headers.get('location') ?? '').not.toContain('/interaction/');
  });
});

describe('[S09] [FAPI 2.0 §5.3.2.1] private_key_jwt of a client whose tokens are bound by mTLS', () => {
  test.each([
    ['fapi2-security-profile-final-par-test-array-as-audience-fails', () => [installation.issuer.href]],
    [
      'fapi2-security-profile-final-par-test-par-endpoint-url-as-audience-fails',
      () => `${installation.issuer.href}/request`,
    ],
    [
      'fapi2-security-profile-final-par-test-token-endpoint-url-as-audience-fails',
      () => `${installation.issuer.href}/token`,
    ],
    ['the endpoint at the other URL', () => 'https://mtls.example/oidc/request'],
  ])('%s', async (_, aud) => {
    const refused = await push('private_key_jwt-first', await authentication('private_key_jwt-first', aud()));
    expect(refused).toMatchObject({ status: 401, error: 'invalid_client' });
  });
});

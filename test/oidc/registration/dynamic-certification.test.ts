import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createRemoteJWKSet, decodeProtectedHeader, exportJWK, generateKeyPair, jwtVerify, SignJWT } from 'jose';
import * as oidc from 'openid-client';
import { newPerson } from '../../../harness/person.ts';
import { temporaryDirectory } from '../../../harness/temporary-directory.ts';
import { openTestAuthorities, server as serverExtensions } from '../../../harness/test-authority.ts';
import { outboundFetch } from '../../../src/http/outbound-fetch.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { outbound } from '../../../src/oidc/features/outbound.ts';
import { until } from '../../support/until.ts';
import { APPS, beginLogin, expectLeft, expectPage, typeIn } from '../app.ts';
import { type Installation, install } from '../installation.ts';
import { CALLBACK, manage, openSettings, register } from './registration-scene.ts';

/**
 * The modules of the OpenID Foundation's plans oidcc-dynamic-certification-test-plan and oidcc-3rdparty-init-login-certification-test-plan
 * that register clients, by their names. The plans send no PKCE, as confidential clients may do with this setting.
 */
const directory = temporaryDirectory();
let installation: Installation;
let site: ReturnType<typeof createServer>;
let ca: string;
let host: string;
const documents = new Map<string, unknown>();
let fetched: string[] = [];
let publicKey: object;
let privateKey: CryptoKey;

beforeAll(async () => {
  const issued = openTestAuthorities(directory.path).issue('site', undefined, {
    extensions: serverExtensions('DNS:localhost'),
  });
  ca = issued.pem;
  site = createServer({ cert: ca, key: readFileSync(issued.keyFile) }, ({ url = '' }, response) => {
    fetched.push(url);
    if (!documents.has(url)) response.writeHead(404).end();
    else response.setHeader('content-type', 'application/json').end(JSON.stringify(documents.get(url)));
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  const { port } = site.address() as AddressInfo;
  host = 'https://rp.example';
  // As the public internet would: the name of the client leads to the site.
  const fetchSite = outboundFetch({ allowPrivate: true, limit: 100_000, timeoutMs: 2500, ca });
  installation = await install({
    clients: APPS,
    registration: openSettings({ requirePkce: false }),
    fetchForStranger: (url, request) => fetchSite(String(url).replace(host, `https://localhost:${port}`), request),
  });
  await installation.addUser('alice', { email: 'alice@example.com', emailVerifiedAt: 1 });
  const pair = await generateKeyPair('RS256', { extractable: true });
  privateKey = pair.privateKey;
  publicKey = { ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'RS256', use: 'sig' };
});
afterEach(() => {
  fetched = [];
  expect(installation.errors).toEqual([]);
});
afterAll(async () => {
  site.closeAllConnections();
  site.close();
  directory.remove();
  await installation.close();
});

/** Registers as the plans do: by private_key_jwt, with the keys in the request. */
async function client(change: Record<string, unknown> = {}, key: CryptoKey = privateKey) {
  const { status, body } = await register(installation.issuer, {
    client_name: 'Certification',
    redirect_uris: [CALLBACK],
    grant_types: ['authorization_code'],
    response_types: ['code'],
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: { keys: [publicKey] },
    contacts: ['certification@oidf.example'],
    ...change,
  });
  expect({ status, error: body['error_description'] }).toEqual({ status: 201, error: undefined });
  const config = await oidc.discovery(
    installation.issuer,
    body.client_id,
    undefined,
    oidc.PrivateKeyJwt({ key, kid: 'one' }),
    { execute: [oidc.allowInsecureRequests] },
  );
  return { body, config };
}

/** An authorization request without PKCE. */
async function withoutPkce(config: oidc.Configuration, more: Record<string, string> = {}) {
  const login = await beginLogin(config, { redirect_uri: CALLBACK, scope: 'openid email', ...more });
  login.url.searchParams.delete('code_challenge');
  login.url.searchParams.delete('code_challenge_method');
  const { expectedState, expectedNonce } = login.checks;
  return { url: login.url.href, checks: { expectedState, expectedNonce } };
}
async function tokensOf(config: oidc.Configuration, more: Record<string, string> = {}) {
  const { url, checks } = await withoutPkce(config, more);
  const consent = expectPage(await typeIn(await newPerson(installation.url).open(url), { user: 'alice' }));
  return await oidc.authorizationCodeGrant(config, expectLeft(await consent.submit('allow')), checks);
}
const pageFor = async (config: oidc.Configuration, more: Record<string, string> = {}) =>
  expectPage(await newPerson(installation.url).open((await withoutPkce(config, more)).url));

describe('[OpenID Connect Dynamic Client Registration 1.0] oidcc-dynamic-certification-test-plan', () => {
  test('oidcc-server, oidcc-idtoken-rs256 [§2]: code flow, RS256 with a kid, user info', async () => {
    const { config } = await client({ id_token_signed_response_alg: 'RS256' });
    const tokens = await tokensOf(config);
    expect(decodeProtectedHeader(tokens.id_token ?? '')).toMatchObject({ alg: 'RS256', kid: expect.any(String) });
    const { sub = '' } = tokens.claims() ?? {};
    expect(await oidc.fetchUserInfo(config, tokens.access_token, sub)).toMatchObject({ email: 'alice@example.com' });
  });

  test('a public client needs PKCE all the same', async () => {
    const { body } = await register(installation.issuer, {
      redirect_uris: [CALLBACK],
      token_endpoint_auth_method: 'none',
    });
    const config = await oidc.discovery(installation.issuer, body.client_id, undefined, oidc.None(), {
      execute: [oidc.allowInsecureRequests],
    });
    const left = expectLeft(await newPerson(installation.url).open((await withoutPkce(config)).url));
    expect(left.searchParams.get('error')).toBe('invalid_request');
  });

  test('oidcc-idtoken-unsigned [§2]: none is not offered, so the module skips itself', async () => {
    const { config } = await client();
    expect(config.serverMetadata().id_token_signing_alg_values_supported).not.toContain('none');
  });

  test('oidcc-userinfo-rs256 [§2]: user info is a JWT that RS256 signs', async () => {
    const { config } = await client({ userinfo_signed_response_alg: 'RS256' });
    expect(config.serverMetadata().userinfo_signing_alg_values_supported).toContain('RS256');
    const tokens = await tokensOf(config);
    const answer = await fetch(`${installation.issuer.href}/me`, {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    });
    expect(answer.headers.get('content-type')).toMatch(/^application\/jwt/);
    const keys = createRemoteJWKSet(new URL(`${installation.issuer.href}/jwks`));
    const { protectedHeader, payload } = await jwtVerify(await answer.text(), keys);
    expect(protectedHeader.alg).toBe('RS256');
    expect(payload).toMatchObject({ iss: installation.issuer.href, aud: config.clientMetadata().client_id });
    expect(payload.sub).toBe(tokens.claims()?.sub);
    expect(payload).not.toHaveProperty('nonce');
  });

  test('oidcc-redirect-uri-query-OK [Core §3.1.2.1]: an address with a query', async () => {
    const uri = `${CALLBACK}?dummy1=lorem&dummy2=ipsum`;
    const { config } = await client({ redirect_uris: [uri] });
    const { url, checks } = await withoutPkce(config, { redirect_uri: uri });
    const consent = expectPage(await typeIn(await newPerson(installation.url).open(url), { user: 'alice' }));
    const left = expectLeft(await consent.submit('allow'));
    expect([left.searchParams.get('dummy1'), left.searchParams.get('dummy2')]).toEqual(['lorem', 'ipsum']);
    expect(left.href.startsWith(`${CALLBACK}?`)).toBe(true);
    expect(checks.expectedState).toBe(left.searchParams.get('state'));
  });

  test.each<[string, string[], string]>([
    ['oidcc-redirect-uri-query-mismatch', [`${CALLBACK}?foo=bar`], `${CALLBACK}?foo=other`],
    ['oidcc-redirect-uri-query-added', [CALLBACK], `${CALLBACK}?foo=bar`],
    ['oidcc-ensure-registered-redirect-uri', [CALLBACK], `${CALLBACK}/x`],
  ])('%s [Core §3.1.2.1]: an error page, and no redirect', async (_, redirect_uris, redirect_uri) => {
    const { config } = await client({ redirect_uris });
    expect((await pageFor(config, { redirect_uri })).text).toContain('redirect_uri');
  });

  test('oidcc-ensure-redirect-uri-in-authorization-request [Core §3.1.2.1]: never left out', async () => {
    const { config } = await client({ redirect_uris: [CALLBACK, `${CALLBACK}/2`] });
    const { url } = await withoutPkce(config);
    const without = new URL(url);
    without.searchParams.delete('redirect_uri');
    expect(expectPage(await newPerson(installation.url).open(without.href)).heading).not.toBe('Sign in');
  });

  test('oidcc-registration-logo-uri [§2]: it is registered; no picture of a stranger’s choice is shown', async () => {
    const { body, config } = await client({ logo_uri: `${host}/logo.png` });
    expect(body).toHaveProperty('logo_uri', `${host}/logo.png`);
    expect((await pageFor(config)).heading).toBe('Sign in');
    expect(fetched).toEqual([]);
  });

  test.each([
    ['oidcc-registration-policy-uri', 'policy_uri'],
    ['oidcc-registration-tos-uri', 'tos_uri'],
  ])('%s [§2]: the consent page has the link', async (_, member) => {
    const { config } = await client({ [member]: `${host}/document` });
    const consent = expectPage(await typeIn(await pageFor(config), { user: 'alice' }));
    expect(consent.text).toContain(`${host}/document`);
  });

  test('oidcc-registration-jwks-uri, oidcc-refresh-token-rp-key-rotation [§2]: keys are read from it, and read again', async () => {
    documents.set('/jwks', { keys: [publicKey] });
    const { body, config } = await client({ jwks: undefined, jwks_uri: `${host}/jwks` });
    expect(fetched).toEqual([]);
    expect((await tokensOf(config)).access_token).toBeDefined();
    expect(fetched).toEqual(['/jwks']);
    // The app changes its keys: an unknown kid has the list read again.
    const pair = await generateKeyPair('RS256');
    documents.set('/jwks', { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'two', alg: 'RS256', use: 'sig' }] });
    const rotated = await oidc.discovery(
      installation.issuer,
      body.client_id,
      undefined,
      oidc.PrivateKeyJwt({ key: pair.privateKey, kid: 'two' }),
      { execute: [oidc.allowInsecureRequests] },
    );
    expect((await tokensOf(rotated)).access_token).toBeDefined();
    expect(fetched).toEqual(['/jwks', '/jwks']);
  });

  test('oidcc-registration-sector-uri [§5]: a list with the addresses; read at registration only', async () => {
    documents.set('/sector', [CALLBACK, `${CALLBACK}/2`]);
    const { config } = await client({ subject_type: 'pairwise', sector_identifier_uri: `${host}/sector` });
    expect(fetched).toEqual(['/sector']);
    documents.delete('/sector');
    const tokens = await tokensOf(config);
    expect(tokens.claims()?.sub).not.toMatch(/^AIDA/);
    expect(fetched).toEqual(['/sector']);
  });

  test.each<[string, unknown]>([
    ['without the address', [`${CALLBACK}/other`]],
    ['that is no list', { redirect_uris: [CALLBACK] }],
    ['that is missing', undefined],
  ])('oidcc-registration-sector-bad [§5]: a list %s', async (_, list) => {
    const path = `/sector-${documents.size}`;
    documents.set(`${path}x`, 0);
    if (list !== undefined) documents.set(path, list);
    const { status, body } = await register(installation.issuer, {
      redirect_uris: [CALLBACK],
      subject_type: 'pairwise',
      sector_identifier_uri: host + path,
    });
    expect({ status, error: body['error'] }).toEqual({ status: 400, error: 'invalid_client_metadata' });
  });

  test('oidcc-request-uri-unsigned, oidcc-request-uri-signed-rs256 [Core §6.2]: not offered, and discovery says so', async () => {
    const { config } = await client();
    expect(config.serverMetadata().request_uri_parameter_supported ?? false).toBe(false);
    const { url } = await withoutPkce(config, { request_uri: `${host}/request.jwt` });
    const seen = await newPerson(installation.url).open(url);
    const shown = seen.kind === 'left' ? seen.url.searchParams.get('error') : seen.heading;
    expect(shown).not.toBe('Sign in');
    expect(fetched).toEqual([]);
  });

  test('oidcc-ensure-client-assertion-with-iss-aud-succeeds, oidcc-refresh-token', async () => {
    const { config } = await client({ grant_types: ['authorization_code', 'refresh_token'] });
    const tokens = await tokensOf(config, { scope: 'openid offline_access' });
    const second = await oidc.refreshTokenGrant(config, tokens.refresh_token ?? '');
    for (const name of ['iss', 'sub', 'aud', 'auth_time']) {
      expect(second.claims()?.[name]).toEqual(tokens.claims()?.[name]);
    }
    const { config: other } = await client({ grant_types: ['authorization_code', 'refresh_token'] });
    const stolen = oidc.refreshTokenGrant(other, second.refresh_token ?? '');
    await expect(stolen).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  test('oidcc-3rd_party-init-login [Core §4]: initiate_login_uri is registered and read back, and leads nobody from our pages', async () => {
    const { body } = await client({ initiate_login_uri: `${host}/start` });
    expect(body).toHaveProperty('initiate_login_uri', `${host}/start`);
    const read = await manage('GET', body);
    expect([read.status, read.headers.get('content-type')]).toEqual([200, expect.stringMatching(/^application\/json/)]);
    expect(read.body).toHaveProperty('initiate_login_uri', `${host}/start`);
    // The modules delete their clients (RFC 7592 §2.3).
    expect((await manage('DELETE', body)).status).toBe(204);
  });
});

describe('addresses that a stranger chose', () => {
  test('[S13] [S47] private networks are never reached for them, whatever the settings allow', async () => {
    const { port } = site.address() as AddressInfo;
    const fetchFor = (isStranger: boolean) => {
      const settings = { allowPrivate: true, ca, fetchForStranger: undefined, clock: systemClock };
      const { fetch: outside } = outbound({ ...settings, isForStranger: () => isStranger });
      return (outside as typeof fetch)(`https://localhost:${port}/jwks`);
    };
    await expect(fetchFor(true)).rejects.toThrow('no public address');
    expect(fetched).toEqual([]);
    expect((await fetchFor(false)).status).toBe(200);
  });

  test('what failed is not requested again at once: anyone can send a client’s id', async () => {
    const { body } = await client({ jwks: undefined, jwks_uri: `${host}/missing` });
    const ask = async () =>
      fetch(`${installation.issuer.href}/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          client_id: body.client_id,
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
          client_assertion: await assertion(body.client_id, installation.issuer.href),
        }),
      });
    for (let each = 0; each < 5; each++) expect((await ask()).status).toBeLessThan(500);
    expect(fetched).toEqual(['/missing']);
  });

  test('[Back-Channel Logout §2.5] sign-outs are announced to them in the same way', async () => {
    documents.set('/out', {});
    const { config } = await client({ backchannel_logout_uri: `${host}/out` });
    const { sub: subject = '' } = (await tokensOf(config)).claims() ?? {};
    for (const { uid } of await installation.oidc.sessions.list(subject)) {
      await installation.oidc.sessions.end(subject, uid);
    }
    await until(async () => fetched.includes('/out'));
  });

  function assertion(clientId: string, audience: string): Promise<string> {
    return new SignJWT({})
      .setProtectedHeader({ alg: 'RS256', kid: 'one' })
      .setIssuer(clientId)
      .setSubject(clientId)
      .setAudience(audience)
      .setJti(`${clientId}-${Math.random()}`)
      .setIssuedAt()
      .setExpirationTime('1m')
      .sign(privateKey);
  }
});

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SignJWT, UnsecuredJWT } from 'jose';
import * as oidc from 'openid-client';
import { newPerson } from '../../../harness/person.ts';
import { clientSeeds, oidcSettingsShape } from '../../../src/oidc/settings.ts';
import { beginLogin, discover, expectLeft, expectPage, REDIRECT_URI, SECRET, typeIn } from '../app.ts';
import { ACCOUNT, type Installation, install } from '../installation.ts';
import {
  ASSERTION_TYPE,
  assertionClaims,
  encryptedFor,
  type KeyHolder,
  newKeyHolder,
  requestClaims,
  verified,
} from './key-holder.ts';

const WEAK_SECRET = 'a secret of sixteen!';
let installation: Installation;
let holder: KeyHolder;
beforeAll(async () => {
  holder = await newKeyHolder(['ES256', 'RS256']);
  const { jwks } = holder;
  const app = { client_secret: SECRET, redirect_uris: [REDIRECT_URI], jwks };
  const encrypted = { alg: 'ECDH-ES+A256KW', enc: 'A256GCM' };
  const settings = oidcSettingsShape.parse({
    clients: [
      { ...app, client_id: 'app' },
      { ...app, client_id: 'strict', require_signed_request_object: true, request_object_signing_alg: 'ES256' },
      {
        ...app,
        client_id: 'sealed',
        id_token_signed_response_alg: 'EdDSA',
        id_token_encrypted_response_alg: encrypted.alg,
        id_token_encrypted_response_enc: encrypted.enc,
        userinfo_signed_response_alg: 'ES256',
        userinfo_encrypted_response_alg: encrypted.alg,
        authorization_signed_response_alg: 'PS256',
        authorization_encrypted_response_alg: encrypted.alg,
        introspection_signed_response_alg: 'ES256',
        introspection_encrypted_response_alg: encrypted.alg,
      },
      { ...app, client_id: 'signed', userinfo_signed_response_alg: 'ES256', response_modes: ['jwt', 'form_post.jwt'] },
      { ...app, client_id: 'hmac', token_endpoint_auth_method: 'client_secret_jwt' },
    ],
  });
  installation = await install({ clients: clientSeeds(settings, ACCOUNT) });
  await installation.addUser('alice');
});
afterAll(() => installation.close());

/** An authorization request of a client, and what it keeps. */
async function requestOf(clientId: string, more: Record<string, string> = {}) {
  const config = await discover(installation, clientId);
  const login = await beginLogin(config, { scope: 'openid', ...more });
  return { config, ...login, parameters: Object.fromEntries(login.url.searchParams) };
}

const authorizationUrl = (parameters: Record<string, string>): string =>
  `${installation.issuer.href}/auth?${new URLSearchParams(parameters)}`;

/** Signs alice in at a URL; the address of the app with the answer. */
async function signedInAt(url: string): Promise<URL> {
  let seen = await typeIn(await newPerson(installation.url).open(url), { user: 'alice' });
  if (seen.kind === 'page') seen = await seen.submit('allow');
  return expectLeft(seen);
}

async function refusalAt(url: string): Promise<Record<string, string>> {
  const seen = await newPerson(installation.url).open(url);
  return seen.kind === 'left' ? Object.fromEntries(seen.url.searchParams) : { page: seen.text };
}

describe('request objects [RFC 9101]', () => {
  test.each(['ES256', 'RS256'])('one signed with %s takes the place of the parameters', async (alg) => {
    const { parameters, checks, config } = await requestOf('app');
    const request = await holder.sign(requestClaims('app', installation.issuer.href, parameters), { alg });
    const url = authorizationUrl({ client_id: 'app', response_type: 'code', scope: 'openid', request });
    const tokens = await oidc.authorizationCodeGrant(config, await signedInAt(url), checks);
    expect(tokens.claims()?.nonce).toBe(checks.expectedNonce);
  });

  test.each(['RSA-OAEP-256', 'ECDH-ES+A256KW'] as const)('[RFC 9101 §6.1] one encrypted by %s, too', async (alg) => {
    const { parameters, checks, config } = await requestOf('app');
    const signed = await holder.sign(requestClaims('app', installation.issuer.href, parameters));
    const request = await encryptedFor(installation, signed, alg);
    const tokens = await oidc.authorizationCodeGrant(
      config,
      await signedInAt(authorizationUrl({ client_id: 'app', request })),
      checks,
    );
    expect(tokens.claims()?.nonce).toBe(checks.expectedNonce);
  });

  test('[oidcc-ensure-request-object-with-redirect-uri] its redirect_uri counts, not that beside it', async () => {
    const { parameters } = await requestOf('app');
    const request = await holder.sign(requestClaims('app', installation.issuer.href, parameters));
    const url = authorizationUrl({ ...parameters, redirect_uri: 'https://evil.example/', request });
    expect((await signedInAt(url)).href).toContain(REDIRECT_URI);
  });

  test('[oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported] discovery does not list none', async () => {
    const metadata = (await discover(installation)).serverMetadata();
    expect(metadata['request_object_signing_alg_values_supported']).toEqual(['RS256', 'PS256', 'ES256', 'EdDSA']);
    expect(metadata).toMatchObject({ request_parameter_supported: true, request_uri_parameter_supported: false });
  });

  const bad: [string, (parameters: Record<string, string>) => Promise<string>, string][] = [
    ['not signed', async (p) => new UnsecuredJWT(claimsOf(p)).encode(), 'invalid_request_object'],
    [
      'for another server',
      (p) => holder.sign({ ...claimsOf(p), aud: 'https://other.example' }),
      'invalid_request_object',
    ],
    ['without aud', (p) => holder.sign({ ...claimsOf(p), aud: undefined } as never), 'invalid_request_object'],
    ['expired', (p) => holder.sign({ ...claimsOf(p), exp: 1000 }), 'invalid_request_object'],
    ['of another client', (p) => holder.sign({ ...claimsOf(p), iss: 'strict' }), 'invalid_request_object'],
    ['[S12] valid in two minutes', (p) => holder.sign({ ...claimsOf(p), iat: later(120) }), 'invalid_request_object'],
    ['[RFC 9101 §10.8] an assertion', (p) => holder.sign({ ...claimsOf(p), sub: 'app' }), 'invalid_request_object'],
    ['of another type', (p) => holder.sign(claimsOf(p), { typ: 'dpop+jwt' }), 'invalid_request_object'],
    [
      '[RFC 9101 §4] holding a request_uri',
      (p) => holder.sign({ ...claimsOf(p), request_uri: 'urn:x' }),
      'invalid_request_object',
    ],
    [
      'signed with the secret',
      async (p) => new SignJWT(claimsOf(p)).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(SECRET)),
      'invalid_request_object',
    ],
    ['no JWT', async () => 'e30.e30', 'invalid_request_object'],
    ['no JWE', async () => 'a.b.c.d.e', 'invalid_request_object'],
  ];
  const claimsOf = (parameters: Record<string, string>) => requestClaims('app', installation.issuer.href, parameters);
  const later = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds;
  test.each(bad)('[S11] one that is %s is refused', async (_what, make, error) => {
    const { parameters } = await requestOf('app');
    const { redirect_uri = '', state = '' } = parameters;
    const url = authorizationUrl({
      client_id: 'app',
      response_type: 'code',
      redirect_uri,
      state,
      request: await make(parameters),
    });
    const answer = await refusalAt(url);
    expect(answer['error'] ?? answer['page']).toContain(error);
  });

  test('[S08] a request_uri that is not of a pushed request is not fetched', async () => {
    const { parameters } = await requestOf('app');
    const answer = await refusalAt(authorizationUrl({ ...parameters, request_uri: 'https://app.example/request.jwt' }));
    expect(answer['error'] ?? answer['page']).toContain('request_uri_not_supported');
  });

  test('a client that requires them gets nothing without', async () => {
    const { parameters } = await requestOf('strict');
    const answer = await refusalAt(authorizationUrl(parameters));
    expect(answer['error'] ?? answer['page']).toContain('invalid_request');
    const wrong = await holder.sign(requestClaims('strict', installation.issuer.href, parameters), { alg: 'RS256' });
    const refused = await refusalAt(authorizationUrl({ client_id: 'strict', request: wrong }));
    expect(refused['error'] ?? refused['page']).toContain('invalid_request_object');
  });
});

describe('authorization responses as JWTs [JARM]', () => {
  test.each(['jwt', 'query.jwt', 'fragment.jwt'])('response_mode=%s, signed', async (mode) => {
    const { url, checks } = await requestOf('app', { response_mode: mode });
    const answer = await signedInAt(url.href);
    const parameters = mode === 'fragment.jwt' ? new URLSearchParams(answer.hash.slice(1)) : answer.searchParams;
    expect([...parameters.keys()]).toEqual(['response']);
    const claims = await verified(installation, parameters.get('response') ?? '', { audience: 'app' });
    expect(claims).toMatchObject({ state: checks.expectedState, code: expect.any(String), exp: expect.any(Number) });
  });

  test('openid-client takes them', async () => {
    const config = await discover(installation);
    oidc.useJwtResponseMode(config);
    const { url, checks } = await beginLogin(config, { scope: 'openid' });
    const tokens = await oidc.authorizationCodeGrant(config, await signedInAt(url.href), checks);
    expect(tokens.claims()?.sub).toMatch(/^AIDA/);
  });

  test('response_mode=form_post.jwt', async () => {
    const { url } = await requestOf('signed', { response_mode: 'form_post.jwt' });
    let seen = await typeIn(await newPerson(installation.url).open(url.href), { user: 'alice' });
    if (seen.kind === 'page' && seen.buttons.some((text) => /allow/i.test(text))) seen = await seen.submit('allow');
    const [, response = ''] = /name="response" value="([^"]+)"/.exec(expectPage(seen).html) ?? [];
    expect(await verified(installation, response, { audience: 'signed' })).toMatchObject({ code: expect.any(String) });
  });

  test('signed and encrypted, for the client that asks for it', async () => {
    const { url } = await requestOf('sealed', { response_mode: 'jwt' });
    const jwe = (await signedInAt(url.href)).searchParams.get('response') ?? '';
    const signed = await holder.decrypt(jwe);
    const claims = await verified(installation, signed, { audience: 'sealed', algorithms: ['PS256'] });
    expect(claims).toMatchObject({ code: expect.any(String) });
  });

  test('[JARM §2.4] errors are signed, too', async () => {
    const { url } = await requestOf('app', { response_mode: 'jwt', prompt: 'none' });
    const { response = '' } = await refusalAt(url.href);
    expect(await verified(installation, response, { audience: 'app' })).toMatchObject({ error: 'login_required' });
  });

  test('a client that is registered for these alone gets no others', async () => {
    const { url } = await requestOf('signed');
    const answer = await refusalAt(url.href);
    expect(answer['error'] ?? answer['page']).toContain('invalid_request');
  });
});

describe('what a client has signed or encrypted for it', () => {
  test('[OIDC Core §10.2] ID tokens and user info, decrypted with its key', async () => {
    const { url, checks, config } = await requestOf('sealed', { scope: 'openid profile' });
    const callback = await signedInAt(url.href);
    const answer = await fetch(config.serverMetadata().token_endpoint ?? '', {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`sealed:${encodeURIComponent(SECRET)}`)}` },
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        redirect_uri: REDIRECT_URI,
        code: callback.searchParams.get('code') ?? '',
        code_verifier: checks.pkceCodeVerifier,
      }),
    });
    const tokens = (await answer.json()) as { id_token: string; access_token: string };
    const idToken = await holder.decrypt(tokens.id_token);
    const claims = await verified(installation, idToken, { audience: 'sealed', algorithms: ['EdDSA'] });
    expect(claims).toMatchObject({ nonce: checks.expectedNonce });

    const info = await fetch(`${installation.issuer.href}/me`, {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    });
    expect(info.headers.get('content-type')).toMatch(/^application\/jwt/);
    const userInfo = await verified(installation, await holder.decrypt(await info.text()), { audience: 'sealed' });
    expect(userInfo).toMatchObject({ sub: claims.sub, name: 'alice' });
  });

  test('[RFC 9701 §5] introspection answers, if it accepts them', async () => {
    const { url, checks, config } = await requestOf('app');
    const { access_token: token } = await oidc.authorizationCodeGrant(config, await signedInAt(url.href), checks);
    const introspect = async (accept: string, clientId: string) =>
      await fetch(`${installation.issuer.href}/token/introspection`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`${clientId}:${encodeURIComponent(SECRET)}`)}`, accept },
        body: new URLSearchParams({ token }),
      });
    const JWT = 'application/token-introspection+jwt';
    expect(await (await introspect('application/json', 'app')).json()).toMatchObject({ active: true });
    const answer = await introspect(JWT, 'app');
    expect(answer.headers.get('content-type')).toContain(JWT);
    const claims = await verified(installation, await answer.text(), {
      audience: 'app',
      typ: 'token-introspection+jwt',
    });
    expect(claims).toMatchObject({ token_introspection: { active: true, client_id: 'app' } });
    const sealed = await holder.decrypt(await (await introspect(JWT, 'sealed')).text());
    expect(await verified(installation, sealed, { audience: 'sealed' })).toMatchObject({
      token_introspection: { active: false },
    });
    expect((await introspect('application/json', 'sealed')).status).toBe(400);
  });
});

describe('client_secret_jwt [OIDC Core §9]', () => {
  const assertion = (secret: string, audience: string): Promise<string> =>
    new SignJWT(assertionClaims('hmac', audience)).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(secret));
  const redeem = async (secret: string, audience: string): Promise<unknown> => {
    const answer = await fetch(`${installation.issuer.href}/token/introspection`, {
      method: 'POST',
      body: new URLSearchParams({
        token: 'x',
        client_id: 'hmac',
        client_assertion_type: ASSERTION_TYPE,
        client_assertion: await assertion(secret, audience),
      }),
    });
    return await answer.json();
  };

  test('openid-client signs in with it', async () => {
    const config = await oidc.discovery(installation.issuer, 'hmac', undefined, oidc.ClientSecretJwt(SECRET), {
      execute: [oidc.allowInsecureRequests],
    });
    const { url, checks } = await beginLogin(config, { scope: 'openid' });
    const tokens = await oidc.authorizationCodeGrant(config, await signedInAt(url.href), checks);
    expect(tokens.claims()?.sub).toMatch(/^AIDA/);
    expect(config.serverMetadata().token_endpoint_auth_methods_supported).toContain('client_secret_jwt');
  });

  test('[S09] another secret or another server is refused', async () => {
    expect(await redeem(SECRET, installation.issuer.href)).toMatchObject({ active: false });
    expect(await redeem(`${SECRET}?`, installation.issuer.href)).toMatchObject({ error: 'invalid_client' });
    expect(await redeem(SECRET, 'https://other.example')).toMatchObject({ error: 'invalid_client' });
  });

  test('the secret itself is not accepted', async () => {
    const answer = await fetch(`${installation.issuer.href}/token/introspection`, {
      method: 'POST',
      body: new URLSearchParams({ token: 'x', client_id: 'hmac', client_secret: SECRET }),
    });
    expect(answer.status).toBe(401);
  });

  test('[RFC 7518 §3.2] a secret shorter than the hash is refused when it is registered', () => {
    const client = { client_id: 'x', client_secret: WEAK_SECRET, redirect_uris: [REDIRECT_URI] };
    const parsed = oidcSettingsShape.safeParse({
      clients: [{ ...client, token_endpoint_auth_method: 'client_secret_jwt' }],
    });
    expect(parsed.error?.issues).toEqual([expect.objectContaining({ path: ['clients', 0, 'client_secret'] })]);
  });
});

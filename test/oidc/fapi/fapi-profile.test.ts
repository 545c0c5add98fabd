import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import * as oidc from 'openid-client';
import { newPerson } from '../../../harness/person.ts';
import { clientSeeds, oidcSettingsShape } from '../../../src/oidc/settings.ts';
import { beginLogin, expectLeft, expectPage, REDIRECT_URI, typeIn } from '../app.ts';
import { ACCOUNT, type Installation, install } from '../installation.ts';
import {
  ASSERTION_TYPE,
  assertionClaims,
  type KeyHolder,
  newKeyHolder,
  requestClaims,
  verified,
} from '../jose/key-holder.ts';

const FAPI = { redirect_uris: [REDIRECT_URI], token_endpoint_auth_method: 'private_key_jwt', profile: 'fapi2' };
let installation: Installation;
let holder: KeyHolder;
let privateKey: CryptoKey;
let clientKey: JWK;
beforeAll(async () => {
  holder = await newKeyHolder(['ES256', 'RS256', 'PS256', 'EdDSA']);
  const pair = await generateKeyPair('PS256', { extractable: true });
  privateKey = pair.privateKey;
  clientKey = { ...(await exportJWK(pair.publicKey)), alg: 'PS256', use: 'sig', kid: 'openid-client' };
  const jwks = { keys: [...holder.jwks.keys, clientKey] };
  const settings = oidcSettingsShape.parse({
    clients: [
      { ...FAPI, client_id: 'fapi', jwks, grant_types: ['authorization_code', 'refresh_token'] },
      { ...FAPI, client_id: 'other', jwks },
      { ...FAPI, client_id: 'signing', jwks, profile: 'fapi2-message-signing', response_modes: ['jwt'] },
    ],
  });
  installation = await install({ clients: clientSeeds(settings, ACCOUNT) });
  await installation.addUser('alice');
});
afterAll(() => installation.close());

const issuer = (): string => installation.issuer.href;

/** A client as openid-client plays it: with its key, DPoP and pushed requests. */
async function fapiClient(clientId: string) {
  const authentication = oidc.PrivateKeyJwt({ key: privateKey, kid: 'openid-client' });
  const config = await oidc.discovery(installation.issuer, clientId, undefined, authentication, {
    execute: [oidc.allowInsecureRequests],
  });
  const proofs = oidc.getDPoPHandle(config, await oidc.randomDPoPKeyPair('ES256'));
  return { config, proofs };
}

/** What a pushed request has; a part that is `undefined` is left out. */
async function parametersOf(config: oidc.Configuration, change: Record<string, string | undefined> = {}) {
  const { url, checks } = await beginLogin(config, { scope: 'openid offline_access' });
  const entries = Object.entries({ ...Object.fromEntries(url.searchParams), ...change });
  const parameters = Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
  return { parameters, checks };
}

async function assertion(
  clientId: string,
  change: JWTPayload = {},
  alg = 'ES256',
  audience: string | string[] = issuer(),
) {
  return {
    client_id: clientId,
    client_assertion_type: ASSERTION_TYPE,
    client_assertion: await holder.sign({ ...assertionClaims(clientId, audience), ...change }, { alg }),
  };
}

async function push(body: Record<string, string>): Promise<{ status: number; body: Record<string, unknown> }> {
  const answer = await fetch(`${issuer()}/request`, { method: 'POST', body: new URLSearchParams(body) });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

async function signedIn(url: string): Promise<URL> {
  let seen = await typeIn(await newPerson(installation.url).open(url), { user: 'alice' });
  if (seen.kind === 'page') seen = await seen.submit('allow');
  return expectLeft(seen);
}

/** A whole sign-in: pushed request, code, tokens. */
async function tokensOf(clientId: string) {
  const { config, proofs } = await fapiClient(clientId);
  const { parameters, checks } = await parametersOf(config);
  const url = await oidc.buildAuthorizationUrlWithPAR(config, parameters, { DPoP: proofs });
  const callback = await signedIn(url.href);
  const tokens = await oidc.authorizationCodeGrant(config, callback, checks, undefined, { DPoP: proofs });
  return { config, proofs, tokens, callback };
}

describe('[fapi2-security-profile-final] a client with profile fapi2', () => {
  test('[-happy-flow] signs in by openid-client, with an ID token that is not signed by RS256', async () => {
    const { config, proofs, tokens, callback } = await tokensOf('fapi');
    expect(tokens.token_type).toBe('dpop');
    expect(callback.searchParams.get('iss')).toBe(issuer());
    await verified(installation, tokens.id_token ?? '', { audience: 'fapi', algorithms: ['ES256'] });
    const info = await oidc.fetchUserInfo(config, tokens.access_token, tokens.claims()?.sub ?? '', { DPoP: proofs });
    expect(info.sub).toBe(tokens.claims()?.sub);
  });

  test('[-discovery-end-point-verification] discovery lists what it needs', async () => {
    const metadata = (await fapiClient('fapi')).config.serverMetadata();
    expect(metadata).toMatchObject({
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: expect.arrayContaining(['private_key_jwt']),
      token_endpoint_auth_signing_alg_values_supported: expect.arrayContaining(['PS256', 'ES256', 'EdDSA']),
      dpop_signing_alg_values_supported: expect.arrayContaining(['ES256', 'EdDSA', 'PS256']),
      id_token_signing_alg_values_supported: expect.arrayContaining(['PS256', 'ES256', 'EdDSA']),
      authorization_response_iss_parameter_supported: true,
      pushed_authorization_request_endpoint: `${issuer()}/request`,
    });
  });

  test('[-refresh-token] [§5.3.2.1] keeps its refresh token, which works only with a proof and only for it', async () => {
    const { config, proofs, tokens } = await tokensOf('fapi');
    const first = await oidc.refreshTokenGrant(config, tokens.refresh_token ?? '', undefined, { DPoP: proofs });
    const again = await oidc.refreshTokenGrant(config, tokens.refresh_token ?? '', undefined, { DPoP: proofs });
    expect([first.refresh_token, again.refresh_token]).toEqual([tokens.refresh_token, tokens.refresh_token]);
    await expect(oidc.refreshTokenGrant(config, tokens.refresh_token ?? '')).rejects.toMatchObject({ status: 400 });
    const other = await fapiClient('other');
    const stolen = oidc.refreshTokenGrant(other.config, tokens.refresh_token ?? '', undefined, { DPoP: other.proofs });
    await expect(stolen).rejects.toMatchObject({ status: 400 });
  });

  test.each<[string, () => Promise<object>]>([
    ['par-endpoint-as-array-audience-fails', () => assertion('fapi', {}, 'ES256', [`${issuer()}/request`])],
    ['array-as-audience-fails', () => assertion('fapi', {}, 'ES256', [issuer()])],
    ['par-endpoint-as-audience-fails', () => assertion('fapi', {}, 'ES256', `${issuer()}/request`)],
    ['par-token-endpoint-as-audience-fails', () => assertion('fapi', {}, 'ES256', `${issuer()}/token`)],
    ['ensure-signed-client-assertion-with-RS256-fails', () => assertion('fapi', {}, 'RS256')],
    ['ensure-client-assertion-with-no-sub-fails', () => assertion('fapi', { sub: undefined } as never)],
    ['ensure-client-assertion-with-exp-is-5-minutes-in-past-fails', () => assertion('fapi', { exp: past(300) })],
    [
      'ensure-jwt-client-assertion-with-iat-nbf-over-60-seconds-in-the-future-fails',
      () => assertion('fapi', { nbf: past(-70) }),
    ],
  ])('[S09] [-%s]', async (_module, credentials) => {
    const { config } = await fapiClient('fapi');
    const { parameters } = await parametersOf(config);
    const { status, body } = await push({ ...parameters, ...(await credentials()) });
    expect([400, 401]).toContain(status);
    expect(['invalid_client', 'invalid_request']).toContain(body['error']);
  });
  const past = (seconds: number): number => Math.floor(Date.now() / 1000) - seconds;

  test.each(['ES256', 'PS256', 'EdDSA'])(
    'an assertion signed with %s is accepted, also one of 8 s in the future',
    async (alg) => {
      const { parameters } = await parametersOf((await fapiClient('fapi')).config);
      const times = { iat: past(-8), nbf: past(-8) };
      expect((await push({ ...parameters, ...(await assertion('fapi', times, alg)) })).status).toBe(201);
    },
  );

  test.each<[string, Record<string, string | undefined>]>([
    ['ensure-redirect-uri-in-authorization-request', { redirect_uri: undefined }],
    ['ensure-registered-redirect-uri', { redirect_uri: `${REDIRECT_URI}/x` }],
    ['par-ensure-pkce-required', { code_challenge: undefined, code_challenge_method: undefined }],
    ['par-ensure-plain-pkce-rejected', { code_challenge_method: 'plain' }],
    ['ensure-response-type-code-idtoken-fails', { response_type: 'code id_token' }],
    ['ensure-response-type-token-fails', { response_type: 'token' }],
    ['par-reject-request-uri-in-par-authorization-form-params', { request_uri: 'urn:ietf:params:oauth:request_uri:x' }],
  ])('[S08] [-%s]', async (_module, change) => {
    const { parameters } = await parametersOf((await fapiClient('fapi')).config, change);
    const { status, body } = await push({ ...parameters, ...(await assertion('fapi')) });
    expect(status).toBe(400);
    expect(body['error']).toMatch(/^(invalid_request|unsupported_response_type|request_uri_not_supported)$/);
  });

  test('[-ensure-unsigned-authorization-request-without-using-par-fails]', async () => {
    const { parameters } = await parametersOf((await fapiClient('fapi')).config);
    const seen = await newPerson(installation.url).open(`${issuer()}/auth?${new URLSearchParams(parameters)}`);
    const text = seen.kind === 'left' ? seen.url.search : seen.text;
    expect(text).toContain('invalid_request');
  });

  test('[-par-ensure-reused-request-uri-prior-to-auth-completion-succeeds] [-par-attempt-reuse-request_uri] [-par-ensure-request-uri-is-bound-to-client]', async () => {
    const { config, proofs } = await fapiClient('fapi');
    const { parameters } = await parametersOf(config);
    const url = await oidc.buildAuthorizationUrlWithPAR(config, parameters, { DPoP: proofs });
    const first = await newPerson(installation.url).open(url.href);
    expect(first).toMatchObject({ kind: 'page', heading: 'Sign in' });
    const otherUrl = new URL(url);
    otherUrl.searchParams.set('client_id', 'other');
    expect((await newPerson(installation.url).open(otherUrl.href)).kind).toBe('page');
    expect(await newPerson(installation.url).open(otherUrl.href)).not.toMatchObject({ heading: 'Sign in' });
    await signedIn(url.href);
    expect(await newPerson(installation.url).open(url.href)).not.toMatchObject({ heading: 'Sign in' });
  });

  test.each<[string, Record<string, string | undefined>]>([
    ['ensure-authorization-request-without-state-success', { state: undefined }],
    ['ensure-authorization-request-without-nonce-success', { nonce: undefined }],
    ['ensure-authorization-request-with-64-char-nonce-success', { nonce: 'n'.repeat(64) }],
    ['ensure-authorization-request-with-long-nonce', { nonce: 'n'.repeat(384) }],
    ['ensure-authorization-request-with-long-state', { state: 's'.repeat(384) }],
    ['ensure-other-scope-order-succeeds', { scope: 'offline_access openid' }],
  ])('[-%s]', async (_module, change) => {
    const { config, proofs } = await fapiClient('fapi');
    const { parameters, checks } = await parametersOf(config, change);
    const url = await oidc.buildAuthorizationUrlWithPAR(config, parameters, { DPoP: proofs });
    const callback = await signedIn(url.href);
    expect([callback.searchParams.get('state'), callback.searchParams.get('iss')]).toEqual([
      parameters['state'] ?? null,
      issuer(),
    ]);
    const { expectedNonce: _nonce, expectedState: _state, ...kept } = checks;
    const { state, nonce } = parameters;
    const expected = {
      ...kept,
      ...(state !== undefined && { expectedState: state }),
      ...(nonce !== undefined && { expectedNonce: nonce }),
    };
    const tokens = await oidc.authorizationCodeGrant(config, callback, expected, undefined, { DPoP: proofs });
    expect(tokens.claims()?.nonce).toBe(nonce);
  });

  test('[-user-rejects-authentication] [RFC 9207 §2] the refusal names the state and the issuer', async () => {
    const { config, proofs } = await fapiClient('fapi');
    const { parameters } = await parametersOf(config);
    const url = await oidc.buildAuthorizationUrlWithPAR(config, parameters, { DPoP: proofs });
    const seen = await typeIn(await newPerson(installation.url).open(url.href), { user: 'alice' });
    const left = expectLeft(await expectPage(seen).submit('deny'));
    expect(Object.fromEntries(left.searchParams)).toEqual({
      error: 'access_denied',
      error_description: expect.any(String),
      state: parameters['state'],
      iss: issuer(),
    });
  });

  test('[-par-attempt-invalid-http-method] [RFC 9126 §2.3] only POST', async () => {
    expect((await fetch(`${issuer()}/request`, { method: 'PUT', body: new URLSearchParams() })).status).toBe(405);
  });

  test.each<[string, Record<string, string>, string]>([
    ['par-ensure-pkce-code-verifier-required', {}, 'invalid_grant'],
    ['par-incorrect-pkce-code-verifier-rejected', { code_verifier: 'x'.repeat(43) }, 'invalid_grant'],
  ])('[S08] [-%s]', async (_module, verifier, error) => {
    const { config, proofs } = await fapiClient('fapi');
    const { parameters } = await parametersOf(config);
    const url = await oidc.buildAuthorizationUrlWithPAR(config, parameters, { DPoP: proofs });
    const code = (await signedIn(url.href)).searchParams.get('code') ?? '';
    const form = { code, redirect_uri: REDIRECT_URI, ...verifier };
    const redeemed = oidc.genericGrantRequest(config, 'authorization_code', form, { DPoP: proofs });
    await expect(redeemed).rejects.toMatchObject({ status: 400, error });
  });

  test('[S07] [RFC 9449 §10] [-ensure-mismatched-dpop-jkt-fails] [-ensure-token-endpoint-fails-with-mismatched-dpop-jkt] [-ensure-token-endpoint-fails-with-mismatched-dpop-proof-jkt]', async () => {
    const { config, proofs } = await fapiClient('fapi');
    const other = (await fapiClient('fapi')).proofs;
    const { parameters, checks } = await parametersOf(config, { dpop_jkt: await other.calculateThumbprint() });
    await expect(oidc.buildAuthorizationUrlWithPAR(config, parameters, { DPoP: proofs })).rejects.toMatchObject({
      status: 400,
      error: expect.stringMatching(/^invalid_(request|dpop_proof)$/),
    });
    const { dpop_jkt: _jkt, ...unbound } = parameters;
    for (const url of [
      await oidc.buildAuthorizationUrlWithPAR(config, parameters),
      await oidc.buildAuthorizationUrlWithPAR(config, unbound, { DPoP: other }),
    ]) {
      const redeemed = oidc.authorizationCodeGrant(config, await signedIn(url.href), checks, undefined, {
        DPoP: proofs,
      });
      await expect(redeemed).rejects.toMatchObject({
        status: 400,
        error: expect.stringMatching(/^invalid_(request|grant|dpop_proof)$/),
      });
    }
  });

  test('[-par-attempt-to-use-expired-request_uri] [-par-without-duplicate-parameters] an unknown request_uri is not redirected', async () => {
    const query = new URLSearchParams({ client_id: 'fapi', request_uri: 'urn:ietf:params:oauth:request_uri:gone' });
    const page = expectPage(await newPerson(installation.url).open(`${issuer()}/auth?${query}`));
    expect([page.status, page.text.includes('invalid_request_uri')]).toEqual([400, true]);
  });

  test('[S07] [-ensure-holder-of-key-required] a code is not redeemed without a proof', async () => {
    const { config, proofs } = await fapiClient('fapi');
    const { parameters, checks } = await parametersOf(config);
    const url = await oidc.buildAuthorizationUrlWithPAR(config, parameters, { DPoP: proofs });
    const callback = await signedIn(url.href);
    await expect(oidc.authorizationCodeGrant(config, callback, checks)).rejects.toMatchObject({ status: 400 });
  });
});

describe('[fapi2-message-signing-final] a client with profile fapi2-message-signing', () => {
  const pushed = async (
    change: JWTPayload,
    { alg = 'ES256', audience = issuer(), typ }: { alg?: string; audience?: string | string[]; typ?: string } = {},
  ) => {
    const { config } = await fapiClient('signing');
    const { parameters, checks } = await parametersOf(config, { response_mode: 'jwt' });
    const claims = { ...requestClaims('signing', audience, parameters), ...change };
    const request = await holder.sign(claims, { alg, ...(typ !== undefined && { typ }) });
    return { ...(await push({ request, ...(await assertion('signing')) })), config, checks };
  };
  test('[docs/oidc-signed-messages.md] openid-client does all of it', async () => {
    const { config, proofs: DPoP } = await fapiClient('signing');
    oidc.useJwtResponseMode(config);
    const { parameters, checks } = await parametersOf(config);
    const key = { key: privateKey, kid: 'openid-client' };
    const signed = await oidc.buildAuthorizationUrlWithJAR(config, parameters, key);
    const url = await oidc.buildAuthorizationUrlWithPAR(config, signed.searchParams, { DPoP });
    const tokens = await oidc.authorizationCodeGrant(config, await signedIn(url.href), checks, undefined, { DPoP });
    expect(tokens.token_type).toBe('dpop');
  });

  const at = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds;

  test('[-happy-flow] signs its request, and gets a signed response', async () => {
    const { status, body } = await pushed({});
    expect(status).toBe(201);
    const query = new URLSearchParams({ client_id: 'signing', request_uri: String(body['request_uri']) });
    const callback = await signedIn(`${issuer()}/auth?${query}`);
    const response = callback.searchParams.get('response') ?? '';
    const claims = await verified(installation, response, { audience: 'signing', algorithms: ['ES256'] });
    expect(claims).toMatchObject({ code: expect.any(String), state: expect.any(String) });
  });

  test.each<[string, JWTPayload, object]>([
    ['ensure-server-accepts-request-object-with-multiple-aud', {}, { audience: ['https://other.example', 'issuer'] }],
    ['ensure-request-object-with-nbf-8-seconds-in-the-future-is-accepted', { nbf: at(8) }, {}],
    ['happy-flow with PS256', {}, { alg: 'PS256' }],
    ['happy-flow with typ', {}, { typ: 'oauth-authz-req+jwt' }],
  ])('[-%s]', async (_module, change, { audience, ...options }: { audience?: string[]; alg?: string }) => {
    const list = audience?.map((each) => (each === 'issuer' ? issuer() : each));
    expect(await pushed(change, { ...options, ...(list !== undefined && { audience: list }) })).toMatchObject({
      status: 201,
    });
  });

  test.each<[string, object, object]>([
    ['ensure-request-object-without-exp-fails', { exp: undefined }, {}],
    ['ensure-request-object-without-nbf-fails', { nbf: undefined }, {}],
    ['ensure-request-object-without-redirect-uri-fails', { redirect_uri: undefined }, {}],
    ['ensure-expired-request-object-fails', { exp: at(-30) }, {}],
    ['ensure-request-object-with-bad-aud-fails', { aud: 'https://other.example' }, {}],
    ['ensure-request-object-with-exp-over-60-fails', { exp: at(4200) }, {}],
    ['ensure-request-object-with-nbf-over-60-fails', { nbf: at(-4200) }, {}],
    ['ensure-signed-request-object-with-RS256-fails', {}, { alg: 'RS256' }],
    ['ensure-matching-key-in-authorization-request', { iss: 'other', client_id: 'other' }, {}],
    ['par-authorization-request-containing-request_uri', { request_uri: 'urn:ietf:params:oauth:request_uri:x' }, {}],
  ])('[S12] [-%s]', async (_module, change, options) => {
    const { status, body } = await pushed(change as JWTPayload, options);
    expect(status).toBe(400);
    expect(body['error']).toMatch(/^invalid_request(_object)?$/);
  });

  test.each<[string, () => Promise<string>]>([
    ['ensure-request-object-signature-algorithm-is-not-none', async () => `${b64({ alg: 'none' })}.${b64(claims())}.`],
    [
      'ensure-request-object-with-invalid-signature-fails',
      async () => `${(await holder.sign(claims())).slice(0, -6)}AAAAAA`,
    ],
    [
      'signed by a key of nobody',
      async () =>
        new SignJWT(claims()).setProtectedHeader({ alg: 'ES256' }).sign((await generateKeyPair('ES256')).privateKey),
    ],
  ])('[S11] [-%s]', async (_module, make) => {
    const { status, body } = await push({ request: await make(), ...(await assertion('signing')) });
    expect([status, body['error']]).toEqual([400, 'invalid_request_object']);
  });
  const b64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = (): JWTPayload =>
    requestClaims('signing', issuer(), { response_type: 'code', redirect_uri: REDIRECT_URI });

  test('[-ensure-unsigned-request-at-par-endpoint-fails]', async () => {
    const { parameters } = await parametersOf((await fapiClient('signing')).config);
    const { status, body } = await push({ ...parameters, ...(await assertion('signing')) });
    expect([status, body['error']]).toEqual([400, 'invalid_request']);
  });

  test('[-state-only-outside-request-object-not-used] parameters beside the request object do not count', async () => {
    const { config } = await fapiClient('signing');
    const { parameters } = await parametersOf(config, { response_mode: 'jwt', state: undefined });
    const request = await holder.sign(requestClaims('signing', issuer(), parameters));
    const { body } = await push({ request, state: 'outside', ...(await assertion('signing')) });
    const query = new URLSearchParams({
      client_id: 'signing',
      request_uri: String(body['request_uri']),
      state: 'outside',
    });
    const response = (await signedIn(`${issuer()}/auth?${query}`)).searchParams.get('response') ?? '';
    expect(await verified(installation, response, { audience: 'signing' })).not.toHaveProperty('state');
  });

  test('[-ensure-different-state-inside-and-outside-request-object] [-ensure-different-nonce-inside-and-outside-request-object] those inside count', async () => {
    const { body, config, checks } = await pushed({});
    const outside = {
      client_id: 'signing',
      request_uri: String(body['request_uri']),
      state: 'outside',
      nonce: 'outside',
    };
    const callback = await signedIn(`${issuer()}/auth?${new URLSearchParams(outside)}`);
    oidc.useJwtResponseMode(config);
    const { proofs: DPoP } = await fapiClient('signing');
    const tokens = await oidc.authorizationCodeGrant(config, callback, checks, undefined, { DPoP });
    expect(tokens.claims()?.nonce).toBe(checks.expectedNonce);
  });
});

describe('settings that the profile forbids are refused', () => {
  test.each<[string, object]>([
    [
      'token_endpoint_auth_method',
      { token_endpoint_auth_method: 'client_secret_basic', client_secret: 'x'.repeat(40) },
    ],
    ['id_token_signed_response_alg', { id_token_signed_response_alg: 'RS256' }],
    ['request_object_signing_alg', { request_object_signing_alg: 'RS256' }],
    ['require_pkce', { require_pkce: false }],
    ['require_pushed_authorization_requests', { require_pushed_authorization_requests: false }],
    ['dpop_bound_access_tokens', { dpop_bound_access_tokens: false }],
    ['response_types', { response_types: ['code', 'id_token'] }],
    ['grant_types', { grant_types: ['authorization_code', 'urn:ietf:params:oauth:grant-type:device_code'] }],
    ['redirect_uris', { redirect_uris: ['http://app.example/callback'] }],
    ['jwks_uri', { jwks: undefined, jwks_uri: 'http://app.example/jwks' }],
    ['refresh_token_idle_seconds', { refresh_token_idle_seconds: 600 }],
    ['require_signed_request_object', { profile: 'fapi2-message-signing', require_signed_request_object: false }],
  ])('%s', (field, change) => {
    const client = { ...FAPI, client_id: 'x', jwks: { keys: [clientKey] }, ...change };
    const { error } = oidcSettingsShape.safeParse({ clients: [client] });
    expect(error?.issues.map(({ path }) => path[2])).toEqual([field]);
  });
});

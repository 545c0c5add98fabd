import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type * as oidc from 'openid-client';
import { newPerson } from '../../harness/person.ts';
import { APPS, beginLogin, discover, expectLeft, expectPage, REDIRECT_URI, SECRET, typeIn } from './app.ts';
import { ACCOUNT, type Installation, install } from './installation.ts';

let installation: Installation;
let app: oidc.Configuration;
beforeAll(async () => {
  installation = await install({ clients: APPS });
  await installation.addUser('alice');
  app = await discover(installation);
});
afterAll(() => installation.close());

async function authorize(change: Record<string, string | undefined>, clientId = 'app'): Promise<Response> {
  const { url } = await beginLogin(app, { client_id: clientId });
  for (const [name, value] of Object.entries(change)) {
    if (value === undefined) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  return fetch(url, { redirect: 'manual', headers: { accept: 'text/html' } });
}

describe('the discovery document', () => {
  test('[S02] [S04] [S05] [S08] [S13] response types, PKCE, iss, PAR, no registration', () => {
    const metadata = app.serverMetadata();
    expect(metadata).toMatchObject({
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
      pushed_authorization_request_endpoint: `${installation.url}/oidc/request`,
      dpop_signing_alg_values_supported: ['ES256', 'EdDSA', 'PS256'],
      subject_types_supported: ['public', 'pairwise'],
      backchannel_logout_supported: true,
      end_session_endpoint: `${installation.url}/oidc/session/end`,
    });
    expect(metadata.grant_types_supported?.toSorted()).toEqual([
      'authorization_code',
      'client_credentials',
      'refresh_token',
      'urn:ietf:params:oauth:grant-type:device_code',
    ]);
    expect(metadata.token_endpoint_auth_methods_supported?.toSorted()).toEqual([
      'client_secret_basic',
      'client_secret_jwt',
      'client_secret_post',
      'none',
      'private_key_jwt',
    ]);
    expect(metadata.id_token_signing_alg_values_supported?.toSorted()).toEqual(['ES256', 'EdDSA', 'PS256', 'RS256']);
    expect(metadata.registration_endpoint).toBeUndefined();
  });

  test('[ASVS 4.1.3] uses the public URL, whatever the request’s Host and forwarding headers say', async () => {
    const { request } = await import('node:http');
    const text = await new Promise<string>((resolve, reject) => {
      const headers = { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' };
      request(`${installation.url}/oidc/.well-known/openid-configuration`, { headers }, (response) => {
        let body = '';
        response.on('data', (chunk) => {
          body += chunk;
        });
        response.on('end', () => resolve(body));
      })
        .on('error', reject)
        .end();
    });
    expect(text).not.toContain('evil.example');
    expect(JSON.parse(text).token_endpoint).toBe(`${installation.url}/oidc/token`);
  });
});

describe('[S01] redirect URIs are compared as exact strings; a wrong one shows a page and never redirects', () => {
  test.each([
    'https://app.example/callback/',
    'https://app.example/callback?',
    'https://app.example/callback#',
    'https://app.example/Callback',
    'https://app.example//callback',
    'https://app.example/callback/..',
    'https://app.example/callback/../callback',
    'https://app.example/callbackx',
    'https://app.example/',
    'https://app.example',
    'http://app.example/callback',
    'HTTPS://app.example/callback',
    'https://APP.example/callback',
    'https://app.example:443/callback',
    'https://app.example:8443/callback',
    'https://app.example./callback',
    'https://www.app.example/callback',
    'https://app.example.evil.example/callback',
    'https://evil.example/https://app.example/callback',
    'https://app.example@evil.example/callback',
    'https://user@app.example/callback',
    'https://evil.example\\@app.example/callback',
    'https://app.example%2fevil/callback',
    'https://app.example/callback%00',
    'https://app.example/callback%2e',
    'https://app.example/callback?next=https://evil.example',
    'https://app.example/callback#fragment',
    'javascript:alert(1)',
    'data:text/html,x',
    '//app.example/callback',
    '/callback',
    'callback',
    ' ',
  ])('%s', async (redirectUri) => {
    const answer = await authorize({ redirect_uri: redirectUri });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('location')).toBeNull();
    const text = await answer.text();
    expect(text).toContain('<h1>This request failed</h1>');
    expect(text).not.toContain('<script');
  });

  test.each([
    ['http://127.0.0.1:51234/callback', 303],
    ['http://127.0.0.1/callback', 303],
    ['com.example.app:/callback', 303],
    ['http://127.0.0.1:51234/other', 400],
    ['http://localhost:51234/callback', 400],
    ['http://127.0.0.2:51234/callback', 400],
    ['https://127.0.0.1:51234/callback', 400],
    ['com.example.app:/callback/x', 400],
  ])('[RFC 8252 §7.3] a native app may vary the port of its loopback address: %s → %i', async (redirectUri, status) => {
    expect((await authorize({ redirect_uri: redirectUri }, 'native')).status).toBe(status);
  });
});

describe('requests that are refused at the app, with iss', () => {
  test.each([
    ['[S02] without a challenge', { code_challenge: undefined, code_challenge_method: undefined }, 'invalid_request'],
    ['[S02] a plain challenge', { code_challenge_method: 'plain' }, 'invalid_request'],
    [
      '[S02] a challenge without its method, which would be plain',
      { code_challenge_method: undefined },
      'invalid_request',
    ],
    ['[S02] a challenge too short to be one', { code_challenge: 'abc' }, 'invalid_request'],
    ['[S04] the implicit flow', { response_type: 'token' }, 'unsupported_response_type'],
    ['[S04] an access token beside a code', { response_type: 'code token' }, 'unsupported_response_type'],
    ['a hybrid flow that it is not registered for', { response_type: 'code id_token' }, 'invalid_request'],
    ['an ID token that it is not registered for', { response_type: 'id_token' }, 'invalid_request'],
    ['[S10] a resource that the app has no part in', { resource: 'https://else.example' }, 'invalid_target'],
    ['prompt=none without a session', { prompt: 'none' }, 'login_required'],
  ])('%s', async (_, change, error) => {
    const answer = await authorize(change);
    expect(answer.status).toBe(303);
    const location = new URL(answer.headers.get('location') ?? '');
    expect(`${location.origin}${location.pathname}`).toBe(REDIRECT_URI);
    const parameters = new URLSearchParams(location.search || location.hash.slice(1));
    expect(parameters.get('error')).toBe(error);
    expect(parameters.get('iss')).toBe(installation.issuer.href);
    expect(parameters.get('code')).toBeNull();
  });

  test('[S05] denied consent is also returned with iss', async () => {
    const person = newPerson(installation.url);
    const { url, checks } = await beginLogin(app);
    const consent = expectPage(await typeIn(await person.open(url.href), { user: 'alice' }));
    const back = expectLeft(await consent.submit('deny'));
    expect(Object.fromEntries(back.searchParams)).toMatchObject({
      error: 'access_denied',
      state: checks.expectedState,
      iss: installation.issuer.href,
    });
  });

  test('an unknown client and an unsigned request object are refused without a redirect', async () => {
    expect((await authorize({}, 'nobody')).status).toBe(400);
    const answer = await authorize({ request: 'eyJhbGciOiJub25lIn0.e30.' });
    expect(
      answer.status === 303 ? new URL(answer.headers.get('location') ?? '').searchParams.get('error') : 'page',
    ).toBe('invalid_request_object');
  });
});

describe('[S08] [RFC 9126] pushed authorization requests', () => {
  async function push(parameters: Record<string, string>): Promise<{ status: number; body: Record<string, unknown> }> {
    const answer = await fetch(app.serverMetadata().pushed_authorization_request_endpoint ?? '', {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`app:${encodeURIComponent(SECRET)}`)}` },
      body: new URLSearchParams(parameters),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  }

  test('a pushed request works once, within a minute', async () => {
    const { url, checks } = await beginLogin(app);
    const pushed = await push(Object.fromEntries(url.searchParams));
    expect(pushed.status).toBe(201);
    expect(Number(pushed.body['expires_in'])).toBeLessThanOrEqual(60);
    const short = new URL(`${installation.issuer.href}/auth`);
    short.searchParams.set('client_id', 'app');
    short.searchParams.set('request_uri', String(pushed.body['request_uri']));
    const person = newPerson(installation.url);
    const consent = expectPage(await typeIn(await person.open(short.href), { user: 'alice' }));
    const back = expectLeft(await consent.submit('allow'));
    expect(back.searchParams.get('state')).toBe(checks.expectedState);
    const again = await fetch(short, { redirect: 'manual', headers: { accept: 'text/html' } });
    const location = again.headers.get('location');
    expect(location === null ? 'page' : new URL(location).searchParams.get('error')).toMatch(
      /page|invalid_request_uri/,
    );
  });

  test('a wrong redirect URI is refused when it is pushed', async () => {
    const { url } = await beginLogin(app, { redirect_uri: 'https://evil.example/' });
    expect((await push(Object.fromEntries(url.searchParams))).status).toBe(400);
  });
});

describe('[S16] headers of every page', () => {
  const required = {
    'x-frame-options': 'DENY',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  };
  const pages: [string, () => Promise<Response>][] = [
    ['the authorize redirect', () => authorize({})],
    ['an error page', () => authorize({ redirect_uri: 'https://evil.example/' })],
    ['sign-out', () => fetch(`${installation.issuer.href}/session/end`)],
    [
      'signed out',
      () => fetch(`${installation.issuer.href}/session/end/success`, { headers: { accept: 'text/html' } }),
    ],
    ['the account page', () => fetch(`${installation.url}/sign-in`, { redirect: 'manual' })],
    ['an interaction that is none', () => fetch(`${installation.issuer.href}/interaction/nothing`)],
    ['the token endpoint', () => fetch(`${installation.issuer.href}/token`, { method: 'POST' })],
  ];
  test.each(pages)('%s', async (_, open) => {
    const answer = await open();
    expect(Object.fromEntries(answer.headers)).toMatchObject(required);
    expect(answer.headers.get('cache-control')).toMatch(/no-store/);
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toMatch(/frame-ancestors 'none'/);
    expect(policy).not.toContain('unsafe-inline');
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.status).not.toBe(307);
  });

  test('sign-in and consent: each form has our action and may lead to wherever the app redirects; only our script and style are allowed, by their hashes', async () => {
    const page = expectPage(await newPerson(installation.url).open((await beginLogin(app)).url.href));
    const ways = expectPage(await page.submit('continue', { 'user name': 'alice', account: ACCOUNT }));
    for (const [seen, scripts] of [
      [page, 1],
      [ways, 2],
      [expectPage(await typeIn(ways, { user: 'alice' })), 0],
    ] as const) {
      expect(Object.fromEntries(seen.headers)).toMatchObject(required);
      const policy = seen.headers.get('content-security-policy') ?? '';
      expect(policy).not.toContain('form-action');
      for (const [form] of seen.html.matchAll(/<form[^>]*>/g)) {
        expect(form).toMatch(
          /^<form method="post" action="(?:\/oidc\/interaction\/[\w-]{43}"(?: hidden data-[^>]*)?|\/language" aria-label="Language")>$/,
        );
      }
      expect(policy).toMatch(/style-src 'sha256-[^']+';/);
      // Ours, for passkeys and beside passwords, by their hashes.
      expect(seen.html.match(/<script type="module">/g) ?? []).toHaveLength(scripts);
      expect(policy).toMatch(/script-src 'sha256-[^' ]+' 'sha256-[^' ]+';/);
      expect(seen.html).not.toMatch(/<script(?! type="module">)| style=| on\w+=|https?:\/\/(?!app\.example)/);
      expect(seen.html).toContain('<html lang="en">');
    }
  });
});

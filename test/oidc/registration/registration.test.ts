import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import * as oidc from 'openid-client';
import { newPerson } from '../../../harness/person.ts';
import { limitedMetadata } from '../../../src/oidc/registration/registration-settings.ts';
import { APPS, beginLogin, discover, expectLeft, expectPage, logIn, typeIn } from '../app.ts';
import { ACCOUNT, type Installation, install } from '../installation.ts';
import { CALLBACK, manage, openSettings, RESOURCE, register } from './registration-scene.ts';

let installation: Installation;
beforeAll(async () => {
  installation = await install({ clients: APPS, registration: openSettings() });
  await installation.addUser('alice');
});
afterAll(() => installation.close());
// "Never 500": nothing that a stranger sends is a fault of ours.
afterEach(() => expect(installation.errors).toEqual([]));

const send = (metadata: unknown, options: Parameters<typeof register>[2] = {}) =>
  register(installation.issuer, metadata, options);
const PUBLIC = { client_name: 'Desk Helper', redirect_uris: [CALLBACK], token_endpoint_auth_method: 'none' };
/** Registers, and answers what openid-client makes of it. */
async function registered(metadata: Record<string, unknown> = PUBLIC) {
  const { body } = await send(metadata);
  const secret = body['client_secret'] as string | undefined;
  return { body, config: await discover(installation, body.client_id, secret ?? null) };
}
const stored = (id: string) => installation.identities.registeredApplications.get([ACCOUNT, id]);

describe('[RFC 7591 §3] registration', () => {
  test('[S13] is off by default: no endpoint, and no metadata of one', async () => {
    const other = await install();
    try {
      const response = await fetch(`${other.issuer.href}/reg`, { method: 'POST', body: '{}' });
      expect(response.status).toBe(404);
      const metadata = await (await fetch(`${other.issuer.href}/.well-known/openid-configuration`)).json();
      expect(metadata).not.toHaveProperty('registration_endpoint');
    } finally {
      await other.close();
    }
  });

  test.each(['/oidc/.well-known/openid-configuration', '/.well-known/oauth-authorization-server/oidc'])(
    '[RFC 8414 §2] %s has the endpoint',
    async (path) => {
      const metadata = (await (await fetch(installation.url + path)).json()) as Record<string, unknown>;
      expect(metadata['registration_endpoint']).toBe(`${installation.issuer.href}/reg`);
    },
  );

  test('[§3.2.1] the answer is what was registered: unknown members, scopes and grants are left out; a public client gets no secret', async () => {
    const { status, body, headers } = await send({
      ...PUBLIC,
      redirect_uris: ['http://localhost/callback'],
      resource: RESOURCE,
      scope: 'openid groups rolecall tools unknown email',
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials', 'urn:example:unknown'],
      response_types: ['code', 'token'],
      client_id: 'app',
      client_secret: 'chosen by the client',
      software_statement: 'eyJhbGciOiJub25lIn0.e30.',
      'client_name#ja': 'デスク',
      access: { accountId: '999999999999', openTo: 'everyone' },
      resources: [{ resource: 'https://orders.example', scopes: ['orders:write'] }],
      require_pkce: false,
      registration: { via: 'token' },
      mapped_claims: [{ name: 'admin' }],
      token_exchange: { subjects: [{ client_id: 'app' }] },
    });
    expect(status).toBe(201);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toEqual({
      client_id: expect.stringMatching(/^reg-[0-9a-f]{32}$/),
      client_id_issued_at: expect.any(Number),
      client_name: 'Desk Helper',
      application_type: 'native',
      redirect_uris: ['http://localhost/callback'],
      post_logout_redirect_uris: [],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      scope: 'openid email',
      token_endpoint_auth_method: 'none',
      subject_type: 'public',
      id_token_signed_response_alg: 'RS256',
      authorization_signed_response_alg: 'RS256',
      require_auth_time: false,
      require_pushed_authorization_requests: false,
      require_signed_request_object: false,
      dpop_bound_access_tokens: false,
      backchannel_logout_session_required: false,
      registration_access_token: expect.any(String),
      registration_client_uri: `${installation.issuer.href}/reg/${body.client_id}`,
    });
    const read = await manage('GET', body);
    expect(read.status).toBe(200);
    expect(read.body).toEqual(body);
  });

  test('[§3.2.1] a confidential client gets a secret, which works, and which the store does not have', async () => {
    const { body, config } = await registered({
      redirect_uris: [CALLBACK],
      grant_types: ['authorization_code', 'refresh_token'],
    });
    expect(body).toMatchObject({ token_endpoint_auth_method: 'client_secret_basic', client_secret_expires_at: 0 });
    const tokens = await logIn(installation, config, {
      user: 'alice',
      more: { redirect_uri: CALLBACK, scope: 'openid offline_access' },
    });
    expect((await oidc.refreshTokenGrant(config, tokens.refresh_token ?? '')).access_token).toBeDefined();
    const document = JSON.stringify(await stored(body.client_id));
    expect(document).not.toContain(body['client_secret']);
    expect(document).not.toContain(body['registration_access_token']);
    const grant = oidc.clientCredentialsGrant(config);
    await expect(grant).rejects.toMatchObject({ error: 'invalid_request' });
  });

  test('audits who registered what, and nothing secret', async () => {
    const { body } = await send(PUBLIC);
    const event = installation.events.find(({ resources }) => resources.includes(body.client_id));
    expect(event).toMatchObject({
      eventName: 'RegisterClient',
      accountId: ACCOUNT,
      authentication: { method: 'open' },
      request: { clientName: 'Desk Helper', redirectUris: CALLBACK },
      outcome: 'allowed',
    });
    expect(JSON.stringify(installation.events)).not.toContain(body['registration_access_token']);
  });

  test('is readable from any origin, on success, error and preflight', async () => {
    const url = `${installation.issuer.href}/reg`;
    const preflight = await fetch(url, {
      method: 'OPTIONS',
      headers: { origin: 'http://localhost:6274', 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-headers')).toContain('Content-Type');
    const good = await send(PUBLIC, { headers: { origin: 'http://localhost:6274' } });
    const bad = await send({ redirect_uris: [] }, { headers: { origin: 'http://localhost:6274' } });
    const refused = await manage('GET', good.body, { token: 'x' });
    for (const { headers } of [preflight, good, bad, refused]) {
      expect(headers.get('access-control-allow-origin')).toBe('*');
      expect(headers.get('access-control-allow-credentials')).toBeNull();
    }
  });
});

describe('an app that anyone has registered', () => {
  test('[S13] people are asked, and told that it is unverified; resources and refresh as the settings allow', async () => {
    const { body, config } = await registered({
      ...PUBLIC,
      redirect_uris: ['http://localhost/callback'],
      grant_types: ['authorization_code', 'refresh_token'],
      policy_uri: 'https://new.example/policy',
    });
    const redirect_uri = 'http://localhost:51234/callback';
    const login = await beginLogin(config, { redirect_uri, scope: 'openid tools offline_access', resource: RESOURCE });
    const signIn = await newPerson(installation.url).open(login.url.href);
    const consent = expectPage(await typeIn(signIn, { user: 'alice' }));
    expect(consent.text).toContain('This app is unverified: it registered itself');
    expect(consent.text).toContain('http://localhost:51234');
    expect(consent.text).toContain('https://new.example/policy');
    const left = expectLeft(await consent.submit('allow'));
    const tokens = await oidc.authorizationCodeGrant(config, left, login.checks, { resource: RESOURCE });
    expect(decodeJwt(tokens.access_token)).toMatchObject({ aud: RESOURCE, client_id: body.client_id, scope: 'tools' });
    expect(decodeJwt((await oidc.refreshTokenGrant(config, tokens.refresh_token ?? '')).access_token)).toHaveProperty(
      'aud',
      RESOURCE,
    );
  });

  test('cannot ask for more than it may have: PKCE, scopes, services, single claims', async () => {
    const { config } = await registered();
    const errorOf = async (more: Record<string, string>, drop: readonly string[] = []) => {
      const { url } = await beginLogin(config, { redirect_uri: CALLBACK, scope: 'openid', ...more });
      for (const name of drop) url.searchParams.delete(name);
      const seen = await newPerson(installation.url).open(url.href);
      return seen.kind === 'left' ? seen.url.searchParams.get('error') : seen.heading;
    };
    expect(await errorOf({})).toBe('Sign in');
    expect(await errorOf({}, ['code_challenge', 'code_challenge_method'])).toBe('invalid_request');
    expect(await errorOf({ scope: 'openid rolecall' })).toBe('invalid_scope');
    expect(await errorOf({ scope: 'openid groups' })).toBe('invalid_scope');
    expect(await errorOf({ resource: 'https://orders.example' })).toBe('invalid_target');
    expect(await errorOf({ claims: '{"userinfo":{"arn":null}}' })).toBe('invalid_request');
    expect(await errorOf({ claims: '{"id_token":{"email":null,"picture":null}}' })).toBe('Sign in');
  });

  test('is no link on our pages, and settings that were narrowed since apply to it', async () => {
    const { body } = await registered({ ...PUBLIC, client_uri: 'https://evil.example' });
    const login = await fetch(`${installation.url}/sign-in?app=${body.client_id}`);
    expect(await login.text()).not.toContain('evil.example');
    const { scope } = limitedMetadata({ scope: 'openid email' }, openSettings({ scopes: ['openid', 'profile'] }));
    expect(scope).toBe('openid');
  });

  test('a use is stored, and only then', async () => {
    const { body, config } = await registered();
    expect((await stored(body.client_id))?.registration).toMatchObject({ isUsed: false, via: 'open' });
    await logIn(installation, config, { user: 'alice', more: { redirect_uri: CALLBACK, scope: 'openid' } });
    let registration = (await stored(body.client_id))?.registration;
    for (let tries = 0; registration?.isUsed !== true && tries < 100; tries++) {
      await new Promise((resolve) => setImmediate(resolve));
      registration = (await stored(body.client_id))?.registration;
    }
    expect(registration).toMatchObject({ isUsed: true });
  });
});

describe('[RFC 7591 §3.2.2] refused', () => {
  const redirect = (uri: unknown) => ({ ...PUBLIC, redirect_uris: [uri] });
  test.each<[string, unknown]>([
    ['no addresses', { ...PUBLIC, redirect_uris: [] }],
    ['none given', { token_endpoint_auth_method: 'none' }],
    ['addresses that are no list', { ...PUBLIC, redirect_uris: CALLBACK }],
    ['addresses that are no texts', redirect({ toString: 'x' })],
    [
      '10,000 addresses within the size',
      { ...PUBLIC, redirect_uris: Array.from({ length: 60 }, (_, at) => `https://a.example/${at}`) },
    ],
    ['a script', redirect('javascript:alert(1)')],
    ['data', redirect('data:text/html,<script>1</script>')],
    ['a script in another case', redirect(' JaVaScRiPt:alert(1)')],
    ['a fragment [oidcc-redirect-uri-regfrag]', redirect('https://new.example/cb#fragment')],
    ['a wildcard', redirect('https://*.example/cb')],
    ['a user name', redirect('https://new.example@evil.example/cb')],
    ['no TLS', redirect('http://new.example/cb')],
    ['a relative one', redirect('/callback')],
    ['no host', redirect('https://')],
    ['too long', redirect(`https://new.example/${'x'.repeat(3000)}`)],
  ])('redirect URI: %s', async (_, metadata) => {
    const { status, body } = await send(metadata);
    expect({ status, error: body['error'] }).toEqual({ status: 400, error: 'invalid_redirect_uri' });
    expect(body['error_description']).toMatch(/^redirect_uris /);
  });

  test('redirect URI: an address of this server', async () => {
    const { body } = await send({ redirect_uris: [`${installation.url}/oidc/callback`] });
    expect(body).toMatchObject({
      error: 'invalid_redirect_uri',
      error_description: expect.stringContaining('this server'),
    });
  });

  test.each<[string, Record<string, unknown>]>([
    ['a script as logo', { logo_uri: 'javascript:alert(1)' }],
    ['a home page that is data', { client_uri: 'data:text/html,x' }],
    ['keys inside', { jwks_uri: 'https://127.0.0.1/keys', token_endpoint_auth_method: 'private_key_jwt' }],
    ['keys at localhost', { jwks_uri: 'https://localhost:8443/keys' }],
    ['keys at the metadata address of clouds', { jwks_uri: 'https://169.254.169.254/latest' }],
    ['keys without TLS', { jwks_uri: 'http://new.example/keys' }],
    ['a sector inside', { sector_identifier_uri: 'https://10.0.0.1/sector', subject_type: 'pairwise' }],
    ['sign-out inside', { backchannel_logout_uri: 'https://[::1]/out' }],
    [
      'third-party login in the clear [oidcc-3rdparty-init-login-nonhttps]',
      { initiate_login_uri: 'http://new.example/start' },
    ],
    ['private keys', { jwks: { keys: [{ kty: 'EC', crv: 'P-256', x: 'x', y: 'y', d: 'd' }] } }],
    ['many keys', { jwks: { keys: Array.from({ length: 21 }, () => ({ kty: 'RSA', n: 'n', e: 'AQAB' })) } }],
    ['keys that are none', { jwks: 'x' }],
    ['an unknown method', { token_endpoint_auth_method: 'client_magic' }],
    ['a method that is no text', { token_endpoint_auth_method: { none: true } }],
    ['certificates', { token_endpoint_auth_method: 'tls_client_auth', tls_client_auth_san_dns: 'new.example' }],
    ['unsigned ID tokens [oidcc-idtoken-unsigned]', { id_token_signed_response_alg: 'none' }],
    ['shared keys for ID tokens', { id_token_signed_response_alg: 'HS256' }],
    ['only a machine', { grant_types: ['client_credentials'] }],
    ['only token exchange', { grant_types: ['urn:ietf:params:oauth:grant-type:token-exchange'] }],
    ['only the implicit flow', { response_types: ['id_token token'] }],
    ['scopes that are no text', { scope: ['openid'] }],
    ['grants that are no list', { grant_types: 'authorization_code' }],
    ['a reversed name', { client_name: 'Payroll\u202egnp.exe' }],
    ['a hidden letter in the name', { client_name: 'Pay\u200broll' }],
    ['a line in the name', { client_name: 'Payroll\nVerified' }],
    ['a long name', { client_name: 'x'.repeat(129) }],
    ['a name that is no text', { client_name: { first: 'x' } }],
    ['our name', { client_name: 'Rolecall' }],
    ['our name in Cyrillic letters', { client_name: 'Rоlеcall Command-Line' }],
    ['our name with a digit', { client_name: 'R0LECA1L' }],
    ['contacts that are none', { contacts: ['not an address'] }],
    [
      'pairwise with several hosts',
      { subject_type: 'pairwise', redirect_uris: [CALLBACK, 'https://other.example/cb'] },
    ],
    ['an application type that is none', { application_type: 'desktop' }],
    ['__proto__ as a type', { application_type: '__proto__' }],
    ['sign-out to a script', { post_logout_redirect_uris: ['javascript:1'] }],
    ['sign-out in a frame of another site', { frontchannel_logout_uri: 'https://other.example/out' }],
  ])('metadata: %s', async (_, change) => {
    const { status, body } = await send({ ...PUBLIC, ...change });
    expect({ status, error: body['error'] }).toEqual({ status: 400, error: 'invalid_client_metadata' });
    expect(body['error_description']).toEqual(expect.any(String));
  });

  test.each<[string, number, string]>([
    ['no JSON', 400, '{'],
    ['a list', 400, '[]'],
    ['null', 400, 'null'],
    ['a text', 400, '"x"'],
    [
      'too large',
      413,
      JSON.stringify({ redirect_uris: Array.from({ length: 10_000 }, (_, at) => `https://a.example/${at}`) }),
    ],
    ['deeply nested keys', 400, `{"jwks":${'['.repeat(5000)}${']'.repeat(5000)}}`],
    [
      'deep members of a key',
      400,
      `{"redirect_uris":["${CALLBACK}"],"jwks":{"keys":[{"kty":"RSA","n":"n","e":"AQAB","x":${'['.repeat(12_000)}${']'.repeat(12_000)}}]}}`,
    ],
    ['a prototype', 400, '{"__proto__":{"redirect_uris":["https://new.example/callback"]}}'],
  ])('a body: %s', async (_, status, text) => {
    const answer = await send(text);
    expect(answer.status).toBe(status);
    expect(answer.body['error']).toEqual(expect.any(String));
  });

  test('a form, and a browser’s Accept: JSON all the same', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' };
    expect((await send('redirect_uris=x', { headers })).body['error']).toBe('invalid_request');
  });

  test('null and empty members are as good as none (RFC 7591 §2)', async () => {
    const { status, body } = await send({ ...PUBLIC, client_uri: null, logo_uri: '', contacts: null, jwks: null });
    expect(status).toBe(201);
    for (const name of ['client_uri', 'logo_uri', 'contacts', 'jwks']) expect(body).not.toHaveProperty(name);
  });

  test('another token than one of ours: not as good as none', async () => {
    for (const token of ['x', 'rcreg_x', '']) {
      const { status, body } = await send(PUBLIC, { headers: { authorization: `Bearer ${token}` } });
      expect([400, 401]).toContain(status);
      expect(body).not.toHaveProperty('client_id');
    }
  });
});

describe('[RFC 7592] management', () => {
  test('[§2.2] an update replaces everything, and the token', async () => {
    const { body, config } = await registered({ ...PUBLIC, logo_uri: 'https://new.example/logo.png' });
    const { client_id, client_name } = body;
    const metadata = { client_id, client_name: 'New name', redirect_uris: ['https://new.example/other'] };
    const changed = await manage('PUT', body, { metadata });
    expect(changed.status).toBe(200);
    expect(changed.body).toMatchObject({ client_id, client_name: 'New name', redirect_uris: metadata.redirect_uris });
    expect(changed.body).not.toHaveProperty('logo_uri');
    expect(client_name).toBe('Desk Helper');
    // From a public client to the default, which has a secret.
    expect(changed.body).toMatchObject({
      token_endpoint_auth_method: 'client_secret_basic',
      client_secret: expect.any(String),
    });
    expect(changed.body['registration_access_token']).not.toBe(body['registration_access_token']);
    expect((await manage('GET', body)).status).toBe(401);
    expect((await manage('GET', changed.body)).body).toMatchObject({ client_secret: changed.body['client_secret'] });
    const { url } = await beginLogin(config, { redirect_uri: CALLBACK, scope: 'openid' });
    expect(expectPage(await newPerson(installation.url).open(url.href)).text).toContain('redirect_uri');
    const events = installation.events.filter(({ resources }) => resources.includes(client_id));
    expect(events.map(({ eventName }) => eventName)).toContain('UpdateClientRegistration');
  });

  test.each<[string, Record<string, unknown>, number]>([
    ['of another client_id', { client_id: 'app' }, 400],
    ['with another secret', { client_secret: 'x' }, 400],
    ['with its own token', { registration_access_token: 'x' }, 400],
    ['to a script', { redirect_uris: ['javascript:1'] }, 400],
    ['to our name', { client_name: 'Rolecall' }, 400],
    ['to a machine', { grant_types: ['client_credentials'] }, 400],
  ])('[§2.2] an update %s is refused, and changes nothing', async (_, change, status) => {
    const { body } = await registered({ redirect_uris: [CALLBACK] });
    const answer = await manage('PUT', body, {
      metadata: { client_id: body.client_id, redirect_uris: [CALLBACK], ...change },
    });
    expect(answer.status).toBe(status);
    expect((await manage('GET', body)).body).toEqual(body);
  });

  test('of two updates with one token at once, the second never undoes the token of the first', async () => {
    const { body } = await registered();
    const metadata = { ...PUBLIC, client_id: body.client_id };
    const answers = await Promise.all([1, 2, 3].map(() => manage('PUT', body, { metadata })));
    const good = answers.filter(({ status }) => status === 200);
    expect(good.length).toBeGreaterThanOrEqual(1);
    for (const { status } of answers) expect([200, 401]).toContain(status);
    const valid = await Promise.all(good.map((answer) => manage('GET', answer.body)));
    expect(valid.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  test('[§2.3] deletion ends tokens, grants and the token of the registration', async () => {
    const { body, config } = await registered({ ...PUBLIC, grant_types: ['authorization_code', 'refresh_token'] });
    const more = { redirect_uri: CALLBACK, scope: 'openid offline_access' };
    const tokens = await logIn(installation, config, { user: 'alice', more });
    const deleted = await manage('DELETE', body);
    expect(deleted.status).toBe(204);
    expect((await manage('GET', body)).status).toBe(401);
    expect((await manage('DELETE', body)).status).toBe(401);
    await expect(oidc.refreshTokenGrant(config, tokens.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_client',
    });
    const me = await fetch(`${installation.issuer.href}/me`, {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    });
    expect(me.status).toBe(401);
    expect(await stored(body.client_id)).toBeUndefined();
    const names = installation.events
      .filter(({ resources }) => resources.includes(body.client_id))
      .map(({ eventName }) => eventName);
    expect(names).toContain('DeleteClientRegistration');
  });

  test.each(['GET', 'PUT', 'DELETE'] as const)(
    '%s with the token of another client, or none, says nothing',
    async (method) => {
      const [mine, other] = await Promise.all([registered(), registered()]);
      const metadata = method === 'PUT' ? { ...PUBLIC, client_id: other.body.client_id } : undefined;
      const token = String(mine.body['registration_access_token']);
      const crossed = await manage(method, other.body, { token, metadata });
      const unknown = await manage(
        method,
        { registration_client_uri: `${installation.issuer.href}/reg/reg-unknown` },
        { token: String((await registered()).body['registration_access_token']), metadata },
      );
      const without = await manage(method, other.body, { token: '', metadata });
      for (const { status, headers } of [crossed, unknown, without]) {
        expect(status).toBe(401);
        expect(headers.get('www-authenticate')).toMatch(/^Bearer/);
      }
      expect(crossed.body).toEqual(unknown.body);
      expect((await manage('GET', other.body)).status).toBe(200);
      // Apps that an administrator has registered cannot be reached either.
      const { status } = await manage(
        method,
        { registration_client_uri: `${installation.issuer.href}/reg/app` },
        { token, metadata },
      );
      expect(status).toBe(401);
    },
  );

  test('other methods are named', async () => {
    const { body } = await registered();
    const patched = await fetch(String(body['registration_client_uri']), { method: 'PATCH' });
    expect({ status: patched.status, allow: patched.headers.get('allow') }).toEqual({
      status: 405,
      allow: 'GET, HEAD, PUT, DELETE, OPTIONS',
    });
    const read = await fetch(`${installation.issuer.href}/reg`);
    expect(read.status).toBe(405);
  });
});

import { Agent, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as oidc from 'openid-client';
import { newPerson } from '../../harness/person.ts';
import { APPS, beginLogin, discover, expectLeft, expectPage, logIn, REDIRECT_URI, SECRET, typeIn } from './app.ts';
import { type Installation, install } from './installation.ts';

let installation: Installation;
let app: oidc.Configuration;
beforeAll(async () => {
  installation = await install({ clients: APPS });
  await installation.addUser('alice');
  app = await discover(installation);
});
afterAll(() => installation.close());

const basic = { authorization: `Basic ${btoa(`app:${encodeURIComponent(SECRET)}`)}` };
const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(installation.url + path, { redirect: 'manual', ...init, headers: { accept: 'text/html', ...init.headers } });
const post = (path: string, form: Record<string, string> | URLSearchParams | string, headers = {}) =>
  ask(path, { method: 'POST', body: typeof form === 'string' ? form : new URLSearchParams(form), headers });

describe('requests posted by apps', () => {
  test('[OIDC Core §3.1.2.1] a posted authorization request works like one in the URL', async () => {
    const { url, checks } = await beginLogin(app);
    const posted = await post('/oidc/auth', url.searchParams);
    expect(posted.status).toBe(303);
    const location = posted.headers.get('location') ?? '';
    expect(location).toMatch(/^\/oidc\/auth\?posted=[\w-]{43}$/);
    const person = newPerson(installation.url);
    const consent = await typeIn(await person.open(installation.url + location), { user: 'alice' });
    const left = expectLeft(await expectPage(consent).submit('allow'));
    expect((await oidc.authorizationCodeGrant(app, left, checks)).claims()?.sub).toEqual(expect.any(String));
  });

  test('[OIDC Core §3.1.2.1] a long request is accepted, and its errors reach the app', async () => {
    const { url } = await beginLogin(app, { prompt: 'none', claims_locales: 'x'.repeat(12_000) });
    const posted = await post('/oidc/auth', url.searchParams);
    const seen = await newPerson(installation.url).open(installation.url + (posted.headers.get('location') ?? ''));
    expect(expectLeft(seen).searchParams.get('error')).toBe('login_required');
  });

  test('[RP-Initiated Logout §2] a sign-out may be posted; the ID token stays out of the URL', async () => {
    const person = newPerson(installation.url);
    const { id_token = '' } = await logIn(installation, app, { user: 'alice', person });
    const form = { id_token_hint: id_token, post_logout_redirect_uri: 'https://app.example/bye', state: 'kept' };
    const location = (await post('/oidc/session/end', form)).headers.get('location') ?? '';
    expect(location).not.toContain(id_token);
    const page = expectPage(await person.open(installation.url + location));
    expect(page.text).toContain('The App');
    expect(expectLeft(await page.submit('sign out')).href).toBe('https://app.example/bye?state=kept');
  });

  test.each([
    ['an unknown name', '/oidc/auth?posted=nothing', {}, 400],
    ['a name given twice', '/oidc/session/end?posted=a&posted=b', {}, 200],
    ['JSON', '/oidc/auth', { body: '{}', headers: { 'content-type': 'application/json' }, method: 'POST' }, 400],
    ['too much', '/oidc/auth', { body: new URLSearchParams({ a: 'x'.repeat(20_000) }), method: 'POST' }, 413],
    ['nothing', '/oidc/auth', { method: 'POST' }, 303],
  ])('%s: %s does not cause a server error', async (_, path, init, status) => {
    expect((await ask(path, init)).status).toBe(status);
    expect(installation.errors).toEqual([]);
  });
});

describe('metadata', () => {
  test.each([
    '/oidc/.well-known/openid-configuration',
    '/oidc/.well-known/oauth-authorization-server',
    '/.well-known/oauth-authorization-server/oidc',
    '/.well-known/openid-configuration/oidc',
  ])('[RFC 8414 §3.1] [OIDC Discovery §4] are at %s, for pages of any origin', async (path) => {
    const answer = await ask(path, { headers: { origin: 'https://anywhere.example' } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://anywhere.example');
    expect(await answer.json()).toMatchObject({
      issuer: `${installation.url}/oidc`,
      token_endpoint: `${installation.url}/oidc/token`,
      authorization_endpoint: `${installation.url}/oidc/auth`,
    });
  });

  test.each([
    '/.well-known/openid-configuration',
    '/.well-known/oauth-authorization-server',
    '/.well-known/openid-configuration/oidcx',
  ])('[RFC 8414 §3.3] are not at %s, which belongs to another issuer', async (path) =>
    expect((await ask(path)).status).toBe(404),
  );

  test('[RFC 8414 §3.1] openid-client finds them in either form', async () => {
    for (const algorithm of ['oauth2', 'oidc'] as const) {
      const found = await oidc.discovery(installation.issuer, 'app', undefined, oidc.ClientSecretBasic(SECRET), {
        execute: [oidc.allowInsecureRequests],
        algorithm,
      });
      expect(found.serverMetadata().issuer).toBe(installation.issuer.href);
    }
  });
});

test.each([
  ['POST', '/oidc/token', 'invalid_request'],
  ['POST', '/oidc/token/introspection', 'invalid_request'],
  ['POST', '/oidc/token/revocation', 'invalid_request'],
  ['POST', '/oidc/request', 'invalid_request'],
  ['GET', '/oidc/me', 'invalid_token'],
])(
  '[RFC 6749 §5.2] %s %s: errors are JSON for the HTTP client of Java, too, which prefers HTML',
  async (method, path, error) => {
    const accept = 'text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2';
    const init = method === 'POST' ? { method, body: new URLSearchParams({}) } : { method };
    const answer = await ask(path, { ...init, headers: { accept } });
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await answer.json()).toMatchObject({ error });
  },
);

describe('[RFC 9110 §15.5.6] unsupported methods', () => {
  test.each([
    ['GET', '/oidc/token', 'POST, OPTIONS'],
    ['PUT', '/oidc/auth', 'GET, HEAD, POST, OPTIONS'],
    ['DELETE', '/oidc/session/end', 'GET, HEAD, POST, OPTIONS'],
    ['GET', '/oidc/session/end/confirm', 'POST, OPTIONS'],
    ['POST', '/oidc/jwks', 'GET, HEAD, OPTIONS'],
    ['POST', '/oidc/.well-known/openid-configuration', 'GET, HEAD, OPTIONS'],
    ['POST', '/.well-known/openid-configuration/oidc', 'GET, HEAD, OPTIONS'],
    ['GET', '/oidc/request', 'POST, OPTIONS'],
    ['GET', '/oidc/token/introspection', 'POST, OPTIONS'],
    ['GET', '/oidc/token/revocation', 'POST, OPTIONS'],
    ['DELETE', '/oidc/me', 'GET, HEAD, POST, OPTIONS'],
    ['PATCH', '/oidc/interaction/x', 'GET, HEAD, POST, OPTIONS'],
    ['PUT', '/sign-in', 'GET, HEAD, POST, OPTIONS'],
    ['DELETE', '/sign-in/password', 'GET, HEAD, POST, OPTIONS'],
  ])('%s %s: 405 with Allow, and OPTIONS says the same', async (method, path, allow) => {
    const answer = await ask(path, { method });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, allow]);
    const options = await ask(path, { method: 'OPTIONS' });
    expect([options.status, options.headers.get('allow')]).toEqual([204, allow]);
  });

  test('programs get JSON', async () => {
    const answer = await ask('/oidc/token', { headers: { accept: '*/*' } });
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await answer.json()).toEqual({
      error: 'invalid_request',
      error_description: 'this endpoint takes POST requests',
    });
  });
});

describe('invalid authorization requests', () => {
  const authorize = async (change: (query: URLSearchParams) => void): Promise<Response> => {
    const { url } = await beginLogin(app);
    change(url.searchParams);
    return await ask(url.pathname + url.search);
  };

  test.each([
    ['left out', (query: URLSearchParams) => query.delete('redirect_uri')],
    ['empty', (query: URLSearchParams) => query.set('redirect_uri', '')],
    ['sent twice', (query: URLSearchParams) => query.append('redirect_uri', REDIRECT_URI)],
    ['sent twice, once wrong', (query: URLSearchParams) => query.append('redirect_uri', 'https://evil.example/')],
  ])('[S01] [RFC 6749 §3.1, §4.1.2.1] redirect_uri %s: a page, no redirect', async (_, change) => {
    const answer = await authorize(change);
    expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
    expect(await answer.text()).toContain('redirect_uri');
  });

  test.each(['state', 'scope', 'nonce', 'prompt', 'code_challenge', 'response_type', 'login_hint'])(
    '[RFC 6749 §3.1] %s sent twice: the error reaches the app',
    async (name) => {
      const answer = await authorize((query) => {
        const value = query.get(name) ?? 'x';
        query.delete(name);
        for (let time = 0; time < 2; time++) query.append(name, value);
      });
      const said = answer.headers.get('location') ?? (await answer.text());
      expect(said).toContain('invalid_request');
    },
  );

  test('[RFC 9126 §2.2] a request_uri of another client does not exist, and nothing of it is revealed', async () => {
    const { url } = await beginLogin(app, { state: 'state-of-the-app' });
    const pushed = await post('/oidc/request', url.searchParams, basic);
    expect(pushed.status).toBe(201);
    const { request_uri } = (await pushed.json()) as { request_uri: string };
    const query = new URLSearchParams({ client_id: 'spa', request_uri, redirect_uri: 'https://spa.example/callback' });
    const answer = await ask(`/oidc/auth?${query}`);
    const said = answer.headers.get('location') ?? (await answer.text());
    expect(said).toContain('invalid_request_uri');
    expect(said).not.toContain('state-of-the-app');
    const own = await ask(`/oidc/auth?${new URLSearchParams({ client_id: 'app', request_uri })}`);
    expect(own.headers.get('location')).toMatch(/^http:\/\/localhost:\d+\/oidc\/interaction\/|^\/oidc\/interaction\//);
  });

  test('[RFC 9126 §2.3] pushed requests have a size limit, and our own client cannot push', async () => {
    const { url } = await beginLogin(app);
    url.searchParams.set('state', 'x'.repeat(50_000));
    const large = await post('/oidc/request', url.searchParams, basic);
    expect(large.status).toBe(413);
    expect(await large.json()).toMatchObject({ error: 'invalid_request' });
    const chunked = await ask('/oidc/request', {
      method: 'POST',
      body: new Blob([url.searchParams.toString()]).stream(),
      headers: { ...basic, 'content-type': 'application/x-www-form-urlencoded', accept: '*/*' },
      duplex: 'half',
    } as RequestInit);
    expect(chunked.status).toBe(413);
    const { url: own } = await beginLogin(app, { client_id: 'rolecall', redirect_uri: `${installation.url}/sign-in` });
    const refused = await post('/oidc/request', own.searchParams, { accept: '*/*' });
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ error: 'unauthorized_client' });
  });
});

describe('no path causes a server error', () => {
  const QUERIES = [
    '',
    '?',
    '?client_id=app',
    '?client_id=app&redirect_uri=https://app.example/callback&state=s',
    '?client_id[]=a',
    '?__proto__=x&constructor=y',
  ];
  const PIECES = [
    '',
    'x',
    '.',
    '..',
    '%2e%2e',
    '%00',
    '%ff',
    '%',
    'é',
    ':uid',
    '*',
    ';a=b',
    '__proto__',
    'a'.repeat(300),
    '//x',
    '\\',
  ];
  const BASES = [
    '/oidc',
    '/oidc/auth',
    '/oidc/interaction',
    '/oidc/session/end',
    '/oidc/session',
    '/oidc/token',
    '/oidc/me',
    '/oidc/.well-known',
    '/sign-in',
    '/sign-in/password',
    '/.well-known',
  ];

  test.each(BASES)('below %s, whatever the method, the query and the cookies', async (base) => {
    const cookie = `rolecall-session=${'x'.repeat(43)}; rolecall-interaction=${'y'.repeat(43)}; rolecall-session.sig=z`;
    const failed: string[] = [];
    for (const piece of PIECES) {
      for (const query of QUERIES) {
        for (const method of ['GET', 'POST', 'HEAD', 'OPTIONS', 'PUT']) {
          const path = `${base}/${piece}${query}`;
          const { status } = await rawAsk(method, path, cookie);
          if (status >= 500 || status === 0) failed.push(`${method} ${path}: ${status}`);
        }
      }
    }
    expect(failed).toEqual([]);
    expect(installation.errors).toEqual([]);
  });
});

/** Keeps its connection: there are thousands of requests. */
const agent = new Agent({ keepAlive: true });
afterAll(() => agent.destroy());

/** Sends a path as it is; `fetch` would put it in order first. */
async function rawAsk(method: string, path: string, cookie: string): Promise<{ status: number }> {
  return await new Promise((resolve, reject) => {
    const { hostname, port } = new URL(installation.url);
    const sent = request({ agent, hostname, port, method, path: encodeHigh(path), headers: { cookie } }, (answer) => {
      answer.resume().on('end', () => resolve({ status: answer.statusCode ?? 0 }));
    });
    sent.on('error', reject).end();
  });
}

/** Node refuses to send what is beyond Latin-1 or a control character; the bytes of UTF-8 it sends. */
function encodeHigh(path: string): string {
  return Buffer.from(path, 'utf8').toString('latin1');
}

import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JWTPayload } from 'jose';
import { newPerson, type Person, type Seen } from '../../../harness/person.ts';
import { clientSeeds, oidcSettingsShape } from '../../../src/oidc/settings.ts';
import { expectPage, SECRET, typeIn } from '../app.ts';
import { ACCOUNT, type Installation, install } from '../installation.ts';
import { verified } from '../jose/key-holder.ts';

/**
 * The modules of the OpenID Foundation's plans oidcc-basic, -formpost-basic, -hybrid and -implicit (certification-test-plan), by their names,
 * for clients that an operator registers. Like the suite, they send no PKCE and authenticate with a secret.
 */
interface Variant {
  readonly plan: string;
  readonly type: string;
  readonly formPost?: boolean;
}

const CALLBACK = 'https://suite.example/test/a/rolecall/callback';
const VARIANTS: readonly Variant[] = [
  { plan: 'basic', type: 'code' },
  { plan: 'formpost-basic', type: 'code', formPost: true },
  { plan: 'hybrid', type: 'code id_token' },
  { plan: 'hybrid', type: 'code token' },
  { plan: 'hybrid', type: 'code id_token token' },
  { plan: 'implicit', type: 'id_token' },
  { plan: 'implicit', type: 'id_token token' },
];
const idOf = ({ type }: Variant): string => type.replaceAll(' ', '-');
const includes = ({ type }: Variant, part: 'code' | 'id_token' | 'token'): boolean => type.split(' ').includes(part);

let installation: Installation;
const signedIn = new Map<Variant, Person>();
beforeAll(async () => {
  const app = { client_secret: SECRET, redirect_uris: [CALLBACK], require_pkce: false };
  const clients = [
    ...new Map(
      VARIANTS.map((variant) => [idOf(variant), { ...app, client_id: idOf(variant), ...registered(variant) }]),
    ),
  ].map(([, client]) => client);
  const post = { ...app, client_id: 'post', token_endpoint_auth_method: 'client_secret_post' };
  const seeds = clientSeeds(
    oidcSettingsShape.parse({ frontChannelTokens: true, clients: [...clients, post] }),
    ACCOUNT,
  );
  installation = await install({ clients: seeds, frontChannelTokens: true });
  await installation.addUser('alice', {
    email: 'alice@example.com',
    profile: {
      attributes: { name: 'Alice', given_name: 'Alice', phone_number: '+442079460000', address_formatted: 'London' },
    },
  });
});
afterAll(() => {
  expect(installation.errors).toEqual([]);
  return installation.close();
});

function registered({ type }: Variant): object {
  const grants = [
    ...(type.includes('code') ? ['authorization_code', 'refresh_token'] : []),
    ...(type === 'code' ? [] : ['implicit']),
  ];
  return { grant_types: grants, response_types: [type] };
}

type Change = Readonly<Record<string, string | undefined>>;
let count = 0;

/** Sends an authorization request, and answers the pages. */
async function ask(variant: Variant, change: Change = {}, person = newPerson(installation.url)) {
  const id = `${++count}`;
  const sent = {
    ...{ client_id: idOf(variant), redirect_uri: CALLBACK, scope: 'openid', response_type: variant.type },
    ...{ state: `state ${id}`, nonce: `nonce ${id}` },
    ...(variant.formPost === true && { response_mode: 'form_post' }),
    ...change,
  };
  const parameters = Object.entries(sent).filter((each): each is [string, string] => each[1] !== undefined);
  const query = new URLSearchParams(parameters);
  const pages: string[] = [];
  let seen: Seen = await person.open(`${installation.issuer.href}/auth?${query}`);
  while (seen.kind === 'page') {
    pages.push(seen.heading);
    if (seen.buttons.some((text) => /allow/i.test(text))) seen = await seen.submit('allow');
    else if (seen.heading === 'Sign in') seen = await typeIn(seen, { user: 'alice' });
    else break;
  }
  return { sent, seen, pages, answer: answerIn(variant, seen, query), person };
}

/** What the app is sent, in the way of its response mode, and nothing in another way. */
function answerIn(variant: Variant, seen: Seen, sent: URLSearchParams): URLSearchParams {
  if (variant.formPost === true && seen.kind === 'page') {
    if (!seen.html.includes(`action="${CALLBACK}"`)) return new URLSearchParams();
    const fields = seen.html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g);
    return new URLSearchParams([...fields].map(([, name = '', value = '']) => [name, value]));
  }
  if (seen.kind === 'page') return new URLSearchParams();
  expect(seen.url.origin + seen.url.pathname).toBe(CALLBACK);
  // Without a response type, there is no fragment that the app would look at.
  if (!sent.has('response_type')) return seen.url.searchParams;
  const [wanted, other] = variant.type === 'code' ? [seen.url.search, seen.url.hash] : [seen.url.hash, seen.url.search];
  expect(other).toBe('');
  return new URLSearchParams(wanted.slice(1));
}

async function redeem(variant: Variant, code: string, how: 'basic' | 'post' = 'basic') {
  const form = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK };
  const clientId = how === 'post' ? 'post' : idOf(variant);
  const response = await fetch(`${installation.issuer.href}/token`, {
    method: 'POST',
    headers: how === 'post' ? {} : { authorization: `Basic ${btoa(`${clientId}:${encodeURIComponent(SECRET)}`)}` },
    body: new URLSearchParams({ ...form, ...(how === 'post' && { client_id: clientId, client_secret: SECRET }) }),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

async function userInfo(token: string, how: 'get' | 'header' | 'body' = 'get') {
  const authorization = `Bearer ${token}`;
  const init: RequestInit =
    how === 'body'
      ? { method: 'POST', body: new URLSearchParams({ access_token: token }) }
      : { method: how === 'get' ? 'GET' : 'POST', headers: { authorization } };
  const response = await fetch(`${installation.issuer.href}/me`, init);
  return { status: response.status, body: response.status === 200 ? await response.json() : {} };
}

/** OpenID Connect Core 1.0 §3.3.2.11, for SHA-256. */
const hashOf = (value: string): string =>
  createHash('sha256').update(value).digest().subarray(0, 16).toString('base64url');

/** What the suite checks of every successful answer. */
async function checked(variant: Variant, { sent, answer }: Awaited<ReturnType<typeof ask>>) {
  expect([...answer.keys()].sort()).toEqual(
    [
      ...(includes(variant, 'code') ? ['code'] : []),
      ...(includes(variant, 'id_token') ? ['id_token'] : []),
      ...(includes(variant, 'token') ? ['access_token', 'expires_in', 'token_type', 'scope'] : []),
      ...['iss', 'state'],
    ].sort(),
  );
  expect([answer.get('state'), answer.get('iss')]).toEqual([sent.state, installation.issuer.href]);
  const claims: JWTPayload[] = [];
  const tokens: string[] = [];
  const idToken = async (jwt: string, hashes: JWTPayload) => {
    const of = await verified(installation, jwt, { audience: idOf(variant), algorithms: ['RS256'] });
    expect({ nonce: of['nonce'], ...hashes }).toMatchObject({ nonce: sent.nonce });
    expect(of).toMatchObject(hashes);
    claims.push(of);
  };
  const [code, token] = [answer.get('code'), answer.get('access_token')];
  if (token !== null) tokens.push(token);
  if (includes(variant, 'id_token')) {
    const hashes = {
      ...(code !== null && { c_hash: hashOf(code) }),
      ...(token !== null && { at_hash: hashOf(token) }),
    };
    await idToken(answer.get('id_token') ?? '', hashes);
  }
  if (code !== null) {
    const { status, headers, body } = await redeem(variant, code);
    expect([status, headers.get('cache-control'), body.token_type]).toEqual([200, 'no-store', 'Bearer']);
    expect(body.expires_in).toBeGreaterThan(0);
    tokens.push(body.access_token);
    await idToken(body.id_token, {});
  }
  const infos = await Promise.all(tokens.map((each) => userInfo(each)));
  for (const { status, body } of infos) expect([status, body.sub]).toEqual([200, claims[0]?.sub]);
  expect(new Set(claims.map(({ sub }) => sub)).size).toBe(1);
  return { claims: claims.at(-1) ?? {}, info: infos.at(-1)?.body, token: tokens.at(-1) ?? '', code: code ?? '' };
}

/** A request by somebody who has signed in, if one of the variant has done so. */
async function ofSignedIn(variant: Variant, change: Change = {}) {
  const asked = await ask(variant, change, signedIn.get(variant));
  signedIn.set(variant, asked.person);
  return asked;
}
const passes = async (variant: Variant, change: Change = {}) =>
  await checked(variant, await ofSignedIn(variant, change));

const SCOPES: Readonly<Record<string, readonly string[]>> = {
  profile: ['name', 'given_name', 'preferred_username', 'updated_at'],
  email: ['email', 'email_verified'],
  address: ['address'],
  phone: ['phone_number', 'phone_number_verified'],
  'profile email address phone': ['name', 'email', 'address', 'phone_number'],
};
/** Claims are in user info; in the ID token only if there is no access token (Core §5.4). */
const claimsOf = (variant: Variant, { claims, info }: Awaited<ReturnType<typeof checked>>) =>
  variant.type === 'id_token' ? claims : info;

/** Parameters that change nothing of the answer. */
const UNHURT: readonly (readonly [string, Change])[] = [
  ['oidcc-ensure-other-scope-order-succeeds [Core §3.1.2.1]', { scope: 'email openid' }],
  ['oidcc-display-page [Core §3.1.2.1]', { display: 'page' }],
  ['oidcc-display-popup [Core §3.1.2.1]', { display: 'popup' }],
  ['oidcc-ensure-request-with-unknown-parameter-succeeds [RFC 6749 §3.1]', { extra: 'foobar' }],
  ['oidcc-login-hint [Core §3.1.2.1]', { login_hint: 'buffy@suite.example' }],
  ['oidcc-ui-locales [Core §3.1.2.1]', { ui_locales: 'se' }],
  ['oidcc-claims-locales [Core §5.2]', { claims_locales: 'se' }],
];

type Module = (title: string, run: () => Promise<void>) => void;
/** Defines a test if the module applies to the variant. */
const given =
  (applies: boolean): Module =>
  (title, run) => {
    if (applies) test(title, run);
  };
/** The plan repeats modules for each of its response types. Those that do not depend on it run for one of each kind. */
const REPEATED: ReadonlySet<string> = new Set(['code id_token', 'code token']);

describe.each(
  VARIANTS.map((variant) => [`oidcc-${variant.plan}-certification-test-plan`, variant.type, variant] as const),
)('%s: %s', (_plan, _type, variant) => {
  const hasCode = given(includes(variant, 'code'));
  const hasToken = given(variant.type !== 'id_token');
  const once = given(!REPEATED.has(variant.type));

  test('oidcc-server, oidcc-idtoken-signature [Core §3]', async () => {
    const { claims } = await passes(variant);
    expect(claims).toMatchObject({ exp: expect.any(Number), iat: expect.any(Number) });
  });

  test('oidcc-response-type-missing [Core §3.1.2.1]: an error', async () => {
    const { seen } = await ofSignedIn(variant, { response_type: undefined });
    expect(seen.kind === 'page' ? seen.html : seen.url.search).toMatch(/invalid_request|unsupported_response_type/);
  });

  hasToken('oidcc-userinfo-get, -post-header, -post-body [Core §5.3.1]', async () => {
    const { token, claims } = await passes(variant);
    for (const how of ['get', 'header', 'body'] as const) {
      expect(await userInfo(token, how)).toMatchObject({ status: 200, body: { sub: claims.sub } });
    }
  });

  test('oidcc-ensure-request-without-nonce-succeeds-for-code-flow, oidcc-ensure-request-without-nonce-fails [Core §3.2.2.1]', async () => {
    const asked = await ofSignedIn(variant, { nonce: undefined });
    if (!includes(variant, 'id_token')) await checked(variant, asked);
    else expect([asked.answer.get('error'), asked.answer.get('state')]).toEqual(['invalid_request', asked.sent.state]);
  });

  test('oidcc-scope-profile, -email, -address, -phone, -all [Core §5.4]', async () => {
    for (const [scope, names] of Object.entries(SCOPES)) {
      const found = claimsOf(variant, await passes(variant, { scope: `openid ${scope}` }));
      expect(Object.keys(found)).toEqual(expect.arrayContaining([...names]));
    }
  });

  for (const [title, change] of UNHURT) {
    once(title, async () => {
      await passes(variant, change);
    });
  }

  once('oidcc-ensure-request-with-acr-values-succeeds [Core §3.1.2.1]: one of them is reached', async () => {
    const discovery = await fetch(`${installation.issuer.href}/.well-known/openid-configuration`);
    const { acr_values_supported: supported = ['1', '2'] } = await discovery.json();
    const { claims } = await passes(variant, { acr_values: supported.join(' ') });
    expect(supported).toContain(claims['acr']);
  });

  test('oidcc-prompt-none-logged-in, oidcc-id-token-hint, oidcc-max-age-10000 [Core §3.1.2.1]: the same sign-in', async () => {
    const first = await ofSignedIn(variant, { max_age: '15000' });
    const { claims: before } = await checked(variant, first);
    const jwt = first.answer.get('id_token');
    for (const change of [
      { prompt: 'none' },
      { prompt: 'none', max_age: '10000' },
      ...(jwt === null ? [] : [{ prompt: 'none', id_token_hint: jwt }]),
    ]) {
      const { claims } = await passes(variant, { max_age: '15000', ...change });
      expect([claims.sub, claims['auth_time']]).toEqual([before.sub, expect.any(Number)]);
      expect(claims['auth_time']).toBe(before['auth_time']);
    }
  });

  test('oidcc-prompt-none-not-logged-in [Core §3.1.2.6]', async () => {
    const { answer, sent } = await ask(variant, { prompt: 'none' });
    expect([...answer.keys()].sort()).toEqual(['error', 'error_description', 'iss', 'state']);
    expect([answer.get('error'), answer.get('state')]).toEqual(['login_required', sent.state]);
  });

  test('oidcc-prompt-login, oidcc-max-age-1 [Core §3.1.2.1]: the person signs in again', async () => {
    const asked = await ofSignedIn(variant, { prompt: 'login', max_age: '1' });
    expect(asked.pages).toContain('Sign in');
    expect((await checked(variant, asked)).claims).toMatchObject({ auth_time: expect.any(Number) });
  });

  hasCode('oidcc-codereuse, oidcc-codereuse-30seconds [RFC 6749 §4.1.2]', async () => {
    const { code, token } = await passes(variant);
    expect(await redeem(variant, code)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect((await userInfo(token)).status).toBe(401);
  });

  once('oidcc-ensure-registered-redirect-uri [Core §3.1.2.1]: a page, and no redirect', async () => {
    const { seen } = await ofSignedIn(variant, { redirect_uri: `${CALLBACK}/ABCDEFG` });
    expect(expectPage(seen)).toMatchObject({ status: 400, text: expect.stringContaining('redirect_uri') });
  });

  once(
    'oidcc-ensure-request-object-with-redirect-uri, oidcc-unsigned-request-object-…, oidcc-request-uri-unsigned-… [Core §6]: refused, or skipped',
    async () => {
      const discovery = await (await fetch(`${installation.issuer.href}/.well-known/openid-configuration`)).json();
      expect(discovery.request_object_signing_alg_values_supported).not.toContain('none');
      expect(discovery.request_uri_parameter_supported).toBe(false);
      const { seen, answer } = await ofSignedIn(variant, { request_uri: 'https://suite.example/request.jwt' });
      expect(answer.get('error') ?? (seen.kind === 'page' ? seen.html : '')).toContain('request_uri_not_supported');
    },
  );

  test('oidcc-claims-essential [Core §5.5.1]: name, where it was asked for', async () => {
    const where = variant.type === 'id_token' ? 'id_token' : 'userinfo';
    const found = await passes(variant, { claims: JSON.stringify({ [where]: { name: { essential: true } } }) });
    expect(claimsOf(variant, found)).toMatchObject({ name: 'Alice' });
    if (where === 'userinfo') expect(found.claims).not.toHaveProperty('name');
  });

  hasCode('oidcc-refresh-token [Core §12]: the same sub, auth_time and aud; of this client only', async () => {
    const asked = await ofSignedIn(variant, { scope: 'openid offline_access', prompt: 'consent' });
    const { body } = await redeem(variant, asked.answer.get('code') ?? '');
    const before = await verified(installation, body.id_token, { audience: idOf(variant) });
    const refresh = async (clientId: string, token: string) => {
      const response = await fetch(`${installation.issuer.href}/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`${clientId}:${encodeURIComponent(SECRET)}`)}` },
        body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: token, scope: 'openid' }),
      });
      return { status: response.status, body: await response.json() };
    };
    const second = await refresh(idOf(variant), body.refresh_token);
    expect(second.status).toBe(200);
    const claims = await verified(installation, second.body.id_token, { audience: idOf(variant) });
    for (const name of ['iss', 'sub', 'aud', 'auth_time', 'azp']) expect(claims[name]).toEqual(before[name]);
    const other = variant.type === 'code' ? 'code-token' : 'code';
    expect(await refresh(other, second.body.refresh_token)).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    });
  });

  hasCode('oidcc-ensure-request-with-valid-pkce-succeeds [RFC 7636 §4]', async () => {
    const verifier = 'v'.repeat(50);
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    const { answer } = await ofSignedIn(variant, { code_challenge: challenge, code_challenge_method: 'S256' });
    const response = await fetch(`${installation.issuer.href}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${idOf(variant)}:${encodeURIComponent(SECRET)}`)}` },
      body: new URLSearchParams({
        ...{ grant_type: 'authorization_code', redirect_uri: CALLBACK },
        ...{ code: answer.get('code') ?? '', code_verifier: verifier },
      }),
    });
    expect(response.status).toBe(200);
  });
});

test('oidcc-server-client-secret-post [Core §9]', async () => {
  const variant = VARIANTS[0] as Variant;
  const { answer } = await ask(variant, { client_id: 'post' });
  expect((await redeem(variant, answer.get('code') ?? '', 'post')).status).toBe(200);
});

test('oidcc-config-certification-test-plan: oidcc-discovery-endpoint-verification, for clients that are registered by the operator', async () => {
  const response = await fetch(`${installation.issuer.href}/.well-known/openid-configuration`);
  expect([response.status, response.headers.get('content-type')]).toEqual([
    200,
    expect.stringMatching(/^application\/json/),
  ]);
  const found = await response.json();
  expect(found).toMatchObject({
    issuer: installation.issuer.href,
    response_types_supported: expect.arrayContaining(['code', 'id_token', 'id_token token']),
    grant_types_supported: expect.arrayContaining(['authorization_code', 'implicit']),
    subject_types_supported: expect.arrayContaining(['public']),
    id_token_signing_alg_values_supported: expect.arrayContaining(['RS256']),
    userinfo_signing_alg_values_supported: expect.arrayContaining(['RS256']),
    request_object_signing_alg_values_supported: expect.arrayContaining(['RS256']),
    scopes_supported: expect.arrayContaining(['openid']),
    claims_supported: expect.any(Array),
    claims_parameter_supported: true,
    code_challenge_methods_supported: ['S256'],
  });
  // RFC 6749 §3.3; BCP 47, in its canonical letters.
  for (const scope of found.scopes_supported) expect(scope).toMatch(/^[\x21\x23-\x5b\x5d-\x7e]+$/);
  expect(found.ui_locales_supported).toEqual(Intl.getCanonicalLocales(found.ui_locales_supported));
  for (const [name, value] of Object.entries(found)) {
    if (/_endpoint$|^jwks_uri$/.test(name)) expect(String(value).startsWith(installation.url)).toBe(true);
  }
  const { keys } = await (await fetch(found.jwks_uri)).json();
  for (const key of keys)
    for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']) expect(key).not.toHaveProperty(secret);
  expect(new Set(keys.map(({ kid }: { kid: string }) => kid)).size).toBe(keys.length);
});

test('oidcc-server-rotate-keys [Core §10.1.1]: after a rotation, the key set has a new key and the old ones', async () => {
  const keysOf = async (): Promise<string[]> => {
    const { keys } = await (await fetch(`${installation.issuer.href}/jwks`)).json();
    return keys.map(({ kid }: { kid: string }) => kid);
  };
  const before = await keysOf();
  await installation.keyRing.rotate({ use: 'oidc', leadMs: 1 });
  const after = await keysOf();
  expect(after).toEqual(expect.arrayContaining(before));
  expect(after.length).toBeGreaterThan(before.length);
});

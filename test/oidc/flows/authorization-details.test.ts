import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import * as oidc from 'openid-client';
import { newPerson, type Person, type Seen } from '../../../harness/person.ts';
import { oidcSettingsShape } from '../../../src/oidc/settings.ts';
import { beginLogin, discover, expectLeft, expectPage, REDIRECT_URI, SECRET, typeIn } from '../app.ts';
import { ACCOUNT, type Installation, install } from '../installation.ts';
import { ASSERTION_TYPE, assertionClaims, type KeyHolder, newKeyHolder, requestClaims } from '../jose/key-holder.ts';
import { ACCESS, GRANT as EXCHANGE, subject } from '../token-exchange/exchange-scene.ts';

const RESOURCE = 'https://bank.example';
const OTHER = 'https://other.example';
const types = oidcSettingsShape.parse({
  authorizationDetailsTypes: [
    {
      ...{ type: 'payment', label: { en: 'Make a payment', de: 'Eine Zahlung auslösen' }, resource: RESOURCE },
      members: {
        actions: { label: 'Actions', kind: 'list', values: ['initiate', 'status', 'cancel'], required: true },
        creditorName: { label: 'To', kind: 'text', required: true },
        instructedAmount: {
          ...{ label: { en: 'Amount', de: 'Betrag' }, kind: 'object', required: true },
          members: {
            amount: { label: 'sum', kind: 'text', required: true },
            currency: { label: 'currency', kind: 'text', values: ['EUR'], required: true },
          },
        },
      },
    },
    { type: 'secret-type', label: 'Not for the shop', resource: RESOURCE, members: {} },
    { type: 'other', label: 'Another service', resource: OTHER, members: { n: { label: 'N', kind: 'number' } } },
  ],
}).authorizationDetailsTypes;
const PAYMENT = {
  type: 'payment',
  actions: ['initiate', 'status'],
  creditorName: 'Merchant <b>A</b>',
  instructedAmount: { amount: '123.50', currency: 'EUR' },
};
const resources = [
  { resource: RESOURCE, scopes: ['pay'] },
  { resource: OTHER, scopes: ['look'] },
];
const metadata = {
  redirect_uris: [REDIRECT_URI],
  grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
};

const device = { redirect_uris: [], response_types: [], grant_types: ['urn:ietf:params:oauth:grant-type:device_code'] };

let installation: Installation;
let shop: oidc.Configuration;
let person: Person;
let holder: KeyHolder;
beforeAll(async () => {
  const client = { accountId: ACCOUNT, clientSecret: SECRET, resources };
  holder = await newKeyHolder();
  installation = await install({
    authorizationDetailsTypes: types,
    clients: [
      { ...client, clientId: 'app', metadata: { ...metadata, authorization_details_types: ['payment', 'other'] } },
      { ...client, clientId: 'plain', metadata },
      {
        ...{ accountId: ACCOUNT, clientId: 'signed', resources },
        metadata: {
          ...{ ...metadata, authorization_details_types: ['payment'], jwks: holder.jwks },
          ...{ token_endpoint_auth_method: 'private_key_jwt', request_object_signing_alg: 'ES256' },
        },
      },
      {
        ...{ ...client, clientId: 'ledger' },
        metadata: {
          ...{
            redirect_uris: [],
            response_types: [],
            grant_types: [EXCHANGE],
            authorization_details_types: ['payment'],
          },
          token_exchange: { subjects: [{ client_id: 'app' }] },
        },
      },
      { ...client, clientId: 'tv', metadata: { ...device, authorization_details_types: ['payment'] } },
    ],
  });
  await installation.addUser('alice');
  shop = await discover(installation);
  person = newPerson(installation.url);
});
afterAll(() => installation.close());

const json = (...details: unknown[]): string => JSON.stringify(details);
const ASKED = { scope: 'openid pay offline_access', resource: RESOURCE, authorization_details: json(PAYMENT) };

/** The page that follows an authorization request, or where the browser was sent. */
async function ask(more: Record<string, string>, config = shop, push = false) {
  const login = await beginLogin(config, { ...ASKED, ...more });
  const url = push ? await oidc.buildAuthorizationUrlWithPAR(config, login.url.searchParams) : login.url;
  let seen = await person.open(url.href);
  if (seen.kind === 'page' && seen.heading === 'Sign in') seen = await typeIn(seen, { user: 'alice' });
  return { seen, login };
}
async function codeFor(more: Record<string, string> = {}, push = false) {
  const { seen, login } = await ask(more, shop, push);
  const url = expectLeft(await expectPage(seen).submit('allow'));
  return (parameters: Record<string, string> = {}) =>
    oidc.authorizationCodeGrant(shop, url, login.checks, { resource: RESOURCE, ...parameters });
}

test('labels are in the language of the page, and in English where it has no text', async () => {
  await ask({});
  const german = expectPage((await ask({ ui_locales: 'de' })).seen);
  expect(german.text).toContain('Eine Zahlung auslösen');
  expect(german.text).toContain('Betrag: sum 123.50');
  const french = expectPage((await ask({ ui_locales: 'fr' })).seen);
  expect(french.text).toContain('Make a payment');
  for (const label of [{ de: 'Zahlung' }, { en: 'Payment', xx: 'y' }, { en: 'a\u202eb' }, {}]) {
    const parsed = oidcSettingsShape.safeParse({
      authorizationDetailsTypes: [{ type: 'x', label, resource: RESOURCE, members: {} }],
    });
    expect([label, parsed.success]).toEqual([label, false]);
  }
});

const refusalOf = (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => 'granted',
    (error: { error?: string }) => error.error ?? String(error),
  );

describe('[RFC 9396] authorization details', () => {
  test('[§10] metadata lists the types', () => {
    expect(shop.serverMetadata()['authorization_details_types_supported']).toEqual(['payment', 'secret-type', 'other']);
  });

  test('are shown with all their values, and bound to the token, its response, introspection and the refresh token', async () => {
    const { seen, login } = await ask({});
    const page = expectPage(seen);
    for (const words of ['Make a payment', 'initiate status', 'Merchant <b>A</b>', 'Amount: sum', '123.50', 'EUR'])
      expect(page.text).toContain(words);
    expect(page.html).not.toContain('<b>A');
    const url = expectLeft(await page.submit('allow'));
    const tokens = await oidc.authorizationCodeGrant(shop, url, login.checks, { resource: RESOURCE });
    expect(tokens['authorization_details']).toEqual([PAYMENT]);
    expect(decodeJwt(tokens.access_token)).toMatchObject({ aud: RESOURCE, authorization_details: [PAYMENT] });
    expect(JSON.stringify(tokens.claims())).not.toContain('Merchant');
    const introspected = await oidc.tokenIntrospection(shop, tokens.refresh_token ?? '');
    expect(introspected).toMatchObject({ active: true, authorization_details: [PAYMENT] });
    const renewed = await oidc.refreshTokenGrant(shop, tokens.refresh_token ?? '', { resource: RESOURCE });
    expect(renewed['authorization_details']).toEqual([PAYMENT]);
    expect(JSON.stringify(installation.events)).not.toContain('Merchant');
  });

  test('are asked for again each time, whatever was granted before', async () => {
    await (await codeFor())();
    for (const details of [PAYMENT, { ...PAYMENT, creditorName: 'Other' }]) {
      const { seen } = await ask({ prompt: '', authorization_details: json(details) });
      expect(expectPage(seen).text).toContain('Make a payment');
    }
    const { seen } = await ask({ prompt: 'none' });
    expect(expectLeft(seen).searchParams.get('error')).toBe('consent_required');
    // Without details, the former consent holds, and no details come with it.
    const { seen: silent, login } = await ask({ prompt: '', scope: 'openid pay', authorization_details: '[]' });
    const tokens = await oidc.authorizationCodeGrant(shop, expectLeft(silent), login.checks, { resource: RESOURCE });
    expect(tokens).not.toHaveProperty('authorization_details');
  });

  test('[§6] token requests narrow, and never widen', async () => {
    const narrow = json({ ...PAYMENT, actions: ['status'] });
    const tokens = await (await codeFor())({ authorization_details: narrow });
    expect(tokens['authorization_details']).toEqual(JSON.parse(narrow));
    const refresh = (details: string, refreshToken: string) =>
      oidc.refreshTokenGrant(shop, refreshToken, { resource: RESOURCE, authorization_details: details });
    // Narrowing one token does not narrow the grant.
    const whole = await refresh(json(PAYMENT), tokens.refresh_token ?? '');
    expect(whole['authorization_details']).toEqual([PAYMENT]);
    for (const wider of [
      { ...PAYMENT, actions: ['cancel'] },
      { ...PAYMENT, creditorName: 'Mallory' },
      { ...PAYMENT, instructedAmount: { amount: '9999', currency: 'EUR' } },
      { type: 'other', n: 1 },
      { ...PAYMENT, actions: ['status', 'status'] },
    ]) {
      const redeem = await codeFor();
      expect(await refusalOf(redeem({ authorization_details: json(wider) }))).toBe('invalid_authorization_details');
    }
    // One payment was allowed, not two of them.
    const twice = [
      json(PAYMENT, PAYMENT),
      json({ ...PAYMENT, actions: ['status'] }, { ...PAYMENT, actions: ['initiate'] }),
    ];
    for (const details of twice) {
      expect(await refusalOf((await codeFor())({ authorization_details: details }))).toBe(
        'invalid_authorization_details',
      );
    }
    const { seen, login } = await ask({ prompt: 'consent', authorization_details: '[]' });
    const without = expectLeft(await expectPage(seen).submit('allow'));
    const added = { resource: RESOURCE, authorization_details: json(PAYMENT) };
    expect(await refusalOf(oidc.authorizationCodeGrant(shop, without, login.checks, added))).toBe(
      'invalid_authorization_details',
    );
  });

  test('a token for a service has only the details for it', async () => {
    const both = json(PAYMENT, { type: 'other', n: 7 });
    const login = await beginLogin(shop, { scope: 'openid pay look', authorization_details: both });
    login.url.searchParams.append('resource', RESOURCE);
    login.url.searchParams.append('resource', OTHER);
    const url = expectLeft(await expectPage(await person.open(login.url.href)).submit('allow'));
    const tokens = await oidc.authorizationCodeGrant(shop, url, login.checks, { resource: OTHER });
    expect(decodeJwt(tokens.access_token)['authorization_details']).toEqual([{ type: 'other', n: 7 }]);
  });

  test('pushed requests carry them (RFC 9126)', async () => {
    expect((await (await codeFor({}, true))())['authorization_details']).toEqual([PAYMENT]);
    expect(await refusalOf(ask({ authorization_details: json({ type: 'x' }) }, shop, true))).toBe(
      'invalid_authorization_details',
    );
  });

  describe('[RFC 9101] in a signed request, pushed or not', () => {
    const issuer = () => installation.issuer.href;
    /** Sends a signed request with these details. The parameters beside it do not count (§6.3). */
    const signed = async (details: string, push: boolean) => {
      const login = await beginLogin(shop, { ...ASKED, authorization_details: details });
      const claims = requestClaims('signed', issuer(), Object.fromEntries(login.url.searchParams));
      const beside = { authorization_details: json({ ...PAYMENT, creditorName: 'Beside' }) };
      const credentials = {
        client_assertion_type: ASSERTION_TYPE,
        client_assertion: await holder.sign(assertionClaims('signed', issuer())),
      };
      let query: Record<string, string> = { client_id: 'signed', request: await holder.sign(claims), ...beside };
      if (push) {
        const body = new URLSearchParams({ ...query, ...credentials });
        const answer = await fetch(`${issuer()}/request`, { method: 'POST', body });
        const pushed = (await answer.json()) as { error?: string; request_uri?: string };
        if (pushed.request_uri === undefined) return { error: pushed.error };
        query = { client_id: 'signed', request_uri: pushed.request_uri, ...beside };
      }
      let seen = await person.open(`${issuer()}/auth?${new URLSearchParams(query)}`);
      if (seen.kind === 'page' && seen.heading === 'Sign in') seen = await typeIn(seen, { user: 'alice' });
      return { seen, login };
    };

    test.each([false, true])('those of the request object are shown and granted; pushed: %s', async (push) => {
      const { seen, login } = await signed(json(PAYMENT), push);
      const page = expectPage(seen as Seen);
      expect([page.text.includes('Merchant <b>A</b>'), page.text.includes('Beside')]).toEqual([true, false]);
      const code = expectLeft(await page.submit('allow')).searchParams.get('code') ?? '';
      const body = new URLSearchParams({
        ...{ grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI, resource: RESOURCE },
        ...{ code_verifier: login?.checks.pkceCodeVerifier ?? '', client_assertion_type: ASSERTION_TYPE },
        client_assertion: await holder.sign(assertionClaims('signed', issuer())),
      });
      const answer = await fetch(`${issuer()}/token`, { method: 'POST', body });
      expect(await answer.json()).toMatchObject({ authorization_details: [PAYMENT] });
    });

    test.each([false, true])('are checked as others are; pushed: %s', async (push) => {
      for (const details of ['{', json({ ...PAYMENT, extra: 1 }), json({ type: 'secret-type' })]) {
        const { seen, error } = await signed(details, push);
        expect(error ?? expectLeft(seen as Seen).searchParams.get('error')).toBe('invalid_authorization_details');
      }
    });
  });

  test('[RFC 8693] an exchanged token has none of the details of its subject token, even if it asks', async () => {
    const { access_token: token } = await (await codeFor())();
    expect(decodeJwt(token)['authorization_details']).toEqual([PAYMENT]);
    const ledger = await discover(installation, 'ledger');
    const exchange = (more: Record<string, string>) =>
      oidc.genericGrantRequest(ledger, EXCHANGE, { ...subject(token, ACCESS), resource: RESOURCE, ...more });
    for (const details of [
      undefined,
      PAYMENT,
      { ...PAYMENT, actions: ['status'] },
      { ...PAYMENT, creditorName: 'Mallory' },
    ]) {
      const exchanged = await exchange(details === undefined ? {} : { authorization_details: json(details) });
      const claims = decodeJwt(exchanged.access_token);
      expect(claims).toMatchObject({ aud: RESOURCE, act: { sub: 'ledger' } });
      for (const each of [exchanged, claims]) expect(each).not.toHaveProperty('authorization_details');
    }
  });

  test('client credentials: only registered types, for the service that is named', async () => {
    const grant = (parameters: Record<string, string>, config = shop) =>
      oidc.clientCredentialsGrant(config, { authorization_details: json(PAYMENT), resource: RESOURCE, ...parameters });
    expect(decodeJwt((await grant({})).access_token)['authorization_details']).toEqual([PAYMENT]);
    expect(await refusalOf(grant({}, await discover(installation, 'plain')))).toBe('invalid_authorization_details');
    expect(await refusalOf(grant({ resource: OTHER }))).toBe('invalid_authorization_details');
  });

  const deep = JSON.parse(`${'['.repeat(900)}${']'.repeat(900)}`);
  test.each([
    ['not JSON', '{'],
    ['not an array', JSON.stringify(PAYMENT)],
    ['null', 'null'],
    ['no object in it', json(null)],
    ['no type', json({})],
    ['a type that is no text', json({ type: ['payment'] })],
    ['an unknown type', json({ type: 'unknown' })],
    ['a type of Object.prototype', json({ type: 'constructor' })],
    ['a type that the client does not have', json({ type: 'secret-type' })],
    ['an unknown member', json({ ...PAYMENT, extra: 1 })],
    ['__proto__', `[{"type":"payment","__proto__":{"actions":["initiate"]}}]`],
    ['a missing member', json({ ...PAYMENT, creditorName: undefined })],
    ['another kind of value', json({ ...PAYMENT, creditorName: { a: 1 } })],
    ['a value that is not listed', json({ ...PAYMENT, actions: ['drain'] })],
    ['an unknown inner member', json({ ...PAYMENT, instructedAmount: { ...PAYMENT.instructedAmount, fee: '1' } })],
    ['text that turns around', json({ ...PAYMENT, creditorName: 'a\u202eb' })],
    ['text that is not seen', json({ ...PAYMENT, creditorName: 'Merchant\u{e0041}\u3164' })],
    ['long text', json({ ...PAYMENT, creditorName: 'x'.repeat(257) })],
    ['too many', json(...Array.from({ length: 11 }, (_, n) => ({ type: 'other', n })))],
    ['too much', json({ type: 'other', n: 1 }).replace('1', `1${' '.repeat(5000)}`)],
    ['deep nesting', json({ ...PAYMENT, instructedAmount: deep })],
  ])('refuses %s', async (_what, text) => {
    const { seen } = await ask({ resource: text.includes('other') ? OTHER : RESOURCE, authorization_details: text });
    expect(expectLeft(seen).searchParams.get('error')).toBe('invalid_authorization_details');
  });

  test('refuses 100 kB and a repeated parameter at the token endpoint, without an internal error', async () => {
    const post = (body: string) =>
      fetch(`${installation.url}/oidc/token`, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          authorization: `Basic ${btoa(`app:${encodeURIComponent(SECRET)}`)}`,
        },
        body: `grant_type=client_credentials&resource=${encodeURIComponent(RESOURCE)}&${body}`,
      });
    const one = `authorization_details=${encodeURIComponent(json(PAYMENT))}`;
    for (const body of [`authorization_details=${'%5B'.repeat(33_000)}`, `${one}&${one}`]) {
      expect((await post(body)).status).toBeGreaterThanOrEqual(400);
    }
    expect(installation.errors).toEqual([]);
  });

  test('devices have none: their page shows no details', async () => {
    const asked = { scope: 'openid', resource: RESOURCE, authorization_details: json(PAYMENT) };
    expect(await refusalOf(oidc.initiateDeviceAuthorization(await discover(installation, 'tv'), asked))).toBe(
      'invalid_authorization_details',
    );
  });

  test('need the resource of their type', async () => {
    const { seen } = await ask({ resource: OTHER });
    expect(expectLeft(seen).searchParams.get('error')).toBe('invalid_authorization_details');
  });
});

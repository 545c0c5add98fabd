import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeProtectedHeader } from 'jose';
import * as oidc from 'openid-client';
import {
  ACCESS,
  BILLING,
  claimsOf,
  type ExchangeScene,
  FOR_ORDERS,
  ID,
  JWT,
  ORDERS,
  openExchangeScene,
  REFRESH,
  subject,
} from './exchange-scene.ts';

let scene: ExchangeScene;
let opaque: oidc.TokenEndpointResponse;
let forOrders: oidc.TokenEndpointResponse;
let sub: string;

beforeAll(async () => {
  scene = await openExchangeScene();
  await scene.addPerson('alice');
  opaque = await scene.logIn('alice');
  forOrders = await scene.logIn('alice', { more: FOR_ORDERS });
  sub = String(claimsOf({ body: { access_token: forOrders.access_token } } as never)['sub']);
});
afterAll(async () => {
  expect(scene.server.errors).toEqual([]);
  await scene.close();
});

const refused = (error: string) => ({ status: 400, body: { error, error_description: expect.any(String) } });

describe('[RFC 8693 §2.2.1] a token for a service', () => {
  test('[S18] delegation: scope of both, the subject, the requesting client, and who acts', async () => {
    const answer = await scene.exchange('orders', { ...subject(forOrders.access_token), resource: BILLING });
    expect(answer).toMatchObject({
      status: 200,
      body: { issued_token_type: ACCESS, token_type: 'Bearer', scope: 'orders:read', expires_in: expect.any(Number) },
    });
    expect(answer.headers.get('cache-control')).toContain('no-store');
    const claims = claimsOf(answer);
    expect(claims).toMatchObject({
      sub,
      aud: BILLING,
      client_id: 'orders',
      act: { sub: 'orders' },
      scope: 'orders:read',
    });
    expect(decodeProtectedHeader(answer.body.access_token ?? '').typ).toBe('at+jwt');
    expect(answer.body).not.toHaveProperty('refresh_token');
  });

  test('[S18] a chain keeps every actor, the latest first (§4.1)', async () => {
    const first = await scene.exchange('orders', { ...subject(forOrders.access_token), audience: 'ledger' });
    expect(claimsOf(first)).toMatchObject({ aud: 'ledger', client_id: 'orders', act: { sub: 'orders' } });
    const second = await scene.exchange('ledger', { ...subject(first.body.access_token), resource: BILLING });
    expect(claimsOf(second)).toMatchObject({ sub, act: { sub: 'ledger', act: { sub: 'orders' } } });
  });

  test('impersonation only where the pair permits it, and a chain from before stays', async () => {
    const answer = await scene.exchange('support', { ...subject(forOrders.access_token), resource: BILLING });
    expect(claimsOf(answer)).toMatchObject({ sub, client_id: 'support' });
    expect(claimsOf(answer)).not.toHaveProperty('act');
  });

  test('an actor token names who acts (§2.1)', async () => {
    const machine = await oidc.clientCredentialsGrant(await scene.app('orders'), { resource: BILLING });
    const actor = { actor_token: machine.access_token, actor_token_type: ACCESS };
    const answer = await scene.exchange('orders', { ...subject(forOrders.access_token), ...actor, resource: BILLING });
    expect(claimsOf(answer)).toMatchObject({ sub, act: { sub: 'orders' } });
    const { actor_token, actor_token_type } = actor;
    const base = { ...subject(forOrders.access_token), resource: BILLING };
    expect(await scene.exchange('orders', { ...base, actor_token })).toMatchObject(refused('invalid_request'));
    expect(await scene.exchange('orders', { ...base, actor_token_type })).toMatchObject(refused('invalid_request'));
    const foreign = { actor_token: 'x', actor_token_type };
    expect(await scene.exchange('orders', { ...base, ...foreign })).toMatchObject(refused('invalid_request'));
    const ofOther = await scene.exchange('stranger', { ...base, ...actor });
    expect(ofOther).toMatchObject(refused('invalid_request'));
  });

  test('a machine’s own token keeps the machine as its subject', async () => {
    const machine = await oidc.clientCredentialsGrant(await scene.app('robot'), {
      resource: ORDERS,
      scope: 'orders:read',
    });
    const answer = await scene.exchange('orders', { ...subject(machine.access_token), resource: BILLING });
    expect(claimsOf(answer)).toMatchObject({
      sub: 'robot',
      client_id: 'orders',
      act: { sub: 'orders' },
      scope: 'orders:read',
    });
    const again = await scene.exchange('orders', { ...subject(answer.body.access_token), resource: BILLING });
    expect(claimsOf(again)).toMatchObject({ sub: 'robot', act: { sub: 'orders' } });
  });

  test('a pairwise client gets its own subject for the person', async () => {
    const answer = await scene.exchange('private', { ...subject(forOrders.access_token), requested_token_type: JWT });
    expect(answer.body).toMatchObject({ issued_token_type: JWT, token_type: 'Bearer' });
    expect(claimsOf(answer)['sub']).not.toBe(sub);
    expect(JSON.stringify(claimsOf(answer))).not.toContain(sub);
  });
});

describe('[TRAPS: token exchange] what everybody expects differently', () => {
  test('without audience and resource, the token is for the requester, who can introspect it', async () => {
    const answer = await scene.exchange('orders', subject(opaque.access_token));
    const token = answer.body.access_token ?? '';
    expect(token).not.toContain('.');
    expect(await scene.introspect('orders', token)).toMatchObject({
      active: true,
      aud: 'orders',
      sub,
      act: { sub: 'orders' },
    });
    expect(await scene.introspect('web', token)).toEqual({ active: false });
    const own = await scene.exchange('web', subject(opaque.access_token));
    const seen = await scene.introspect('web', own.body.access_token ?? '');
    expect(seen).toMatchObject({ active: true, aud: 'web' });
    expect(seen).not.toHaveProperty('act');
  });

  test('resource and audience are both honoured, and only those that the client may have', async () => {
    const base = subject(forOrders.access_token);
    expect(claimsOf(await scene.exchange('orders', { ...base, audience: BILLING }))['aud']).toBe(BILLING);
    expect(claimsOf(await scene.exchange('orders', { ...base, audience: BILLING, resource: BILLING }))['aud']).toBe(
      BILLING,
    );
    for (const target of [
      { resource: ORDERS },
      { audience: 'web' },
      { audience: 'nobody' },
      { resource: 'ledger' },
      { resource: 'urn:x#y' },
      { resource: '\u0000' },
      { resource: BILLING, audience: 'ledger' },
    ]) {
      expect(await scene.exchange('orders', { ...base, ...target } as Record<string, string>)).toMatchObject(
        refused('invalid_target'),
      );
    }
  });

  test('[S18] the scope is never wider than the subject token’s, nor than the client may have there', async () => {
    const base = { ...subject(forOrders.access_token), resource: BILLING };
    expect((await scene.exchange('orders', { ...base, scope: 'orders:read' })).body['scope']).toBe('orders:read');
    for (const scope of ['billing:pay', 'orders:write', 'orders:read billing:pay', 'openid', 'offline_access']) {
      expect(await scene.exchange('orders', { ...base, scope })).toMatchObject(refused('invalid_scope'));
    }
    const narrow = await scene.exchange('web', {
      ...subject(forOrders.access_token),
      resource: ORDERS,
      scope: 'orders:read',
    });
    const again = await scene.exchange('web', {
      ...subject(narrow.body.access_token),
      resource: ORDERS,
      scope: 'orders:write',
    });
    expect(again).toMatchObject(refused('invalid_scope'));
  });

  test('the lifetime is never longer than the subject token’s', async () => {
    const answer = await scene.exchange('orders', { ...subject(forOrders.access_token), resource: BILLING });
    const before = claimsOf({ body: { access_token: forOrders.access_token } } as never);
    expect(Number(claimsOf(answer)['exp'])).toBeLessThanOrEqual(Number(before['exp']));
    const machine = await oidc.clientCredentialsGrant(await scene.app('robot'), { resource: ORDERS });
    const short = claimsOf({ body: { access_token: machine.access_token } } as never);
    const own = await scene.exchange('orders', { ...subject(machine.access_token), resource: BILLING });
    expect(Number(claimsOf(own)['exp'])).toBeLessThanOrEqual(Number(short['exp']));
  });

  test('a client that the token was not issued to or for is refused, unless the pair is permitted', async () => {
    for (const [token, type] of [
      [forOrders.access_token, ACCESS],
      [opaque.access_token, ACCESS],
      [opaque.id_token, ID],
    ]) {
      expect(await scene.exchange('stranger', subject(token, type))).toMatchObject(refused('invalid_request'));
    }
  });

  test('refresh tokens are refused, as what they are and as anything else', async () => {
    expect(await scene.exchange('web', subject(opaque.refresh_token, REFRESH))).toMatchObject(
      refused('invalid_request'),
    );
    expect(await scene.exchange('web', subject(opaque.refresh_token, ACCESS))).toMatchObject(
      refused('invalid_request'),
    );
    expect(
      await scene.exchange('web', { ...subject(opaque.access_token), requested_token_type: REFRESH }),
    ).toMatchObject(refused('invalid_request'));
    expect(await scene.exchange('web', { ...subject(opaque.access_token), requested_token_type: ID })).toMatchObject(
      refused('invalid_request'),
    );
  });
});

describe('ID tokens as subject', () => {
  test('give a token of the person without any scope', async () => {
    const answer = await scene.exchange('orders', { ...subject(opaque.id_token, ID), resource: BILLING });
    expect(claimsOf(answer)).toMatchObject({ sub, act: { sub: 'orders' } });
    expect(claimsOf(answer)).not.toHaveProperty('scope');
    expect(
      await scene.exchange('orders', { ...subject(opaque.id_token, ID), resource: BILLING, scope: 'orders:read' }),
    ).toMatchObject(refused('invalid_scope'));
  });

  test('[RFC 8725 §3.11] no token passes as one of another type', async () => {
    expect(await scene.exchange('orders', subject(forOrders.access_token, ID))).toMatchObject(
      refused('invalid_request'),
    );
    expect(await scene.exchange('orders', subject(opaque.id_token, ACCESS))).toMatchObject(refused('invalid_request'));
    expect((await scene.exchange('orders', subject(opaque.id_token, JWT))).status).toBe(200);
    expect((await scene.exchange('orders', subject(forOrders.access_token, JWT))).status).toBe(200);
    const forged = `${opaque.id_token?.slice(0, -8)}AAAAAAAA`;
    expect(await scene.exchange('orders', subject(forged, ID))).toMatchObject(refused('invalid_request'));
  });
});

test('[RFC 8693 §4.4] a registered may_act lets nobody else act', async () => {
  const { access_token: token, id_token: idToken } = await scene.logIn('alice', {
    client: 'limited',
    more: { resource: ORDERS, scope: 'openid orders:read', prompt: 'consent' },
  });
  expect(claimsOf({ body: { access_token: token } } as never)['may_act']).toEqual({ sub: 'orders' });
  for (const [given, type] of [
    [token, ACCESS],
    [idToken, ID],
  ]) {
    expect((await scene.exchange('orders', subject(given, type))).status).toBe(200);
    expect(await scene.exchange('support', subject(given, type))).toMatchObject(refused('invalid_request'));
    // To appear as the subject is more than to act for it.
    expect(await scene.exchange('twin', subject(given, type))).toMatchObject(refused('invalid_request'));
  }
});

test('[TRAPS: account state] the person must be allowed to use the requesting client', async () => {
  expect(await scene.exchange('assigned', subject(opaque.access_token))).toMatchObject(refused('invalid_request'));
  await scene.rolecall('AssignApplication', { ApplicationId: 'assigned', UserName: 'alice' });
  const answer = await scene.exchange('assigned', subject(opaque.access_token));
  expect(answer.status).toBe(200);
  await scene.rolecall('UnassignApplication', { ApplicationId: 'assigned', UserName: 'alice' });
  expect(await scene.introspect('assigned', answer.body.access_token ?? '')).toEqual({ active: false });
});

test('every exchange is audited and counted, with its parties and without a token', async () => {
  await scene.exchange('orders', { ...subject(forOrders.access_token), resource: BILLING });
  const metrics = await (await fetch(`${scene.server.url}/metrics`)).text();
  expect(metrics).toMatch(/rolecall_token_exchanges_total\{outcome="ok"\} [1-9]/);
  expect(metrics).toMatch(/rolecall_token_exchanges_total\{outcome="invalid_target"\} [1-9]/);
});

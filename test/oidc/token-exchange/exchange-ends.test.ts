import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeProtectedHeader } from 'jose';
import * as oidc from 'openid-client';
import { newPerson } from '../../../harness/person.ts';
import {
  ACCESS,
  type Answer,
  BILLING,
  claimsOf,
  type ExchangeScene,
  FOR_ORDERS,
  GRANT,
  ID,
  ORDERS,
  openExchangeScene,
  PASSWORD,
  subject,
} from './exchange-scene.ts';

/** The rows of docs/security.md ("What ends a login") about exchanged tokens. */

let scene: ExchangeScene;
beforeAll(async () => {
  scene = await openExchangeScene();
});
afterAll(async () => {
  expect(scene.server.errors).toEqual([]);
  await scene.close();
});

interface Loot {
  readonly tokens: readonly (readonly [string, string])[];
  readonly exchanged: string;
  readonly further: string;
}

/** All subject tokens of one login, what was exchanged for one, and what was exchanged for that. */
async function take(name: string, person = newPerson(scene.server.url)): Promise<Loot> {
  const plain = await scene.logIn(name, { person });
  const service = await scene.logIn(name, { person, more: FOR_ORDERS });
  const signed = await scene.exchange('orders', { ...subject(service.access_token), audience: 'ledger' });
  const further = await scene.exchange('ledger', subject(signed.body.access_token));
  return {
    tokens: [
      [plain.access_token, ACCESS],
      [plain.id_token ?? '', ID],
      [service.access_token, ACCESS],
      [signed.body.access_token ?? '', ACCESS],
    ],
    exchanged: (await scene.exchange('orders', subject(plain.access_token))).body.access_token ?? '',
    further: further.body.access_token ?? '',
  };
}

async function stateOf({ tokens, exchanged, further }: Loot) {
  const clients = ['orders', 'orders', 'orders', 'ledger'];
  const answers: Answer[] = [];
  for (const [index, [token, type]] of tokens.entries()) {
    answers.push(await scene.exchange(clients[index] ?? '', subject(token, type)));
  }
  return {
    exchanges: answers.map(({ status, body }) => body.error ?? status),
    introspected: [
      (await scene.introspect('orders', exchanged))['active'],
      (await scene.introspect('ledger', further))['active'],
    ],
  };
}

const HOLDS = { exchanges: [200, 200, 200, 200], introspected: [true, true] };
const OVER = {
  exchanges: ['invalid_request', 'invalid_request', 'invalid_request', 'invalid_request'],
  introspected: [false, false],
};

const ends: readonly { what: string; act: (name: string) => Promise<unknown> }[] = [
  {
    what: 'a new password',
    act: (UserName) => scene.iam.updateLoginProfile({ UserName, Password: `${PASSWORD} more` }),
  },
  { what: 'EndUserSessions', act: (UserName) => scene.rolecall('EndUserSessions', { UserName }) },
  { what: 'DisableUser', act: (UserName) => scene.rolecall('DisableUser', { UserName, Reason: 'left' }) },
  {
    what: 'DisableUser and EnableUser',
    async act(UserName) {
      await scene.rolecall('DisableUser', { UserName, Reason: 'left' });
      await scene.rolecall('EnableUser', { UserName });
    },
  },
  { what: 'OffboardUser', act: (UserName) => scene.rolecall('OffboardUser', { UserName, Reason: 'left' }) },
  {
    what: 'a deleted user',
    async act(UserName) {
      await scene.iam.deleteLoginProfile({ UserName });
      await scene.iam.deleteUser({ UserName });
    },
  },
];

describe('[S36] an exchanged token ends with what it came from', () => {
  test.each(ends)('$what', async ({ what, act }) => {
    const name = what.replaceAll(/[^A-Za-z]/g, '-');
    await scene.addPerson(name);
    const loot = await take(name);
    expect(await stateOf(loot)).toEqual(HOLDS);
    await act(name);
    expect(await stateOf(loot)).toEqual(OVER);
  });

  test('access that the person revokes, and what was exchanged for it', async () => {
    await scene.addPerson('revoker');
    const person = newPerson(scene.server.url);
    const loot = await take('revoker', person);
    const page = await person.open(`${scene.server.url}/sign-in`);
    if (page.kind !== 'page') throw new Error('the account page was expected');
    await page.submit('revoke access', {});
    expect(await stateOf(loot)).toEqual(OVER);
  });

  test('the permission of the pair, whatever was exchanged by it', async () => {
    const create = async (name: string, more: object) => {
      const { send, signedJson } = await import('../../support/wire.ts');
      const { server } = scene;
      const Oidc = {
        GrantTypes: ['CLIENT_CREDENTIALS', 'TOKEN_EXCHANGE'],
        ClientAuthentication: 'CLIENT_SECRET_POST',
        ...more,
      };
      const answer = await send(
        server.url,
        signedJson(server.url, 'CreateApplication', { DisplayName: name, Oidc }, server.admin),
      );
      const { Application, ClientSecret } = JSON.parse(answer.body);
      return { client_id: Application.ApplicationId as string, client_secret: ClientSecret as string };
    };
    const post = async (path: string, form: Record<string, string>) => {
      const body = new URLSearchParams(form);
      return (await (
        await fetch(`${scene.server.url}/oidc${path}`, { method: 'POST', body })
      ).json()) as Answer['body'];
    };
    const exchange = (as: Record<string, string>, token: unknown, more = {}) =>
      post('/token', { ...as, grant_type: GRANT, ...subject(String(token)), ...more });
    const isActive = async (as: Record<string, string>, token: unknown) =>
      (await post('/token/introspection', { ...as, token: String(token) }))['active'];
    await scene.addPerson('paired');
    const { access_token: token } = await scene.logIn('paired');
    const last = await create('last', { TokenExchange: {} });
    const middle = await create('middle', {
      TokenExchange: { Subjects: [{ ClientId: 'web' }], Audiences: [last.client_id] },
    });
    const opaque = (await exchange(middle, token)).access_token;
    const signed = (await exchange(middle, token, { audience: last.client_id })).access_token;
    // For the client itself, by its audience: no permission of a pair is needed, but the one before it is.
    const further = (await exchange(last, signed)).access_token;
    const state = async () => [
      await isActive(middle, opaque),
      await isActive(last, further),
      (await exchange(last, signed)).error,
    ];
    expect(await state()).toEqual([true, true, undefined]);
    await scene.rolecall('UpdateApplication', {
      ApplicationId: middle.client_id,
      Oidc: { TokenExchange: { Subjects: [], Audiences: [last.client_id] } },
    });
    expect(await state()).toEqual([false, false, 'invalid_request']);
    expect((await exchange(middle, token)).error).toBe('invalid_request');
  });

  test('a token that its client revokes, and a browser session that a token is bound to', async () => {
    await scene.addPerson('bound');
    const person = newPerson(scene.server.url);
    const bound = await scene.logIn('bound', { person, more: { scope: 'openid profile' } });
    const service = await scene.logIn('bound', { person, more: { ...FOR_ORDERS, scope: 'openid orders:read' } });
    const given = [bound.access_token, service.access_token].map((token) => scene.exchange('orders', subject(token)));
    const exchanged = (await Promise.all(given)).map(({ body }) => body.access_token ?? '');
    const actives = () =>
      Promise.all(exchanged.map(async (token) => (await scene.introspect('orders', token))['active']));
    expect(await actives()).toEqual([true, true]);
    await scene.rolecall('EndUserSessions', { UserName: 'bound', SessionId: await sessionOf('bound') });
    expect(await actives()).toEqual([false, false]);
    for (const token of [bound.access_token, service.access_token]) {
      expect((await scene.exchange('orders', subject(token))).body.error).toBe('invalid_request');
    }
    await scene.addPerson('revoked');
    const { access_token: token } = await scene.logIn('revoked');
    await oidc.tokenRevocation(await scene.app('web'), token);
    expect((await scene.exchange('orders', subject(token))).body.error).toBe('invalid_request');
  });
});

async function sessionOf(UserName: string): Promise<string> {
  const answer = await fetchSessions(UserName);
  return answer.Sessions[0]?.SessionId ?? '';
}

async function fetchSessions(UserName: string): Promise<{ Sessions: { SessionId: string }[] }> {
  const { send, signedJson } = await import('../../support/wire.ts');
  const { server } = scene;
  return JSON.parse(
    (await send(server.url, signedJson(server.url, 'ListUserSessions', { UserName }, server.admin))).body,
  );
}

describe('[RFC 9449 §5] tokens that are bound to a key', () => {
  test('need the proof of that key, and the new token is bound to the key of the request', async () => {
    await scene.addPerson('bond');
    const web = await scene.app('web');
    const dpop = oidc.getDPoPHandle(web, await oidc.randomDPoPKeyPair());
    for (const more of [{}, FOR_ORDERS]) {
      const { access_token: token } = await scene.logIn('bond', { dpop, more });
      expect((await scene.exchange('web', subject(token))).body.error).toBe('invalid_request');
      expect((await scene.exchange('orders', subject(token))).body.error).toBe('invalid_request');
      const other = oidc.getDPoPHandle(web, await oidc.randomDPoPKeyPair());
      const form = { ...subject(token), resource: ORDERS };
      await expect(oidc.genericGrantRequest(web, GRANT, form, { DPoP: other })).rejects.toMatchObject({
        error: 'invalid_request',
      });
      const own = await oidc.genericGrantRequest(web, GRANT, form, { DPoP: dpop });
      expect(own.token_type).toBe('dpop');
      expect(claimsOf({ body: { access_token: own.access_token } } as Answer)['cnf']).toEqual({
        jkt: expect.any(String),
      });
      expect(decodeProtectedHeader(own.access_token).typ).toBe('at+jwt');
    }
  });

  test('a proof works once, and a bearer token gets bound if there is one', async () => {
    await scene.addPerson('once');
    const { access_token: token } = await scene.logIn('once');
    const orders = await scene.app('orders');
    const dpop = oidc.getDPoPHandle(orders, await oidc.randomDPoPKeyPair());
    let proof = '';
    orders[oidc.customFetch] = (url, options) => {
      proof = new Headers(options.headers as HeadersInit).get('dpop') ?? proof;
      return fetch(url, options as RequestInit);
    };
    const answer = await oidc.genericGrantRequest(
      orders,
      GRANT,
      { ...subject(token), resource: BILLING },
      { DPoP: dpop },
    );
    expect(answer.token_type).toBe('dpop');
    const again = await scene.exchange('orders', { ...subject(token), resource: BILLING }, { dpop: proof });
    expect(again.body.error).toBe('invalid_grant');
  });
});

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { newPerson } from '../../../harness/person.ts';
import type { OutgoingMail } from '../../../src/ports/mailer.ts';
import { until } from '../../support/until.ts';
import { expectPage } from '../app.ts';
import { ACCOUNT, type Installation, install } from '../installation.ts';
import { ask, askAndWait, atRequests, begin, CIBA_CLIENTS, CIBA_GRANT, openOnly, outcomesOf } from './ciba-scene.ts';

let installation: Installation;
const mails: OutgoingMail[] = [];
beforeAll(async () => {
  installation = await install({
    clients: CIBA_CLIENTS,
    mailer: { queue: async (mail) => mails.push(mail) > 0 },
  });
  for (const name of ['alice', 'bob', 'carol', 'dave']) await installation.addUser(name);
  await installation.addUser('erin', { email: 'erin@example.com', emailVerifiedAt: 1 } as never);
});
afterAll(() => installation.close());

const eventsOf = (name: string) => installation.events.filter(({ eventName }) => eventName === name);

test('[CIBA Core §7.3] an app gets an id with 256 bits, its lifetime and the interval', async () => {
  const { status, body } = await begin(installation, { login_hint: 'zoe' });
  expect(status).toBe(200);
  expect(body).toEqual({ auth_req_id: expect.stringMatching(/^[\w-]{43}$/), expires_in: 600, interval: 5 });
});

test('[CIBA Core §10.1] the person signs in, sees what asks and from where, and allows it; the app redeems it once', async () => {
  const request = await askAndWait(installation, {
    login_hint: 'alice',
    scope: 'openid profile offline_access',
    binding_message: 'Order <b>4711</b>',
  });
  expect((await request.poll()).body['error']).toBe('authorization_pending');
  const person = newPerson(installation.url);
  const list = await atRequests(installation, 'alice', { person });
  expect(list.heading).toBe('Requests of apps');
  expect(list.text).toContain('Order <b>4711</b>');
  const page = await openOnly(list);
  expect(page.heading).toBe('Allow Till 4 to sign you in?');
  for (const shown of ['Order <b>4711</b>', '127.0.0.1', 'UTC', 'alice', 'example', 'Client ID: till']) {
    expect(page.text).toContain(shown);
  }
  expect(page.text).toContain('Know who you are');
  expect(page.text).toContain('Stay connected');
  // Looking at it answers nothing.
  expect((await request.poll()).body['access_token']).toBeUndefined();
  const done = expectPage(await page.submit('allow'));
  expect(done.text).toContain('You allowed the request. Go back to Till 4.');
  expect(done.text).toContain('No app is asking at the moment');

  const { status, body } = await request.poll();
  expect(status).toBe(200);
  expect(decodeJwt(String(body['id_token']))).toMatchObject({
    aud: 'till',
    sub: expect.stringMatching(/^AIDA/),
    amr: ['pwd'],
    auth_time: expect.any(Number),
  });
  const refreshed = await request.poll({ grant_type: 'refresh_token', refresh_token: String(body['refresh_token']) });
  expect(refreshed.status).toBe(200);
  expect((await request.poll()).body['error']).toBe('invalid_grant');
  expect(eventsOf('BeginBackchannelSignIn').at(-1)).toMatchObject({ outcome: 'allowed', resources: ['till'] });
  expect(eventsOf('AllowBackchannelSignIn').at(-1)).toMatchObject({
    outcome: 'allowed',
    actor: { arn: expect.stringContaining('user/alice') },
    resources: ['till'],
    request: { requestedFrom: '127.0.0.1', scope: 'openid profile offline_access' },
  });
  // [CIBA Core §7.1] What the app wrote, and whom it asked for, is on no record.
  expect(JSON.stringify(installation.events)).not.toContain('4711');
});

test('[CIBA Core §11] who denies it leaves the app with access_denied, once for all', async () => {
  const request = await askAndWait(installation, { login_hint: 'bob', client_id: 'desk' });
  const person = newPerson(installation.url);
  const list = await atRequests(installation, 'bob', { person });
  const page = expectPage(await list.follow('Look at it'));
  const { url } = page;
  expect(expectPage(await page.submit('deny')).text).toContain('You denied the request');
  expect(await request.poll()).toMatchObject({ status: 400, body: { error: 'access_denied' } });
  const late = await atRequests(installation, 'bob', { person, at: url.pathname });
  expect([late.status, late.text.includes('not open any more')]).toEqual([404, true]);
  // The page of before leads nowhere either.
  expect(expectPage(await page.submit('allow')).text).toContain('not open any more');
  expect(eventsOf('DenyBackchannelSignIn').at(-1)).toMatchObject({ actor: { arn: expect.stringContaining('bob') } });
  expect(outcomesOf(installation)).toEqual(expect.arrayContaining(['begun', 'denied']));
});

test('[CIBA Core §7.1] an ID token names the person, even one that has expired', async () => {
  const first = await askAndWait(installation, { login_hint: 'carol' });
  const person = newPerson(installation.url);
  await (await openOnly(await atRequests(installation, 'carol', { person }))).submit('allow');
  const hint = String((await first.poll()).body['id_token']);
  const request = await askAndWait(installation, { id_token_hint: hint });
  await (await openOnly(await atRequests(installation, 'carol', { person }))).submit('allow');
  expect((await request.poll()).status).toBe(200);
  // Without offline_access there is no refresh token, and the tokens end with the session.
  for (const wrong of [`${hint}x`, 'no token']) {
    expect(await begin(installation, { id_token_hint: wrong })).toMatchObject({
      status: 400,
      body: { error: 'invalid_request' },
    });
  }
});

test('the scopes of a service are shown and granted, and no others', async () => {
  const request = await askAndWait(installation, {
    login_hint: 'carol',
    scope: 'openid orders:read orders:write',
    resource: 'https://orders.example',
  });
  const page = await openOnly(await atRequests(installation, 'carol'));
  expect(page.text).toContain('Use https://orders.example for you: orders:read');
  expect(page.text).not.toContain('orders:write');
  await page.submit('allow');
  const { body } = await request.poll({ resource: 'https://orders.example' });
  expect(decodeJwt(String(body['access_token']))).toMatchObject({
    aud: 'https://orders.example',
    scope: 'orders:read',
  });
});

test('[S25, S31] a proven address is mailed a link, which opens the page and answers nothing', async () => {
  const request = await askAndWait(installation, { login_hint: 'ERIN@example.com', binding_message: 'W4SCT' });
  await until(() => mails.length > 0);
  const [{ to, message } = {} as OutgoingMail] = mails;
  expect(to).toBe('erin@example.com');
  expect(message).toMatchObject({ kind: 'request', app: 'Till 4', userName: 'erin' });
  expect(JSON.stringify(message)).not.toContain('W4SCT');
  const { pathname } = new URL((message as { link: string }).link);
  expect((await request.poll()).body['error']).toBe('authorization_pending');
  const page = await atRequests(installation, 'erin', { at: pathname });
  expect(page.heading).toBe('Allow Till 4 to sign you in?');
  // Opened by somebody else, it is nothing.
  expect((await atRequests(installation, 'dave', { at: pathname })).status).toBe(404);
  await page.submit('allow');
  expect((await request.poll()).status).toBe(200);
});

test('the account page counts what waits, and the activity of a person names what they allowed', async () => {
  const person = newPerson(installation.url);
  await askAndWait(installation, { login_hint: 'dave' });
  await askAndWait(installation, { login_hint: 'dave', client_id: 'desk' });
  const account = await atRequests(installation, 'dave', { person, at: '/sign-in' });
  expect(account.text).toContain('Requests of apps: 2');
  expect(expectPage(await account.follow('Requests of apps')).heading).toBe('Requests of apps');
});

describe('who may use it', () => {
  const read = async (path: string) => (await fetch(`${installation.url}${path}`)).json();

  test.each(['/oidc/.well-known/openid-configuration', '/.well-known/oauth-authorization-server/oidc'])(
    '[CIBA Core §4] %s names the endpoint, the modes and the algorithms',
    async (path) => {
      expect(await read(path)).toMatchObject({
        backchannel_authentication_endpoint: `${installation.url}/oidc/backchannel`,
        backchannel_token_delivery_modes_supported: ['poll', 'ping'],
        backchannel_user_code_parameter_supported: false,
        backchannel_authentication_request_signing_alg_values_supported: expect.arrayContaining(['ES256', 'PS256']),
        grant_types_supported: expect.arrayContaining([CIBA_GRANT]),
      });
    },
  );

  test('[CIBA Core §13] a client without the grant is not authorized', async () => {
    expect(await begin(installation, { client_id: 'web', login_hint: 'alice' })).toMatchObject({
      status: 400,
      body: { error: 'unauthorized_client' },
    });
  });

  test('without such a client, discovery says nothing of it, until there is one', async () => {
    const off = await install();
    try {
      const names = async () => {
        const document = await (await fetch(`${off.url}/oidc/.well-known/openid-configuration`)).json();
        return Object.keys(document).filter((name) => /^backchannel_(?!logout)/.test(name));
      };
      expect(await names()).toEqual([]);
      await off.seedClients(CIBA_CLIENTS);
      expect((await names()).length).toBe(4);
    } finally {
      await off.close();
    }
  });

  test.each([
    ['no delivery mode', { backchannel_token_delivery_mode: undefined }, /poll or ping/],
    ['push', { backchannel_token_delivery_mode: 'push' }, /backchannel_token_delivery_mode/],
    ['ping without an address', { backchannel_token_delivery_mode: 'ping' }, /notification_endpoint/],
    ['a public client', { token_endpoint_auth_method: 'none' }, /must authenticate/],
  ])('[CIBA Core §4] registration: %s is refused', async (_what, change, why) => {
    const { clientSettingsShape } = await import('../../../src/identity/applications/oidc/client-settings.ts');
    const metadata = { ...CIBA_CLIENTS[0]?.metadata, ...change };
    const { success, error } = clientSettingsShape.safeParse({
      client_id: 'x',
      client_secret: 'y'.repeat(20),
      ...metadata,
    });
    expect(success).toBe(false);
    expect(JSON.stringify(error?.issues)).toMatch(why);
  });

  test('a person who may not use the app is not asked', async () => {
    await askAndWait(installation, { client_id: 'closed', login_hint: 'alice' });
    expect(outcomesOf(installation).at(-1)).toBe('not-assigned');
    expect((await atRequests(installation, 'alice')).text).toContain('No app is asking');
    expect(ACCOUNT).toMatch(/^\d+$/);
    expect((await ask(installation, { client_id: 'closed', login_hint: 'alice' })).id).toMatch(/^[\w-]{43}$/);
  });
});

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { newPerson } from '../../../harness/person.ts';
import { expectPage } from '../app.ts';
import { type Installation, install } from '../installation.ts';
import { atDevicePage, authorizeDevice, DEVICE_CLIENTS, DEVICE_GRANT, enter, startDevice } from './device-scene.ts';

let installation: Installation;
let outcomes: string[];
beforeAll(async () => {
  outcomes = [];
  installation = await install({
    clients: DEVICE_CLIENTS,
    observeDevice: (outcome) => void outcomes.push(outcome),
  });
  await installation.addUser('alice');
  await installation.addUser('bob');
});
afterAll(() => installation.close());

const eventsOf = (name: string) => installation.events.filter(({ eventName }) => eventName === name);

test('[RFC 8628 §3.2] a device gets codes, a short address and an interval; the user code has eight consonants', async () => {
  const { status, body } = await authorizeDevice(installation, { client_id: 'tv', scope: 'openid' });
  expect(status).toBe(200);
  expect(body).toEqual({
    device_code: expect.stringMatching(/^[\w-]{43}$/),
    user_code: expect.stringMatching(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/),
    verification_uri: `${installation.url}/device`,
    verification_uri_complete: `${installation.url}/device?user_code=${body['user_code']}`,
    expires_in: 600,
    interval: 5,
  });
});

test('[RFC 8628 §3.3] a person signs in, enters the code, sees what asks and from where, and allows it', async () => {
  const device = await startDevice(installation);
  expect((await device.poll()).body['error']).toBe('authorization_pending');
  const page = await atDevicePage(installation, 'alice');
  expect(page.heading).toBe('Sign in on a device');
  // Neither case nor the dash counts (RFC 8628 §6.1).
  const confirm = await enter(page, device.userCode.replace('-', ' ').toLowerCase());
  expect(confirm.heading).toBe('Allow Living room on another device?');
  for (const shown of [
    device.userCode,
    '127.0.0.1',
    'UTC, less than a minute ago',
    'alice',
    'example',
    'Client ID: tv',
  ]) {
    expect(confirm.text).toContain(shown);
  }
  expect(confirm.text).toContain('Know who you are');
  expect(confirm.text).toContain('Stay connected');
  expect((await device.poll()).body['access_token']).toBeUndefined();
  const done = expectPage(await confirm.submit('allow'));
  expect(done.heading).toBe('You are signed in on the device');

  const { status, body } = await device.poll();
  expect(status).toBe(200);
  expect(decodeJwt(body['id_token'] ?? '')).toMatchObject({ aud: 'tv', sub: expect.stringMatching(/^AIDA/) });
  expect(body['refresh_token']).toBeDefined();
  const refreshed = await device.poll({ grant_type: 'refresh_token', refresh_token: body['refresh_token'] ?? '' });
  expect(refreshed.status).toBe(200);
  expect(eventsOf('BeginDeviceSignIn').length).toBeGreaterThan(0);
  expect(eventsOf('AllowDevice').at(-1)).toMatchObject({
    outcome: 'allowed',
    actor: { arn: expect.stringContaining('user/alice') },
    resources: ['tv'],
    request: { requestedFrom: '127.0.0.1', scope: 'openid offline_access' },
  });
  expect(outcomes).toEqual(expect.arrayContaining(['started', 'allowed']));
});

test('[RFC 8628 §3.3.1] a link with the code is kept over the sign-in, shows the request, and still asks', async () => {
  const device = await startDevice(installation);
  const person = newPerson(installation.url);
  const confirm = await atDevicePage(installation, 'alice', { at: device.link, person });
  expect(confirm.heading).toBe('Allow Living room on another device?');
  expect(confirm.text).toContain(device.userCode);
  // Opening it again changes nothing.
  const again = await atDevicePage(installation, 'alice', { at: device.link, person });
  expect((await device.poll()).body['error']).toBe('authorization_pending');
  expect(expectPage(await again.submit('allow')).heading).toBe('You are signed in on the device');
  expect((await device.poll()).status).toBe(200);
});

test('[RFC 8628 §3.5] who denies it leaves the device with access_denied, once for all', async () => {
  const device = await startDevice(installation);
  const confirm = await atDevicePage(installation, 'alice', { at: device.link });
  expect(expectPage(await confirm.submit('deny')).heading).toBe('You denied the request');
  expect(await device.poll()).toMatchObject({ status: 400, body: { error: 'access_denied' } });
  const late = await atDevicePage(installation, 'bob', { at: device.link });
  expect([late.status, late.heading]).toEqual([400, 'Sign in on a device']);
  expect(late.text).toContain('This code was used already');
  expect(eventsOf('DenyDevice').at(-1)).toMatchObject({
    resources: ['tv'],
    actor: { arn: expect.stringContaining('alice') },
  });
  expect(outcomes).toEqual(expect.arrayContaining(['denied', 'used']));
});

test('the scopes of a service are shown and granted, and no others', async () => {
  const device = await startDevice(installation, {
    client_id: 'tv',
    scope: 'openid films:watch films:delete',
    resource: 'https://films.example',
  });
  const confirm = await atDevicePage(installation, 'alice', { at: device.link });
  expect(confirm.text).toContain('Use https://films.example for you: films:watch');
  expect(confirm.text).not.toContain('films:delete');
  await confirm.submit('allow');
  const { body } = await device.poll({ resource: 'https://films.example' });
  expect(decodeJwt(body['access_token'] ?? '')).toMatchObject({ aud: 'https://films.example', scope: 'films:watch' });
});

test('a person to whom the app is not assigned cannot allow it, and may leave the device denied', async () => {
  const device = await startDevice(installation, { client_id: 'printer', client_secret: '' }).catch((error) => error);
  expect(String(device)).toContain('invalid_client');
  const basic = `Basic ${Buffer.from('printer:a client secret of forty-three characters!!').toString('base64')}`;
  const { body } = await authorizeDevice(installation, { scope: 'openid' }, { authorization: basic });
  const confirm = await atDevicePage(installation, 'alice', { at: body['verification_uri_complete'] ?? '' });
  const refused = expectPage(await confirm.submit('allow'));
  expect(refused.heading).toBe('You cannot use Printer');
  expect(expectPage(await refused.submit('back to')).heading).toBe('You denied the request');
});

describe('who may use it', () => {
  test('[RFC 8628 §4] discovery names the endpoint and the grant', async () => {
    const document = await (await fetch(`${installation.url}/oidc/.well-known/openid-configuration`)).json();
    expect(document.device_authorization_endpoint).toBe(`${installation.url}/oidc/device/auth`);
    expect(document.grant_types_supported).toContain(DEVICE_GRANT);
  });

  test('a client without the grant gets no codes', async () => {
    const basic = `Basic ${Buffer.from('web:a client secret of forty-three characters!!').toString('base64')}`;
    const { status, body } = await authorizeDevice(installation, { scope: 'openid' }, { authorization: basic });
    expect([status, body['error']]).toEqual([400, 'invalid_request']);
  });

  test('without such a client, discovery says nothing of it, until there is one', async () => {
    const off = await install({ commandLine: { enabled: true, deviceCodes: false, sessionSeconds: 900 } });
    try {
      const read = async () => (await fetch(`${off.url}/oidc/.well-known/openid-configuration`)).json();
      expect((await read()).device_authorization_endpoint).toBeUndefined();
      expect((await read()).grant_types_supported).not.toContain(DEVICE_GRANT);
      const { status, body } = await authorizeDevice(off, { client_id: 'rolecall-cli', scope: 'openid' });
      expect([status, body['error']]).toEqual([400, 'invalid_request']);
      await off.seedClients(DEVICE_CLIENTS);
      expect((await read()).device_authorization_endpoint).toBe(`${off.url}/oidc/device/auth`);
    } finally {
      await off.close();
    }
  });
});

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newPerson } from '../../../harness/person.ts';
import { hashedId } from '../../../src/keys/hashed-id.ts';
import { MAX_OF_PERSON } from '../../../src/oidc/device/code-attempts.ts';
import { startDateAt } from '../../support/shifted-date.ts';
import { expectPage, typeIn } from '../app.ts';
import { ACCOUNT, type Installation, install } from '../installation.ts';
import { atDevicePage, DEVICE_CLIENTS, enter, startDevice } from './device-scene.ts';

let installation: Installation;
let now = Date.now();
let outcomes: string[];
const users: Record<string, string> = {};
beforeAll(async () => {
  outcomes = [];
  installation = await install({
    clients: DEVICE_CLIENTS,
    clock: { now: () => now },
    trustedProxies: ['127.0.0.1'],
    observeDevice: (outcome) => void outcomes.push(outcome),
  });
  for (const name of ['alice', 'bob', 'carol', 'guesser']) users[name] = (await installation.addUser(name)).userId;
});
afterAll(() => installation.close());

describe('[S17, RFC 8628 §5.1] guessing user codes', () => {
  test('needs a sign-in, and ends after ten wrong ones of a person; right ones and other people do not count', async () => {
    const device = await startDevice(installation);
    const person = newPerson(installation.url);
    let page = await atDevicePage(installation, 'guesser', { person });
    for (let guess = 0; guess < MAX_OF_PERSON; guess++) {
      const right = expectPage(await person.open(device.link));
      expect(right.heading).toContain('Living room');
      page = await enter(await atDevicePage(installation, 'guesser', { person }), 'BCDF-GHJK');
      expect([page.status, page.heading]).toEqual([400, 'Sign in on a device']);
    }
    const refused = await enter(page, device.userCode);
    expect([refused.status, refused.heading]).toEqual([429, 'Too many wrong codes']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    // Links are no way around it.
    expect(expectPage(await person.open(device.link)).status).toBe(429);
    const bob = await atDevicePage(installation, 'bob', { at: device.link });
    expect(bob.heading).toContain('Living room');
    expect(outcomes).toEqual(expect.arrayContaining(['unknown', 'throttled']));
    const refusals = installation.events.filter(({ eventName }) => eventName === 'EnterUserCode');
    expect(refusals.map(({ errorCode }) => errorCode)).toEqual(expect.arrayContaining(['unknown', 'throttled']));
  });

  test('a posted code of somebody who is not signed in is not looked up', async () => {
    const device = await startDevice(installation);
    const body = new URLSearchParams({ user_code: device.userCode, confirm: 'yes', xsrf: 'x' });
    const answer = await fetch(`${installation.url}/oidc/device`, { method: 'POST', body, redirect: 'manual' });
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toContain('/oidc/auth?client_id=rolecall&');
    expect(answer.headers.get('location')).not.toContain(device.userCode);
  });
});

describe('[RFC 8628 §5.4] remote phishing', () => {
  test('the page says that the request comes from another network, and cannot be framed or cached', async () => {
    const answer = await fetch(`${installation.url}/oidc/device/auth`, {
      method: 'POST',
      headers: { 'x-forwarded-for': '203.0.113.9' },
      body: new URLSearchParams({ client_id: 'rolecall-cli', scope: 'openid offline_access' }),
    });
    const { verification_uri_complete: at, device_code, user_code } = await answer.json();
    const person = newPerson(installation.url, { 'x-forwarded-for': '198.51.100.1' });
    const page = await atDevicePage(installation, 'alice', { at, person });
    expect(page.text).toContain('203.0.113.9 (not the network that you are in)');
    expect(page.text).toContain(user_code);
    expect(page.text).toContain('Use the roles that you may assume, as you');
    expect(page.text).toContain('If someone sent you a link or a code, deny it');
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(page.headers.get('cache-control')).toContain('no-store');
    expect(page.html).not.toContain(device_code);
    expect(page.html).not.toContain('<script');
  });

  test('neither a form of another page, nor one shown to somebody who has signed out, allows anything', async () => {
    const device = await startDevice(installation);
    const person = newPerson(installation.url);
    const shown = await atDevicePage(installation, 'alice', { at: device.link, person });
    const secret = /name="xsrf" value="(\w+)"/.exec(shown.html)?.[1] ?? '';
    const direct = globalThis.fetch;
    globalThis.fetch = (input, init = {}) =>
      direct(input, { ...init, body: init.body ? String(init.body).replace(secret, 'f'.repeat(48)) : null });
    const answered = shown.submit('allow').finally(() => {
      globalThis.fetch = direct;
    });
    const forged = expectPage(await answered);
    expect([forged.status, forged.text]).toEqual([400, expect.stringContaining('This page was out of date')]);

    const again = await atDevicePage(installation, 'alice', { at: device.link, person });
    const other = expectPage(await person.open(`${installation.url}/oidc/session/end`));
    await other.submit('sign out');
    await typeIn(await person.open(`${installation.url}/sign-in`), { user: 'bob' });
    const asked = expectPage(await again.submit('allow'));
    expect(asked.heading).toBe('Sign in on a device');
    expect(asked.text).toContain('bob');
    expect((await device.poll()).body['error']).toBe('authorization_pending');
  });
});

describe('what a code is good for', () => {
  test('of two people who allow one code at once, exactly one signs the device in', async () => {
    const device = await startDevice(installation);
    const pages = await Promise.all(
      ['alice', 'bob'].map((user) => atDevicePage(installation, user, { at: device.link })),
    );
    const seen = await Promise.all(pages.map(async (page) => expectPage(await page.submit('allow'))));
    const headings = seen.map(({ heading }) => heading).sort();
    expect(headings).toEqual(['Sign in on a device', 'You are signed in on the device']);
    expect((await device.poll()).status).toBe(200);
  });

  test('[S03, RFC 8628 §3.4] a device code works once; using it again ends what it gave, and no other client can use it', async () => {
    const device = await startDevice(installation);
    await (await atDevicePage(installation, 'alice', { at: device.link })).submit('allow');
    const stolen = await device.poll({ client_id: 'rolecall-cli' });
    expect(stolen).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    const [one, two] = await Promise.all([device.poll(), device.poll()]);
    expect([one.status, two.status].sort()).toEqual([200, 400]);
    const { body } = one.status === 200 ? one : two;
    const renewed = await device.poll({ grant_type: 'refresh_token', refresh_token: body['refresh_token'] ?? '' });
    expect(renewed).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  test('[RFC 8628 §3.5] an expired code is told apart, at the device and on the page', async () => {
    const device = await startDevice(installation);
    const person = newPerson(installation.url);
    await atDevicePage(installation, 'alice', { person });
    const back = startDateAt(Date.now() + 660_000);
    try {
      expect(await device.poll()).toMatchObject({ status: 400, body: { error: 'expired_token' } });
      const page = expectPage(await person.open(device.link));
      expect(page.text).toContain('This code has expired');
    } finally {
      back();
    }
  });

  test('[TRAPS flow: device polling] polls are compared with the one before, and an answered one is never refused', async () => {
    const device = await startDevice(installation);
    const errorOf = async () => (await device.poll()).body['error'];
    expect(await errorOf()).toBe('authorization_pending');
    expect(await errorOf()).toBe('slow_down');
    now += 4000;
    expect(await errorOf()).toBe('authorization_pending');
    for (let poll = 0; poll < 5; poll++) expect(await errorOf()).toBe('slow_down');
    now += 5000;
    expect(await errorOf()).toBe('authorization_pending');
    await (await atDevicePage(installation, 'alice', { at: device.link })).submit('allow');
    expect((await device.poll()).status).toBe(200);
    const refused = installation.events.filter(
      ({ eventName, outcome }) => eventName === 'IssueTokens' && outcome === 'refused',
    );
    expect(refused.map(({ errorCode }) => errorCode)).not.toContain('authorization_pending');
  });

  test('the store has neither code in the clear', async () => {
    const device = await startDevice(installation);
    const read = await installation.ephemeral.get(`oidc/hashed/DeviceCode/${hashedId(device.deviceCode)}`);
    expect(read).toEqual(expect.any(String));
    expect(read).not.toContain(device.userCode.replace('-', ''));
    expect(await installation.ephemeral.get(`oidc/user-code/${device.userCode.replace('-', '')}`)).toBeUndefined();
  });
});

describe('[TRAPS flow: one gate] the end of a login', () => {
  test('a user who was disabled after allowing gets no tokens', async () => {
    const device = await startDevice(installation);
    await (await atDevicePage(installation, 'carol', { at: device.link })).submit('allow');
    await installation.identities.users.update([ACCOUNT, users['carol'] ?? ''], (user) => ({
      ...user,
      disabled: { administrator: { reason: 'left', at: now } },
    }));
    expect(await device.poll()).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  test('the account page lists it, and revoking ends it, before and after the device has its tokens', async () => {
    const person = newPerson(installation.url);
    const [early, late] = [await startDevice(installation), await startDevice(installation)];
    for (const { link } of [early, late]) {
      await (await atDevicePage(installation, 'alice', { at: link, person })).submit('allow');
    }
    const tokens = await late.poll();
    expect(tokens.status).toBe(200);
    const account = expectPage(await person.open(`${installation.url}/sign-in`));
    expect(account.text).toContain('Living room');
    await account.submit('revoke');
    expect(await early.poll()).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    const renewed = await late.poll({ grant_type: 'refresh_token', refresh_token: tokens.body['refresh_token'] ?? '' });
    expect(renewed).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });
});

test('without offline_access, the tokens end with the session of the browser in which they were allowed', async () => {
  const device = await startDevice(installation, { client_id: 'tv', scope: 'openid' });
  const person = newPerson(installation.url);
  await (await atDevicePage(installation, 'alice', { at: device.link, person })).submit('allow');
  const { body } = await device.poll();
  const userInfo = async () => {
    const headers = { authorization: `Bearer ${body['access_token']}` };
    return (await fetch(`${installation.url}/oidc/me`, { headers })).status;
  };
  expect([body['refresh_token'], await userInfo()]).toEqual([undefined, 200]);
  await expectPage(await person.open(`${installation.url}/oidc/session/end`)).submit('sign out');
  expect(await userInfo()).toBe(401);
});

test('a client that wants a fresh sign-in gets one, and then the consent page, before the device goes on', async () => {
  now = Date.now();
  const device = await startDevice(installation, { client_id: 'tv', scope: 'openid offline_access', max_age: '1' });
  const person = newPerson(installation.url);
  await atDevicePage(installation, 'alice', { person });
  const back = startDateAt(Date.now() + 5000);
  try {
    const confirm = expectPage(await person.open(device.link));
    const signIn = expectPage(await confirm.submit('allow'));
    expect(signIn.heading).toBe('Sign in');
    const consent = expectPage(await typeIn(signIn, { user: 'alice' }));
    expect(consent.heading).toBe('Allow Living room?');
    expect(consent.text).not.toContain('You will be sent to');
    expect(expectPage(await consent.submit('allow')).heading).toBe('You are signed in on the device');
    expect((await device.poll()).status).toBe(200);
  } finally {
    back();
  }
});

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { newPerson, type Person } from '../../../harness/person.ts';
import type { User } from '../../../src/identity/documents/user.ts';
import { codeAt, timeStepAt } from '../../../src/identity/factors/totp.ts';
import { hashedId } from '../../../src/keys/hashed-id.ts';
import { MAX_AN_HOUR, MAX_OF_APP } from '../../../src/oidc/ciba/pending-requests.ts';
import type { CollectionStore } from '../../../src/ports/collections.ts';
import { EPHEMERAL_KEYS } from '../../../src/ports/ephemeral-keys.ts';
import { startDateAt } from '../../support/shifted-date.ts';
import { until } from '../../support/until.ts';
import { expectPage, SECRET, typeIn } from '../app.ts';
import { ACCOUNT, type Installation, install } from '../installation.ts';
import { askAndWait, atRequests, begin, CIBA_CLIENTS, CIBA_GRANT, openOnly, outcomesOf, post } from './ciba-scene.ts';

let now = Date.now();
let installation: Installation;
const users: Record<string, string> = {};
/** While it is not resolved, nobody can be looked up. */
let gate = Promise.resolve();

/** Lets look-ups of people wait for the gate. */
function gated(store: CollectionStore): CollectionStore {
  return {
    ...store,
    open(declaration) {
      const opened = store.open(declaration);
      if (declaration.name !== 'users') return opened;
      const waiting = Object.entries(opened).map(([name, call]) => [
        name,
        name === 'find' || name === 'get'
          ? async (...given: unknown[]) => {
              await gate;
              return (call as (...args: unknown[]) => unknown).apply(opened, given);
            }
          : call,
      ]);
      return { ...opened, ...Object.fromEntries(waiting) };
    },
  };
}

beforeAll(async () => {
  const base = CIBA_CLIENTS[0] as (typeof CIBA_CLIENTS)[0];
  const strict = {
    ...base,
    clientId: 'strict',
    metadata: { ...base.metadata, client_name: 'Strict', max_sign_in_age: 60 },
  };
  installation = await install({
    clients: [...CIBA_CLIENTS, strict],
    clock: { now: () => now },
    countedIdentities: gated,
  });
  for (const name of ['alice', 'bob', 'carol', 'dave', 'erin', 'frank', 'gina', 'henry', 'coded', 'quick'])
    await addUser(name);
});
afterAll(() => installation.close());

async function addUser(name: string, change: Partial<User> = {}): Promise<void> {
  users[name] = (await installation.addUser(name, change)).userId;
}

async function change(name: string, act: (user: User) => Partial<User>): Promise<void> {
  await installation.identities.users.update([ACCOUNT, users[name] ?? ''], (user) => ({ ...user, ...act(user) }));
}

/** A request of an app that the person has allowed. */
async function allowed(name: string, person: Person, form: Record<string, string> = {}) {
  const request = await askAndWait(installation, { login_hint: name, scope: 'openid offline_access', ...form });
  const done = expectPage(await (await openOnly(await atRequests(installation, name, { person }))).submit('allow'));
  expect(done.text).toContain('You allowed the request');
  return request;
}

describe('[S25] strangers learn nothing', () => {
  test('whoever the hint means, the answer comes before anybody is looked up, and is the same', async () => {
    await addUser('former', { disabled: { administrator: { reason: 'left', at: now } } } as Partial<User>);
    let open = (): void => {};
    gate = new Promise((resolve) => {
      open = resolve;
    });
    const hints = ['frank', 'former', 'nobody', 'nobody@example.com', 'root@example.com', '\u{1f9a6}'];
    const answers = await Promise.all(hints.map((login_hint) => begin(installation, { login_hint })));
    for (const { status, body } of answers) {
      expect([status, Object.keys(body)]).toEqual([200, ['expires_in', 'auth_req_id', 'interval']]);
    }
    const before = outcomesOf(installation).length;
    open();
    await until(() => outcomesOf(installation).length === before + hints.length);
    const poll = (body: Readonly<Record<string, unknown>>) =>
      post(`${installation.url}/oidc/token`, {
        ...{ client_id: 'till', client_secret: SECRET, grant_type: CIBA_GRANT },
        auth_req_id: String(body['auth_req_id']),
      });
    for (const { body } of answers) expect((await poll(body)).body['error']).toBe('authorization_pending');
    const back = startDateAt(Date.now() + 660_000);
    try {
      for (const { body } of answers) expect((await poll(body)).body['error']).toBe('expired_token');
    } finally {
      back();
    }
    expect((await atRequests(installation, 'frank')).text).toContain('Till 4');
  });

  test('[S31] an address that nobody proved reaches nobody', async () => {
    await addUser('tagged', { email: 'boss@example.com' } as Partial<User>);
    await askAndWait(installation, { login_hint: 'boss@example.com' });
    expect(outcomesOf(installation).at(-1)).toBe('unknown-person');
  });
});

describe('[CIBA Core §7.1, §13] what is refused', () => {
  const HINT = { login_hint: 'alice' };
  test.each<[string, Record<string, string>, string, RegExp?]>([
    ['no hint', {}, 'invalid_request', /login_hint/],
    ['two hints', { ...HINT, id_token_hint: 'x' }, 'invalid_request', /only one/],
    ['login_hint_token', { login_hint_token: 'x' }, 'invalid_request', /login_hint_token is not supported/],
    ['user_code', { ...HINT, user_code: '1234' }, 'invalid_request', /user_code is not supported/],
    ['no openid', { ...HINT, scope: 'profile' }, 'invalid_request', /openid/],
    ['a scope with strange characters', { ...HINT, scope: 'openid "x' }, 'invalid_scope'],
    ['a long hint', { login_hint: 'a'.repeat(321) }, 'invalid_request', /320/],
    ['requested_expiry 0', { ...HINT, requested_expiry: '0' }, 'invalid_request'],
    ['requested_expiry -1', { ...HINT, requested_expiry: '-1' }, 'invalid_request'],
    ['requested_expiry of a word', { ...HINT, requested_expiry: 'soon' }, 'invalid_request'],
    ['an unknown resource', { ...HINT, resource: 'https://other.example' }, 'invalid_target'],
    ['a wrong secret', { ...HINT, client_secret: 'wrong' }, 'invalid_client'],
    ['an unknown client', { ...HINT, client_id: 'x' }, 'invalid_client'],
    ['an empty message', { ...HINT, binding_message: ' ' }, 'invalid_binding_message'],
    ['a long message', { ...HINT, binding_message: 'a'.repeat(101) }, 'invalid_binding_message', /100/],
    ['two lines', { ...HINT, binding_message: 'pay\n5' }, 'invalid_binding_message'],
    ['a message written backwards', { ...HINT, binding_message: 'pay \u202e5' }, 'invalid_binding_message'],
    ['hidden characters', { ...HINT, binding_message: 'pay\u200b5' }, 'invalid_binding_message'],
    ['letters that show nothing', { ...HINT, binding_message: '\u3164\u115f' }, 'invalid_binding_message'],
    ['marks over other lines', { ...HINT, binding_message: `a${'\u0316'.repeat(50)}` }, 'invalid_binding_message'],
    ['a null byte', { ...HINT, binding_message: 'pay\u0000' }, 'invalid_binding_message'],
  ])('%s', async (_what, form, error, why = /./) => {
    const { status, body } = await begin(installation, form);
    expect([status, body['error']]).toEqual([error === 'invalid_client' ? 401 : 400, error]);
    expect(String(body['error_description'])).toMatch(why);
  });

  test.each<[string, RequestInit]>([
    ['JSON', { headers: { 'content-type': 'application/json' }, body: '{"login_hint":["x"]}' }],
    ['no body', {}],
    ['a header that is no credential', { headers: { authorization: 'Basic !' }, body: new URLSearchParams(HINT) }],
    [
      'a parameter sent twice',
      { body: `client_id=till&client_secret=${encodeURIComponent(SECRET)}&login_hint=a&login_hint=b` },
    ],
  ])('[TRAPS flow: malformed input] %s', async (_what, init) => {
    const { headers, ...rest } = init;
    const given = { 'content-type': 'application/x-www-form-urlencoded', ...headers };
    const answer = await fetch(`${installation.url}/oidc/backchannel`, { method: 'POST', headers: given, ...rest });
    expect([400, 401]).toContain(answer.status);
    expect(answer.headers.get('cache-control')).toContain('no-store');
    expect(await answer.json()).toHaveProperty('error');
    expect((await fetch(`${installation.url}/oidc/backchannel`)).status).toBe(405);
  });

  test('a message with letters of any script is shown as it is, and requested_expiry shortens the life', async () => {
    const form = { login_hint: 'alice', binding_message: '注文 №5 – 12,50 €', requested_expiry: '30' };
    const { status, body } = await begin(installation, form);
    expect([status, body['expires_in']]).toEqual([200, 30]);
    await until(async () => (await atRequests(installation, 'alice')).text.includes('注文 №5 – 12,50 €'));
    expect((await begin(installation, { login_hint: 'nobody', requested_expiry: '99999' })).body['expires_in']).toBe(
      600,
    );
  });
});

describe('[CIBA Core §11] polling', () => {
  test('[TRAPS flow: device polling] polls are compared with the one before; the first and answered ones are never refused', async () => {
    const request = await askAndWait(installation, { login_hint: 'gina' });
    const errorOf = async () => (await request.poll()).body['error'];
    expect(await errorOf()).toBe('authorization_pending');
    expect(await errorOf()).toBe('slow_down');
    now += 4000;
    expect(await errorOf()).toBe('authorization_pending');
    for (let poll = 0; poll < 5; poll++) expect(await errorOf()).toBe('slow_down');
    await (await openOnly(await atRequests(installation, 'gina'))).submit('allow');
    expect((await request.poll()).status).toBe(200);
  });

  test('[S03] of two simultaneous redemptions one succeeds, and what it got ends', async () => {
    const request = await allowed('gina', newPerson(installation.url));
    const [one, two] = await Promise.all([request.poll(), request.poll()]);
    expect([one.status, two.status].sort()).toEqual([200, 400]);
    const { body } = one.status === 200 ? one : two;
    const renewed = await request.poll({ grant_type: 'refresh_token', refresh_token: String(body['refresh_token']) });
    expect(renewed).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  test('of simultaneous answers one counts', async () => {
    const request = await askAndWait(installation, { login_hint: 'gina' });
    const person = newPerson(installation.url);
    const page = await openOnly(await atRequests(installation, 'gina', { person }));
    const seen = await Promise.all([page.submit('allow'), page.submit('deny')]);
    const texts = seen.map((each) => expectPage(each).text);
    expect(texts.filter((text) => text.includes('not open any more')).length).toBe(1);
    const isAllowed = texts.some((text) => text.includes('You allowed'));
    expect((await request.poll()).status).toBe(isAllowed ? 200 : 400);
  });

  test('[S46] another client, or an id that was never issued, gets nothing', async () => {
    const request = await allowed('gina', newPerson(installation.url));
    for (const [client_id, auth_req_id] of [
      ['desk', request.id],
      ['till', 'x'.repeat(43)],
      ['till', ''],
    ] as const) {
      const form = { client_id, client_secret: SECRET, grant_type: CIBA_GRANT, auth_req_id };
      const { status, body } = await post(`${installation.url}/oidc/token`, form);
      expect([status, ['invalid_grant', 'invalid_request'].includes(String(body['error']))]).toEqual([400, true]);
    }
    expect((await request.poll()).status).toBe(200);
  });

  test('[CIBA Core §11] nobody answers: expired_token, on record once, and the page says so', async () => {
    const request = await askAndWait(installation, { login_hint: 'henry' });
    const person = newPerson(installation.url);
    const page = await openOnly(await atRequests(installation, 'henry', { person }));
    const back = startDateAt(Date.now() + 660_000);
    try {
      for (let poll = 0; poll < 2; poll++) expect((await request.poll()).body['error']).toBe('expired_token');
      expect(expectPage(await page.submit('allow')).text).toContain('not open any more');
    } finally {
      back();
    }
    expect(outcomesOf(installation).filter((outcome) => outcome === 'expired').length).toBeGreaterThan(0);
  });
});

describe('prompt flooding', () => {
  test(`an app has at most ${MAX_OF_APP} requests waiting for a person; the app is not told, and others may ask`, async () => {
    for (let each = 0; each < MAX_OF_APP; each++) await askAndWait(installation, { login_hint: 'bob' });
    const extra = await askAndWait(installation, { login_hint: 'bob' });
    expect(outcomesOf(installation).at(-1)).toBe('too-many-of-app');
    expect((await extra.poll()).body['error']).toBe('authorization_pending');
    await askAndWait(installation, { login_hint: 'bob', client_id: 'desk' });
    const list = await atRequests(installation, 'bob');
    expect(list.html.match(/>Look at it</g)?.length).toBe(MAX_OF_APP + 1);
    // An answered one makes room.
    await (await openOnly(list)).submit('deny');
    await askAndWait(installation, { login_hint: 'bob' });
    expect(outcomesOf(installation).at(-1)).toBe('begun');
  });

  test('requests that are over soon count as long as others', async () => {
    const start = now;
    for (let each = 0; each < MAX_OF_APP; each++) {
      await askAndWait(installation, { login_hint: 'quick', requested_expiry: '1' });
      now += 2000;
    }
    expect(outcomesOf(installation).at(-1)).toBe('begun');
    await askAndWait(installation, { login_hint: 'quick', requested_expiry: '1' });
    expect(outcomesOf(installation).at(-1)).toBe('too-many-of-app');
    expect((await atRequests(installation, 'quick')).text).toContain('No app is asking');
    now += 600_000;
    await askAndWait(installation, { login_hint: 'quick' });
    expect(outcomesOf(installation).at(-1)).toBe('begun');
    now = start;
  });

  test('a person tells an app not to ask for a day, and lets it ask again', async () => {
    const person = newPerson(installation.url);
    const first = await askAndWait(installation, { login_hint: 'carol' });
    const page = await openOnly(await atRequests(installation, 'carol', { person }));
    const muted = expectPage(await page.submit('do not ask again'));
    expect(muted.text).toContain('Apps that may not ask');
    expect((await first.poll()).body['error']).toBe('access_denied');
    const second = await askAndWait(installation, { login_hint: 'carol' });
    expect(outcomesOf(installation).slice(-1)).toEqual(['muted']);
    expect((await second.poll()).body['error']).toBe('authorization_pending');
    await askAndWait(installation, { login_hint: 'carol', client_id: 'desk' });
    expect(outcomesOf(installation).at(-1)).toBe('begun');
    const before = await atRequests(installation, 'carol', { person });
    const again = expectPage(await before.submit('let it ask again'));
    expect(again.text).not.toContain('Apps that may not ask');
    const unmuted = () =>
      installation.events.filter(({ eventName }) => eventName === 'UnmuteBackchannelSignIns').length;
    expect(unmuted()).toBe(1);
    // The old page again: there is nothing to take back.
    await before.submit('let it ask again');
    expect(unmuted()).toBe(1);
    await askAndWait(installation, { login_hint: 'carol' });
    expect(outcomesOf(installation).at(-1)).toBe('begun');
    const names = installation.events.map(({ eventName }) => eventName);
    expect(names).toEqual(expect.arrayContaining(['MuteBackchannelSignIns', 'UnmuteBackchannelSignIns']));
  });

  test(`all apps together show a person at most ${MAX_AN_HOUR} requests an hour`, async () => {
    const person = newPerson(installation.url);
    const { of, lifetime } = EPHEMERAL_KEYS.backchannelRequests;
    await installation.ephemeral.increment(of(hashedId(users['dave'] ?? '')), MAX_AN_HOUR - 1, lifetime);
    await askAndWait(installation, { login_hint: 'dave', client_id: 'desk' });
    expect(outcomesOf(installation).at(-1)).toBe('begun');
    await (await openOnly(await atRequests(installation, 'dave', { person }))).submit('deny');
    await askAndWait(installation, { login_hint: 'dave' });
    expect(outcomesOf(installation).at(-1)).toBe('too-many-an-hour');
    expect((await atRequests(installation, 'dave', { person })).text).toContain('No app is asking');
  });
});

describe('the page', () => {
  test('[S16] a form from elsewhere, and the form of another session, answer nothing', async () => {
    const request = await askAndWait(installation, { login_hint: 'erin' });
    const person = newPerson(installation.url);
    const page = await openOnly(await atRequests(installation, 'erin', { person }));
    await expectPage(await person.open(`${installation.url}/oidc/session/end`)).submit('sign out');
    await atRequests(installation, 'erin', { person });
    expect(expectPage(await page.submit('allow')).status).toBe(403);
    const body = new URLSearchParams({ answer: 'allow' });
    const bare = await fetch(page.url, { method: 'POST', body, redirect: 'manual' });
    expect([bare.status, bare.headers.get('location')?.includes('/oidc/auth')]).toEqual([303, true]);
    expect((await request.poll()).body['error']).toBe('authorization_pending');
    expect(page.headers.get('cache-control')).toContain('no-store');
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    await (await openOnly(await atRequests(installation, 'erin', { person }))).submit('deny');
  });

  test('[S37] an old sign-in is not enough for an app that limits its age: after a new one, the page goes on', async () => {
    const person = newPerson(installation.url);
    await atRequests(installation, 'erin', { person });
    const back = startDateAt(Date.now() + 120_000);
    now += 120_000;
    try {
      const request = await askAndWait(installation, { login_hint: 'erin', client_id: 'strict' });
      const page = await openOnly(await atRequests(installation, 'erin', { person }));
      expect(page.text).toContain('Strict needs a new sign-in');
      expect(page.buttons).not.toContain('Allow');
      const signIn = expectPage(await page.follow('Sign in again'));
      const again = expectPage(await typeIn(signIn, { user: 'erin' }));
      expect(again.heading).toBe('Allow Strict to sign you in?');
      await again.submit('allow');
      expect((await request.poll()).status).toBe(200);
    } finally {
      back();
    }
  });

  test('[OIDC Core §5.5.1.1] a strength that is essential and out of reach can only be denied; a voluntary one is not claimed', async () => {
    const claims = JSON.stringify({ id_token: { acr: { essential: true, values: ['mfa'] } } });
    const essential = await askAndWait(installation, { login_hint: 'erin', claims });
    const page = await openOnly(await atRequests(installation, 'erin'));
    expect(page.text).toContain('requires a stronger sign-in');
    expect(page.buttons).not.toContain('Allow');
    await page.submit('deny');
    expect((await essential.poll()).body['error']).toBe('access_denied');
    const voluntary = await allowed('erin', newPerson(installation.url), { acr_values: 'mfa' });
    expect(decodeJwt(String((await voluntary.poll()).body['id_token']))['acr']).not.toBe('mfa');
  });

  test('[S37] who has a stronger factor uses it when the app asks for it', async () => {
    const SEED = Buffer.alloc(20, 7);
    const person = newPerson(installation.url);
    const serialNumber = `arn:aws:iam::${ACCOUNT}:mfa/coded`;
    const sealedSeed = installation.keyRing.sealer.seal(SEED, serialNumber);
    await change('coded', () => ({ mfaDevices: [{ serialNumber, sealedSeed, enabledAt: 0, lastTimeStep: 0 }] }));
    const request = await askAndWait(installation, { login_hint: 'coded', acr_values: 'mfa' });
    let page = await atRequests(installation, 'coded', { person });
    page = expectPage(await page.submit('continue', { code: codeAt(SEED, timeStepAt(now)) }));
    await (await openOnly(page)).submit('allow');
    expect(decodeJwt(String((await request.poll()).body['id_token']))).toMatchObject({
      acr: 'mfa',
      amr: expect.arrayContaining(['otp']),
    });
  });

  test('[S43] the store has neither the id nor the message in the clear', async () => {
    const request = await askAndWait(installation, { login_hint: 'erin', binding_message: 'Otter7' });
    const record = await installation.ephemeral.get(
      `oidc/hashed/BackchannelAuthenticationRequest/${hashedId(request.id)}`,
    );
    const list = await installation.ephemeral.get(`oidc/backchannel-pending/${hashedId(users['erin'] ?? '')}`);
    for (const text of [record, list]) {
      expect(text).toEqual(expect.any(String));
      expect(text).not.toContain('Otter7');
      expect(text).not.toContain(request.id);
    }
    await (await openOnly(await atRequests(installation, 'erin'))).submit('deny');
  });
});

describe('[TRAPS flow: one gate] between the answer and its redemption', () => {
  const rows: readonly [string, (name: string, person: Person) => Promise<unknown>][] = [
    [
      'the person is disabled',
      (name) => change(name, () => ({ disabled: { administrator: { reason: 'x', at: now } } }) as never),
    ],
    [
      'the password is reset',
      (name) => change(name, ({ loginGeneration = 0 }) => ({ loginGeneration: loginGeneration + 1 }) as never),
    ],
    [
      'the person signs out',
      async (_name, person) => expectPage(await person.open(`${installation.url}/oidc/session/end`)).submit('sign out'),
    ],
    [
      'the person revokes the access',
      async (_name, person) => expectPage(await person.open(`${installation.url}/sign-in`)).submit('revoke'),
    ],
    ['the person is deleted', (name) => installation.identities.users.remove([ACCOUNT, users[name] ?? ''])],
    [
      'the app is for assigned people only',
      () => installation.identities.applications.update([ACCOUNT, 'desk'], (app) => ({ ...app, openTo: 'assigned' })),
    ],
    [
      'the app loses the grant type',
      () =>
        installation.identities.applications.update([ACCOUNT, 'desk'], (app) => ({
          ...app,
          settings: { ...app.settings, metadata: { redirect_uris: ['https://a.example'] } } as never,
        })),
    ],
  ];
  test.each(rows)('%s: no token', async (what, act) => {
    const name = `end${rows.findIndex(([row]) => row === what)}`;
    await addUser(name);
    await installation.seedClients(CIBA_CLIENTS);
    const person = newPerson(installation.url);
    const request = await allowed(name, person, { client_id: 'desk' });
    await act(name, person);
    await until(async () => {
      const { status, body } = await request.poll();
      expect(body['access_token']).toBeUndefined();
      return status >= 400;
    });
  });
});

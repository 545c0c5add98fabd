import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import * as oidc from 'openid-client';
import { newPerson, type PageSeen, type Person, type Seen } from '../../harness/person.ts';
import { SoftwareAuthenticator } from '../../harness/software-authenticator.ts';
import { codeAt, timeStepAt } from '../../src/identity/factors/totp.ts';
import { APPS, beginLogin, discover, expectLeft, expectPage, type Login, typeIn } from './app.ts';
import { ACCOUNT, type Installation, install } from './installation.ts';

const RESOURCE = 'https://orders.example';
const SEED = Buffer.alloc(20, 7);
const MINUTE = 60_000;
let ahead = 0;
let installation: Installation;
let app: oidc.Configuration;
beforeAll(async () => {
  installation = await install({ clients: APPS, clock: { now: () => Date.now() + ahead } });
  app = await discover(installation);
});
afterAll(() => installation.close());

const optionsOn = ({ html }: PageSeen) =>
  JSON.parse((/data-passkey="([^"]*)"/.exec(html)?.[1] ?? '').replaceAll('&quot;', '"'));

/** Presses a button while a script puts something in the place of an authenticator's answer. */
async function post(page: PageSeen, button: string, instead: string): Promise<Seen> {
  const direct = globalThis.fetch;
  globalThis.fetch = (input, init = {}) => {
    const body = init.body && String(init.body).replace(/credential=[^&]*/, instead);
    return direct(input, body ? { ...init, body } : init);
  };
  try {
    return await page.submit(button);
  } finally {
    globalThis.fetch = direct;
  }
}
const show = (page: PageSeen, button: string, credential: string): Promise<Seen> =>
  post(page, button, `credential=${encodeURIComponent(credential)}`);
const FIRST = 'Use a passkey';
const SECOND = 'Use a passkey or security key';

/** Enrols a passkey on the page, as the person who is signed in. */
async function addKey(person: Person, isSynced = false): Promise<SoftwareAuthenticator> {
  const key = new SoftwareAuthenticator({ origin: installation.url, isSynced });
  const factors = expectPage(await person.open(`${installation.url}/sign-in/factors`));
  const page = expectPage(await factors.submit('Add a passkey or security key'));
  expectPage(await show(page, 'Continue', key.create(optionsOn(page))));
  return key;
}

async function withKey(name: string, isSynced = false): Promise<SoftwareAuthenticator> {
  await installation.addUser(name);
  const person = newPerson(installation.url);
  await typeIn(await person.open(`${installation.url}/sign-in`), { user: name });
  return await addKey(person, isSynced);
}

/** Gives a user an authenticator app. */
async function giveCode(name: string): Promise<void> {
  const { items } = await installation.identities.users.find('byName', [ACCOUNT, name]);
  const [user] = items;
  const serialNumber = `arn:aws:iam::${ACCOUNT}:mfa/${name}`;
  const sealedSeed = installation.keyRing.sealer.seal(SEED, serialNumber);
  await installation.identities.users.update([ACCOUNT, String(user?.userId)], (old) => ({
    ...old,
    mfaDevices: [{ serialNumber, sealedSeed, enabledAt: 0, lastTimeStep: 0 }],
  }));
}
let steps = 0;
/** Each code works once, so the clock of the server goes on with each. */
const nextCode = (): string => {
  ahead = ++steps * MINUTE;
  return codeAt(SEED, timeStepAt(Date.now() + ahead));
};

async function ask(person: Person, more: Record<string, string>): Promise<{ seen: Seen; login: Login }> {
  const login = await beginLogin(app, { prompt: '', ...more });
  if ((more['prompt'] ?? '') === '') login.url.searchParams.delete('prompt');
  return { login, seen: await person.open(login.url.href) };
}
const consent = async (seen: Seen): Promise<URL> =>
  expectLeft(seen.kind === 'page' ? await seen.submit('allow') : seen);
async function tokens(seen: Seen, login: Login, resource?: string) {
  return oidc.authorizationCodeGrant(app, await consent(seen), login.checks, resource ? { resource } : {});
}
const essential = (...values: string[]) => ({
  claims: JSON.stringify({ id_token: { acr: { essential: true, values } } }),
});

describe('[S37] acr_values', () => {
  test('are listed, strongest first', () => {
    expect(app.serverMetadata()).toMatchObject({
      acr_values_supported: ['phrh', 'phr', 'mfa', '1fa'],
      claims_parameter_supported: true,
    });
  });

  test('that a person cannot reach are a wish: the ID token says what there was', async () => {
    await installation.addUser('plain');
    const { seen, login } = await ask(newPerson(installation.url), { acr_values: 'phr mfa' });
    const got = await tokens(await typeIn(seen, { user: 'plain' }), login);
    expect(got.claims()).toMatchObject({ acr: '1fa', amr: ['pwd'] });
  });

  test('get the preferred value that the sign-in reaches, in ID token, access token and introspection', async () => {
    const key = await withKey('reaches');
    const person = newPerson(installation.url);
    const { seen, login } = await ask(person, {
      acr_values: 'gold phr mfa',
      resource: RESOURCE,
      scope: 'openid orders:read',
    });
    const page = expectPage(seen);
    const got = await tokens(await show(page, FIRST, key.get(optionsOn(page))), login, RESOURCE);
    const claims = got.claims();
    expect(claims).toMatchObject({ acr: 'phr', amr: ['hwk', 'user', 'mfa'] });
    expect(decodeJwt(got.access_token)).toMatchObject({ acr: 'phr', auth_time: claims?.['auth_time'] });
    for (const [asked, acr] of [
      ['phrh phr', 'phrh'],
      ['mfa', 'mfa'],
      ['gold', 'phrh'],
    ] as const) {
      const again = await ask(person, { acr_values: asked });
      const tokensThen = await tokens(again.seen, again.login);
      expect(tokensThen.claims()?.['acr']).toBe(acr);
      expect(await oidc.tokenIntrospection(app, tokensThen.access_token)).toMatchObject({ active: true, acr });
    }
    const unasked = await ask(person, {});
    expect((await tokens(unasked.seen, unasked.login)).claims()).not.toHaveProperty('acr');
  });

  test('of a synced passkey never include the one for hardware', async () => {
    const key = await withKey('synced', true);
    const { seen, login } = await ask(newPerson(installation.url), { acr_values: 'phrh phr' });
    const page = expectPage(seen);
    expect((await tokens(await show(page, FIRST, key.get(optionsOn(page))), login)).claims()?.['acr']).toBe('phr');
  });

  test('ask once for the passkey that the person has, and take a code for an answer', async () => {
    const key = await withKey('both');
    await giveCode('both');
    const person = newPerson(installation.url);
    const first = await ask(person, {});
    const coded = expectPage(await typeIn(first.seen, { user: 'both' }));
    await tokens(await coded.submit('continue', { code: nextCode() }), first.login);
    // The session has two factors, but not the one that is asked for.
    const wished = await ask(person, { acr_values: 'phr' });
    const factor = expectPage(await typeIn(wished.seen, { user: 'both' }));
    expect(factor.text).toContain('The App asks for a passkey or security key. Use yours if you can.');
    const weaker = await tokens(await factor.submit('continue', { code: nextCode() }), wished.login);
    expect(weaker.claims()?.['acr']).toBe('mfa');
    const again = await ask(person, { acr_values: 'phr' });
    const page = expectPage(again.seen);
    expect(page.heading).toBe('Sign in');
    const stronger = await tokens(await show(page, FIRST, key.get(optionsOn(page))), again.login);
    expect(stronger.claims()?.['acr']).toBe('phr');
  });
});

describe('[S37] an essential acr', () => {
  test('takes nothing but a passkey, whatever is posted', async () => {
    const key = await withKey('must');
    await giveCode('must');
    const { seen, login } = await ask(newPerson(installation.url), essential('phr'));
    const page = expectPage(await typeIn(seen, { user: 'must' }));
    expect([page.labels, page.text]).toEqual([[], expect.stringContaining('The App requires a passkey')]);
    // As if the page had the form for codes.
    const posted = await post(page, SECOND, `code=${nextCode()}`);
    expect(expectPage(posted).heading).toBe('Show your second factor');
    const asked = expectPage(posted);
    const got = await tokens(await show(asked, SECOND, key.get(optionsOn(asked), { isVerified: false })), login);
    expect(got.claims()).toMatchObject({ acr: 'phr' });
  });

  test('that is not reached gives a page, and then its own error to the app: no loop', async () => {
    await installation.addUser('cannot');
    const person = newPerson(installation.url);
    const { seen, login } = await ask(person, { ...essential('phr', 'phrh'), acr_values: 'mfa' });
    const page = expectPage(await typeIn(seen, { user: 'cannot' }));
    expect([page.status, page.heading]).toEqual([403, 'The App requires a stronger sign-in']);
    expect(page.text).toContain('Add one to your account');
    const left = expectLeft(await page.submit('Back to The App'));
    expect(Object.fromEntries(left.searchParams)).toMatchObject({
      error: 'unmet_authentication_requirements',
      state: login.checks.expectedState,
    });
    // Signed in now: nothing that the person could show is asked for.
    const again = await ask(person, essential('phr'));
    expect(expectPage(again.seen).heading).toBe('The App requires a stronger sign-in');
    const silent = await ask(person, { ...essential('phr'), prompt: 'none' });
    expect(expectLeft(silent.seen).searchParams.get('error')).toBe('unmet_authentication_requirements');
    const unknown = await ask(person, essential('urn:example:gold'));
    expect(expectPage(unknown.seen).text).toContain('something that this server does not know');
  });

  test('is met once a passkey was added from there', async () => {
    await installation.addUser('adds-there');
    const person = newPerson(installation.url);
    const { seen, login } = await ask(person, essential('phr'));
    const page = expectPage(await typeIn(seen, { user: 'adds-there' }));
    const key = await addKey(person);
    const choose = expectPage(await page.submit('Sign in again'));
    expect((await tokens(await show(choose, FIRST, key.get(optionsOn(choose))), login)).claims()?.['acr']).toBe('phr');
  });

  test('that cannot be read is refused', async () => {
    for (const acr of [{ essential: true, values: 'phr' }, { essential: true, value: 7 }, { values: [7] }]) {
      const { seen } = await ask(newPerson(installation.url), { claims: JSON.stringify({ id_token: { acr } }) });
      expect(expectLeft(seen).searchParams.get('error')).toBe('invalid_request');
    }
  });
});

describe('[S37] max_age', () => {
  test('of 0 asks again, even right after a sign-in, once', async () => {
    await installation.addUser('again');
    const person = newPerson(installation.url);
    const first = await ask(person, {});
    await tokens(await typeIn(first.seen, { user: 'again' }), first.login);
    const again = await ask(person, { max_age: '0' });
    expect(expectPage(again.seen).heading).toBe('Sign in');
    const before = Math.floor((Date.now() + ahead) / 1000);
    const got = await tokens(await typeIn(again.seen, { user: 'again' }), again.login);
    expect(got.claims()?.['auth_time']).toBeGreaterThanOrEqual(before);
  });
});

test('[S14] single claims of the claims parameter are shown and granted like their scopes', async () => {
  await installation.addUser('claimed');
  const claims = JSON.stringify({ id_token: { groups: null } });
  const { seen, login } = await ask(newPerson(installation.url), { claims, scope: 'openid' });
  const page = expectPage(await typeIn(seen, { user: 'claimed' }));
  expect(page.text).toContain('See which groups you are in');
  expect((await tokens(page, login)).claims()).toMatchObject({ groups: [] });
});

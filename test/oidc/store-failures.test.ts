import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type * as oidc from 'openid-client';
import { newPerson } from '../../harness/person.ts';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { seedOfClient } from '../../src/identity/applications/client-seed.ts';
import { seedApplications } from '../../src/identity/applications/seed-applications.ts';
import { type Application, applications } from '../../src/identity/documents/application.ts';
import { openClients } from '../../src/oidc/clients/open-clients.ts';
import { NO_REGISTRATION } from '../../src/oidc/registration/registration-settings.ts';
import { type Collection, StoreUnavailableError } from '../../src/ports/collections.ts';
import type { Ephemeral } from '../../src/ports/ephemeral.ts';
import { type EmbeddedStore, openEmbeddedStore } from '../../src/store/embedded/open-embedded-store.ts';
import { APPS, beginLogin, discover, expectLeft, expectPage, logIn, REDIRECT_URI, SECRET, typeIn } from './app.ts';
import { ACCOUNT, type Installation, install } from './installation.ts';
import { entryKey, openEntry } from './stored-records.ts';

const directory = temporaryDirectory();
let store: EmbeddedStore;
let installation: Installation;
let app: oidc.Configuration;
/** What does not get through, by what is done to which key (or member of an index set). */
let lost: RegExp | undefined;
beforeAll(async () => {
  store = await openEmbeddedStore({ directory: directory.path, clock: { now: () => Date.now() } });
  installation = await install({ clients: APPS, ephemeral: losing(store.ephemeral) });
  await installation.addUser('alice');
  app = await discover(installation);
});
afterEach(() => {
  lost = undefined;
});
afterAll(async () => {
  await installation.close();
  await store.close();
  directory.remove();
});

/** The store, behind a line on which some of what is asked of it is lost. */
function losing(ephemeral: Ephemeral): Ephemeral {
  const refuse = async (text: string): Promise<void> => {
    if (lost?.test(text)) throw new StoreUnavailableError('the line is cut');
  };
  return {
    ...ephemeral,
    get: (key) => refuse(`get ${key}`).then(() => ephemeral.get(key)),
    set: (key, value, ttlMs) => refuse(`set ${key}`).then(() => ephemeral.set(key, value, ttlMs)),
    setIfAbsent: (key, value, ttlMs) => refuse(`place ${key}`).then(() => ephemeral.setIfAbsent(key, value, ttlMs)),
    addToSet: (key, member, ttlMs) => refuse(`add ${key} ${member}`).then(() => ephemeral.addToSet(key, member, ttlMs)),
    compareAndSet: (key, expected, value, ttlMs) =>
      refuse(`swap ${key}`).then(() => ephemeral.compareAndSet(key, expected, value, ttlMs)),
  };
}

const asApp = { authorization: `Basic ${btoa(`app:${encodeURIComponent(SECRET)}`)}` };
const post = (form: Record<string, string>): Promise<Response> =>
  fetch(`${installation.issuer.href}/token`, { method: 'POST', body: new URLSearchParams(form), headers: asApp });
async function toConsent() {
  const { url, checks } = await beginLogin(app);
  const person = newPerson(installation.url);
  return { person, checks, consent: expectPage(await typeIn(await person.open(url.href), { user: 'alice' })) };
}
async function codeForm(): Promise<Record<string, string>> {
  const { consent, checks } = await toConsent();
  const code = expectLeft(await consent.submit('allow')).searchParams.get('code') ?? '';
  const code_verifier = checks.pkceCodeVerifier;
  return { grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI, code_verifier };
}

describe('tokens are sent only once everything is stored', () => {
  test.each([
    ['the access token', /^set oidc\/hashed\/AccessToken/],
    ['its place among what ends with its grant', /^add oidc\/of-grant\/.* oidc\/hashed\/AccessToken/],
    ['the refresh token', /^set oidc\/hashed\/RefreshToken/],
    ['its place among what ends with its grant', /^add oidc\/of-grant\/.* oidc\/hashed\/RefreshToken/],
    ['that the code was used', /^swap oidc\/hashed\/AuthorizationCode/],
  ])('%s could not be written: 503, no token, audited', async (_what, keys) => {
    const form = await codeForm();
    lost = keys;
    installation.events.length = 0;
    const answer = await post(form);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({ error: 'temporarily_unavailable', error_description: expect.any(String) });
    expect(installation.events).toMatchObject([{ eventName: 'IssueTokens', outcome: 'refused' }]);
  });

  test.each([
    ['grant could not be read', /^get oidc\/Grant/],
    ['use could not be written', /^swap oidc\/hashed\/RefreshToken/],
  ])('a refresh whose %s yields nothing, and can be retried', async (_what, keys) => {
    const refresh = {
      grant_type: 'refresh_token',
      refresh_token: (await logIn(installation, app, { user: 'alice' })).refresh_token ?? '',
    };
    lost = keys;
    expect((await post(refresh)).status).toBe(503);
    lost = undefined;
    expect((await post(refresh)).status).toBe(200);
  });
});

describe('a login whose end could not be stored', () => {
  test.each([
    ['the code', /^set oidc\/hashed\/AuthorizationCode/],
    ['its place among what ends with its grant', /^add oidc\/of-grant/],
    ['the session', /^set oidc\/hashed\/Session/],
    ['its place among the sessions of the person', /^add oidc\/of-person\/Session/],
  ])('%s: an error page; no code or session is sent, then or when the form is sent again', async (_what, keys) => {
    const { consent } = await toConsent();
    lost = keys;
    const seen = expectPage(await consent.submit('allow'));
    lost = undefined;
    const again = expectPage(await consent.submit('allow'));
    expect([seen.status, again.status]).toEqual([503, 409]);
    for (const { headers } of [seen, again]) {
      expect(headers.get('location')).toBeNull();
      expect(headers.getSetCookie()).toEqual([]);
    }
  });

  test('the answer: an error page, and the same form can be sent again', async () => {
    const { consent } = await toConsent();
    lost = /^place oidc\/sign-in-answer/;
    expect(expectPage(await consent.submit('allow')).status).toBe(503);
    lost = undefined;
    expect(expectLeft(await consent.submit('allow')).searchParams.get('code')).not.toBeNull();
  });

  test('the consent: an error page, nothing granted', async () => {
    const { consent } = await toConsent();
    lost = /^set oidc\/Grant/;
    expect(expectPage(await consent.submit('allow')).status).toBe(503);
  });

  test('the session, which could not be read: the browser can continue', async () => {
    const { consent } = await toConsent();
    lost = /^get oidc\/hashed\/Session\//;
    expect(expectPage(await consent.submit('allow')).status).toBe(503);
    lost = undefined;
    const again = expectPage(await consent.submit('allow'));
    expect(again.heading).toBe('You have already answered');
    expect(expectLeft(await again.follow('continue')).searchParams.get('code')).not.toBeNull();
  });
});

test('[S06] only what is needed to recognise a used refresh token is kept', async () => {
  const { refresh_token: token = '' } = await logIn(installation, app, { user: 'alice' });
  const name = { model: 'RefreshToken', id: token };
  const stored = async (): Promise<Record<string, unknown>> =>
    openEntry(name, (await store.ephemeral.get(entryKey(name))) ?? '');
  const before = await stored();
  expect((await post({ grant_type: 'refresh_token', refresh_token: token })).status).toBe(200);
  const { consumed, jti: _, ...kept } = await stored();
  expect(consumed).toBeGreaterThan(0);
  const names = ['accountId', 'clientId', 'exp', 'grantId', 'iat', 'loginGeneration', 'scope'];
  expect(Object.keys(kept).sort()).toEqual(names);
  for (const name of names) expect(kept[name]).toEqual(before[name]);
});

describe('a cached client', () => {
  const CLIENT = { accountId: ACCOUNT, clientId: 'cached', metadata: { client_name: 'Old' } };
  const clock = { now: () => Date.now() };
  const stored = () => store.collections.open(applications);
  const opened = (change: Partial<Ephemeral>, wrap = (collection: Collection<Application>) => collection) =>
    openClients({
      store: { ...installation.identities, applications: wrap(stored()) },
      feed: { ...store.ephemeral, ...change },
      sealer: installation.keyRing.sealer,
      clock,
      registration: NO_REGISTRATION,
    });
  const seed = (client: typeof CLIENT) =>
    seedApplications(
      { store: { ...installation.identities, applications: stored() }, sealer: installation.keyRing.sealer, clock },
      [seedOfClient(client)],
    );
  const rename = (client_name: string) =>
    stored().update([ACCOUNT, 'cached'], (old) => ({
      ...old,
      settings: { protocol: 'OIDC', secrets: [], resources: [], metadata: { client_name } },
    }));

  test('is read again if messages of the feed were missed', async () => {
    let missed = (): void => {};
    const clients = opened({
      subscribe: (topic, hear, tell = () => {}) => {
        missed = tell;
        return store.ephemeral.subscribe(topic, hear, tell);
      },
    });
    await seed(CLIENT);
    expect(await clients.find('cached')).toMatchObject({ client_name: 'Old' });
    await rename('New');
    expect(await clients.find('cached')).toMatchObject({ client_name: 'Old' });
    missed();
    expect(await clients.find('cached')).toMatchObject({ client_name: 'New' });
    clients.close();
  });

  test('that changed while it was read is not cached', async () => {
    let whileReading: (() => Promise<void>) | undefined;
    const clients = opened({}, (collection) => ({
      ...collection,
      find: async (...args) => {
        const found = await collection.find(...args);
        await whileReading?.();
        return found;
      },
    }));
    await seed({ ...CLIENT, metadata: { client_name: 'One' } });
    whileReading = async () => {
      whileReading = undefined;
      await rename('Two');
      await store.ephemeral.publish(
        'identity',
        JSON.stringify({ collection: 'applications', key: [ACCOUNT, 'cached'] }),
      );
    };
    expect(await clients.find('cached')).toMatchObject({ client_name: 'One' });
    expect(await clients.find('cached')).toMatchObject({ client_name: 'Two' });
    clients.close();
  });
});

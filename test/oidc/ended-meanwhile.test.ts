import { AsyncLocalStorage } from 'node:async_hooks';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type * as oidc from 'openid-client';
import { newPerson, type Person } from '../../harness/person.ts';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { personKey, uidKey } from '../../src/oidc/storage/record-keys.ts';
import type { Ephemeral } from '../../src/ports/ephemeral.ts';
import { type EmbeddedStore, openEmbeddedStore } from '../../src/store/embedded/open-embedded-store.ts';
import { APPS, beginLogin, discover, expectLeft, expectPage, logIn, typeIn } from './app.ts';
import { askAndWait, atRequests, CIBA_CLIENTS, openOnly } from './ciba/ciba-scene.ts';
import { DEVICE_CLIENTS, startDevice } from './device/device-scene.ts';
import { ACCOUNT, type Installation, install, PASSWORD } from './installation.ts';

/** Requests read a session or a grant and save it later. What ends in between must stay ended. */
const outside = AsyncLocalStorage.snapshot();
const directory = temporaryDirectory();
let store: EmbeddedStore;
let installation: Installation;
let app: oidc.Configuration;
/** What happens just before a write, once. */
let meanwhile: { readonly write: RegExp; readonly act: () => Promise<unknown> } | undefined;

function interrupted(ephemeral: Ephemeral): Ephemeral {
  const before = async (write: string): Promise<void> => {
    if (!meanwhile?.write.test(write)) return;
    const { act } = meanwhile;
    meanwhile = undefined;
    // Not as a part of the request that is interrupted.
    await outside(act);
  };
  return {
    ...ephemeral,
    set: (key, value, ttlMs) => before(`set ${key}`).then(() => ephemeral.set(key, value, ttlMs)),
    setIfPresent: (key, value, ttlMs) => before(`save ${key}`).then(() => ephemeral.setIfPresent(key, value, ttlMs)),
    compareAndSet: (key, old, value, ttlMs) =>
      before(`${old === value ? 'keep' : 'swap'} ${key}`).then(() => ephemeral.compareAndSet(key, old, value, ttlMs)),
  };
}

beforeAll(async () => {
  store = await openEmbeddedStore({ directory: directory.path, clock: { now: () => Date.now() } });
  const clients = [...APPS, ...CIBA_CLIENTS, ...DEVICE_CLIENTS].filter(
    (each, at, all) => all.findIndex(({ clientId }) => clientId === each.clientId) === at,
  );
  installation = await install({ clients, ephemeral: interrupted(store.ephemeral) });
  await installation.identities.accounts.update([ACCOUNT], (account) => ({
    ...account,
    passwordPolicy: {
      minimumPasswordLength: 8,
      requireSymbols: false,
      requireNumbers: false,
      requireUppercaseCharacters: false,
      requireLowercaseCharacters: false,
      allowUsersToChangePassword: true,
      maxPasswordAge: 0,
      passwordReusePrevention: 0,
      hardExpiry: false,
    },
  }));
  app = await discover(installation);
});
afterAll(async () => {
  await installation.close();
  await store.close();
  directory.remove();
});

let users = 0;
/** A person who is signed in, and has let the app in. */
async function signedIn(): Promise<{ readonly name: string; readonly subject: string; readonly person: Person }> {
  users += 1;
  const name = `person${users}`;
  const { userId: subject } = await installation.addUser(name);
  const person = newPerson(installation.url);
  await logIn(installation, app, { user: name, person });
  return { name, subject, person };
}

const openSessions = (subject: string) => installation.oidc.sessions.list(subject);
/** An administrator, or the person in another browser, ends all sessions. */
async function endSessions(subject: string): Promise<void> {
  for (const { uid } of await openSessions(subject)) await installation.oidc.sessions.end(subject, uid);
}
async function expectSignedOut({ subject, person }: { subject: string; person: Person }): Promise<void> {
  expect(await openSessions(subject)).toEqual([]);
  expect(expectPage(await person.open(`${installation.url}/sign-in`)).heading).toBe('Sign in');
  for (const hashed of await store.ephemeral.members(personKey('Session', subject))) {
    expect(await store.ephemeral.get(`oidc/hashed/Session/${hashed}`)).toBeUndefined();
  }
}
/** Signs out in another tab, as people do. */
async function signOut(person: Person): Promise<void> {
  const page = expectPage(await person.open(`${installation.issuer.href}/session/end`));
  expect(expectPage(await page.submit('sign out')).heading).toBe('You are signed out');
}

test.each([/^save oidc\/hashed\/Session/, /^keep oidc\/session-uid/])(
  '[ASVS 7.4.1] a request of an app that overtakes a sign-out does not bring the session back: %s',
  async (write) => {
    for (const end of [
      (each: { person: Person }) => signOut(each.person),
      (each: { subject: string }) => endSessions(each.subject),
    ]) {
      const someone = await signedIn();
      const { url } = await beginLogin(app, { prompt: 'none' });
      meanwhile = { write, act: () => end(someone) };
      // The browser asks again, and has no session any more.
      const left = expectLeft(await someone.person.open(url.href));
      expect(meanwhile).toBeUndefined();
      expect(left.searchParams.get('error')).toBe('login_required');
      await expectSignedOut(someone);
    }
  },
);

test('[ASVS 7.4.1] a session that a process has ended by halves, before it stopped, is over', async () => {
  const someone = await signedIn();
  for (const { uid } of await openSessions(someone.subject)) await store.ephemeral.take(uidKey(uid));
  const { url } = await beginLogin(app, { prompt: 'none' });
  const left = expectLeft(await someone.person.open(url.href));
  expect(left.searchParams.get('error')).toBe('login_required');
  await expectSignedOut(someone);
});

test('[ASVS 7.4.1] a consent that overtakes a sign-out yields no code, and no session under a new id', async () => {
  const someone = await signedIn();
  const { url } = await beginLogin(app, {});
  const consent = expectPage(await someone.person.open(url.href));
  meanwhile = { write: /^swap oidc\/session-uid/, act: () => endSessions(someone.subject) };
  const seen = expectPage(await consent.submit('allow'));
  expect(meanwhile).toBeUndefined();
  expect(seen.heading).toBe('This sign-in is already finished');
  await expectSignedOut(someone);
});

test('a sign-out that comes after a session got its new id ends that one', async () => {
  const someone = await signedIn();
  const { url } = await beginLogin(app, {});
  const consent = expectPage(await someone.person.open(url.href));
  const [{ uid } = { uid: '' }] = await openSessions(someone.subject);
  const page = expectPage(await someone.person.open(`${installation.issuer.href}/session/end`));
  expectLeft(await consent.submit('allow'));
  expect((await openSessions(someone.subject)).map((each) => each.uid)).toEqual([uid]);
  await page.submit('sign out');
  await expectSignedOut(someone);
});

test('[ASVS 7.4.1] a password or factor that is changed while the session ends is changed, and the person signed out', async () => {
  const someone = await signedIn();
  const page = expectPage(await someone.person.open(`${installation.url}/sign-in/password`));
  // The change has ended all sessions but this one, which is not listed at this moment.
  const [{ uid } = { uid: '' }] = await openSessions(someone.subject);
  const act = () => installation.oidc.sessions.end(someone.subject, uid);
  meanwhile = { write: /^swap oidc\/session-uid/, act };
  const fresh = 'a lantern, nine kites and rain';
  const seen = expectPage(await page.submit('change', { current: PASSWORD, 'new password': fresh, repeat: fresh }));
  expect(meanwhile).toBeUndefined();
  expect(seen.heading).toBe('Sign in');
  await expectSignedOut(someone);
  const again = await typeIn(await newPerson(installation.url).open(`${installation.url}/sign-in`), {
    user: someone.name,
    password: fresh,
  });
  expect(expectPage(again).heading).toBe('Your account');
});

test('[CIBA Core §7] a request that is allowed while the session ends is not allowed, and can still be answered', async () => {
  const someone = await signedIn();
  const request = await askAndWait(installation, { login_hint: someone.name });
  const page = await openOnly(await atRequests(installation, someone.name, { person: someone.person }));
  meanwhile = { write: /^save oidc\/hashed\/Session/, act: () => endSessions(someone.subject) };
  const seen = expectPage(await page.submit('allow'));
  expect(meanwhile).toBeUndefined();
  expect(seen.heading).toBe('Sign in');
  await expectSignedOut(someone);
  expect((await request.poll()).body['error']).toBe('authorization_pending');
  const again = await openOnly(await atRequests(installation, someone.name));
  await again.submit('allow');
  expect((await request.poll({})).body['error']).not.toBe('access_denied');
});

test('[RFC 8628 §3.3] a device that is allowed while the session ends does not bring it back', async () => {
  const someone = await signedIn();
  const device = await startDevice(installation);
  const confirm = expectPage(await someone.person.open(device.link));
  meanwhile = {
    write: /^(save|keep|swap) oidc\/(hashed\/Session|session-uid)/,
    act: () => endSessions(someone.subject),
  };
  await confirm.submit('allow');
  expect(meanwhile).toBeUndefined();
  await expectSignedOut(someone);
});

test('[S14] access that is revoked while more is allowed stays revoked: only the new permission is there', async () => {
  const someone = await signedIn();
  const { url } = await beginLogin(app, { resource: 'https://orders.example', scope: 'openid orders:read' });
  const consent = expectPage(await someone.person.open(url.href));
  /** The person's grants for the app. */
  const grants = async () => {
    const ids = await store.ephemeral.members(personKey('Grant', someone.subject));
    const texts = await Promise.all(ids.map((id) => store.ephemeral.get(`oidc/Grant/${id}`)));
    const all = texts.flatMap((text) => (text === undefined ? [] : [JSON.parse(text)]));
    return all.filter(({ clientId }) => clientId === 'app');
  };
  const [before, ...others] = await grants();
  expect([before?.openid.scope, others]).toEqual([expect.stringContaining('email'), []]);
  meanwhile = {
    write: /^save oidc\/Grant/,
    act: async () => {
      const other = newPerson(installation.url);
      const page = expectPage(await typeIn(await other.open(`${installation.url}/sign-in`), { user: someone.name }));
      await page.submit('revoke access');
    },
  };
  const seen = await consent.submit('allow');
  expect(meanwhile).toBeUndefined();
  const [made, ...further] = await grants();
  expect(further).toEqual([]);
  expect(made.jti).not.toBe(before.jti);
  expect(made).toMatchObject({ resources: { 'https://orders.example': 'orders:read' } });
  expect(made.openid?.scope ?? '').not.toContain('email');
  expect('wasStored' in made).toBe(false);
  // What was revoked is asked for again.
  expect(seen.kind === 'page' ? seen.heading : seen.url.searchParams.get('code')).toBeTruthy();
});

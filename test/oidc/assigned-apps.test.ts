import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as oidc from 'openid-client';
import { newPerson } from '../../harness/person.ts';
import { withAssigned, withoutAssigned } from '../../src/identity/applications/assignments.ts';
import { openApplicationEditor } from '../../src/identity/applications/edit-applications.ts';
import type { User } from '../../src/identity/documents/user.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { APPS, beginLogin, discover, expectLeft, expectPage, logIn, REDIRECT_URI, typeIn } from './app.ts';
import { ACCOUNT, type Installation, install, OTHER_ACCOUNT } from './installation.ts';

let installation: Installation;
let app: oidc.Configuration;
let alice: User;
let bob: User;
beforeAll(async () => {
  installation = await install({ clients: APPS.map((client) => ({ ...client, openTo: 'assigned' as const })) });
  alice = await installation.addUser('alice');
  bob = await installation.addUser('bob', { groupIds: ['AGPABUILDERS'] });
  app = await discover(installation);
});
afterAll(() => installation.close());

const GROUP = 'AGPABUILDERS';

async function assign(kind: 'users' | 'groups', id: string, isAssigned = true): Promise<void> {
  await installation.identities.applications.update([ACCOUNT, 'app'], (old) => ({
    ...old,
    assignments: isAssigned
      ? (withAssigned(old.assignments, kind, id) ?? old.assignments)
      : withoutAssigned(old.assignments, kind, id),
  }));
}

function refusals() {
  return installation.events.splice(0).filter(({ outcome }) => outcome === 'refused');
}

describe('an app that is open to assigned people only', () => {
  test('tells the others so, whom to ask, and lets them go back or change the account', async () => {
    await assign('groups', GROUP);
    const person = newPerson(installation.url);
    const login = await beginLogin(app, { scope: 'openid profile' });
    const page = expectPage(await typeIn(await person.open(login.url.href), { user: 'alice' }));
    expect(page).toMatchObject({ status: 403, heading: 'You cannot use The App' });
    expect(page.text).toMatch(/signed in as alice of account example.*Ask an administrator/);
    expect(refusals()).toContainEqual(
      expect.objectContaining({ eventName: 'Authorize', errorCode: 'NotAssigned', resources: ['app'] }),
    );
    const left = expectLeft(await page.submit('back to'));
    expect(Object.fromEntries(left.searchParams)).toMatchObject({
      error: 'access_denied',
      error_description: 'the app is not assigned to the user',
    });

    const again = expectPage(await person.open((await beginLogin(app, { scope: 'openid profile' })).url.href));
    expect(again.heading).toBe('You cannot use The App');
    const signIn = expectPage(await again.submit('another account'));
    expect(signIn.heading).toBe('Sign in');
    let seen = await typeIn(signIn, { user: 'bob' });
    for (const button of ['continue', 'allow']) {
      if (seen.kind === 'page' && seen.buttons.some((text) => text.toLowerCase().startsWith(button)))
        seen = await seen.submit(button);
    }
    expect(expectLeft(seen).searchParams.get('code')).toEqual(expect.any(String));
  });

  test('[RFC 6749 §4.1.2.1] answers prompt=none with access_denied', async () => {
    const person = newPerson(installation.url);
    const { url } = await beginLogin(app, { scope: 'openid' });
    await typeIn(await person.open(url.href), { user: 'alice' });
    const silent = await beginLogin(app, { scope: 'openid', prompt: 'none' });
    expect(expectLeft(await person.open(silent.url.href)).searchParams.get('error')).toBe('access_denied');
  });

  test('a code and a refresh token are refused at once when the assignment ends, and so is the access token', async () => {
    await assign('users', alice.userId);
    const tokens = await logIn(installation, app, { user: 'alice' });
    const refreshed = await oidc.refreshTokenGrant(app, tokens.refresh_token ?? '');
    const login = await beginLogin(app);
    let seen = await typeIn(await newPerson(installation.url).open(login.url.href), { user: 'alice' });
    seen = await expectPage(seen).submit('allow');
    installation.events.length = 0;

    await assign('users', alice.userId, false);
    await expect(oidc.authorizationCodeGrant(app, expectLeft(seen), login.checks)).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    await expect(oidc.refreshTokenGrant(app, refreshed.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    await expect(oidc.fetchUserInfo(app, refreshed.access_token, oidc.skipSubjectCheck)).rejects.toThrow();
    expect(await oidc.tokenIntrospection(app, refreshed.access_token)).toEqual({ active: false });
    expect(refusals().map(({ eventName }) => eventName)).toContain('IssueTokens');
  });

  test('leaving the group ends it', async () => {
    const tokens = await logIn(installation, app, { user: 'bob' });
    await installation.identities.users.update([ACCOUNT, bob.userId], (old) => ({ ...old, groupIds: [] }));
    await expect(oidc.refreshTokenGrant(app, tokens.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
  });
});

test('a sign-in of our own pages leads on to an app, but not to one that the API opened to everyone', async () => {
  const [clientId, startsAt] = ['shared', 'https://shared.example/begin'];
  const metadata = { redirect_uris: [REDIRECT_URI], client_uri: startsAt, token_endpoint_auth_method: 'none' };
  await installation.seedClients([{ accountId: OTHER_ACCOUNT, clientId, openTo: 'everyone', metadata }]);
  const person = newPerson(installation.url);
  const signIn = expectPage(await person.open(`${installation.url}/sign-in`));
  await typeIn(signIn, { user: 'alice' });
  const query = new URLSearchParams({ state: `app:${clientId}`, code: 'spent' });
  const open = () => person.open(`${installation.url}/sign-in?${query}`);
  expect(expectLeft(await open()).href).toBe(startsAt);
  await installation.identities.applications.update([OTHER_ACCOUNT, clientId], (old) => ({ ...old, origin: 'api' }));
  expect(expectPage(await open()).heading).toBe('Your account');
});

test('what was issued before an app was disabled stays invalid after it is enabled again; consent is asked again', async () => {
  await assign('users', alice.userId);
  const { identities: store, keyRing } = installation;
  const person = newPerson(installation.url);
  const tokens = await logIn(installation, app, { user: 'alice', person });
  const editor = openApplicationEditor({ store, sealer: keyRing.sealer, clock: systemClock, random: systemRandom() });
  const found = await store.applications.get([ACCOUNT, 'app']);
  if (found === undefined) throw new Error('the app is gone');
  const secret = editor.secretOf(found);
  const { secrets: _sealed, ...settings } = found.settings as Extract<typeof found.settings, { protocol: 'OIDC' }>;
  const seed = { ...found, settings, secret };
  const disabled = await editor.replace(found, { seed, isEnabled: false });
  if (typeof disabled === 'string') throw new Error(disabled);
  await expect(oidc.refreshTokenGrant(app, tokens.refresh_token ?? '')).rejects.toMatchObject({ status: 401 });
  const enabled = await editor.replace(disabled, { seed, isEnabled: true });
  expect(enabled).toMatchObject({ endedAt: expect.any(Number) });
  await expect(oidc.refreshTokenGrant(app, tokens.refresh_token ?? '')).rejects.toMatchObject({
    error: 'invalid_grant',
  });
  await expect(oidc.fetchUserInfo(app, tokens.access_token, oidc.skipSubjectCheck)).rejects.toThrow();
  expect(await oidc.tokenIntrospection(app, tokens.access_token)).toEqual({ active: false });
  const again = await beginLogin(app, { scope: 'openid profile', prompt: '' });
  again.url.searchParams.delete('prompt');
  expect(expectPage(await person.open(again.url.href)).heading).toBe('Allow The App?');
});

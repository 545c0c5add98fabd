import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as oidc from 'openid-client';
import { newPerson, type PageSeen } from '../../../harness/person.ts';
import type { User } from '../../../src/identity/documents/user.ts';
import { codeAt, timeStepAt } from '../../../src/identity/factors/totp.ts';
import { createGroup } from '../../../src/identity/groups/create-group.ts';
import { addUserToGroup } from '../../../src/identity/groups/membership.ts';
import { disableUser, enableUser } from '../../../src/identity/users/disable-user.ts';
import { systemRandom } from '../../../src/kernel/random.ts';
import { beginLogin, expectLeft, expectPage, typeIn } from '../../oidc/app.ts';
import { ACCOUNT } from '../../oidc/installation.ts';
import {
  type ConnectorScene,
  connectorScene,
  googleLike,
  openBrowser,
  openSignIn,
  signInWith,
  throughProvider,
} from './scene.ts';

const GROUPS = {
  claim: 'groups',
  map: [
    { value: 'engineering', group: 'Developers' },
    { value: 'everyone-there', group: 'Missing' },
  ],
  always: ['Staff'],
};

let scene: ConnectorScene;
beforeAll(async () => {
  scene = await connectorScene();
  for (const groupName of ['Developers', 'Staff', 'Painters']) {
    const deps = { store: scene.identities, random: systemRandom() };
    await createGroup(deps, { accountId: ACCOUNT, groupName, now: 0 });
  }
  await scene.configure([googleLike(scene, { rules: { groups: GROUPS }, domains: ['corp.example'] })]);
});
afterAll(() => scene.close());

/** Adds a person at the provider, and answers their subject. */
function addPerson(subject: string, claims: Record<string, unknown>): string {
  scene.outside.people.set(subject, { hd: 'corp.example', email_verified: true, ...claims });
  return subject;
}

async function tokensFor(
  subject: string,
  button = 'continue with google',
): Promise<oidc.IDToken & { readonly groups?: unknown }> {
  const { seen, login } = await signInWith(scene, openBrowser(scene), { subject, button });
  const left = expectLeft(await expectPage(seen).submit('allow'));
  return (await oidc.authorizationCodeGrant(scene.app, left, login.checks)).claims() as oidc.IDToken;
}

async function userOf(subject: string): Promise<User> {
  const user = await scene.identities.users.get([ACCOUNT, subject]);
  if (user === undefined) throw new Error('there is no such user');
  return user;
}

test('a person signs in to an app through an outside provider, and is the same user the next time', async () => {
  const subject = addPerson('1001', { name: 'Jane Doe', preferred_username: 'jane', email: 'jane@corp.example' });
  const claims = await tokensFor(subject);
  expect(claims).toMatchObject({
    name: 'Jane Doe',
    preferred_username: 'jane',
    email: 'jane@corp.example',
    email_verified: true,
    groups: ['Staff'],
  });
  expect((await tokensFor(subject)).sub).toBe(claims.sub);
  const user = await userOf(claims.sub);
  expect(user).toMatchObject({ path: '/federated/google/', accessKeys: [], tags: [] });
  expect(user.loginProfile).toBeUndefined();
  expect(scene.outcomes.slice(-2)).toEqual(['ok', 'ok']);
  expect(scene.events.filter(({ eventName }) => eventName === 'ConnectorSignIn').at(-1)).toMatchObject({
    outcome: 'allowed',
    actor: { type: 'User', principalId: claims.sub },
    authentication: { method: 'connector', mfa: false },
    request: { connector: 'google', subject, amr: 'pwd mfa' },
    resources: ['app'],
  });
});

test('a group that a claim gave is taken away with the claim; one assigned by hand stays', async () => {
  const subject = addPerson('1002', { preferred_username: 'gina', groups: ['engineering', 'unknown'] });
  const { sub, groups } = await tokensFor(subject);
  expect(groups).toEqual(['Staff', 'Developers']);
  const painters = (await scene.identities.groups.find('byName', [ACCOUNT, 'painters'])).items[0];
  if (painters !== undefined) await addUserToGroup(scene.identities, await userOf(sub), painters);
  addPerson(subject, { preferred_username: 'gina', groups: ['everyone-there'] });
  expect((await tokensFor(subject)).groups).toEqual(['Staff', 'Painters']);
  expect(scene.events.at(-1)?.request ?? {}).toBeDefined();
  const noted = scene.events.filter(({ eventName }) => eventName === 'ConnectorSignIn').at(-1);
  expect(noted?.request).toMatchObject({ missingGroups: 'Missing' });
});

test('a provider that leaves groups out because there are too many changes nothing', async () => {
  const subject = addPerson('1003', { preferred_username: 'omar', groups: ['engineering'] });
  expect((await tokensFor(subject)).groups).toEqual(['Staff', 'Developers']);
  addPerson(subject, { preferred_username: 'omar', _claim_names: { groups: 'src1' } });
  expect((await tokensFor(subject)).groups).toEqual(['Staff', 'Developers']);
});

describe('S31: nobody gets a user by name or e-mail address', () => {
  test.each([
    ['the same name', { preferred_username: 'victor' }],
    ['the same name in capitals', { preferred_username: 'VICTOR' }],
    ['the same name in wide letters', { preferred_username: 'ｖictor' }],
    ['a Cyrillic letter in the name', { preferred_username: 'viсtor' }],
    ['the same address', { email: 'victor@corp.example' }],
    ['the address as a name', { preferred_username: 'victor@corp.example' }],
    ['the root user’s address as a name', { preferred_username: 'root@example.com' }],
  ])('%s', async (title, claims) => {
    const known = (await scene.identities.users.find('byName', [ACCOUNT, 'victor'])).items[0];
    const victor =
      known ??
      (await scene.addUser('victor', {
        email: 'victor@corp.example',
        tags: [{ key: 'email', value: 'victor@corp.example' }],
      }));
    const { sub, preferred_username: name } = await tokensFor(addPerson(`thief ${title}`, claims));
    expect(sub).not.toBe(victor.userId);
    expect(String(name)).toMatch(/^[\w+=,.@-]{1,64}-[0-9a-f]{8}$/);
    expect(await userOf(victor.userId)).toEqual(victor);
  });

  test('the part of an address before the @ gives nobody the user of another address', async () => {
    const seen = [];
    for (const email of ['rita@corp.example', 'rita@elsewhere.example', 'RITA@corp.example']) {
      seen.push(await tokensFor(addPerson(`subject of ${email}`, { email })));
    }
    expect(seen.map((claims) => String(claims['preferred_username']))).toEqual([
      'rita',
      expect.stringMatching(/^rita-[0-9a-f]{8}$/),
      expect.stringMatching(/^RITA-[0-9a-f]{8}$/),
    ]);
    expect(new Set(seen.map(({ sub }) => sub)).size).toBe(3);
  });

  test('[S46] an address of another account changes no name, so nobody learns that it exists', async () => {
    const claims = { preferred_username: 'root@other.example' };
    expect((await tokensFor(addPerson('asking', claims)))['preferred_username']).toBe('root@other.example');
  });

  test('subjects that only look alike are different people: they count exactly as given', async () => {
    const alike = ['kate-77', 'Kate-77', '\u212Aate-77', 'kate-77 ', 'k\u0430te-77', 'kate\u200B-77'];
    const found = new Set<string>();
    for (const subject of alike) found.add((await tokensFor(addPerson(subject, { preferred_username: 'kate' }))).sub);
    expect(found.size).toBe(alike.length);
  });

  test('the same subject at two connectors is two users', async () => {
    const google = googleLike(scene, { rules: { groups: GROUPS }, domains: ['corp.example'] });
    const other = googleLike(scene, { name: 'other', displayName: 'Other', domains: ['other.example'] });
    await scene.configure([google, other]);
    const subject = addPerson('1004', { preferred_username: 'twin', email: 'twin@corp.example' });
    const first = await tokensFor(subject);
    const second = await tokensFor(subject, 'continue with other');
    expect(second.sub).not.toBe(first.sub);
    expect((await tokensFor(subject)).sub).toBe(first.sub);
    expect(await scene.configure([google])).toEqual(['other']);
  });

  test('a connector that is pointed at another issuer has other people', async () => {
    const subject = addPerson('1005', { preferred_username: 'ivan' });
    const before = await tokensFor(subject);
    const google = googleLike(scene, { rules: { groups: GROUPS }, domains: ['corp.example'] });
    await scene.configure([{ ...google, issuer: 'https://elsewhere.example' }]);
    await scene.configure([google]);
    expect((await tokensFor(subject)).sub).not.toBe(before.sub);
  });

  test('[TRAPS linking: Entra] a person stays the same when the registration changes, and `sub` with it', async () => {
    const google = googleLike(scene, { rules: { groups: GROUPS }, domains: ['corp.example'] });
    const entra = { ...googleLike(scene, { name: 'other', displayName: 'Microsoft' }), preset: 'entra' };
    const { hostedDomains: _google, ...settings } = entra as Record<string, unknown>;
    await scene.configure([google, settings]);
    const signedIn = async (sub: string, oid: string | undefined) =>
      await tokensFor(addPerson(sub, { preferred_username: 'erna', oid }), 'continue with microsoft');
    const before = await signedIn('pairwise-of-the-old-app', 'oid-of-erna');
    expect((await signedIn('pairwise-of-the-new-app', 'oid-of-erna')).sub).toBe(before.sub);
    // A recycled name, and even a recycled `sub`, are another person.
    expect((await signedIn('pairwise-of-the-old-app', 'oid-of-another')).sub).not.toBe(before.sub);
    await expect(signedIn('pairwise-without', undefined)).rejects.toThrow();
    await scene.configure([google]);
  });

  test('many sign-ins of a new person at once make one user', async () => {
    const subject = addPerson('1006', { preferred_username: 'rushed' });
    const subjects = await Promise.all([1, 2, 3].map(async () => (await tokensFor(subject)).sub));
    expect(new Set(subjects).size).toBe(1);
  });
});

test('an address counts as verified only if its domain is one of the connector, and no tag replaces it', async () => {
  const subject = addPerson('1101', { preferred_username: 'visitor', email: 'visitor@elsewhere.example' });
  expect(await tokensFor(subject)).toMatchObject({ email: 'visitor@elsewhere.example', email_verified: false });
  addPerson('1101', { preferred_username: 'visitor', email: 'Visitor@CORP.example' });
  const { sub, email_verified: verified } = await tokensFor(subject);
  expect(verified).toBe(true);
  const user = await userOf(sub);
  const tags = [{ key: 'email', value: 'root@corp.example' }];
  await scene.identities.users.update([user.accountId, user.userId], (old) => ({ ...old, tags }));
  expect(await tokensFor(subject)).toMatchObject({ email: 'root@corp.example', email_verified: false });
});

test('an unverified address is not taken; “null” is no name', async () => {
  const claims = { preferred_username: 'null', email: 'claimed@corp.example', email_verified: 'false' };
  const { email, preferred_username: name } = await tokensFor(addPerson('1007', claims));
  expect([email, name]).toEqual([undefined, 'claimed']);
});

test('S30: a person with a second factor here shows a code, whatever the provider says of its factors', async () => {
  const subject = addPerson('1008', { preferred_username: 'molly' });
  const { sub } = await tokensFor(subject);
  const seed = Buffer.alloc(20, 5);
  const serialNumber = `arn:aws:iam::${ACCOUNT}:mfa/molly`;
  const sealedSeed = scene.keyRing.sealer.seal(seed, serialNumber);
  await scene.identities.users.update([ACCOUNT, sub], (old) => ({
    ...old,
    mfaDevices: [{ serialNumber, sealedSeed, enabledAt: 0, lastTimeStep: 0 }],
  }));
  const { seen, login } = await signInWith(scene, openBrowser(scene), { subject });
  const page = expectPage(seen);
  expect(page.heading).toBe('Enter your code');
  const consent = expectPage(await page.submit('continue', { code: codeAt(seed, timeStepAt(Date.now())) }));
  const tokens = await oidc.authorizationCodeGrant(scene.app, expectLeft(await consent.submit('allow')), login.checks);
  expect(tokens.claims()).toMatchObject({ sub, amr: ['otp', 'mfa'] });
});

test('two tabs that are at the provider at once do not disturb each other', async () => {
  const browser = openBrowser(scene);
  scene.outside.next = addPerson('1013', { preferred_username: 'tabby' });
  const [first, second] = [await openSignIn(scene, browser), await openSignIn(scene, browser)];
  const ofSecond = await throughProvider(browser, await second.page.submit('continue with google'));
  const ofFirst = await throughProvider(browser, await first.page.submit('continue with google'));
  expect(expectPage(await browser.person.open(ofFirst.href)).heading).toContain('Allow');
  expect(expectPage(await browser.person.open(ofSecond.href)).heading).toContain('Allow');
});

test('[S31] deleting the user ends it all: the next sign-in makes another user', async () => {
  const subject = addPerson('1014', { preferred_username: 'gone' });
  const { sub } = await tokensFor(subject);
  await scene.identities.users.remove([ACCOUNT, sub]);
  const again = await tokensFor(subject);
  expect(again).toMatchObject({ preferred_username: 'gone' });
  expect(again.sub).not.toBe(sub);
});

test('a user of a connector cannot sign in with a password, nor is it told that they exist', async () => {
  const { preferred_username: user } = await tokensFor(addPerson('1009', { preferred_username: 'petra' }));
  const page = expectPage(await typeIn((await openSignIn(scene, openBrowser(scene))).page, { user: String(user) }));
  const nobody = expectPage(await typeIn((await openSignIn(scene, openBrowser(scene))).page, { user: 'nobody-here' }));
  expect(page.text.replaceAll(String(user), '')).toBe(nobody.text.replaceAll('nobody-here', ''));
});

describe('refusals', () => {
  test.each([
    ['another domain', 'elsewhere.example'],
    ['no domain', undefined],
  ])('hosted domain: a person of %s stays out, and the record says why', async (_, hd) => {
    const subject = addPerson(`out ${hd}`, { hd, preferred_username: 'out' });
    const { seen } = await signInWith(scene, openBrowser(scene), { subject });
    const page = expectPage(seen);
    expect(page.status).toBe(400);
    expect(page.text).toContain('does not belong to an organisation that may sign in here');
    expect(page.text).toMatch(/Reference: \S+/);
    expect(scene.outcomes.at(-1)).toBe('hosted-domain');
  });

  test('a condition over claims keeps people out before they become users', async () => {
    const condition = {
      'ForAnyValue:StringEquals': { 'login:groups': ['engineering'] },
      Null: { 'login:sub': 'false' },
    };
    await scene.configure([googleLike(scene, { rules: { groups: GROUPS, condition }, domains: ['corp.example'] })]);
    const inside = addPerson('1011', { preferred_username: 'inside', groups: ['engineering'] });
    expect((await tokensFor(inside))['preferred_username']).toBe('inside');
    const subject = addPerson('1012', { preferred_username: 'outside', groups: ['sales'] });
    const { seen } = await signInWith(scene, openBrowser(scene), { subject });
    expect(expectPage(seen).text).toContain('may not be used here');
    expect(scene.outcomes.at(-1)).toBe('condition');
    expect(JSON.stringify(scene.events)).toContain('ForAnyValue:StringEquals login:groups');
    expect(await scene.identities.users.count('byName', [ACCOUNT, 'outside'])).toBe(0);
    await scene.configure([googleLike(scene, { rules: { groups: GROUPS }, domains: ['corp.example'] })]);
  });

  test('a person who declines may choose another way', async () => {
    const browser = openBrowser(scene);
    const { seen } = await signInWith(scene, browser, { subject: undefined });
    const page = expectPage(seen);
    expect(page.text).toContain('You did not finish signing in with Google');
    const href = /href="([^"]*choose=1)"/.exec(page.html)?.[1] ?? '';
    expect(expectPage(await browser.person.open(`${scene.url}${href}`)).heading).toBe('Sign in');
    expect(scene.outcomes.at(-1)).toBe('declined');
  });

  test('[S36] a disabled user is told so after the login at the provider, and enabled signs in again', async () => {
    const subject = addPerson('leaver', { preferred_username: 'leaver' });
    const user = await userOf((await tokensFor(subject)).sub);
    await disableUser(scene.identities, user, { origin: 'directory', reason: 'left', now: 0 });
    const { seen } = await signInWith(scene, openBrowser(scene), { subject });
    expect(expectPage(seen).text).toContain('Your account is disabled. Ask your administrator.');
    expect(scene.outcomes.at(-1)).toBe('disabled-user');
    await enableUser(scene.identities, user, 'directory');
    expect((await tokensFor(subject)).sub).toBe(user.userId);
  });

  test('a disabled connector has no button, and stops sign-ins that are on their way', async () => {
    const google = googleLike(scene, { rules: { groups: GROUPS }, domains: ['corp.example'] });
    const browser = openBrowser(scene);
    const { page } = await openSignIn(scene, browser);
    scene.outside.next = addPerson('1010', { preferred_username: 'late' });
    const callback = await throughProvider(browser, await page.submit('continue with google'));
    await scene.configure([{ ...google, enabled: false }]);
    expect(expectPage(await browser.person.open(callback.href)).text).toContain('is switched off');
    expect((await openSignIn(scene, openBrowser(scene))).page.buttons).not.toContain('Continue with Google');
    await scene.configure([google]);
    expect((await openSignIn(scene, openBrowser(scene))).page.buttons).toContain('Continue with Google');
  });

  test('its button shows its icon, which browsers may keep and which runs no script', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
    const icon = `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
    await scene.configure([googleLike(scene, { icon })]);
    const { page } = await openSignIn(scene, openBrowser(scene));
    const [, source = ''] = /<img src="([^"]+)" alt="" /.exec(page.html) ?? [];
    const answer = await fetch(new URL(source, scene.url));
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/svg+xml']);
    expect(await answer.text()).toBe(svg);
    expect(answer.headers.get('content-security-policy')).toContain('sandbox');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('cache-control')).toBe('public, max-age=86400');
    await scene.configure([googleLike(scene, { icon, hasButton: false })]);
    for (const name of ['google', 'other'])
      expect((await fetch(`${scene.url}/federation/${name}/icon`)).status).toBe(404);
    await scene.configure([googleLike(scene, { rules: { groups: GROUPS }, domains: ['corp.example'] })]);
  });

  test('while the provider is down, a password still signs in', async () => {
    await scene.addUser('local');
    const google = googleLike(scene, { issuer: 'http://localhost:1', hostedDomains: ['corp.example'] });
    await scene.configure([google]);
    const { page } = await openSignIn(scene, openBrowser(scene));
    const down = expectPage(await page.submit('continue with google'));
    expect([down.status, down.heading]).toEqual([502, 'Sign in']);
    expect(down.text).toContain('Google cannot be reached at the moment');
    expect(expectPage(await typeIn(down, { user: 'local' })).heading).toContain('Allow');
    await scene.configure([googleLike(scene, { rules: { groups: GROUPS }, domains: ['corp.example'] })]);
  });
});

describe('which provider', () => {
  test('an app asks for one: the browser goes there without a page in between', async () => {
    const { person } = openBrowser(scene);
    const more = { rolecall_connector: 'google', login_hint: 'jane@corp.example', prompt: 'login consent' };
    const { url } = await beginLogin(scene.app, more);
    const left = expectLeft(await person.open(url.href));
    expect(left.href).toContain(`${scene.outside.issuer}/auth?`);
    expect(Object.fromEntries(left.searchParams)).toMatchObject({
      login_hint: 'jane@corp.example',
      prompt: 'login',
      hd: 'corp.example',
      code_challenge_method: 'S256',
      redirect_uri: `${scene.url}/federation/google/callback`,
      scope: 'openid profile email',
    });
  });

  test('an app that asks for an unknown one gets the sign-in page', async () => {
    const { url } = await beginLogin(scene.app, { rolecall_connector: 'no-such' });
    expect(expectPage(await newPerson(scene.url).open(url.href)).heading).toBe('Sign in');
  });

  test('the domain of an address leads to its provider, whether there is such a person or not', async () => {
    const named = async (name: string): Promise<PageSeen> => {
      const { page } = await openSignIn(scene, openBrowser(scene));
      return expectPage(await page.submit('continue', { 'user name': name }));
    };
    const ways = await named('Nobody.At.All@Corp.Example');
    const left = expectLeft(await ways.submit('continue with google'));
    expect(left.searchParams.get('login_hint')).toBe('Nobody.At.All@Corp.Example');
    expect(ways.buttons).toEqual(['Continue with Google', 'Sign in', 'Use a passkey', 'Cancel']);
    expect((await named('a@b.example')).buttons).toEqual([
      'Sign in',
      'Use a passkey',
      'Continue with Google',
      'Cancel',
    ]);
  });
});

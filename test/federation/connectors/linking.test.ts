import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as oidc from 'openid-client';
import { newPerson, type PageSeen } from '../../../harness/person.ts';
import type { User } from '../../../src/identity/documents/user.ts';
import { createGroup } from '../../../src/identity/groups/create-group.ts';
import { addUserToGroup } from '../../../src/identity/groups/membership.ts';
import { linkId } from '../../../src/identity/links/link-id.ts';
import { systemRandom } from '../../../src/kernel/random.ts';
import type { OutgoingMail } from '../../../src/ports/mailer.ts';
import { expectLeft, expectPage, typeIn, withForgedForms } from '../../oidc/app.ts';
import { ACCOUNT } from '../../oidc/installation.ts';
import {
  type Browser,
  type ConnectorScene,
  connectorScene,
  googleLike,
  openBrowser,
  openSignIn,
  signInWith,
  throughProvider,
} from './scene.ts';

let scene: ConnectorScene;
let minutesLater = 0;
let mayLink = true;
const mails: OutgoingMail[] = [];
beforeAll(async () => {
  scene = await connectorScene({
    clock: { now: () => Date.now() + minutesLater * 60_000 },
    mayChangeOwnLinks: async () => mayLink,
    mailer: { queue: async (mail) => mails.push(mail) > 0 },
  });
  for (const groupName of ['Linked', 'ByHand']) {
    await createGroup({ store: scene.identities, random: systemRandom() }, { accountId: ACCOUNT, groupName, now: 0 });
  }
  await configure();
});
afterAll(() => scene.close());

function configure(more: object = {}): Promise<readonly string[]> {
  const other = googleLike(scene, { name: 'other', displayName: 'Other' });
  return scene.configure([googleLike(scene, { rules: { groups: { always: ['Linked'] } }, ...more }), other]);
}

/** Someone at the provider. */
function addPerson(subject: string, claims: object = {}): string {
  scene.outside.people.set(subject, { hd: 'corp.example', preferred_username: subject, ...claims });
  return subject;
}

async function linksPage({ person }: Browser): Promise<PageSeen> {
  return expectPage(await person.open(`${scene.url}/sign-in/links`));
}

/** Signs in with the password. */
async function signedIn(user: string): Promise<Browser> {
  const browser = openBrowser(scene);
  expect(expectPage(await typeIn(await browser.person.open(`${scene.url}/sign-in`), { user })).heading).toBe(
    'Your account',
  );
  return browser;
}

/** Goes to the provider to link; answers the address to which it is sent back. */
async function toProvider(browser: Browser, subject: string, button = 'link a login with google'): Promise<URL> {
  scene.outside.next = subject;
  // Nobody is signed in there yet.
  const fresh = { ...browser, outside: newPerson(scene.outside.issuer) };
  return await throughProvider(fresh, await (await linksPage(browser)).submit(button));
}

async function link(browser: Browser, subject: string, button?: string): Promise<PageSeen> {
  return expectPage(await browser.person.open((await toProvider(browser, subject, button)).href));
}

/** Who signs in with this login now, by the `sub` of the ID token; or the heading of the page that says why nobody does. */
async function whoSignsIn(subject: string): Promise<string> {
  const { seen, login } = await signInWith(scene, openBrowser(scene), { subject });
  const page = expectPage(seen);
  if (!page.buttons.some((text) => /allow/i.test(text))) return `${page.heading}: ${page.text}`;
  const left = expectLeft(await page.submit('allow'));
  return (await oidc.authorizationCodeGrant(scene.app, left, login.checks)).claims()?.sub ?? '';
}

const userOf = async ({ userId }: User): Promise<User | undefined> =>
  await scene.identities.users.get([ACCOUNT, userId]);
const lastEvent = (name: string) => scene.events.filter(({ eventName }) => eventName === name).at(-1);

test('[S31] an ordinary user links an outside login with proof of both, signs in with it, and unlinks it', async () => {
  const ann = await scene.addUser('ann');
  const browser = await signedIn('ann');
  const page = await link(browser, addPerson('g-ann', { email: 'elsewhere@corp.example', email_verified: true }));
  expect([page.heading, page.text.includes('Google: elsewhere@corp.example')]).toEqual(['Linked logins', true]);
  expect(scene.outside.requests.at(-1)?.get('prompt')).toBe('login');
  expect(lastEvent('LinkLogin')).toMatchObject({
    outcome: 'allowed',
    actor: { principalId: ann.userId },
    request: { connector: 'google', subject: 'g-ann' },
  });
  expect(await whoSignsIn('g-ann')).toBe(ann.userId);
  const user = await userOf(ann);
  expect([user?.path, user?.groupIds.length, user?.loginProfile === undefined]).toEqual(['/', 1, false]);
  const after = expectPage(await page.submit('unlink'));
  expect(after.text).toContain('The login is unlinked.');
  expect(lastEvent('UnlinkLogin')).toMatchObject({ outcome: 'allowed', request: { subject: 'g-ann' } });
  expect(await userOf(ann)).toMatchObject({ groupIds: [] });
  expect(await userOf(ann)).not.toHaveProperty('links');
  expect(await whoSignsIn('g-ann')).not.toBe(ann.userId);
});

test('[S31] the permission to link is checked again when the person comes back from the provider', async () => {
  const user = await scene.addUser('una');
  const browser = await signedIn('una');
  const callback = await toProvider(browser, addPerson('g-una'));
  mayLink = false;
  try {
    expect(expectPage(await browser.person.open(callback.href)).heading).toBe('Linking did not work');
  } finally {
    mayLink = true;
  }
  expect(lastEvent('LinkLogin')).toMatchObject({
    outcome: 'refused',
    errorCode: 'linking',
    request: { detail: 'the user may not link logins of this connector (any more)' },
  });
  expect(await userOf(user)).not.toHaveProperty('links');
});

test('an attempt to link a login again that fails leaves the link as it was', async () => {
  const connector = (await scene.identities.connectors.find('byName', ['google'], { limit: 1 })).items[0];
  const former = { connector: 'google', subject: 'g-again', groupIds: [], createdAt: 0 };
  const links = [{ ...former, id: linkId(connector?.connectorId ?? '', 'g-again') }];
  // As many groups as a user may have, so that the connector's own cannot be given.
  const user = await scene.addUser('again', {
    links,
    groupIds: [...Array(10).keys()].map((number) => `AGPA${number}`),
  });
  const browser = await signedIn('again');
  expect((await link(browser, addPerson('g-again'))).heading).toBe('Linking did not work');
  expect((await userOf(user))?.links).toEqual(links);
});

test('[S36] unlinking ends the sign-ins that came through the link, and no others', async () => {
  await scene.addUser('ben');
  const browser = await signedIn('ben');
  await link(browser, addPerson('g-ben'));
  const elsewhere = openBrowser(scene);
  const { seen, login } = await signInWith(scene, elsewhere, { subject: 'g-ben' });
  const left = expectLeft(await expectPage(seen).submit('allow'));
  const tokens = await oidc.authorizationCodeGrant(scene.app, left, login.checks);
  expectPage(await (await linksPage(browser)).submit('unlink'));
  expect(expectPage(await elsewhere.person.open(`${scene.url}/sign-in`)).heading).toBe('Sign in');
  await expect(oidc.refreshTokenGrant(scene.app, tokens.refresh_token ?? '')).rejects.toThrow();
  expect((await linksPage(browser)).heading).toBe('Linked logins');
});

test('[S33] a stolen password alone links no login: a new browser needs a code that is mailed to the proven address', async () => {
  const user = await scene.addUser('robbed', { email: 'robbed@example.org', emailVerifiedAt: 1 });
  const thief = await signedIn('robbed');
  const asked = expectPage(await (await linksPage(thief)).submit('link a login with google'));
  expect(asked.heading).toBe('Confirm that it is you');
  const message = mails.find(({ to }) => to === 'robbed@example.org')?.message;
  const code = message?.kind === 'code' ? message.code : '';
  const wrong = expectPage(
    await asked.submit('Continue', { 'Code from the mail': code === '00000000' ? '1'.repeat(8) : '0'.repeat(8) }),
  );
  expect(wrong.heading).toBe('Confirm that it is you');
  expect((await scene.identities.users.get([ACCOUNT, user.userId]))?.links).toBeUndefined();
  expectLeft(await asked.submit('Continue', { 'Code from the mail': code }));
});

describe('[S37] a fresh sign-in here is needed', () => {
  test.each(['link a login with google', 'unlink'])('%s', async (button) => {
    const name = `cleo-${button.split(' ')[0]}`;
    const cleo = await scene.addUser(name);
    const browser = await signedIn(name);
    await link(browser, addPerson(`g-${name}`));
    const page = await linksPage(browser);
    minutesLater = 11;
    const again = expectPage(await page.submit(button));
    minutesLater = 0;
    expect(again.heading).toBe('Sign in');
    const back = expectPage(await typeIn(again, { user: name }));
    expect([back.heading, back.text.includes('You have signed in again')]).toEqual(['Linked logins', true]);
    expect((await userOf(cleo))?.links).toHaveLength(1);
  });
});

describe('what is not linked', () => {
  test('[S31] a login that is somebody else’s: a calm page, and it stays theirs', async () => {
    const [dan, eve] = [await scene.addUser('dan'), await scene.addUser('eve')];
    await link(await signedIn('dan'), addPerson('g-dan'));
    const page = await link(await signedIn('eve'), 'g-dan');
    expect([page.heading, page.status]).toEqual(['Linking did not work', 400]);
    expect(page.text).toContain('linked to another user');
    expect(lastEvent('LinkLogin')).toMatchObject({ outcome: 'refused', errorCode: 'linked-elsewhere' });
    expect(await whoSignsIn('g-dan')).toBe(dan.userId);
    expect(await userOf(eve)).not.toHaveProperty('links');
  });

  test('a login whose first sign-in made a user of its own', async () => {
    const made = await whoSignsIn(addPerson('g-made'));
    const fay = await scene.addUser('fay');
    expect((await link(await signedIn('fay'), 'g-made')).text).toContain('linked to another user');
    expect(await whoSignsIn('g-made')).toBe(made);
    expect(await userOf(fay)).not.toHaveProperty('links');
  });

  test('the answer of another browser, even of the same user (link CSRF)', async () => {
    const gil = await scene.addUser('gil');
    const attacker = await signedIn((await scene.addUser('mallory')).userName);
    const callback = await toProvider(attacker, addPerson('g-mallory'));
    const victim = await signedIn('gil');
    const page = expectPage(await victim.person.open(callback.href));
    expect(page.heading).toBe('Linking did not work');
    expect(lastEvent('LinkLogin')).toMatchObject({ errorCode: 'browser' });
    expect(await userOf(gil)).not.toHaveProperty('links');
  });

  test('a form of another site or session', async () => {
    const hal = await scene.addUser('hal');
    const browser = await signedIn('hal');
    const page = await linksPage(browser);
    for (const forgery of [{ csrf: 'forged' }, { origin: 'https://evil.example' }]) {
      const refused = await withForgedForms(forgery, () => page.submit('link a login with google'));
      expect(expectPage(refused).status).toBe(403);
    }
    expect(await userOf(hal)).not.toHaveProperty('links');
  });

  test('after signing out in between', async () => {
    const ida = await scene.addUser('ida');
    const browser = await signedIn('ida');
    const callback = await toProvider(browser, addPerson('g-ida'));
    const signOut = expectPage(await browser.person.open(`${scene.url}/oidc/session/end`));
    await signOut.submit('sign out');
    expect(expectPage(await browser.person.open(callback.href)).text).toContain('Nothing was linked');
    expect(await userOf(ida)).not.toHaveProperty('links');
  });

  test('after somebody else signed in in between, in the same browser', async () => {
    const [jan, kay] = [await scene.addUser('jan'), await scene.addUser('kay')];
    const browser = await signedIn('jan');
    const callback = await toProvider(browser, addPerson('g-jan'));
    await expectPage(await browser.person.open(`${scene.url}/oidc/session/end`)).submit('sign out');
    await typeIn(await browser.person.open(`${scene.url}/sign-in`), { user: 'kay' });
    expect(expectPage(await browser.person.open(callback.href)).text).toContain('Nothing was linked');
    expect([await userOf(jan), await userOf(kay)]).toEqual([
      expect.not.objectContaining({ links: expect.anything() }),
      expect.not.objectContaining({ links: expect.anything() }),
    ]);
  });

  test('the browser lets the form lead to the provider (CSP form-action)', async () => {
    await scene.addUser('nora');
    const browser = await signedIn('nora');
    const ofSignIn = (await openSignIn(scene, openBrowser(scene))).page.headers.get('content-security-policy');
    expect(ofSignIn).not.toContain('form-action');
    expect((await linksPage(browser)).headers.get('content-security-policy')).toBe(ofSignIn);
  });

  test('anybody who is not signed in is asked to', async () => {
    const seen = expectPage(await newPerson(scene.url).open(`${scene.url}/sign-in/links`));
    expect(seen.heading).toBe('Sign in');
  });
});

test('the only way to sign in cannot be unlinked; with another one it can', async () => {
  const subject = addPerson('g-solo');
  const browser = openBrowser(scene);
  await signInWith(scene, browser, { subject });
  const refused = expectPage(await (await linksPage(browser)).submit('unlink'));
  expect([refused.status, refused.text.includes('your only way to sign in')]).toEqual([409, true]);
  expect(lastEvent('UnlinkLogin')).toMatchObject({ outcome: 'refused', errorCode: 'last-way' });
  await link(browser, addPerson('o-solo'), 'link a login with other');
  const page = expectPage(await (await linksPage(browser)).submit('unlink google'));
  // It was the login of this session.
  expect(page.heading).toBe('Sign in');
});

test('groups are given and taken by the link that gives them; those given by hand stay', async () => {
  const leo = await scene.addUser('leo');
  const [byHand] = (await scene.identities.groups.find('byName', [ACCOUNT, 'byhand'])).items;
  if (byHand !== undefined) await addUserToGroup(scene.identities, leo, byHand);
  const browser = await signedIn('leo');
  await link(browser, addPerson('g-leo'));
  await link(browser, addPerson('o-leo'), 'link a login with other');
  expect((await userOf(leo))?.groupIds).toHaveLength(2);
  await (await linksPage(browser)).submit('unlink other');
  expect((await userOf(leo))?.groupIds).toHaveLength(2);
  await (await linksPage(browser)).submit('unlink google');
  expect((await userOf(leo))?.groupIds).toEqual([byHand?.groupId]);
});

describe('[S31] linked-only', () => {
  test('nobody becomes a user by signing in; who is linked signs in', async () => {
    await configure({ provisioning: 'linked-only' });
    const users = async () => await scene.identities.users.count('byName', [ACCOUNT], { limit: 1000 });
    const before = await users();
    expect(await whoSignsIn(addPerson('g-new', { email: 'root@example.com', email_verified: true }))).toContain(
      'not linked to a user here',
    );
    expect(scene.outcomes.at(-1)).toBe('not-linked');
    expect(await users()).toBe(before);
    const mia = await scene.addUser('mia');
    await link(await signedIn('mia'), 'g-new');
    expect(await whoSignsIn('g-new')).toBe(mia.userId);
    await configure();
  });
});

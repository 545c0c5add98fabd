import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import * as oidc from 'openid-client';
import { openProofAges } from '../../../src/identity/connectors/proof-ages.ts';
import { linkId } from '../../../src/identity/links/link-id.ts';
import { expectLeft, expectPage } from '../../oidc/app.ts';
import { ACCOUNT } from '../../oidc/installation.ts';
import {
  type Browser,
  type ConnectorScene,
  connectorScene,
  googleLike,
  openBrowser,
  openSignIn,
  signInWith,
} from './scene.ts';

/** How far our clock is ahead of the machine's, in ms. */
let ahead = 0;
let scene: ConnectorScene;
beforeAll(async () => {
  scene = await connectorScene({ clock: { now: () => Date.now() + ahead } });
});
afterAll(() => scene.close());
beforeEach(async () => {
  ahead = 0;
  await configure({});
});

async function configure(more: object): Promise<void> {
  await scene.configure([googleLike(scene, more)]);
}

interface SignedIn {
  readonly browser: Browser;
  readonly tokens: oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers;
}

async function signIn(subject: string, browser = openBrowser(scene)): Promise<SignedIn> {
  scene.outside.people.set(subject, { hd: 'corp.example', preferred_username: subject });
  const { seen, login } = await signInWith(scene, browser, { subject });
  const left = expectLeft(await expectPage(seen).submit('allow'));
  return { browser, tokens: await oidc.authorizationCodeGrant(scene.app, left, login.checks) };
}

/** The outcome of a refresh, with the token that is the next one if it works. */
async function refresh({ refresh_token: token = '' }: oidc.TokenEndpointResponse) {
  return await oidc.refreshTokenGrant(scene.app, token).then(
    (next) => ({ next, refused: undefined }),
    (error: oidc.ResponseBodyError) => ({ next: undefined, refused: `${error.error}: ${error.error_description}` }),
  );
}

const headingFor = async (browser: Browser): Promise<string> => (await openSignIn(scene, browser)).page.heading;
const accountPage = async ({ person }: Browser): Promise<string> =>
  expectPage(await person.open(`${scene.url}/sign-in`)).heading;
const MINUTE = 60_000;

test('[S36] a login older than the setting is not continued: refresh, apps and pages ask for a new one', async () => {
  await configure({ maxProofAge: 300 });
  const { browser, tokens } = await signIn('ada');
  ahead = 4 * MINUTE;
  const young = await refresh(tokens);
  expect(young.refused).toBeUndefined();
  expect(await headingFor(browser)).toContain('Allow');
  expect(await accountPage(browser)).toBe('Your account');
  ahead = 6 * MINUTE;
  // A refresh proves nothing of the provider, so the new token is as old as the first.
  const old = young.next ?? tokens;
  expect((await refresh(old)).refused).toMatch(/^invalid_grant: the sign-in through the outside provider is older/);
  expect(scene.outcomes.at(-1)).toBe('too old');
  expect(scene.events.filter(({ eventName }) => eventName === 'IssueTokens').at(-1)).toMatchObject({
    outcome: 'refused',
    errorCode: 'invalid_grant',
    errorMessage: expect.stringContaining('older than its connector allows'),
  });
  expect((await oidc.tokenIntrospection(scene.app, old.refresh_token ?? '')).active).toBe(false);
  // What was issued in time is valid until it expires.
  expect((await oidc.tokenIntrospection(scene.app, old.access_token)).active).toBe(true);
  expect(await headingFor(browser)).toBe('Sign in');
  expect(await accountPage(browser)).toBe('Sign in');
  const again = await signIn('ada', browser);
  expect((await refresh(again.tokens)).refused).toBeUndefined();
  expect(await headingFor(browser)).toContain('Allow');
});

test('a shorter setting applies at once to existing logins, and a longer one too', async () => {
  const { browser, tokens } = await signIn('bob');
  ahead = 10 * MINUTE;
  const first = await refresh(tokens);
  expect(first.refused).toBeUndefined();
  await configure({ maxProofAge: 300 });
  expect((await refresh(first.next ?? tokens)).refused).toContain('has to sign in again');
  expect(await headingFor(browser)).toBe('Sign in');
  await configure({ maxProofAge: 3600 });
  expect((await refresh(first.next ?? tokens)).refused).toBeUndefined();
});

test('without the setting, 14 days', async () => {
  await signIn('eve');
  const [user] = (await scene.identities.users.find('byName', [ACCOUNT, 'eve'])).items;
  const links = user?.links ?? [];
  const origin = { link: links[0]?.id ?? '', generation: 0, at: 0 };
  const known = async () => [await connector()];
  const isTooOld = (now: number) =>
    openProofAges({ connectors: { known }, clock: { now: () => now } }).isTooOld({ links }, origin);
  const limit = 14 * 24 * 60 * MINUTE;
  expect([await isTooOld(limit), await isTooOld(limit + 1)]).toEqual([false, true]);
});

async function connector() {
  const found = await scene.identities.connectors.get([ACCOUNT, 'google']);
  if (found === undefined) throw new Error('there is no such connector');
  return found;
}

test('[S36] a login of a connector that is gone is not continued; that of a disabled one is', async () => {
  const { browser, tokens } = await signIn('kim');
  await configure({ enabled: false });
  const first = await refresh(tokens);
  expect(first.refused).toBeUndefined();
  await scene.configure([]);
  expect((await refresh(first.next ?? tokens)).refused).toContain('the connector is gone');
  expect(await headingFor(browser)).toBe('Sign in');
});

test('a person who signed in with a password does not depend on any connector', async () => {
  const person = { links: [] };
  const ages = openProofAges({ connectors: { known: async () => [] }, clock: { now: () => Number.MAX_SAFE_INTEGER } });
  expect(await ages.isTooOld(person, undefined)).toBe(false);
  const link = linkId('id', 'somebody');
  expect(await ages.isTooOld(person, { link, generation: 0, at: 0 })).toBe(true);
});

test.each([299, 1_209_601, 300.5, '3600'])('a setting of %s is refused', async (maxProofAge) => {
  await expect(configure({ maxProofAge })).rejects.toThrow(/maxProofAge/);
});

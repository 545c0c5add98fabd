import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as oidc from 'openid-client';
import { openUpstreamLogins } from '../../../src/identity/links/upstream-logins.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { expectLeft, expectPage } from '../../oidc/app.ts';
import { type Browser, type ConnectorScene, connectorScene, googleLike, openBrowser, signInWith } from './scene.ts';

let scene: ConnectorScene;
beforeAll(async () => {
  scene = await connectorScene();
  await scene.configure([googleLike(scene)]);
});
afterAll(() => scene.close());

interface SignedIn {
  readonly browser: Browser;
  readonly tokens: oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers;
}

/** Signs in, in a browser of their own, in this session at the provider. */
async function signIn(subject: string, sid: string | undefined): Promise<SignedIn> {
  scene.outside.people.set(subject, { hd: 'corp.example', preferred_username: subject, ...(sid && { sid }) });
  const browser = openBrowser(scene);
  const { seen, login } = await signInWith(scene, browser, { subject });
  const left = expectLeft(await expectPage(seen).submit('allow'));
  return { browser, tokens: await oidc.authorizationCodeGrant(scene.app, left, login.checks) };
}

async function endAtProvider(logout: { subject?: string; sessionIds: readonly string[] }) {
  const connector = await scene.identities.connectors.get(['123456789012', 'google']);
  const upstream = openUpstreamLogins({ store: scene.identities, ephemeral: scene.ephemeral, clock: systemClock });
  return await upstream.end({ connectorId: connector?.connectorId ?? '', subject: undefined, ...logout });
}

/** What still works: the browser session, the access token, the refresh token. */
async function works({ browser, tokens }: SignedIn): Promise<readonly boolean[]> {
  const page = expectPage(await browser.person.open(`${scene.url}/sign-in`));
  const { active } = await oidc.tokenIntrospection(scene.app, tokens.access_token);
  const refreshed = await oidc.refreshTokenGrant(scene.app, tokens.refresh_token ?? '').then(
    () => true,
    () => false,
  );
  return [page.heading === 'Your account', active, refreshed];
}

test('[S36] a session that ends at the provider ends everything here that came from it, and nothing else', async () => {
  const here = await signIn('ada', 'session-1');
  const elsewhere = await signIn('ada', 'session-2');
  expect(await endAtProvider({ sessionIds: ['session-1'] })).toHaveLength(1);
  expect(await works(here)).toEqual([false, false, false]);
  expect(await works(elsewhere)).toEqual([true, true, true]);
});

test('[S36] a person who is signed out at the provider is signed out here everywhere', async () => {
  const [first, second] = [await signIn('bob', 'session-3'), await signIn('bob', undefined)];
  const other = await signIn('eve', 'session-4');
  expect(await endAtProvider({ subject: 'bob', sessionIds: [] })).toHaveLength(1);
  expect([await works(first), await works(second)]).toEqual([
    [false, false, false],
    [false, false, false],
  ]);
  expect(await works(other)).toEqual([true, true, true]);
});

test('a refreshed token remembers the outside login that it came from', async () => {
  const { browser, tokens } = await signIn('kim', 'session-5');
  const refreshed = await oidc.refreshTokenGrant(scene.app, tokens.refresh_token ?? '');
  await endAtProvider({ sessionIds: ['session-5'] });
  expect(await works({ browser, tokens: refreshed })).toEqual([false, false, false]);
});

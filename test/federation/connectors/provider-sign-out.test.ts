import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import * as oidc from 'openid-client';
import { LoginRefused } from '../../../src/federation/connectors/login-refused.ts';
import { oidcSignOut, sessionToKeep } from '../../../src/federation/connectors/oidc/sign-out.ts';
import { openProviderSessions } from '../../../src/sign-in/connectors/provider-sessions.ts';
import { expectLeft, expectPage } from '../../oidc/app.ts';
import {
  type Browser,
  type ConnectorScene,
  connectorScene,
  googleLike,
  openBrowser,
  openSignIn,
  signInWith,
} from './scene.ts';

const BYE = 'https://app.example/bye';

let scene: ConnectorScene;
beforeAll(async () => {
  scene = await connectorScene();
  scene.outside.people.set('ada', { hd: 'corp.example', preferred_username: 'ada' });
});
afterAll(() => scene.close());
beforeEach(() => configure({ signOutAtProvider: true }));

async function configure(more: object): Promise<void> {
  await scene.configure([googleLike(scene, more)]);
}

async function signedIn(): Promise<Browser> {
  const browser = openBrowser(scene);
  const { seen } = await signInWith(scene, browser, { subject: 'ada' });
  await expectPage(seen).submit('allow');
  return browser;
}

/** Signs out here; answers where the browser is sent. */
async function signOut({ person }: Browser): Promise<URL> {
  const end = oidc.buildEndSessionUrl(scene.app, { post_logout_redirect_uri: BYE, state: 'x' });
  return expectLeft(await expectPage(await person.open(end.href)).submit('sign out'));
}

const isSignedInHere = async (browser: Browser): Promise<boolean> =>
  (await openSignIn(scene, browser)).page.heading !== 'Sign in';

describe('[RP-Initiated Logout 1.0 §2] a person who signs out here', () => {
  test('is signed out at the provider, and comes back to the app once', async () => {
    const browser = await signedIn();
    const left = await signOut(browser);
    expect(left.href).toMatch(new RegExp(`^${scene.outside.issuer}/session/end\\?`));
    expect(Object.fromEntries(left.searchParams)).toEqual({
      id_token_hint: expect.stringMatching(/^ey/),
      client_id: 'rolecall-there',
      post_logout_redirect_uri: `${scene.url}/federation/google/signed-out`,
      state: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(await isSignedInHere(browser)).toBe(false);
    const back = expectLeft(await expectPage(await browser.outside.open(left.href)).submit('yes'));
    expect(back.origin + back.pathname).toBe(`${scene.url}/federation/google/signed-out`);
    expect((await fetch(back, { method: 'HEAD' })).status).toBe(204);
    expect(expectLeft(await browser.person.open(back.href)).href).toBe(`${BYE}?state=x`);
    expect(expectPage(await browser.person.open(back.href)).heading).toBe('You are signed out');
    // The provider knows nobody any more: the next sign-in asks for one.
    scene.outside.next = undefined;
    const { page } = await openSignIn(scene, browser);
    const again = expectLeft(await browser.outside.open(expectLeft(await page.submit('continue with google')).href));
    expect(again.searchParams.get('error')).toBe('access_denied');
  });

  test.each<[string, object]>([
    ['the connector is not told to', { signOutAtProvider: false }],
    ['the connector is disabled', { signOutAtProvider: true, enabled: false }],
  ])('stays signed in there if %s', async (_, more) => {
    const browser = await signedIn();
    await configure(more);
    expect((await signOut(browser)).href).toBe(`${BYE}?state=x`);
    expect(await isSignedInHere(browser)).toBe(false);
  });

  test('is signed out here even if the provider cannot be reached, which is on record', async () => {
    const browser = await signedIn();
    // Another version of the connector has to read the metadata again.
    await scene.configure([googleLike(scene, { signOutAtProvider: true, displayName: 'Google again' })]);
    const { issuer } = scene.outside;
    const real = scene.outside.server.listeners('request');
    scene.outside.server.removeAllListeners('request');
    scene.outside.server.on('request', (_request, response) => void response.writeHead(503).end());
    try {
      expect((await signOut(browser)).href).toBe(`${BYE}?state=x`);
    } finally {
      scene.outside.server.removeAllListeners('request');
      for (const listener of real) scene.outside.server.on('request', listener as () => void);
    }
    expect(scene.events.at(-1)).toMatchObject({
      eventName: 'ConnectorSignOut',
      outcome: 'refused',
      errorCode: 'unreachable',
    });
    expect(JSON.stringify(scene.events)).not.toContain('eyJ');
    expect(issuer).toBe(scene.outside.issuer);
  });
});

test('a way back with a state that nobody waits for leads nowhere', async () => {
  const { person } = openBrowser(scene);
  for (const query of ['', '?state=x', '?state=x&state=y']) {
    const page = expectPage(await person.open(`${scene.url}/federation/google/signed-out${query}`));
    expect(page.heading).toBe('You are signed out');
  }
});

describe('the session at the provider is kept', () => {
  const DAY = 86_400_000;
  test.each([
    ['a day, if sessions here are shorter', 3_600_000, DAY],
    ['as long as a session here can last', 7 * DAY, 7 * DAY],
    ['no longer than an outside login is continued', 90 * DAY, 14 * DAY],
  ])('%s', async (_, sessionMs, expected) => {
    const lifetimes: number[] = [];
    const set = async (_key: string, _value: string, lifetime: number) => void lifetimes.push(lifetime);
    const ephemeral = { set, take: async () => undefined };
    const sessions = openProviderSessions({ ephemeral, sealer: scene.keyRing.sealer, sessionMs });
    await sessions.keep({ link: 'l', session: 's', at: 0, generation: 0 }, { connectorId: 'c', kept: 'k' });
    expect(lifetimes).toEqual([expected]);
  });
});

describe('the request', () => {
  const settings = { issuer: 'https://idp.example', clientId: 'us', signOutAtProvider: true } as never;
  const at = (endpoint: string | undefined) =>
    oidcSignOut({
      settings,
      returnAddress: 'https://us.example/back',
      provider: async () =>
        new oidc.Configuration({ issuer: 'https://idp.example', end_session_endpoint: endpoint } as never, 'us'),
    });
  const begin = (endpoint: string | undefined, idToken = 'e.e.e') =>
    at(endpoint)?.begin(sessionToKeep(settings, idToken) as never, { state: 's', now: 0 });

  test('keeps the query of the endpoint', async () => {
    expect(await begin('https://idp.example/end?tenant=1')).toEqual({
      url: 'https://idp.example/end?tenant=1&id_token_hint=e.e.e&client_id=us&post_logout_redirect_uri=https%3A%2F%2Fus.example%2Fback&state=s',
    });
  });

  test('is posted if the ID token is too long for a URL', async () => {
    const idToken = 'e'.repeat(4000);
    expect(await begin('https://idp.example/end', idToken)).toEqual({
      post: {
        action: 'https://idp.example/end',
        fields: expect.objectContaining({ id_token_hint: idToken, state: 's' }),
      },
    });
  });

  test('is not made without an endpoint, or to one without TLS', async () => {
    expect(await begin(undefined)).toBeUndefined();
    await expect(begin('http://idp.example/end')).rejects.toThrow(LoginRefused);
  });
});

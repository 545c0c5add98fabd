import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SignJWT } from 'jose';
import { expectLeft, expectPage } from '../../oidc/app.ts';
import { type LyingIssuer, signedByHmac, startLyingIssuer, unsigned } from '../../support/lying-issuer.ts';
import { type Browser, type ConnectorScene, connectorScene, googleLike, openBrowser, openSignIn } from './scene.ts';

const SECRET = 'the secret of rolecall at the lying issuer';
const EVENT = 'http://schemas.openid.net/event/backchannel-logout';

let scene: ConnectorScene;
let lying: LyingIssuer;
beforeAll(async () => {
  scene = await connectorScene();
  lying = await startLyingIssuer();
  const other = { name: 'other', displayName: 'Other', issuer: lying.issuer, clientId: 'us', clientSecret: SECRET };
  await scene.configure([googleLike(scene), other]);
});
afterAll(async () => {
  await lying.close();
  await scene.close();
});

const now = (): number => Math.floor(Date.now() / 1000);

/** Signs in at the lying issuer, up to the question for consent. */
async function signIn(sub: string, sid: string): Promise<Browser> {
  const browser = openBrowser(scene);
  const { page } = await openSignIn(scene, browser);
  const request = expectLeft(await page.submit('continue with other')).searchParams;
  const claims = { iss: lying.issuer, aud: 'us', sub, sid, nonce: request.get('nonce'), iat: now(), exp: now() + 60 };
  lying.idToken = await lying.sign(claims);
  const answer = new URLSearchParams({ code: 'c', state: request.get('state') ?? '' });
  const seen = expectPage(await browser.person.open(`${scene.url}/federation/other/callback?${answer}`));
  expect(seen.heading).toContain('Allow');
  return browser;
}

const isSignedIn = async ({ person }: Browser): Promise<boolean> =>
  expectPage(await person.open(`${scene.url}/sign-in`)).heading === 'Your account';

let made = 0;
const goodClaims = (sub: string, sid: string): Record<string, unknown> => {
  const times = { iat: now(), exp: now() + 120 };
  return { iss: lying.issuer, aud: 'us', sub, sid, jti: `jti-${++made}`, events: { [EVENT]: {} }, ...times };
};

async function send(token: string, connector = 'other'): Promise<{ readonly status: number; readonly body: string }> {
  const address = `${scene.url}/federation/${connector}/backchannel-logout`;
  const answer = await fetch(address, { method: 'POST', body: new URLSearchParams({ logout_token: token }) });
  expect(answer.headers.get('cache-control')).toContain('no-store');
  return { status: answer.status, body: await answer.text() };
}

const lastEvent = () => scene.events.filter(({ eventName }) => eventName === 'UpstreamLogout').at(-1);

describe('[Back-Channel Logout 1.0 §2.6] a logout token', () => {
  test.each<[string, (claims: Record<string, unknown>) => Record<string, unknown>]>([
    ['with sub and sid', (claims) => claims],
    ['with sid alone', ({ sub: _, ...claims }) => claims],
    ['with sub alone', ({ sid: _, ...claims }) => claims],
    ['for several clients', (claims) => ({ ...claims, aud: ['others', 'us'] })],
    ['of a clock that is behind by less than a minute', (claims) => ({ ...claims, iat: now() - 100, exp: now() - 45 })],
    ['of a clock that is ahead by less than a minute', (claims) => ({ ...claims, iat: now() + 45 })],
  ])('%s ends the sign-ins of that session or person here', async (title, change) => {
    const [victim, bystander] = [await signIn(`a ${title}`, `sid ${title}`), await signIn('bystander', `by ${title}`)];
    const { status } = await send(await lying.sign(change(goodClaims(`a ${title}`, `sid ${title}`))));
    expect([status, await isSignedIn(victim), await isSignedIn(bystander)]).toEqual([200, false, true]);
    expect(scene.outcomes.at(-1)).toBe('logout ok');
    expect(lastEvent()).toMatchObject({
      outcome: 'allowed',
      actor: { type: 'User' },
      request: { connector: 'other', ended: 1 },
    });
    // The id of a session may be a key at the provider.
    expect(JSON.stringify(lastEvent())).not.toContain(`sid ${title}`);
  });

  test('of nobody here is accepted, and the record says so', async () => {
    expect((await send(await lying.sign({ ...goodClaims('x', 'nobody’s'), sub: undefined }))).status).toBe(200);
    expect([scene.outcomes.at(-1), lastEvent()?.request]).toEqual([
      'logout nothing',
      expect.objectContaining({ ended: 0 }),
    ]);
  });

  type Make = (claims: Record<string, unknown>) => string | Promise<string>;
  const change =
    (more: Record<string, unknown>): Make =>
    (claims) =>
      lying.sign({ ...claims, ...more });
  test.each<[string, string, Make]>([
    ['of another issuer', 'issuer', change({ iss: 'https://evil.example' })],
    ['for another client', 'audience', change({ aud: 'them' })],
    ['with a nonce, as an ID token has', 'nonce', change({ nonce: 'n' })],
    ['without the event', 'token', change({ events: undefined })],
    ['with another event', 'token', change({ events: { 'https://example.com/other': {} } })],
    ['with an event that is no object', 'token', change({ events: { [EVENT]: true } })],
    ['without jti', 'token', change({ jti: undefined })],
    ['with neither sub nor sid', 'subject', change({ sub: undefined, sid: undefined })],
    ['that has expired', 'expiry', change({ iat: now() - 600, exp: now() - 300 })],
    ['that has expired for more than a minute', 'expiry', (claims) => change({ exp: now() - 61 })(claims)],
    ['that was issued more than a minute ahead', 'expiry', (claims) => change({ iat: now() + 120 })(claims)],
    ['without exp', 'expiry', change({ exp: undefined })],
    ['of long ago, with an end far ahead', 'expiry', change({ iat: now() - 7200, exp: now() + 1e6 })],
    ['without a signature', 'algorithm', unsigned],
    ['signed by HMAC with the client secret', 'algorithm', (claims) => signedByHmac(claims, SECRET)],
    [
      'that is an access token',
      'token',
      (claims) =>
        new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'one', typ: 'at+jwt' }).sign(lying.privateKey),
    ],
    ['that is no token', 'token', () => 'nonsense'],
  ])('%s is refused, and ends nothing', async (title, check, make) => {
    const victim = await signIn(`b ${title}`, `b-sid ${title}`);
    const { status, body } = await send(await make(goodClaims(`b ${title}`, `b-sid ${title}`)));
    expect([status, JSON.parse(body).error, scene.outcomes.at(-1)]).toEqual([
      400,
      'invalid_request',
      `logout ${check}`,
    ]);
    // Repeats within a second are folded into one event.
    const refused = scene.events.filter(
      ({ eventName, outcome }) => eventName === 'UpstreamLogout' && outcome === 'refused',
    );
    expect(refused.map(({ errorCode }) => errorCode)).toContain(check);
    expect(await isSignedIn(victim)).toBe(true);
  });

  test('works once', async () => {
    const token = await lying.sign(goodClaims('c', 'c-sid'));
    expect([(await send(token)).status, (await send(token)).status]).toEqual([200, 400]);
    expect(scene.outcomes.at(-1)).toBe('logout replay');
  });

  test('may state its type', async () => {
    const claims = goodClaims('d', 'd-sid');
    const header = { alg: 'RS256', kid: 'one', typ: 'logout+jwt' };
    expect((await send(await new SignJWT(claims).setProtectedHeader(header).sign(lying.privateKey))).status).toBe(200);
  });

  test.each(['google', 'missing'])('at the address of another connector is refused: %s', async (connector) => {
    expect((await send(await lying.sign(goodClaims('e', 'e-sid')), connector)).status).toBe(400);
  });

  test('also counts while the connector is disabled: its people are still signed in', async () => {
    const victim = await signIn('f', 'f-sid');
    await scene.configure([googleLike(scene)]);
    expect((await send(await lying.sign(goodClaims('f', 'f-sid')))).status).toBe(200);
    expect(await isSignedIn(victim)).toBe(false);
  });
});

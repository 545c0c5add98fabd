import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SignJWT } from 'jose';
import type { PageSeen } from '../../../harness/person.ts';
import { expectLeft, expectPage } from '../../oidc/app.ts';
import { type LyingIssuer, signedByHmac, startLyingIssuer, unsigned } from '../../support/lying-issuer.ts';
import {
  type Browser,
  type ConnectorScene,
  connectorScene,
  googleLike,
  openBrowser,
  openSignIn,
  throughProvider,
} from './scene.ts';

const SECRET = 'the secret of rolecall at the lying issuer';

let scene: ConnectorScene;
let lying: LyingIssuer;
beforeAll(async () => {
  scene = await connectorScene();
  lying = await startLyingIssuer();
  scene.outside.people.set('alice', { hd: 'corp.example', preferred_username: 'alice' });
  scene.outside.people.set('mallory', { hd: 'corp.example', preferred_username: 'mallory' });
  await scene.configure([googleLike(scene), lyingConnector()]);
});
afterAll(async () => {
  await lying.close();
  await scene.close();
});

function lyingConnector(more: object = {}): object {
  return { name: 'other', displayName: 'Other', issuer: lying.issuer, clientId: 'us', clientSecret: SECRET, ...more };
}

interface Begun {
  readonly browser: Browser;
  readonly request: URLSearchParams;
}

/** Leaves for the lying issuer. */
async function begin(browser: Browser = openBrowser(scene)): Promise<Begun> {
  const { page } = await openSignIn(scene, browser);
  const left = expectLeft(await page.submit('continue with other'));
  return { browser, request: left.searchParams };
}

/** Comes back with an answer. */
async function comeBack(
  { person }: Browser,
  parameters: Record<string, string> | readonly (readonly [string, string])[],
  connector = 'other',
): Promise<PageSeen> {
  const query = new URLSearchParams(parameters as Record<string, string>);
  return expectPage(await person.open(`${scene.url}/federation/${connector}/callback?${query}`));
}

const now = (): number => Math.floor(Date.now() / 1000);

function goodClaims(request: URLSearchParams): Record<string, unknown> {
  const nonce = request.get('nonce');
  return { iss: lying.issuer, aud: 'us', sub: 'somebody', nonce, iat: now(), exp: now() + 60 };
}

/** Expects that an answer signs nobody in, and that the record and the metric name this check. */
function expectRefused(page: PageSeen, check: string): void {
  expect(page.heading).toBe('Sign-in did not work');
  expect(page.text).toMatch(/Reference: \S+/);
  expect(scene.outcomes.at(-1)).toBe(check);
}

test('what the stand-in signs honestly signs in', async () => {
  const { browser, request } = await begin();
  lying.idToken = await lying.sign(goodClaims(request));
  const page = await comeBack(browser, { code: 'c', state: request.get('state') ?? '' });
  expect(page.heading).toContain('Allow');
  expect(scene.outcomes.at(-1)).toBe('ok');
});

test.each([
  ['behind ours', () => ({ iat: now() - 100, exp: now() - 45 })],
  ['ahead of ours', () => ({ iat: now() + 45, nbf: now() + 45, exp: now() + 100 })],
])('[S12] the clock of a provider may be %s by up to a minute', async (_, times) => {
  const { browser, request } = await begin();
  lying.idToken = await lying.sign({ ...goodClaims(request), ...times() });
  const page = await comeBack(browser, { code: 'c', state: request.get('state') ?? '' });
  expect([page.heading, scene.outcomes.at(-1)]).toEqual([expect.stringContaining('Allow'), 'ok']);
});

describe('ID tokens that are not what they should be', () => {
  const { privateKey: foreignKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const withForeignKey = (claims: object): Promise<string> =>
    new SignJWT({ ...claims }).setProtectedHeader({ alg: 'RS256', kid: 'one' }).sign(foreignKey);
  type Make = (claims: Record<string, unknown>) => string | Promise<string>;
  const change =
    (more: Record<string, unknown>): Make =>
    (claims) =>
      lying.sign({ ...claims, ...more });
  test.each<[string, string, Make]>([
    ['nonce of another sign-in', 'nonce', change({ nonce: 'another' })],
    ['no nonce', 'nonce', change({ nonce: undefined })],
    ['another audience', 'audience', change({ aud: 'them' })],
    ['another issuer', 'issuer', change({ iss: 'https://accounts.google.com' })],
    ['expired', 'expiry', change({ exp: now() - 3600, iat: now() - 7200 })],
    ['[S12] expired for more than a minute', 'expiry', (claims) => change({ exp: now() - 61 })(claims)],
    ['[S12] not valid yet by more than a minute', 'expiry', (claims) => change({ nbf: now() + 120 })(claims)],
    ['[S12] issued more than a minute ahead', 'expiry', (claims) => change({ iat: now() + 120 })(claims)],
    ['blank subject', 'subject', change({ sub: '  ' })],
    ['alg none', 'algorithm', unsigned],
    ['HMAC with the client secret', 'algorithm', (claims) => signedByHmac(claims, SECRET)],
    [
      'HMAC with the public key',
      'algorithm',
      (claims) => signedByHmac(claims, String(lying.publicKey.export({ type: 'spki', format: 'pem' }))),
    ],
    ['a foreign key under the known id', 'signature', withForeignKey],
    [
      'a key that the header brings along',
      'signature',
      (claims) =>
        new SignJWT(claims)
          .setProtectedHeader({ alg: 'RS256', jku: 'https://evil.example/jwks', x5u: 'https://evil.example/x5u' })
          .sign(foreignKey),
    ],
  ])('%s', async (_, check, make) => {
    const { browser, request } = await begin();
    lying.idToken = await make(goodClaims(request));
    expectRefused(await comeBack(browser, { code: 'c', state: request.get('state') ?? '' }), check);
  });
});

describe('answers that do not belong here', () => {
  test('no state, and an unknown one', async () => {
    const { browser } = await begin();
    expectRefused(await comeBack(browser, { code: 'c' }), 'state');
    expectRefused(await comeBack(browser, { code: 'c', state: 'guessed' }), 'state');
  });

  test('a state works once', async () => {
    const { browser, request } = await begin();
    lying.idToken = await lying.sign(goodClaims(request));
    const answer = { code: 'c', state: request.get('state') ?? '' };
    expect((await comeBack(browser, answer)).heading).toContain('Allow');
    expectRefused(await comeBack(browser, answer), 'state');
  });

  test('a repeated parameter', async () => {
    const { browser, request } = await begin();
    const state = request.get('state') ?? '';
    const twice = [
      ['code', 'c'],
      ['state', state],
      ['state', state],
    ] as const;
    expectRefused(await comeBack(browser, twice), 'parameters');
  });

  test('login CSRF: the attacker’s answer in the victim’s browser signs nobody in, and is used up', async () => {
    const { browser, request } = await begin();
    lying.idToken = await lying.sign(goodClaims(request));
    const answer = { code: 'c', state: request.get('state') ?? '' };
    const victim = openBrowser(scene);
    await openSignIn(scene, victim);
    const page = await comeBack(victim, answer);
    expectRefused(page, 'browser');
    expect(page.html).not.toContain('choose=1');
    const { browser: alsoBegun } = await begin();
    expectRefused(await comeBack(alsoBegun, answer), 'state');
    expectRefused(await comeBack(browser, answer), 'state');
  });

  test('mix-up: an answer at the address of another connector', async () => {
    const { browser, request } = await begin();
    expectRefused(await comeBack(browser, { code: 'c', state: request.get('state') ?? '' }, 'google'), 'mix-up');
  });

  test('mix-up [RFC 9207 §2.4]: an answer of another issuer', async () => {
    const { browser, request } = await begin();
    const state = request.get('state') ?? '';
    lying.asked.length = 0;
    expectRefused(await comeBack(browser, { code: 'c', state, iss: scene.outside.issuer }), 'mix-up');
    expect(lying.asked).not.toContain('/token');
  });

  test('code injection: the code of another sign-in fails at the provider (PKCE)', async () => {
    const attacker = openBrowser(scene);
    const { page } = await openSignIn(scene, attacker);
    scene.outside.next = 'mallory';
    const stolen = (await throughProvider(attacker, await page.submit('continue with google'))).searchParams;
    const victim = openBrowser(scene);
    const own = await openSignIn(scene, victim);
    scene.outside.next = 'alice';
    const callback = await throughProvider(victim, await own.page.submit('continue with google'));
    callback.searchParams.set('code', stolen.get('code') ?? '');
    expectRefused(expectPage(await victim.person.open(callback.href)), 'code');
  });
});

test('the record of a refusal names check, connector and value, and holds no code or token', async () => {
  const { browser, request } = await begin();
  lying.idToken = await lying.sign({ ...goodClaims(request), iss: 'https://evil.example' });
  await comeBack(browser, { code: 'a-secret-code', state: request.get('state') ?? '' });
  const text = JSON.stringify(scene.events);
  expect(text).toContain('"connector":"other"');
  for (const secret of ['a-secret-code', lying.idToken, SECRET, request.get('nonce') ?? '-']) {
    expect(text).not.toContain(secret);
  }
});

describe('S47: requests to the provider', () => {
  let guarded: ConnectorScene;
  beforeAll(async () => {
    guarded = await connectorScene({ allowPrivateConnectors: false });
  });
  afterAll(() => guarded.close());

  test.each([
    ['the loopback name', () => lying.issuer],
    ['a link-local address', () => 'http://169.254.169.254'],
    ['the same, written as IPv6', () => 'http://[::ffff:169.254.169.254]'],
  ])('a private network is not asked: %s', async (_, issuer) => {
    lying.asked.length = 0;
    await guarded.configure([lyingConnector({ issuer: issuer() })]);
    const { page } = await openSignIn(guarded, openBrowser(guarded));
    const refused = expectPage(await page.submit('continue with other'));
    expect(refused.text).toContain('Other cannot be reached');
    expect(guarded.outcomes.at(-1)).toBe('unreachable');
    expect(lying.asked).toEqual([]);
  });

  test.each<[string, string, LyingIssuer['instead']]>([
    [
      'a redirect is not followed',
      'unreachable',
      (_, response) => {
        response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
        return true;
      },
    ],
    [
      'an answer without an end is cut off',
      'unreachable',
      (_, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(Buffer.alloc(2 ** 20, 32));
        return true;
      },
    ],
    [
      'metadata of another issuer are refused',
      'metadata',
      (_, response) => {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ ...lying.metadata, issuer: 'https://accounts.google.com' }));
        return true;
      },
    ],
    [
      'an issuer with a final slash is another issuer',
      'metadata',
      (_, response) => {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ ...lying.metadata, issuer: `${lying.issuer}/` }));
        return true;
      },
    ],
  ])('%s', async (title, check, instead) => {
    // With another secret it is read anew.
    await scene.configure([googleLike(scene), lyingConnector({ clientSecret: title })]);
    lying.instead = instead;
    const { page } = await openSignIn(scene, openBrowser(scene));
    const refused = expectPage(await page.submit('continue with other'));
    lying.instead = undefined;
    expect(refused.heading).toBe('Sign in');
    expect(scene.outcomes.at(-1)).toBe(check);
  });
});

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { beginAttempt, codeIn, finishAttempt, isAnswerTo } from '../../src/cli/authorization.ts';
import { openLoopback } from '../../src/cli/loopback.ts';
import { discover } from '../../src/cli/server.ts';
import { standInServer } from './stand-in-server.ts';

const ISSUER = 'http://127.0.0.1:1/oidc';
const SERVER = {
  issuer: ISSUER,
  authorizationEndpoint: `${ISSUER}/auth`,
  tokenEndpoint: `${ISSUER}/token`,
  revocationEndpoint: `${ISSUER}/token/revocation`,
  credentialsEndpoint: `${ISSUER}/role-credentials`,
};
const attempt = beginAttempt(SERVER, 'http://127.0.0.1:5/callback');
const answer = (more: Record<string, string> = {}) =>
  new URLSearchParams({ state: attempt.state, iss: ISSUER, code: 'c', ...more });

describe('the answer of the browser', () => {
  test('is taken if it is ours', () => {
    expect(isAnswerTo(attempt, answer())).toBe(true);
    expect(codeIn(attempt, answer())).toBe('c');
  });

  test('without our state, it is somebody else’s', () => {
    expect(isAnswerTo(attempt, new URLSearchParams({ code: 'c', iss: ISSUER }))).toBe(false);
    expect(isAnswerTo(attempt, answer({ state: 'x' }))).toBe(false);
    const twice = answer();
    twice.append('state', attempt.state);
    expect(isAnswerTo(attempt, twice)).toBe(false);
  });

  test.each([
    [{ iss: 'https://evil.example/oidc' }, 'comes from another server'],
    [{ error: 'access_denied' }, 'you denied it'],
    [{ error: 'server_error', error_description: 'no\u001b[31m' }, 'server_error no [31m'],
  ])('[RFC 9207 §2.4] %j is refused', (more, message) => {
    expect(() => codeIn(attempt, answer(more))).toThrow(message);
  });

  test('without iss, or with two codes, it is refused', () => {
    const bare = answer();
    bare.delete('iss');
    expect(() => codeIn(attempt, bare)).toThrow('comes from another server');
    const twice = answer();
    twice.append('code', 'd');
    expect(() => codeIn(attempt, twice)).toThrow('several times');
  });
});

describe('the server', () => {
  let claims: object;
  let server: Awaited<ReturnType<typeof standInServer>>;
  beforeAll(async () => {
    server = await standInServer(() => {
      const idToken = ['e30', Buffer.from(JSON.stringify(claims)).toString('base64url'), ''].join('.');
      return { body: { access_token: 'a', refresh_token: 'r', id_token: idToken } };
    });
  });
  afterAll(() => server.close());

  test.each(['nonce', 'iss', 'aud'])('an ID token with another %s is refused', async (claim) => {
    const right = { iss: ISSUER, aud: 'rolecall-cli', nonce: attempt.nonce };
    const at = { ...SERVER, tokenEndpoint: `${server.url}/token` };
    claims = right;
    expect((await finishAttempt(at, attempt, 'c')).refreshToken).toBe('r');
    claims = { ...right, [claim]: 'other' };
    await expect(finishAttempt(at, attempt, 'c')).rejects.toThrow('is not for this sign-in');
  });

  const metadata = (url: string) => ({
    issuer: `${url}/oidc`,
    authorization_endpoint: `${url}/oidc/auth`,
    token_endpoint: `${url}/oidc/token`,
    revocation_endpoint: `${url}/oidc/token/revocation`,
    rolecall_role_credentials_endpoint: `${url}/oidc/role-credentials`,
  });
  test.each([
    [{ issuer: 'https://iam.example.com/oidc' }, 'calls itself https://iam.example.com:'],
    [{ token_endpoint: 'https://evil.example/token' }, 'names an address on another server (token_endpoint)'],
    [{ rolecall_role_credentials_endpoint: undefined }, 'does not offer rolecall login'],
    [{ revocation_endpoint: 7 }, 'has no revocation_endpoint'],
  ])('a discovery document with %j is refused', async (change, message) => {
    const peer = await standInServer(() => ({ body: { ...metadata(peer.url), ...change } }));
    await expect(discover(peer.url)).rejects.toThrow(message);
    await peer.close();
  });
});

describe('the loopback address', () => {
  test('[cli] answers only its own path, host and method, and goes on waiting after anything else', async () => {
    const loopback = await openLoopback();
    loopback.listen((given) => given.get('state') === 'right');
    const ask = async (path: string, init: RequestInit = {}) =>
      (await fetch(new URL(path, loopback.redirectUri), init)).status;
    expect(new URL(loopback.redirectUri).hostname).toBe('127.0.0.1');
    expect(await ask('/')).toBe(404);
    expect(await ask('/callback?code=c')).toBe(400);
    expect(await ask('/callback?state=right', { method: 'POST' })).toBe(405);
    expect(await ask('/callback?state=right')).toBe(200);
    // A name that an attacker points at this machine.
    const { port } = new URL(loopback.redirectUri);
    await expect(fetch(`http://localhost:${port}/callback?state=right`).then(({ status }) => status)).resolves.toBe(
      400,
    );
    loopback.close();
  });

  test('[cli] nobody else can have its port meanwhile', async () => {
    const loopback = await openLoopback();
    const { createServer } = await import('node:net');
    const squatter = createServer();
    const refused = new Promise((resolve) => squatter.once('error', resolve));
    squatter.listen(Number(new URL(loopback.redirectUri).port), '127.0.0.1');
    expect(await refused).toMatchObject({ code: 'EADDRINUSE' });
    loopback.close();
  });
});

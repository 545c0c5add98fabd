import type { AssumeRoleRequest } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import * as oidc from 'openid-client';
import { newPerson } from '../../harness/person.ts';
import { codeAt, timeStepAt } from '../../src/identity/factors/totp.ts';
import { ServiceError } from '../../src/kernel/service-error.ts';
import type { InvokedBy } from '../../src/operations/invoked-by.ts';
import { APPS, beginLogin, discover, expectLeft, expectPage, logIn, REDIRECT_URI, typeIn } from './app.ts';
import { ACCOUNT, type Installation, install } from './installation.ts';

const ROLE = `arn:aws:iam::${ACCOUNT}:role/dev`;
const CALLBACK = 'http://127.0.0.1:40123/callback';
const EXPIRATION = new Date('2026-12-01T12:00:00Z');

let installation: Installation;
let calls: { input: AssumeRoleRequest; by: InvokedBy }[];
let refusal: ServiceError | undefined;

beforeAll(async () => {
  installation = await install({
    clients: APPS,
    async assumeRole(input, by) {
      calls.push({ input, by });
      if (refusal !== undefined) throw refusal;
      const credentials = { AccessKeyId: 'ASIA', SecretAccessKey: 's', SessionToken: 't', Expiration: EXPIRATION };
      return { Credentials: credentials, AssumedRoleUser: { AssumedRoleId: 'AROA:alice', Arn: 'arn:of:session' } };
    },
  });
  await installation.addUser('alice');
  await installation.addUser('b');
});
afterAll(() => installation.close());
beforeEach(() => {
  calls = [];
  refusal = undefined;
});

const commandLine = () => discover(installation, 'rolecall-cli', null);
const tokensOf = async (user: string) =>
  logIn(installation, await commandLine(), {
    user,
    more: { redirect_uri: CALLBACK, scope: 'openid offline_access' },
  });

async function exchange(token: string | undefined, form: Record<string, string> = { role_arn: ROLE }, method = 'POST') {
  const response = await fetch(`${installation.url}/oidc/role-credentials`, {
    method,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    ...(method === 'POST' && { body: new URLSearchParams(form) }),
  });
  return { status: response.status, body: await response.json(), headers: response.headers };
}

test('the discovery document names the endpoint', async () => {
  const metadata = (await commandLine()).serverMetadata();
  expect(metadata['rolecall_role_credentials_endpoint']).toBe(`${installation.url}/oidc/role-credentials`);
});

test('a sign-in of the command line opens a role as the person, also after a refresh', async () => {
  const tokens = await tokensOf('alice');
  const { status, body, headers } = await exchange(tokens.access_token, { role_arn: ROLE, duration_seconds: '900' });
  expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
  expect(body).toEqual({
    AccessKeyId: 'ASIA',
    SecretAccessKey: 's',
    SessionToken: 't',
    Expiration: EXPIRATION.toISOString(),
    AssumedRoleArn: 'arn:of:session',
  });
  const [{ input, by } = { input: undefined, by: undefined }] = calls;
  expect(input).toEqual({ RoleArn: ROLE, RoleSessionName: 'alice', DurationSeconds: 900 });
  expect(by).toMatchObject({
    mayChange: false,
    source: { ip: '127.0.0.1' },
    caller: {
      type: 'User',
      arn: `arn:aws:iam::${ACCOUNT}:user/alice`,
      session: { login: { subject: expect.stringMatching(/^AIDA/) } },
    },
  });
  expect(by?.caller.session?.mfaAuthenticatedAt).toBeUndefined();
  const signedInAt = by?.caller.session?.issuedAt;

  const renewed = await oidc.refreshTokenGrant(await commandLine(), tokens.refresh_token ?? '');
  expect((await exchange(renewed.access_token)).status).toBe(200);
  expect(calls[1]?.by.caller.session?.issuedAt).toBe(signedInAt);
  expect(calls[1]?.input).toEqual({ RoleArn: ROLE, RoleSessionName: 'alice' });
});

test('[S30] the second factor of the sign-in reaches the trust policy, also after a refresh', async () => {
  const seed = Buffer.from('12345678901234567890');
  const serialNumber = `arn:aws:iam::${ACCOUNT}:mfa/mia`;
  const sealedSeed = installation.keyRing.sealer.seal(seed, serialNumber);
  await installation.addUser('mia', { mfaDevices: [{ serialNumber, sealedSeed, enabledAt: 0, lastTimeStep: 0 }] });
  const login = await beginLogin(await commandLine(), { redirect_uri: CALLBACK, scope: 'openid offline_access' });
  const page = expectPage(await typeIn(await newPerson(installation.url).open(login.url.href), { user: 'mia' }));
  const code = codeAt(seed, timeStepAt(Date.now()));
  const consent = expectPage(await page.submit('continue', { 'mfa code': code }));
  const returned = expectLeft(await consent.submit('allow'));
  const tokens = await oidc.authorizationCodeGrant(await commandLine(), returned, login.checks);
  await exchange(tokens.access_token);
  const renewed = await oidc.refreshTokenGrant(await commandLine(), tokens.refresh_token ?? '');
  await exchange(renewed.access_token);
  const times = calls.map(({ by }) => by.caller.session?.mfaAuthenticatedAt);
  expect(times).toEqual([expect.any(Number), times[0]]);
});

test('[S34] sign-ins by one browser are apart: revoking one leaves the other', async () => {
  const browser = newPerson(installation.url);
  const signIn = async (isFirst: boolean) => {
    const login = await beginLogin(await commandLine(), { redirect_uri: CALLBACK, scope: 'openid offline_access' });
    const opened = await browser.open(login.url.href);
    const consent = expectPage(isFirst ? await typeIn(opened, { user: 'alice' }) : opened);
    const returned = expectLeft(await consent.submit('allow'));
    return await oidc.authorizationCodeGrant(await commandLine(), returned, login.checks);
  };
  const [laptop, server] = [await signIn(true), await signIn(false)];
  await oidc.tokenRevocation(await commandLine(), server.refresh_token ?? '');
  await expect(oidc.refreshTokenGrant(await commandLine(), server.refresh_token ?? '')).rejects.toMatchObject({
    error: 'invalid_grant',
  });
  const renewed = await oidc.refreshTokenGrant(await commandLine(), laptop.refresh_token ?? '');
  expect((await exchange(renewed.access_token)).status).toBe(200);
});

test('a name too short for a session is made longer', async () => {
  await exchange((await tokensOf('b')).access_token);
  expect(calls[0]?.input.RoleSessionName).toBe('user-b');
});

test('what AssumeRole refuses is refused here, with its message', async () => {
  const { access_token: token } = await tokensOf('alice');
  refusal = new ServiceError('AccessDenied', 'User: alice is not authorized to perform: sts:AssumeRole');
  expect(await exchange(token)).toMatchObject({
    status: 403,
    body: { error: 'access_denied', code: 'AccessDenied', error_description: refusal.message },
  });
  refusal = new ServiceError('AccessDenied', 'is privileged', { stepUp: { acr: 'phr', maxAge: 900 } });
  const challenged = await exchange(token);
  expect(challenged).toMatchObject({ status: 401, body: { error: 'insufficient_user_authentication' } });
  // RFC 9470 §3.
  expect(challenged.headers.get('www-authenticate')).toBe(
    `Bearer error="insufficient_user_authentication", acr_values="phr", max_age="900", resource_metadata="${installation.url}/.well-known/oauth-protected-resource/oidc/role-credentials"`,
  );
  refusal = new ServiceError('ValidationError', 'too long');
  expect(await exchange(token)).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  expect(await exchange(token, { role_arn: ROLE, duration_seconds: '1e3' })).toMatchObject({ status: 400 });
  expect(installation.outcomes).toEqual(
    expect.arrayContaining([
      'role credentials ok',
      'role credentials AccessDenied',
      'role credentials ValidationError',
    ]),
  );
});

describe('[S10] nothing else opens a role', () => {
  const refused = { status: 401, body: { error: 'invalid_token' } };

  test('no token, an unknown one, and any token of another app', async () => {
    const app = await logIn(installation, await discover(installation), { user: 'alice' });
    const native = await logIn(installation, await discover(installation, 'native', null), {
      user: 'alice',
      more: { redirect_uri: CALLBACK },
    });
    const ours = await tokensOf('alice');
    const tokens = [undefined, 'x', app.access_token, app.id_token, app.refresh_token, native.access_token];
    for (const token of [...tokens, ours.id_token, ours.refresh_token]) {
      expect(await exchange(token)).toMatchObject(refused);
    }
    expect(calls).toEqual([]);
  });

  test('a revoked token, and one of a person who may no longer sign in', async () => {
    const tokens = await tokensOf('alice');
    await oidc.tokenRevocation(await commandLine(), tokens.refresh_token ?? '');
    expect(await exchange(tokens.access_token)).toMatchObject(refused);
    await expect(oidc.refreshTokenGrant(await commandLine(), tokens.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });

    const carol = await installation.addUser('carol');
    const { access_token: token } = await tokensOf('carol');
    expect((await exchange(token)).status).toBe(200);
    await installation.identities.users.update([ACCOUNT, carol.userId], ({ loginProfile: _, ...user }) => user);
    expect(await exchange(token)).toMatchObject(refused);
  });

  test('other methods', async () => {
    expect(await exchange(undefined, {}, 'GET')).toMatchObject({ status: 405 });
  });
});

describe('the built-in client', () => {
  const begin = async (more: Record<string, string>) =>
    (await beginLogin(await commandLine(), { scope: 'openid offline_access', ...more })).url.href;

  test('[RFC 8252 §7.3] any port of a loopback address, and no other address', async () => {
    const open = async (address: string) => {
      const seen = expectPage(await newPerson(installation.url).open(await begin({ redirect_uri: address })));
      return seen.heading;
    };
    for (const address of ['http://127.0.0.1:1/callback', 'http://127.0.0.1:65535/callback', 'http://[::1]:7/callback'])
      expect(await open(address)).toBe('Sign in');
    for (const address of [
      'http://localhost:7/callback',
      'http://127.0.0.1:7/other',
      'http://127.0.0.2:7/callback',
      'https://127.0.0.1:7/callback',
      REDIRECT_URI,
    ])
      expect(await open(address)).not.toBe('Sign in');
  });

  test('[RFC 8252 §8.6] the person is asked every time, and warned', async () => {
    const person = newPerson(installation.url);
    const address = await begin({ redirect_uri: CALLBACK });
    const first = expectPage(await typeIn(await person.open(address), { user: 'alice' }));
    expect(first.text).toContain('Allow this only if you ran rolecall login yourself');
    await first.submit('allow');
    const second = expectPage(await person.open(await begin({ redirect_uri: CALLBACK })));
    expect(second.heading).toContain('Rolecall command line');
  });
});

test('turned off, there is neither client nor endpoint', async () => {
  const off = await install({ commandLine: { enabled: false, deviceCodes: true, sessionSeconds: 900 } });
  const metadata = await (await fetch(`${off.issuer}/.well-known/openid-configuration`)).json();
  expect(metadata).not.toHaveProperty('rolecall_role_credentials_endpoint');
  expect((await fetch(`${off.url}/oidc/role-credentials`, { method: 'POST' })).status).toBe(404);
  const seen = await newPerson(off.url).open(
    `${off.url}/oidc/auth?client_id=rolecall-cli&response_type=code&scope=openid`,
  );
  expect(expectPage(seen).text).toContain('invalid_client');
  await off.close();
});

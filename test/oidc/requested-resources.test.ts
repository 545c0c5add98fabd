import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import * as oidc from 'openid-client';
import { newPerson } from '../../harness/person.ts';
import { APPS, beginLogin, discover, expectLeft, expectPage, REDIRECT_URI, SECRET, typeIn } from './app.ts';
import { ACCOUNT, type Installation, install } from './installation.ts';

const [BARE, SLASHED, WITH_PATH] = ['https://bare.example', 'https://slashed.example/', 'https://path.example/mcp'];
let installation: Installation;
let app: oidc.Configuration;
beforeAll(async () => {
  const resources = [BARE, SLASHED, WITH_PATH].map((resource) => ({ resource, scopes: ['use'] }));
  const grants = ['authorization_code', 'refresh_token'];
  installation = await install({
    clients: [
      ...APPS,
      {
        accountId: ACCOUNT,
        clientId: 'mcp',
        clientSecret: SECRET,
        metadata: { redirect_uris: [REDIRECT_URI], grant_types: grants },
        resources,
      },
      {
        accountId: ACCOUNT,
        clientId: 'robot',
        clientSecret: SECRET,
        metadata: { redirect_uris: [], response_types: [], grant_types: ['client_credentials'] },
        resources,
      },
    ],
  });
  await installation.addUser('alice');
  app = await discover(installation, 'mcp');
});
afterAll(() => installation.close());

const audience = ({ access_token }: oidc.TokenEndpointResponse): unknown => decodeJwt(access_token).aud;

/** A sign-in for these resources; the token call names the others. */
async function logInFor(at: readonly string[], then: readonly string[] = []) {
  const { url, checks } = await beginLogin(app, { scope: 'openid use offline_access' });
  for (const resource of at) url.searchParams.append('resource', resource);
  const consent = expectPage(await typeIn(await newPerson(installation.url).open(url.href), { user: 'alice' }));
  const more = new URLSearchParams(then.map((resource) => ['resource', resource]));
  return await oidc.authorizationCodeGrant(app, expectLeft(await consent.submit('allow')), checks, more);
}
const userInfo = async (token: string): Promise<number> =>
  (await fetch(`${installation.issuer.href}/me`, { headers: { authorization: `Bearer ${token}` } })).status;
const refused = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'granted',
    (error: { error?: string }) => error.error,
  );

describe('[RFC 8707 §2] a bare origin with and without a slash is one resource, spelled in aud as it is registered', () => {
  test.each([
    [BARE, `${BARE}/`, BARE],
    [`${BARE}/`, BARE, BARE],
    [SLASHED.slice(0, -1), SLASHED, SLASHED],
    [SLASHED, SLASHED.slice(0, -1), SLASHED],
  ])('%s at authorization, %s at the token endpoint: %s', async (first, second, expected) => {
    const tokens = await logInFor([first], [second]);
    expect(audience(tokens)).toBe(expected);
    const refreshed = await oidc.refreshTokenGrant(app, tokens.refresh_token ?? '', { resource: first });
    expect(audience(refreshed)).toBe(expected);
  });

  test('for client credentials, too', async () => {
    const robot = await discover(installation, 'robot');
    expect(audience(await oidc.clientCredentialsGrant(robot, { resource: `${BARE}/` }))).toBe(BARE);
  });

  test('in a pushed request, too', async () => {
    const { url, checks } = await beginLogin(app, { scope: 'openid use', resource: `${BARE}/` });
    const pushed = await oidc.buildAuthorizationUrlWithPAR(app, url.searchParams);
    const consent = expectPage(await typeIn(await newPerson(installation.url).open(pushed.href), { user: 'alice' }));
    expect(audience(await oidc.authorizationCodeGrant(app, expectLeft(await consent.submit('allow')), checks))).toBe(
      BARE,
    );
  });

  test.each([`${WITH_PATH}/`, 'https://path.example', `${BARE}/x`, `${BARE}//`, `${BARE}?`, 'http://bare.example'])(
    'everything else is another resource: %s',
    async (resource) => {
      const { url } = await beginLogin(app, { resource, scope: 'openid use' });
      const left = expectLeft(await newPerson(installation.url).open(url.href));
      expect(left.searchParams.get('error')).toBe('invalid_target');
    },
  );
});

describe('[RFC 8707 §2.2] the resources of the authorization are remembered', () => {
  test('by the code and every refresh token, for requests that name none', async () => {
    const tokens = await logInFor([WITH_PATH]);
    expect(audience(tokens)).toBe(WITH_PATH);
    const second = await oidc.refreshTokenGrant(app, tokens.refresh_token ?? '');
    expect(audience(second)).toBe(WITH_PATH);
    expect(audience(await oidc.refreshTokenGrant(app, second.refresh_token ?? ''))).toBe(WITH_PATH);
  });

  test('of several, the first is the default, and each may be named', async () => {
    const tokens = await logInFor([WITH_PATH, BARE]);
    expect(audience(tokens)).toBe(WITH_PATH);
    expect(audience(await oidc.refreshTokenGrant(app, tokens.refresh_token ?? '', { resource: BARE }))).toBe(BARE);
  });

  test('the token endpoint only narrows', async () => {
    expect(await refused(logInFor([WITH_PATH], [BARE]))).toBe('invalid_target');
    const tokens = await logInFor([WITH_PATH]);
    expect(await refused(oidc.refreshTokenGrant(app, tokens.refresh_token ?? '', { resource: BARE }))).toBe(
      'invalid_target',
    );
  });

  test('an app that names the user info endpoint gets a token for it beside', async () => {
    const me = `${installation.issuer.href}/me`;
    const tokens = await logInFor([WITH_PATH, me]);
    expect(audience(tokens)).toBe(WITH_PATH);
    expect(await userInfo(tokens.access_token)).toBe(401);
    const other = await oidc.refreshTokenGrant(app, tokens.refresh_token ?? '', { resource: me });
    expect(await userInfo(other.access_token)).toBe(200);
    const robot = await discover(installation, 'robot');
    expect(await refused(oidc.clientCredentialsGrant(robot, { resource: me }))).toBe('invalid_target');
  });
});

import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as oauth from 'oauth4webapi';
import * as oidc from 'openid-client';
import { newPerson, type Seen } from '../../harness/person.ts';
import { runProgram } from '../../harness/run-program.ts';
import { obtainServer, type RunningServer } from '../../harness/start-server.ts';

/** The recipes of docs/oidc.md: clients as they are registered there, and libraries that are told no more than is said there. */
const CALLBACK = 'https://app.example.com/callback';
const SECRET = 'a secret from the secret store';
const app = {
  client_secret: SECRET,
  redirect_uris: [CALLBACK],
  grant_types: ['authorization_code', 'refresh_token'],
};
/** CommonJS without types. */
const require = createRequire(import.meta.url);
const OpenIdStrategy = require('passport-openidconnect');
const passport = require('passport');
const STORY = fileURLToPath(new URL('./authlib_story.py', import.meta.url));
/** A Python that has Authlib and requests; `.ci/run` makes one. */
const PYTHON = process.env['ROLECALL_TEST_AUTHLIB_PYTHON'];

let server: RunningServer;
beforeAll(async () => {
  server = await obtainServer({
    config: {
      oidc: {
        clients: [
          { ...app, client_id: 'by-openid-client', token_endpoint_auth_method: 'client_secret_post' },
          { ...app, client_id: 'by-authlib' },
          { ...app, client_id: 'by-oauth4webapi', dpop_bound_access_tokens: true },
          { ...app, client_id: 'by-passport', token_endpoint_auth_method: 'client_secret_post', require_pkce: false },
        ],
      },
    },
  });
});
afterAll(() => server.stop());

/** Signs the administrator in and agrees; answers where the app is called back. */
async function agree(url: string): Promise<URL> {
  const submit = (seen: Seen, button: string, fields = {}): Promise<Seen> => {
    if (seen.kind === 'left') throw new Error(`the server redirected to ${seen.url}`);
    return seen.submit(button, fields);
  };
  const { accountId, admin } = server;
  const typed = { account: accountId, 'user name': admin.userName, password: admin.password };
  const consent = await submit(await newPerson(server.url).open(url), 'sign in', typed);
  const left = await submit(consent, 'allow');
  if (left.kind === 'page') throw new Error(`not sent to the app, but «${left.heading}»: ${left.text}`);
  return left.url;
}

test('openid-client, given the issuer, the client id and the secret', async () => {
  const config = await oidc.discovery(new URL(`${server.url}/oidc`), 'by-openid-client', SECRET, undefined, {
    execute: [oidc.allowInsecureRequests],
  });
  const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
  const url = oidc.buildAuthorizationUrl(config, {
    redirect_uri: CALLBACK,
    scope: 'openid profile offline_access',
    prompt: 'consent',
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
  });
  const tokens = await oidc.authorizationCodeGrant(config, await agree(url.href), { pkceCodeVerifier });
  const person = await oidc.fetchUserInfo(config, tokens.access_token, tokens.claims()?.sub ?? '');
  expect(person['preferred_username']).toBe(server.admin.userName);
  expect((await oidc.refreshTokenGrant(config, tokens.refresh_token ?? '')).access_token).toEqual(expect.any(String));
});

test('[RFC 9126, RFC 9449] oauth4webapi: a pushed request, tokens bound to a key, and each step by itself', async () => {
  const insecure = { [oauth.allowInsecureRequests]: true };
  const issuer = new URL(`${server.url}/oidc`);
  const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure));
  const client: oauth.Client = { client_id: 'by-oauth4webapi' };
  const secret = oauth.ClientSecretBasic(SECRET);
  const DPoP = oauth.DPoP(client, await oauth.generateKeyPair('ES256'));
  const bound = { ...insecure, DPoP };
  const [verifier, state, nonce] = [
    oauth.generateRandomCodeVerifier(),
    oauth.generateRandomState(),
    oauth.generateRandomNonce(),
  ];
  const parameters = new URLSearchParams({
    response_type: 'code',
    redirect_uri: CALLBACK,
    scope: 'openid profile offline_access',
    prompt: 'consent',
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
  });
  const pushed = await oauth.pushedAuthorizationRequest(as, client, secret, parameters, bound);
  const { request_uri } = await oauth.processPushedAuthorizationResponse(as, client, pushed);
  const begin = new URL(as.authorization_endpoint ?? '');
  begin.search = new URLSearchParams({ client_id: client.client_id, request_uri }).toString();
  const answer = oauth.validateAuthResponse(as, client, await agree(begin.href), state);
  const grant = await oauth.authorizationCodeGrantRequest(as, client, secret, answer, CALLBACK, verifier, bound);
  const tokens = await oauth.processAuthorizationCodeResponse(as, client, grant, {
    expectedNonce: nonce,
    requireIdToken: true,
  });
  await oauth.validateApplicationLevelSignature(as, grant, insecure);
  const { sub = '' } = oauth.getValidatedIdTokenClaims(tokens) ?? {};
  const info = await oauth.userInfoRequest(as, client, tokens.access_token, bound);
  expect(await oauth.processUserInfoResponse(as, client, sub, info)).toMatchObject({
    preferred_username: server.admin.userName,
  });

  const renewal = await oauth.refreshTokenGrantRequest(as, client, secret, tokens.refresh_token ?? '', bound);
  const renewed = await oauth.processRefreshTokenResponse(as, client, renewal);
  expect(renewed.token_type).toBe('dpop');
  const seen = async (token: string): Promise<unknown> => {
    const introspection = await oauth.introspectionRequest(as, client, secret, token, insecure);
    return await oauth.processIntrospectionResponse(as, client, introspection);
  };
  expect(await seen(renewed.access_token)).toMatchObject({ active: true, sub });
  const revocation = await oauth.revocationRequest(as, client, secret, renewed.refresh_token ?? '', insecure);
  await oauth.processRevocationResponse(revocation);
  expect(await seen(renewed.access_token)).toEqual({ active: false });
});

test('passport-openidconnect, given the endpoints; it has no PKCE, but a nonce', async () => {
  passport.use(
    new OpenIdStrategy(
      {
        issuer: `${server.url}/oidc`,
        authorizationURL: `${server.url}/oidc/auth`,
        tokenURL: `${server.url}/oidc/token`,
        userInfoURL: `${server.url}/oidc/me`,
        clientID: 'by-passport',
        clientSecret: SECRET,
        callbackURL: CALLBACK,
        scope: ['profile'],
        skipUserProfile: false,
        nonce: true,
      },
      (_issuer: string, profile: { readonly username: string }, done: (error: null, user: object) => void) => {
        done(null, profile);
      },
    ),
  );
  const session = {};
  /** Answers the person's request for a page of the app; `query` is what the browser brings from this server. */
  const visit = (query: Record<string, string>): Promise<URL | unknown> =>
    new Promise((resolve, reject) => {
      const response = { setHeader: (_: string, to: string) => resolve(new URL(to)), end: () => undefined };
      const request = { url: '/', headers: {}, query, session };
      passport.authenticate('openidconnect', { session: false }, (error: unknown, user: unknown, info: unknown) => {
        if (error !== null || user === false) reject(error ?? info);
        else resolve(user);
      })(request, response, reject);
    });
  const answer = await agree(String(await visit({})));
  expect(await visit(Object.fromEntries(answer.searchParams))).toMatchObject({ username: server.admin.userName });
  await expect(visit(Object.fromEntries(answer.searchParams))).rejects.toBeDefined();
});

const withAuthlib = PYTHON === undefined ? describe.skip : describe;
withAuthlib('Authlib (skipped without ROLECALL_TEST_AUTHLIB_PYTHON)', () => {
  test('OAuth2Session, given the client id, the secret and PKCE', async () => {
    const run = async (step: string, ...rest: string[]): Promise<unknown> => {
      const args = [STORY, step, `${server.url}/oidc`, 'by-authlib', SECRET, CALLBACK, ...rest];
      const { stdout, stderr } = await runProgram(PYTHON ?? '', args, { AUTHLIB_INSECURE_TRANSPORT: '1' });
      if (stdout === '') throw new Error(stderr);
      return JSON.parse(stdout);
    };
    const verifier = randomBytes(32).toString('base64url');
    const { url } = (await run('begin', verifier)) as { url: string };
    const answer = await agree(url);
    expect(await run('finish', verifier, answer.href)).toEqual({ person: server.admin.userName, renewed: true });
  });
});

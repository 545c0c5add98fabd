import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
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

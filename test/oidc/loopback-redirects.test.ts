import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newPerson } from '../../harness/person.ts';
import { beginLogin, discover, expectPage, SECRET } from './app.ts';
import { ACCOUNT, type Installation, install } from './installation.ts';

const client = (clientId: string, redirect_uris: readonly string[], more: object = {}) => ({
  accountId: ACCOUNT,
  clientId,
  metadata: { redirect_uris, token_endpoint_auth_method: 'none', ...more },
});
const LOOPBACK = [
  'http://localhost/callback',
  'http://127.0.0.1:3118/callback',
  'http://[::1]/callback',
  'com.example.app:/cb',
];
let installation: Installation;
beforeAll(async () => {
  installation = await install({
    clients: [
      client('loopback', LOOPBACK),
      client('mixed', [...LOOPBACK.slice(0, 3), 'https://app.example/callback']),
      client('web', LOOPBACK.slice(0, 3), { application_type: 'web' }),
      {
        ...client('secret', LOOPBACK.slice(0, 3), { token_endpoint_auth_method: 'client_secret_basic' }),
        clientSecret: SECRET,
      },
    ],
  });
});
afterAll(() => installation.close());

async function headingFor(clientId: string, redirect_uri: string): Promise<string> {
  const { url } = await beginLogin(await discover(installation, clientId, null), { redirect_uri, scope: 'openid' });
  return expectPage(await newPerson(installation.url).open(url.href)).heading;
}

describe('[RFC 8252 §7.3] a public client with addresses on the person’s machine alone is native: the port is free', () => {
  test.each([
    'http://localhost:51234/callback',
    'http://localhost/callback',
    'http://127.0.0.1/callback',
    'http://127.0.0.1:61000/callback',
    'http://[::1]:51234/callback',
    'com.example.app:/cb',
  ])('%s is accepted', async (uri) => expect(await headingFor('loopback', uri)).toBe('Sign in'));

  test.each([
    'https://localhost:51234/callback',
    'http://x.localhost:51234/callback',
    'http://localhost.:51234/callback',
    'http://LOCALHOST:51234/callback',
    'http://127.0.0.2:51234/callback',
    'http://127.1:51234/callback',
    'http://localhost:51234/Callback',
    'http://localhost:51234/callback?x=1',
    'http://localhost:51234/callback/',
    'http://user@localhost:51234/callback',
    'http://localhost@evil.example:51234/callback',
  ])('[RFC 8252 §8.3] everything else must be exact: %s is refused', async (uri) =>
    expect(await headingFor('loopback', uri)).not.toBe('Sign in'),
  );

  test.each(['mixed', 'web', 'secret'])('the client «%s» is not native, and the port counts', async (clientId) => {
    expect(await headingFor(clientId, 'http://localhost:51234/callback')).not.toBe('Sign in');
    expect(await headingFor(clientId, 'http://localhost/callback')).toBe('Sign in');
  });
});

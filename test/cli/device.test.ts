import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { signInByDevice } from '../../src/cli/device.ts';
import { discover } from '../../src/cli/server.ts';
import { signIn } from '../../src/cli/sign-in.ts';
import { type StandInAnswer, standInServer } from './stand-in-server.ts';

const GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
/** A machine over SSH, where no browser can be opened for the person. */
const REMOTE = { platform: 'linux', env: { SSH_TTY: '/dev/pts/0', DISPLAY: ':10' }, home: '/people/ann' } as const;

let server: Awaited<ReturnType<typeof standInServer>>;
let polls: StandInAnswer[];
let codes: Record<string, unknown>;
let said: string[];
let pauses: number[];
beforeAll(async () => {
  server = await standInServer(({ path, form }) => {
    const issuer = `${server.url}/oidc`;
    if (path.endsWith('/openid-configuration')) {
      const body = {
        issuer,
        authorization_endpoint: `${issuer}/auth`,
        device_authorization_endpoint: `${issuer}/device/auth`,
        token_endpoint: `${issuer}/token`,
        revocation_endpoint: `${issuer}/token/revocation`,
        rolecall_role_credentials_endpoint: `${issuer}/role-credentials`,
      };
      return { body };
    }
    if (path.endsWith('/device/auth')) return { body: codes };
    const isPoll =
      form.get('grant_type') === GRANT && form.get('device_code') === 'd' && form.get('client_id') === 'rolecall-cli';
    return (isPoll && polls.shift()) || { status: 500, body: 'out of order' };
  });
});
afterAll(() => server.close());
beforeEach(() => {
  said = [];
  pauses = [];
  codes = {
    device_code: 'd',
    user_code: 'WDJB-MJHT',
    verification_uri: `${server.url}/device`,
    verification_uri_complete: `${server.url}/device?user_code=WDJB-MJHT`,
    expires_in: 600,
    interval: 5,
  };
  polls = [tokens()];
});

function tokens(aud = 'rolecall-cli'): StandInAnswer {
  const claims = Buffer.from(JSON.stringify({ iss: `${server.url}/oidc`, aud })).toString('base64url');
  return { body: { access_token: 'a', refresh_token: 'r', id_token: `e30.${claims}.` } };
}

const refused = (error: string): StandInAnswer => ({ status: 400, body: { error } });

/** Signs in, on a clock that only the pauses move. */
async function byDevice() {
  const found = await discover(server.url);
  let now = 0;
  return await signInByDevice({
    server: { ...found, deviceEndpoint: found.deviceEndpoint ?? '' },
    say: (line) => said.push(line),
    pause: async (ms) => {
      pauses.push(ms / 1000);
      now += ms;
    },
    elapsed: () => now,
  });
}

test('[RFC 8628 §3.3, §3.5] shows address and code, and asks in the interval, more slowly if it is told to', async () => {
  polls = [refused('authorization_pending'), refused('slow_down'), refused('authorization_pending'), tokens()];
  expect((await byDevice()).refreshToken).toBe('r');
  expect(pauses).toEqual([5, 5, 10, 10]);
  expect(said.join('\n')).toContain(`${server.url}/device\n\nand enter the code  WDJB-MJHT`);
  expect(said.join('\n')).toContain('It is valid for 10 minutes.');
});

test('[RFC 8628 §3.5] a server that does not answer is asked less and less often, and at last no more', async () => {
  polls = [{ status: 503, body: { error: 'temporarily_unavailable' } }, { status: 502, body: 'no JSON' }, tokens()];
  expect((await byDevice()).refreshToken).toBe('r');
  expect(pauses).toEqual([5, 10, 20]);
  polls = [];
  await expect(byDevice()).rejects.toThrow('nobody allowed the sign-in in time');
  expect(Math.max(...pauses)).toBe(60);
});

test.each([
  ['access_denied', 'the sign-in was denied'],
  ['expired_token', 'nobody allowed the sign-in in time'],
  ['invalid_grant', 'invalid_grant'],
])('%p ends it: %s', async (error, message) => {
  polls = [refused('authorization_pending'), refused(error)];
  await expect(byDevice()).rejects.toThrow(message);
});

test('tokens for another app, and pages on another server, are not used', async () => {
  polls = [tokens('other')];
  await expect(byDevice()).rejects.toThrow('is not for this command');
  codes = { ...codes, verification_uri: 'https://evil.example/device' };
  await expect(byDevice()).rejects.toThrow('names a page on another server (verification_uri)');
});

test('escape sequences of a server do not reach the terminal', async () => {
  codes = { ...codes, user_code: 'WDJB\u001b[2J-MJHT' };
  await byDevice();
  expect(said.join('')).not.toContain('\u001b');
});

test('[cli] over SSH, and for a browser that cannot be opened, the code comes by itself; --device wants it anyway', async () => {
  codes = { ...codes, interval: 0.01 };
  const unopenable = { ...REMOTE, env: { BROWSER: '/nowhere/browser' } };
  for (const [machine, onDevice] of [
    [REMOTE, false],
    [unopenable, false],
    [unopenable, true],
  ] as const) {
    polls = [tokens()];
    said = [];
    const signedIn = await signIn({
      endpoint: server.url,
      machine,
      useBrowser: true,
      onDevice,
      say: (line) => said.push(line),
    });
    expect(signedIn.tokens.refreshToken).toBe('r');
    expect(said.join('\n')).toContain('enter the code  WDJB-MJHT');
  }
});

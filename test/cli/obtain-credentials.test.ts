import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { obtainCredentials } from '../../src/cli/obtain-credentials.ts';
import { openSessions, type Session } from '../../src/cli/sessions.ts';
import { standInServer } from './stand-in-server.ts';

const directory = temporaryDirectory();
const sessions = openSessions(`${directory.path}/sessions`);
/** The refresh token that the stand-in accepts; as at the real server, it works once. */
let accepted: string;
let refreshes: number;
let refuses: boolean;
let server: Awaited<ReturnType<typeof standInServer>>;
let now: number;

beforeAll(async () => {
  server = await standInServer(({ path, form }) => {
    if (path === '/token') {
      refreshes++;
      if (form.get('refresh_token') !== accepted)
        return { status: 400, body: { error: 'invalid_grant', error_description: 'used\u001b[2J already' } };
      accepted = `refresh-${refreshes}`;
      return { body: { access_token: `access-${refreshes}`, refresh_token: accepted } };
    }
    if (refuses) return { status: 403, body: { error: 'access_denied', error_description: 'no policy allows it' } };
    const body = {
      AccessKeyId: `ASIA${refreshes}`,
      SecretAccessKey: 'secret',
      SessionToken: 'token',
      Expiration: new Date(now + Number(form.get('duration_seconds') ?? 3600) * 1000).toISOString(),
      AssumedRoleArn: form.get('role_arn'),
    };
    return { body };
  });
});
afterAll(async () => {
  await server.close();
  directory.remove();
});

beforeEach(async () => {
  accepted = 'first';
  refreshes = 0;
  refuses = false;
  now = Date.parse('2026-12-01T12:00:00Z');
  await sessions.write(session());
});

function session(): Session {
  return {
    version: 1,
    endpoint: server.url,
    tokenEndpoint: `${server.url}/token`,
    revocationEndpoint: `${server.url}/revocation`,
    credentialsEndpoint: `${server.url}/credentials`,
    refreshToken: 'first',
    arn: 'arn:aws:iam::111122223333:user/ann',
    credentials: {},
  };
}
const profile = (name = 'dev', durationSeconds?: number) => ({
  endpoint: server.url,
  roleArn: `arn:aws:iam::111122223333:role/${name}`,
  durationSeconds,
});
const obtain = (of = profile()) => obtainCredentials(sessions, of, () => now);
const minutes = (count: number): number => count * 60_000;

test('[cli] ten at once refresh once, in time before the credentials end', async () => {
  const keys = async () =>
    new Set((await Promise.all(Array.from({ length: 10 }, () => obtain()))).map((c) => c.AccessKeyId));
  expect([await keys(), refreshes]).toEqual([new Set(['ASIA1']), 1]);
  now += minutes(44);
  expect([await keys(), refreshes]).toEqual([new Set(['ASIA1']), 1]);
  now += minutes(2);
  expect([await keys(), refreshes]).toEqual([new Set(['ASIA2']), 2]);
  now += minutes(600);
  expect([await keys(), refreshes]).toEqual([new Set(['ASIA3']), 3]);
});

test('several roles share a sign-in; short credentials are renewed later', async () => {
  expect((await obtain(profile('a'))).AssumedRoleArn).toContain('role/a');
  expect((await obtain(profile('b', 900))).AssumedRoleArn).toContain('role/b');
  now += minutes(10);
  await obtain(profile('a'));
  await obtain(profile('b', 900));
  expect(refreshes).toBe(2);
  now += minutes(3);
  await obtain(profile('b', 900));
  expect(refreshes).toBe(3);
});

test('[cli] a refresh token that is refused ends the sign-in here, with a harmless message', async () => {
  accepted = 'another';
  await expect(obtain()).rejects.toThrow('the sign-in has ended (used [2J already)');
  expect(await sessions.read(server.url)).toBeUndefined();
  await expect(obtain()).rejects.toThrow('nobody is signed in');
});

test('[cli] a refusal does not remove a sign-in that was made meanwhile', async () => {
  const slow = await standInServer(async () => {
    await sessions.write({ ...session(), refreshToken: 'of the new sign-in' });
    return { status: 400, body: { error: 'invalid_grant' } };
  });
  await sessions.write({ ...session(), tokenEndpoint: `${slow.url}/token` });
  await expect(obtain()).rejects.toThrow('the sign-in has ended');
  expect((await sessions.read(server.url))?.refreshToken).toBe('of the new sign-in');
  await slow.close();
});

test('a role that is refused costs no sign-in: the new refresh token is kept', async () => {
  refuses = true;
  await expect(obtain()).rejects.toThrow('no policy allows it');
  refuses = false;
  expect((await obtain()).AccessKeyId).toBe('ASIA2');
});

test.each([
  [{ status: 503, body: { error: 'temporarily_unavailable' } }, 'temporarily_unavailable'],
  [{ status: 502, body: '<html>Bad gateway' }, 'status 502 and no JSON'],
  [{ body: '[]x' }, 'no JSON'],
  [{ body: {} }, 'has no access_token'],
  [{ body: ' '.repeat(300_000) }, 'too large'],
])('a fault of the server ends no sign-in: %#', async (answer, message) => {
  const faulty = await standInServer(() => answer);
  await sessions.write({ ...session(), tokenEndpoint: `${faulty.url}/token` });
  await expect(obtain()).rejects.toThrow(message);
  expect((await sessions.read(server.url))?.refreshToken).toBe('first');
  await faulty.close();
});

test('a server that cannot be reached ends no sign-in', async () => {
  await sessions.write({ ...session(), tokenEndpoint: 'http://127.0.0.1:1/token' });
  await expect(obtain()).rejects.toThrow('http://127.0.0.1:1 does not answer');
  expect(await sessions.read(server.url)).toBeDefined();
});

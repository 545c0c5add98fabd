import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { IAM } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import type Provider from 'oidc-provider';
import * as oidc from 'openid-client';
import { newPerson, type Person } from '../../harness/person.ts';
import { logoutNotices } from '../../src/oidc/library/logout-notices.ts';
import { decodeBase32 } from '../iam/support/mfa.ts';
import { enableByFormerCodes } from '../support/enable-device.ts';
import { ACCOUNT_ID, type InProcessServer, startInProcess } from '../support/in-process-server.ts';
import { APPS, beginLogin, expectLeft, expectPage, REDIRECT_URI, SECRET } from './app.ts';

const PASSWORD = 'seven quiet otters swim';
const OTHER = 'a lantern, nine kites and rain';

let server: InProcessServer;
let directory: string;
let receiver: Server;
let received: string[] = [];
let iam: IAM;
let app: oidc.Configuration;
beforeAll(async () => {
  receiver = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    received.push(new URLSearchParams(body).get('logout_token') ?? '');
    response.writeHead(200).end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  directory = mkdtempSync(join(tmpdir(), 'rolecall-notices-'));
  const config = join(directory, 'rolecall.json');
  const [{ clientId, metadata }] = APPS as [(typeof APPS)[0]];
  const backChannel = {
    backchannel_logout_uri: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/logout`,
    backchannel_logout_session_required: true,
  };
  const clients = [{ client_id: clientId, client_secret: SECRET, ...metadata, ...backChannel }];
  writeFileSync(config, JSON.stringify({ oidc: { allowPrivateNetworks: true, clients } }));
  server = await startInProcess({ ROLECALL_CONFIG: config });
  iam = new IAM({ endpoint: server.url, region: 'us-east-1', credentials: server.admin, maxAttempts: 1 });
  const execute = [oidc.allowInsecureRequests];
  app = await oidc.discovery(new URL(`${server.url}/oidc`), 'app', undefined, oidc.ClientSecretBasic(SECRET), {
    execute,
  });
  await iam.updateAccountPasswordPolicy({ MinimumPasswordLength: 12, AllowUsersToChangePassword: true });
});
beforeEach(() => {
  received = [];
});
afterAll(async () => {
  await server.close();
  await new Promise((resolve) => receiver.close(resolve));
  rmSync(directory, { recursive: true, force: true });
});

async function addUser(UserName: string): Promise<void> {
  await iam.createUser({ UserName });
  await iam.createLoginProfile({ UserName, Password: PASSWORD });
}

/** Signs in to the app in a browser of its own; tells the session's `sid` and who it is. */
async function signIn(userName: string): Promise<{ person: Person; sid: unknown; sub: unknown }> {
  const person = newPerson(server.url);
  const { url, checks } = await beginLogin(app, { redirect_uri: REDIRECT_URI });
  const typed = { account: ACCOUNT_ID, 'user name': userName, password: PASSWORD };
  const consent = expectPage(await expectPage(await person.open(url.href)).submit('sign in', typed));
  const tokens = await oidc.authorizationCodeGrant(app, expectLeft(await consent.submit('allow')), checks);
  const { sid, sub } = decodeJwt(tokens.id_token ?? '');
  expect(typeof sid).toBe('string');
  return { person, sid, sub };
}

/** Waits until the app was told of so many sessions. */
async function toldOf(count: number): Promise<readonly unknown[]> {
  while (received.length < count) await wait(20);
  return received.map((token) => decodeJwt(token)['sid']);
}

async function enableDevice(UserName: string): Promise<void> {
  const { VirtualMFADevice: made } = await iam.createVirtualMFADevice({ VirtualMFADeviceName: `of-${UserName}` });
  const seed = decodeBase32(Buffer.from(made?.Base32StringSeed ?? '').toString());
  const SerialNumber = made?.SerialNumber ?? '';
  await enableByFormerCodes(seed, (codes) => iam.enableMFADevice({ UserName, SerialNumber, ...codes }));
}

describe('[S15] [S36] [Back-Channel Logout §2.5] apps are notified when the server ends a session', () => {
  test.each<[string, (UserName: string) => Promise<unknown>]>([
    ['a new password', (UserName) => iam.updateLoginProfile({ UserName, Password: OTHER })],
    ['a forced change', (UserName) => iam.updateLoginProfile({ UserName, PasswordResetRequired: true })],
    ['a removed password', (UserName) => iam.deleteLoginProfile({ UserName })],
    ['a first factor', enableDevice],
    [
      'a deleted user',
      async (UserName) => {
        await iam.deleteLoginProfile({ UserName });
        await iam.deleteUser({ UserName });
      },
    ],
  ])('%s: of each session, once', async (what, act) => {
    const name = what.replaceAll(' ', '-');
    await addUser(name);
    const [one, other] = [await signIn(name), await signIn(name)];
    await act(name);
    expect([...(await toldOf(2))].sort()).toEqual([one.sid, other.sid].sort());
    const [token = ''] = received;
    expect(decodeProtectedHeader(token)).toMatchObject({ typ: 'logout+jwt' });
    expect(decodeJwt(token)).toMatchObject({
      sub: one.sub,
      aud: 'app',
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    });
    expect(decodeJwt(token)).not.toHaveProperty('nonce');
    expect(server.errors).toEqual([]);
  });

  test('a password changed on the account page: of the other sessions, but not of the continuing one', async () => {
    await addUser('changer');
    const [own, other] = [await signIn('changer'), await signIn('changer')];
    const page = expectPage(await own.person.open(`${server.url}/sign-in/password`));
    await page.submit('change', { current: PASSWORD, 'new password': OTHER, repeat: OTHER });
    expect(await toldOf(1)).toEqual([other.sid]);
    // Whatever else were on its way would come before this.
    await addUser('later');
    const later = await signIn('later');
    await iam.deleteLoginProfile({ UserName: 'later' });
    expect(await toldOf(2)).toEqual([other.sid, later.sid]);
  });

  test('changes that end no login are not announced', async () => {
    await addUser('steady');
    await signIn('steady');
    await iam.updateUser({ UserName: 'steady', NewUserName: 'steady-2' });
    await iam.updateLoginProfile({ UserName: 'steady-2', PasswordResetRequired: false });
    await addUser('gone');
    const gone = await signIn('gone');
    await iam.deleteLoginProfile({ UserName: 'gone' });
    expect(await toldOf(1)).toEqual([gone.sid]);
  });
});

describe('notices that apps do not accept', () => {
  function openNotices(backchannelLogout: () => Promise<void>) {
    const errors: Error[] = [];
    const client = { backchannelLogoutUri: 'https://app.example/out', backchannelLogout };
    const provider = { Client: { find: async () => client } } as unknown as Provider;
    return {
      errors,
      notices: logoutNotices({ provider: () => provider, logError: (error) => errors.push(error as Error) }),
    };
  }
  const settled = () => wait(10);

  test('are logged, and do not delay others', async () => {
    let calls = 0;
    const { notices, errors } = openNotices(async () => {
      calls += 1;
      if (calls % 2 === 1) throw new Error('connection refused');
    });
    notices.send('AIDA', [{ app: { sid: '1' }, shop: { sid: '2' } }]);
    while (calls < 2) await settled();
    await notices.close();
    expect(errors.map(({ message }) => message)).toEqual(['app was not notified of a sign-out']);
  });

  test('are sent a few at a time, wait within limits, and are dropped with a log line beyond', async () => {
    let open = 0;
    let most = 0;
    let calls = 0;
    const { notices, errors } = openNotices(async () => {
      open += 1;
      calls += 1;
      most = Math.max(most, open);
      await settled().then(() => (open -= 1));
    });
    notices.send(
      'AIDA',
      Array.from({ length: 12_000 }, (_, index) => ({ app: { sid: String(index) } })),
    );
    while (calls < 50) await settled();
    expect(most).toBeLessThanOrEqual(8);
    await notices.close();
    expect(calls).toBeLessThanOrEqual(10_000);
    expect(errors).toHaveLength(0);
  });
});

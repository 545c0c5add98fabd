import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AddUserToGroupCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateLoginProfileCommand,
  CreateUserCommand,
  CreateVirtualMFADeviceCommand,
  DeactivateMFADeviceCommand,
  EnableMFADeviceCommand,
  ListAccessKeysCommand,
  PutUserPolicyCommand,
  ResyncMFADeviceCommand,
  UpdateAccessKeyCommand,
  UpdateLoginProfileCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openIdentityStore } from '../../../src/identity/store/identity-store.ts';
import type { CollectionStore } from '../../../src/ports/collections.ts';
import { account, allow, makeRole, makeUser, roleArn, trust, userArn } from '../../sts/people.ts';
import { ACCOUNT_ID, type InProcessServer, type Key, startInProcess } from '../../support/in-process-server.ts';
import { administratorSession } from '../../support/passkey-session.ts';
import { send, signedJson } from '../../support/wire.ts';

const ADMINS = `arn:aws:iam::${ACCOUNT_ID}:group/admins`;
const PASSWORD = 'a long and unusual phrase 42';

let server: InProcessServer;
let collections: CollectionStore;
let directory: string;
/** Sessions of the administrator, after a sign-in with a passkey: just now, and an hour ago. */
let fresh: Key;
let stale: Key;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'rolecall-protected-'));
  const config = join(directory, 'rolecall.json');
  writeFileSync(config, JSON.stringify({ signIn: { protectAdministrators: true } }));
  server = await startInProcess({ ROLECALL_CONFIG: config }, (stores) => {
    ({ collections } = stores);
    return stores;
  });
  fresh = await administratorSession(server, collections, { strength: 'phr', shownAt: Date.now() });
  stale = await administratorSession(server, collections, { strength: 'phr', shownAt: Date.now() - 3_600_000 });
  const iam = server.iam();
  await iam.send(new CreateGroupCommand({ GroupName: 'admins' }));
  await call('SetPrivileged', { Arn: ADMINS, Privileged: true });
  const Oidc = { Issuer: 'https://sso.example', ClientId: 'c', ClientSecret: 'a secret of the provider' };
  await call('CreateConnector', { Name: 'staff', Enabled: false, Oidc });
});
afterAll(async () => {
  await server.close();
  rmSync(directory, { recursive: true, force: true });
});

async function call(operation: string, input: object, key: Key = server.admin): Promise<Record<string, unknown>> {
  const { body } = await send(server.url, signedJson(server.url, operation, input, key));
  return JSON.parse(body) as Record<string, unknown>;
}

/** What becomes of a call: `privileged` if it asks for the factor, else the code of its error, or `done`. */
async function outcomeOf(made: Promise<unknown>): Promise<string> {
  try {
    const { __type: type, message } = ((await made) ?? {}) as { __type?: string; message?: string };
    return named(type, message);
  } catch (error) {
    return named((error as Error).name, (error as Error).message);
  }
}
function named(code: string | undefined, message = ''): string {
  if (code === undefined) return 'done';
  return message.includes('is privileged: sign in again with a passkey') ? 'privileged' : code;
}

type Gives = (key: Key, UserName: string) => Promise<unknown>;
const CODES = { AuthenticationCode1: '123456', AuthenticationCode2: '654321' };
const serial = (name: string) => ({ SerialNumber: `arn:aws:iam::${ACCOUNT_ID}:mfa/${name}` });

/** Every way to give a user credentials, with what becomes of it where nothing is privileged. */
const WAYS: readonly (readonly [string, Gives, string])[] = [
  ['an access key', (key, UserName) => server.iam(key).send(new CreateAccessKeyCommand({ UserName })), 'done'],
  ['an access key that was inactive', (key, UserName) => setStatus(key, UserName, 'Active'), 'done'],
  [
    'a password',
    (key, UserName) => server.iam(key).send(new CreateLoginProfileCommand({ UserName, Password: PASSWORD })),
    'done',
  ],
  [
    'another password',
    (key, UserName) => server.iam(key).send(new UpdateLoginProfileCommand({ UserName, Password: `${PASSWORD} 43` })),
    'done',
  ],
  [
    'an outside login',
    (key, UserName) => call('CreateLink', { ConnectorName: 'staff', Subject: UserName, UserName }, key),
    'done',
  ],
  [
    'a device',
    (key, UserName) => server.iam(key).send(new EnableMFADeviceCommand({ UserName, ...serial(UserName), ...CODES })),
    'InvalidAuthenticationCodeException',
  ],
  [
    'a device, in step again',
    (key, UserName) => server.iam(key).send(new ResyncMFADeviceCommand({ UserName, ...serial(UserName), ...CODES })),
    'NoSuchEntityException',
  ],
  [
    'no device',
    (key, UserName) => server.iam(key).send(new DeactivateMFADeviceCommand({ UserName, ...serial(UserName) })),
    'NoSuchEntityException',
  ],
  [
    'an invitation',
    (key, UserName) => call('InviteUser', { UserName, Email: `${UserName}@example.org` }, key),
    'UserHasSignInException',
  ],
  ['the invitation again', (key, UserName) => call('ResendInvitation', { UserName }, key), 'UserHasSignInException'],
];

async function setStatus(key: Key, UserName: string, Status: 'Active' | 'Inactive'): Promise<unknown> {
  const { AccessKeyMetadata = [] } = await server.iam().send(new ListAccessKeysCommand({ UserName }));
  const AccessKeyId = AccessKeyMetadata[0]?.AccessKeyId;
  return server.iam(key).send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status }));
}

async function person(UserName: string, group?: string): Promise<void> {
  const iam = server.iam();
  await iam.send(new CreateUserCommand({ UserName }));
  await iam.send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: UserName }));
  await iam.send(new CreateAccessKeyCommand({ UserName }));
  if (group !== undefined) await server.iam(fresh).send(new AddUserToGroupCommand({ UserName, GroupName: group }));
}

async function outcomes(key: Key, userName: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const [, give] of WAYS) found.push(await outcomeOf(give(key, userName)));
  return found;
}

/** Gives a user a passkey, as its first sign-in on the pages would. */
async function givePasskey(name: string): Promise<string> {
  const { users } = openIdentityStore(collections);
  const [user] = (await users.find('byName', [ACCOUNT_ID, name])).items;
  const serialNumber = `arn:aws:iam::${ACCOUNT_ID}:u2f/user/${name}/key`;
  const passkey = { ...PASSKEY, serialNumber, credentialId: `of ${name}`, userHandle: name };
  await users.update([ACCOUNT_ID, user?.userId ?? ''], (old) => ({ ...old, passkeys: [passkey] }));
  return serialNumber;
}
const PASSKEY = {
  publicKey: 'AA',
  rpId: 'localhost',
  counter: 0,
  transports: [],
  isSynced: false,
  aaguid: '00000000-0000-0000-0000-000000000000',
  label: 'Key',
  enabledAt: 0,
};
const put = (UserName: string, PolicyDocument: string) =>
  server.iam().send(new PutUserPolicyCommand({ UserName, PolicyName: 'own', PolicyDocument }));

describe('[S37] the credentials of an administrator who has a passkey', () => {
  const asUsual = WAYS.map(([, , outcome]) => outcome);
  const refused = WAYS.map(() => 'privileged');

  test('are given as in AWS before there is one, and to people with a passkey who are none', async () => {
    for (const name of ['keyless', 'ordinary']) await person(name);
    await put('keyless', allow(['iam:*', 'sts:*']));
    await givePasskey('ordinary');
    expect(await outcomes(server.admin, 'keyless')).toEqual(asUsual);
    expect(await outcomes(server.admin, 'ordinary')).toEqual(asUsual);
  });

  test.each<[string, (name: string) => Promise<unknown>]>([
    ['whose policies say so', (name) => put(name, allow('iam:UpdateLoginProfile'))],
    [
      'by the office only',
      (name) => put(name, allow('iam:*', '*', { Condition: { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } } })),
    ],
    ['by a role that they may assume', (name) => put(name, allow('sts:AssumeRole', roleArn('chiefs')))],
    [
      'who is disabled',
      async (name) => {
        await put(name, allow('iam:*'));
        await call('DisableUser', { UserName: name, Reason: 'on leave' });
      },
    ],
  ])('ask for a fresh passkey of the caller: of one %s', async (what, makeAdministrator) => {
    const name = `admin-${what.split(' ').at(-1)}`;
    if (what.includes('role')) {
      await makeRole(server, 'chiefs', { trust: trust(account), policy: allow('iam:*') });
    }
    await person(name);
    await givePasskey(name);
    await makeAdministrator(name);
    expect(await outcomes(server.admin, name)).toEqual(refused);
    expect(await outcomes(stale, name)).toEqual(refused);
    expect(await outcomes(fresh, name)).toEqual(
      what.includes('disabled') ? [...asUsual.slice(0, -2), expect.anything(), expect.anything()] : asUsual,
    );
  });

  test('the passkey itself does not go by an access key, not even their own', async () => {
    const own = await makeUser(server, 'boss', allow(['iam:*', 'rolecall:*']));
    const SerialNumber = await givePasskey('boss');
    const remove = (key: Key) =>
      outcomeOf(server.iam(key).send(new DeactivateMFADeviceCommand({ UserName: 'boss', SerialNumber })));
    expect([await remove(own), await remove(server.admin), await remove(stale)]).toEqual(Array(3).fill('privileged'));
    const Password = PASSWORD;
    expect(await outcomeOf(server.iam(own).send(new CreateLoginProfileCommand({ UserName: 'boss', Password })))).toBe(
      'privileged',
    );
    expect(await outcomeOf(server.iam(own).send(new CreateAccessKeyCommand({})))).toBe('done');
    expect(await remove(fresh)).toBe('done');
  });

  test('nor by way of offboarding, which takes the passkey: enabling again asks for it', async () => {
    await person('former');
    await put('former', allow('iam:*'));
    await givePasskey('former');
    expect(await outcomeOf(call('OffboardUser', { UserName: 'former', Reason: 'left' }))).toBe('done');
    const login = new CreateLoginProfileCommand({ UserName: 'former', Password: PASSWORD });
    expect(await outcomeOf(server.iam().send(login))).toBe('privileged');
    const enable = (key: Key) => outcomeOf(call('EnableUser', { UserName: 'former' }, key));
    expect([await enable(server.admin), await enable(fresh)]).toEqual(['privileged', 'done']);
    await person('guest');
    await call('OffboardUser', { UserName: 'guest', Reason: 'left' });
    expect(await outcomeOf(call('EnableUser', { UserName: 'guest' }))).toBe('done');
  });

  test('the root user’s passkey does not go by its access key', async () => {
    const { users, accounts } = openIdentityStore(collections);
    const key = await makeUser(server, 'donor');
    const [donor] = (await users.find('byName', [ACCOUNT_ID, 'donor'])).items;
    const { userId = '', accessKeys = [] } = donor ?? {};
    await users.update([ACCOUNT_ID, userId], (user) => ({ ...user, accessKeys: [] }));
    const serialNumber = `arn:aws:iam::${ACCOUNT_ID}:u2f/root-account/key`;
    const passkeys = [{ ...PASSKEY, serialNumber, credentialId: 'of root', userHandle: 'root' }];
    await accounts.update([ACCOUNT_ID], ({ root, ...old }) => ({ ...old, root: { ...root, accessKeys, passkeys } }));
    const remove = new DeactivateMFADeviceCommand({ UserName: 'root', SerialNumber: serialNumber });
    expect(await outcomeOf(server.iam(key).send(remove))).toBe('privileged');
  });
});

describe('[S37] the credentials of a member of a privileged group', () => {
  const asUsual = WAYS.map(([, , outcome]) => outcome);

  test('are not given by an access key, nor with a factor that was shown too long ago', async () => {
    await person('mia', 'admins');
    const refused = WAYS.map(() => 'privileged');
    expect(await outcomes(server.admin, 'mia')).toEqual(refused);
    expect(await outcomes(stale, 'mia')).toEqual(refused);
  });

  test('are given in a session with a fresh passkey, and those of others as before', async () => {
    await Promise.all([person('max', 'admins'), person('oda')]);
    expect([await outcomes(fresh, 'max'), await outcomes(server.admin, 'oda')]).toEqual([asUsual, asUsual]);
  });

  test('only those who may give them learn of the mark', async () => {
    await person('ida', 'admins');
    const stranger = await makeUser(server, 'stranger', allow('iam:GetUser'));
    for (const outcome of await outcomes(stranger, 'ida')) expect(outcome).toMatch(/^AccessDenied(Exception)?$/);
  });

  test('keys and devices of their own need nothing more, a password does; an end needs nothing', async () => {
    const nora = await makeUser(server, 'nora', allow(['iam:*', 'rolecall:*']));
    await server.iam(fresh).send(new AddUserToGroupCommand({ UserName: 'nora', GroupName: 'admins' }));
    const iam = server.iam(nora);
    expect(await outcomeOf(iam.send(new CreateLoginProfileCommand({ UserName: 'nora', Password: PASSWORD })))).toBe(
      'privileged',
    );
    expect(await outcomeOf(iam.send(new CreateAccessKeyCommand({})))).toBe('done');
    expect(await outcomeOf(setStatus(server.admin, 'nora', 'Inactive'))).toBe('done');
    expect(await outcomeOf(call('OffboardUser', { UserName: 'nora', Reason: 'left' }))).toBe('done');
  });

  test('answering for the provider of such a member asks for it, too', async () => {
    await person('lea', 'admins');
    await call('CreateLink', { ConnectorName: 'staff', Subject: 'lea', UserName: 'lea' }, fresh);
    const change = (key: Key) =>
      outcomeOf(call('UpdateConnector', { Name: 'staff', Oidc: { SubjectClaim: 'oid' } }, key));
    expect([await change(server.admin), await change(fresh)]).toEqual(['privileged', 'done']);
  });

  test('so does answering for the provider that had made the member, before the group was marked', async () => {
    const Oidc = { Issuer: 'https://partners.example', ClientId: 'c', ClientSecret: 'a secret of the provider' };
    await call('CreateConnector', { Name: 'partners', Enabled: false, Oidc });
    const iam = server.iam();
    const { Group } = await iam.send(new CreateGroupCommand({ GroupName: 'vault' }));
    await iam.send(new CreateUserCommand({ UserName: 'pat', Path: '/federated/partners/' }));
    await call('CreateLink', { ConnectorName: 'partners', Subject: 'pat', UserName: 'pat' });
    const { users } = openIdentityStore(collections);
    const [pat] = (await users.find('byName', [ACCOUNT_ID, 'pat'])).items;
    // As its first sign-in leaves it.
    const groupIds = [Group?.GroupId ?? ''];
    await users.update([ACCOUNT_ID, pat?.userId ?? ''], ({ links = [], ...user }) => ({
      ...user,
      groupIds,
      links: links.map((link) => ({ ...link, groupIds })),
    }));
    const change = (key: Key) =>
      outcomeOf(call('UpdateConnector', { Name: 'partners', Oidc: { SubjectClaim: 'oid' } }, key));
    await call('SetPrivileged', { Arn: `arn:aws:iam::${ACCOUNT_ID}:group/vault`, Privileged: true });
    expect([await change(server.admin), await change(fresh)]).toEqual(['privileged', 'done']);
  });

  test('in an emergency, the operator’s word stands for the factor, and each use is on record', async () => {
    await person('eva', 'admins');
    const { users } = openIdentityStore(collections);
    const [admin] = (await users.find('byName', [ACCOUNT_ID, 'admin'])).items;
    const until = Date.now() + 60_000;
    const set = (breakGlass: { until: number; reason: string } | undefined) =>
      users.update([ACCOUNT_ID, admin?.userId ?? ''], ({ breakGlass: _, ...user }) => ({
        ...user,
        ...(breakGlass && { breakGlass }),
      }));
    await set({ until, reason: 'all keys lost' });
    expect(await outcomeOf(server.iam().send(new CreateAccessKeyCommand({ UserName: 'eva' })))).toBe('done');
    await set(undefined);
    const used = server.events.filter(({ eventName }) => eventName === 'UseBreakGlass');
    expect(used).toMatchObject([
      { resources: [userArn('eva')], request: { action: 'iam:CreateAccessKey', reason: 'all keys lost' } },
    ]);
  });
});

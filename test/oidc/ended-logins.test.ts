import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IAM } from '@aws-sdk/client-iam';
import { STS } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as oidc from 'openid-client';
import { newPerson, type PageSeen, type Person } from '../../harness/person.ts';
import { foldName } from '../../src/identity/documents/entity.ts';
import { codeAt, timeStepAt } from '../../src/identity/factors/totp.ts';
import { type IdentityStore, openIdentityStore } from '../../src/identity/store/identity-store.ts';
import { decodeBase32 } from '../iam/support/mfa.ts';
import { ACCOUNT_ID, type InProcessServer, type Key, startInProcess } from '../support/in-process-server.ts';
import { send, signedJson } from '../support/wire.ts';
import { APPS, beginLogin, expectLeft, expectPage, REDIRECT_URI, SECRET } from './app.ts';

/** The table in docs/security.md ("What ends a login"): every row is done by its operation, every column is then tried. */

const PASSWORD = 'seven quiet otters swim';
const OTHER = 'a lantern, nine kites and rain';

let server: InProcessServer;
let directory: string;
let users: IdentityStore['users'];
let iam: IAM;
let app: oidc.Configuration;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'rolecall-logins-'));
  const config = join(directory, 'rolecall.json');
  const [{ clientId, metadata, resources }] = APPS as [(typeof APPS)[0]];
  writeFileSync(
    config,
    JSON.stringify({
      oidc: { clients: [{ client_id: clientId, client_secret: SECRET, ...metadata, resources }] },
    }),
  );
  server = await startInProcess({ ROLECALL_CONFIG: config }, (stores) => {
    ({ users } = openIdentityStore(stores.collections));
    return stores;
  });
  iam = clientOf(server.admin).iam;
  const url = `${server.url}/oidc`;
  const execute = [oidc.allowInsecureRequests];
  app = await oidc.discovery(new URL(url), 'app', undefined, oidc.ClientSecretBasic(SECRET), { execute });
  await iam.updateAccountPasswordPolicy({ MinimumPasswordLength: 12, AllowUsersToChangePassword: true });
  await iam.createOpenIDConnectProvider({ Url: url, ClientIDList: ['app'], ThumbprintList: ['a'.repeat(40)] });
  const provider = `arn:aws:iam::${ACCOUNT_ID}:oidc-provider/${url.replace('http://', '')}`;
  await makeRole('web', { Federated: provider }, 'sts:AssumeRoleWithWebIdentity');
  await makeRole('chained', { AWS: `arn:aws:iam::${ACCOUNT_ID}:role/web` }, 'sts:AssumeRole');
});
afterAll(async () => {
  await server.close();
  rmSync(directory, { recursive: true, force: true });
});

function clientOf(credentials: Key): { iam: IAM; sts: STS } {
  const options = { endpoint: server.url, region: 'us-east-1', credentials, maxAttempts: 1 };
  return { iam: new IAM(options), sts: new STS(options) };
}

const allow = (Principal: object | undefined, Action: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', ...(Principal ? { Principal } : { Resource: '*' }), Action }],
  });

async function makeRole(RoleName: string, trusted: object, action: string): Promise<void> {
  await iam.createRole({ RoleName, AssumeRolePolicyDocument: allow(trusted, action) });
  await iam.putRolePolicy({ RoleName, PolicyName: 'all', PolicyDocument: allow(undefined, '*') });
}

const arnOfRole = (name: string): string => `arn:aws:iam::${ACCOUNT_ID}:role/${name}`;

async function rolecall(operation: string, input: object): Promise<void> {
  const answer = await send(server.url, signedJson(server.url, operation, input, server.admin));
  expect(answer.status).toBe(200);
}

function keyOf(
  given: {
    AccessKeyId?: string | undefined;
    SecretAccessKey?: string | undefined;
    SessionToken?: string | undefined;
  } = {},
): Key {
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = given;
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

/** Somebody who can sign in, with the device that row needs, if any. */
interface Victim {
  readonly name: string;
  readonly key: Key;
  readonly device: { readonly serialNumber: string; readonly seed: Buffer } | undefined;
}

/** Codes are used once; each use takes the next step, and the clock of the server goes with it. */
async function addVictim(name: string, hasDevice: boolean): Promise<Victim> {
  await iam.createUser({ UserName: name });
  await iam.createLoginProfile({ UserName: name, Password: PASSWORD });
  const { AccessKey } = await iam.createAccessKey({ UserName: name });
  const key = keyOf(AccessKey);
  const { sessionToken: _, ...longTerm } = key;
  return { name, key: longTerm, device: hasDevice ? await enableDevice(name) : undefined };
}

async function enableDevice(UserName: string): Promise<NonNullable<Victim['device']>> {
  const { VirtualMFADevice: made } = await iam.createVirtualMFADevice({ VirtualMFADeviceName: `of-${UserName}` });
  const seed = decodeBase32(Buffer.from(made?.Base32StringSeed ?? '').toString());
  const SerialNumber = made?.SerialNumber ?? '';
  const step = timeStepAt(Date.now());
  const codes = { AuthenticationCode1: codeAt(seed, step - 2), AuthenticationCode2: codeAt(seed, step - 1) };
  await iam.enableMFADevice({ UserName, SerialNumber, ...codes });
  return { serialNumber: SerialNumber, seed };
}

/** Types the password, and the code where there is a device: after the step in which the enabling was. */
async function signIn(person: Person, start: string, victim: Victim, stepsAhead = 0): Promise<PageSeen> {
  const typed = { account: ACCOUNT_ID, 'user name': victim.name, password: PASSWORD };
  const next = await expectPage(await person.open(start)).submit('sign in', typed);
  if (victim.device === undefined) return expectPage(next);
  const code = codeAt(victim.device.seed, timeStepAt(Date.now()) + stepsAhead);
  return expectPage(await expectPage(next).submit('continue', { 'mfa code': code }));
}

interface Loot {
  readonly session: Person;
  readonly halfWay: PageSeen;
  readonly code: { readonly callback: URL; readonly checks: Awaited<ReturnType<typeof beginLogin>>['checks'] };
  readonly tokens: oidc.TokenEndpointResponse;
  readonly service: string;
  readonly role: Key;
  readonly chained: Key;
}

/** All that one login gives; what a thief of a password would have. */
async function takeEverything(victim: Victim): Promise<Loot> {
  const session = newPerson(server.url);
  const first = await beginLogin(app, { redirect_uri: REDIRECT_URI });
  const consent = await signIn(session, first.url.href, victim);
  const tokens = await oidc.authorizationCodeGrant(app, expectLeft(await consent.submit('allow')), first.checks);

  const second = await beginLogin(app, { redirect_uri: REDIRECT_URI, prompt: 'none' });
  const callback = expectLeft(await session.open(second.url.href));
  const third = await beginLogin(app, {
    redirect_uri: REDIRECT_URI,
    resource: 'https://orders.example',
    scope: 'openid orders:read',
    prompt: 'consent',
  });
  const forService = expectPage(await session.open(third.url.href));
  const service = await oidc.authorizationCodeGrant(app, expectLeft(await forService.submit('allow')), third.checks, {
    resource: 'https://orders.example',
  });
  const halfWay = expectPage(await newPerson(server.url).open((await beginLogin(app)).url.href));
  const role = await byIdToken(tokens.id_token ?? '');
  const chained = await clientOf(role).sts.assumeRole({ RoleArn: arnOfRole('chained'), RoleSessionName: 'chained' });
  return {
    session,
    halfWay: await expectHalfWay(halfWay, victim),
    code: { callback, checks: second.checks },
    tokens,
    service: service.access_token,
    role,
    chained: keyOf(chained.Credentials),
  };
}

/** Up to the page that follows the password: the consent page, or that of the code. */
async function expectHalfWay(page: PageSeen, { name }: Victim): Promise<PageSeen> {
  return expectPage(await page.submit('sign in', { account: ACCOUNT_ID, 'user name': name, password: PASSWORD }));
}

async function byIdToken(WebIdentityToken: string): Promise<Key> {
  const nobody = clientOf({ accessKeyId: 'none', secretAccessKey: 'none' });
  const input = { RoleArn: arnOfRole('web'), RoleSessionName: 'web', WebIdentityToken };
  return keyOf((await nobody.sts.assumeRoleWithWebIdentity(input)).Credentials);
}

const outcome = (act: Promise<unknown>): Promise<string> =>
  act.then(
    () => 'works',
    (error: { error?: string; name: string }) => error.error ?? error.name,
  );

async function introspect(token: string): Promise<unknown> {
  return (await oidc.tokenIntrospection(app, token).catch(() => ({ active: false }))).active;
}

async function userInfo(token: string): Promise<number> {
  return (await fetch(`${server.url}/oidc/me`, { headers: { authorization: `Bearer ${token}` } })).status;
}

/** What each column of the table comes to now. A refresh token and a code are used up by it. */
async function tryEverything({ session, halfWay, code, tokens, service, role, chained }: Loot) {
  const { access_token: opaque, refresh_token: refresh = '', id_token: idToken = '' } = tokens;
  const identity = (key: Key): Promise<string> => outcome(clientOf(key).sts.getCallerIdentity({}));
  const goesOn = async (): Promise<string> => {
    const seen = halfWay.buttons.some((text) => /allow/i.test(text))
      ? await halfWay.submit('allow')
      : await halfWay.submit('continue', { 'mfa code': '000000' });
    return seen.kind === 'left'
      ? [...seen.url.searchParams.keys()].includes('code')
        ? 'works'
        : 'refused'
      : seen.heading;
  };
  return {
    session: expectPage(await session.open(`${server.url}/sign-in`)).heading,
    introspected: [await introspect(opaque), await introspect(refresh)],
    userInfo: [await userInfo(opaque), await userInfo(service)],
    serviceIntrospected: await introspect(service),
    idToken: await outcome(byIdToken(idToken)),
    role: [await identity(role), await identity(chained)],
    code: await outcome(oidc.authorizationCodeGrant(app, code.callback, code.checks)),
    refresh: await outcome(oidc.refreshTokenGrant(app, refresh)),
    halfWay: await goesOn(),
  };
}

const OVER = {
  session: 'Sign in',
  introspected: [false, false],
  userInfo: [401, 401],
  serviceIntrospected: false,
  idToken: 'InvalidIdentityTokenException',
  role: ['InvalidClientTokenId', 'InvalidClientTokenId'],
  code: 'invalid_grant',
  refresh: 'invalid_grant',
  halfWay: 'Sign in',
};

const HOLDS = {
  session: 'Your account',
  introspected: [true, true],
  // A token for a service is no use here, and the service checks it by itself.
  userInfo: [200, 401],
  serviceIntrospected: false,
  idToken: 'works',
  role: ['works', 'works'],
  code: 'works',
  refresh: 'works',
};

interface Row {
  readonly what: string;
  readonly hasDevice?: boolean;
  readonly act: (victim: Victim) => Promise<unknown>;
  /** What the browser sees that was half way; the sign-in page unless its session itself is removed. */
  readonly halfWay?: string;
}

const ends: readonly Row[] = [
  { what: 'UpdateLoginProfile', act: ({ name }) => iam.updateLoginProfile({ UserName: name, Password: OTHER }) },
  {
    what: 'UpdateLoginProfile with the same password',
    act: ({ name }) => iam.updateLoginProfile({ UserName: name, Password: PASSWORD }),
  },
  {
    what: 'PasswordResetRequired',
    act: ({ name }) => iam.updateLoginProfile({ UserName: name, PasswordResetRequired: true }),
  },
  {
    what: 'ChangePassword',
    act: ({ key }) => clientOf(key).iam.changePassword({ OldPassword: PASSWORD, NewPassword: OTHER }),
  },
  { what: 'DeleteLoginProfile', act: ({ name }) => iam.deleteLoginProfile({ UserName: name }) },
  {
    what: 'DeleteLoginProfile and CreateLoginProfile',
    async act({ name }) {
      await iam.deleteLoginProfile({ UserName: name });
      await iam.createLoginProfile({ UserName: name, Password: PASSWORD });
    },
  },
  { what: 'a first factor', act: ({ name }) => enableDevice(name) },
  {
    what: 'a factor deactivated',
    hasDevice: true,
    act: ({ name, device }) => iam.deactivateMFADevice({ UserName: name, SerialNumber: device?.serialNumber ?? '' }),
  },
  {
    what: 'a changed password on the account page',
    halfWay: 'This sign-in has ended',
    async act({ name }) {
      const person = newPerson(server.url);
      await signIn(person, `${server.url}/sign-in`, { name, device: undefined, key: server.admin });
      const page = expectPage(await person.open(`${server.url}/sign-in/password`));
      const seen = await page.submit('change', { current: PASSWORD, 'new password': OTHER, repeat: OTHER });
      expect(expectPage(seen).heading).toBe('Your account');
    },
  },
  { what: 'EndUserSessions', act: ({ name }) => rolecall('EndUserSessions', { UserName: name }) },
  {
    what: 'OffboardUser',
    act: ({ name }) => rolecall('OffboardUser', { UserName: name, Reason: 'left' }),
  },
  {
    what: 'an end date that has come',
    act: ({ name }) => rolecall('SetUserEndDate', { UserName: name, EndDate: Math.floor(Date.now() / 1000) - 1 }),
  },
  { what: 'DisableUser', act: ({ name }) => rolecall('DisableUser', { UserName: name, Reason: 'left' }) },
  {
    what: 'DisableUser and EnableUser',
    async act({ name }) {
      await rolecall('DisableUser', { UserName: name, Reason: 'left' });
      await rolecall('EnableUser', { UserName: name });
    },
  },
  {
    what: 'an end date that has come and that no process acts on',
    async act({ name }) {
      const [user] = (await users.find('byName', [ACCOUNT_ID, foldName(name)])).items;
      // Written past `SetUserEndDate`, so that no timer knows of it.
      await users.update([ACCOUNT_ID, user?.userId ?? ''], (old) => ({ ...old, endsAt: Date.now() }));
    },
  },
  {
    what: 'a deleted user',
    async act({ name, key }) {
      await iam.deleteLoginProfile({ UserName: name });
      await iam.deleteAccessKey({ UserName: name, AccessKeyId: key.accessKeyId });
      await iam.deleteUser({ UserName: name });
    },
  },
];

describe('[S36] [S37] what ends a login', () => {
  test.each(ends)(
    '$what: ends everything issued for it at once',
    async ({ what, hasDevice = false, act, halfWay = OVER.halfWay }) => {
      const victim = await addVictim(what.replaceAll(/[^A-Za-z]/g, '-'), hasDevice);
      const loot = await takeEverything(victim);
      await act(victim);
      expect(await tryEverything(loot)).toEqual({ ...OVER, halfWay });
      expect(server.errors).toEqual([]);
    },
  );

  const keeps: readonly Row[] = [
    { what: 'nothing', act: async () => {} },
    { what: 'another user’s new password', act: () => addVictim('bystander', false) },
    {
      what: 'PasswordResetRequired taken back',
      act: ({ name }) => iam.updateLoginProfile({ UserName: name, PasswordResetRequired: false }),
    },
    {
      what: 'another e-mail address',
      act: ({ name }) => iam.tagUser({ UserName: name, Tags: [{ Key: 'email', Value: `${name}@example.com` }] }),
    },
    {
      what: 'an end date to come',
      act: ({ name }) =>
        rolecall('SetUserEndDate', { UserName: name, EndDate: Math.floor(Date.now() / 1000) + 86_400 }),
    },
    {
      what: 'a group of the user made privileged',
      async act({ name }) {
        const { Group } = await iam.createGroup({ GroupName: `of-${name}` });
        await iam.addUserToGroup({ UserName: name, GroupName: `of-${name}` });
        await rolecall('SetPrivileged', { Arn: Group?.Arn ?? '', Privileged: true });
      },
    },
    { what: 'another name', act: ({ name }) => iam.updateUser({ UserName: name, NewUserName: `${name}-2` }) },
  ];
  test.each(keeps)('$what: ends nothing', async ({ what, act }) => {
    const victim = await addVictim(what.replaceAll(/[^A-Za-z]/g, '-'), false);
    const loot = await takeEverything(victim);
    await act(victim);
    expect(await tryEverything(loot)).toMatchObject(HOLDS);
  });

  test('a login right afterwards, in the same second, is independent', async () => {
    const victim = await addVictim('again', false);
    const before = await takeEverything(victim);
    await iam.updateLoginProfile({ UserName: 'again', Password: PASSWORD });
    const after = await takeEverything(victim);
    expect(await tryEverything(before)).toEqual(OVER);
    expect(await tryEverything(after)).toMatchObject(HOLDS);
  });
});

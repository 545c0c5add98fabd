import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IAM } from '@aws-sdk/client-iam';
import { STS } from '@aws-sdk/client-sts';
import { expect } from '@jest/globals';
import * as oidc from 'openid-client';
import { newPerson, type PageSeen, type Person } from '../../harness/person.ts';
import { startSmtpServer, type TestSmtpServer } from '../../harness/smtp-server.ts';
import { codeAt, timeStepAt } from '../../src/identity/factors/totp.ts';
import { type IdentityStore, openIdentityStore } from '../../src/identity/store/identity-store.ts';
import { decodeBase32 } from '../iam/support/mfa.ts';
import { enableByFormerCodes } from '../support/enable-device.ts';
import { ACCOUNT_ID, type InProcessServer, type Key, startInProcess } from '../support/in-process-server.ts';
import { send, signedJson } from '../support/wire.ts';
import { APPS, beginLogin, expectLeft, expectPage, REDIRECT_URI, SECRET } from './app.ts';

/** What the tests of "What ends a login" share: a server, and someone with all that a login gives. */

export const PASSWORD = 'seven quiet otters swim';
export const OTHER = 'a lantern, nine kites and rain';

export let server: InProcessServer;
export let smtp: TestSmtpServer;
export let users: IdentityStore['users'];
export let iam: IAM;
export let app: oidc.Configuration;
let directory: string;

export async function openScene(): Promise<void> {
  directory = mkdtempSync(join(tmpdir(), 'rolecall-logins-'));
  const config = join(directory, 'rolecall.json');
  const [{ clientId, metadata, resources }] = APPS as [(typeof APPS)[0]];
  writeFileSync(
    config,
    JSON.stringify({
      oidc: { clients: [{ client_id: clientId, client_secret: SECRET, ...metadata, resources }] },
    }),
  );
  smtp = await startSmtpServer();
  const env = {
    ROLECALL_CONFIG: config,
    ROLECALL_SMTP_URL: `smtp+plain://localhost:${smtp.port}`,
    ROLECALL_MAIL_FROM: 'iam@example.org',
    ROLECALL_RECOVERY_BY_MAIL: 'true',
  };
  server = await startInProcess(env, (stores) => {
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
}

export async function closeScene(): Promise<void> {
  await server.close();
  await smtp.close();
  rmSync(directory, { recursive: true, force: true });
}

export function clientOf(credentials: Key): { iam: IAM; sts: STS } {
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

export async function rolecall(operation: string, input: object): Promise<void> {
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
export interface Victim {
  readonly name: string;
  readonly key: Key;
  readonly device: { readonly serialNumber: string; readonly seed: Buffer } | undefined;
}

/** Codes are used once; each use takes the next step, and the clock of the server goes with it. */
export async function addVictim(name: string, hasDevice: boolean): Promise<Victim> {
  await iam.createUser({ UserName: name });
  await iam.createLoginProfile({ UserName: name, Password: PASSWORD });
  const { AccessKey } = await iam.createAccessKey({ UserName: name });
  const key = keyOf(AccessKey);
  const { sessionToken: _, ...longTerm } = key;
  return { name, key: longTerm, device: hasDevice ? await enableDevice(name) : undefined };
}

export async function enableDevice(UserName: string): Promise<NonNullable<Victim['device']>> {
  const { VirtualMFADevice: made } = await iam.createVirtualMFADevice({ VirtualMFADeviceName: `of-${UserName}` });
  const seed = decodeBase32(Buffer.from(made?.Base32StringSeed ?? '').toString());
  const SerialNumber = made?.SerialNumber ?? '';
  await enableByFormerCodes(seed, (codes) => iam.enableMFADevice({ UserName, SerialNumber, ...codes }));
  return { serialNumber: SerialNumber, seed };
}

/** Types the password, and the code where there is a device: after the step in which the enabling was. */
export async function signIn(person: Person, start: string, victim: Victim, stepsAhead = 0): Promise<PageSeen> {
  const typed = { account: ACCOUNT_ID, 'user name': victim.name, password: PASSWORD };
  const next = await expectPage(await person.open(start)).submit('sign in', typed);
  if (victim.device === undefined) return expectPage(next);
  const code = codeAt(victim.device.seed, timeStepAt(Date.now()) + stepsAhead);
  return expectPage(await expectPage(next).submit('continue', { 'mfa code': code }));
}

export interface Loot {
  readonly session: Person;
  readonly halfWay: PageSeen;
  readonly code: { readonly callback: URL; readonly checks: Awaited<ReturnType<typeof beginLogin>>['checks'] };
  readonly tokens: oidc.TokenEndpointResponse;
  readonly service: string;
  readonly role: Key;
  readonly chained: Key;
}

/** All that one login gives; what a thief of a password would have. */
export async function takeEverything(victim: Victim): Promise<Loot> {
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
export async function tryEverything({ session, halfWay, code, tokens, service, role, chained }: Loot) {
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

export const OVER = {
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

export const HOLDS = {
  session: 'Your account',
  introspected: [true, true],
  // A token for a service is no use here, and the service checks it by itself.
  userInfo: [200, 401],
  serviceIntrospected: false,
  idToken: 'works',
  role: ['works', 'works'],
  code: 'works',
  refresh: 'works',
  // A person with a device has not shown its code yet.
  halfWay: 'works',
};

export interface Row {
  readonly what: string;
  readonly hasDevice?: boolean;
  readonly act: (victim: Victim) => Promise<unknown>;
  /** What the browser sees that was half way; the sign-in page unless its session itself is removed. */
  readonly halfWay?: string;
}

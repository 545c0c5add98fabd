import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { IAM } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import aws4 from 'aws4';
import * as oidc from 'openid-client';
import {
  OUTSIDE_CLIENT,
  OUTSIDE_SECRET,
  type OutsideProvider,
  startOutsideProvider,
} from '../../harness/outside-provider.ts';
import { newPerson, type Person } from '../../harness/person.ts';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { foldName } from '../../src/identity/documents/entity.ts';
import { type IdentityStore, openIdentityStore } from '../../src/identity/store/identity-store.ts';
import { ACCOUNT_ID, type InProcessServer, type Key, startInProcess } from '../support/in-process-server.ts';
import { until } from '../support/until.ts';
import { send, signedJson } from '../support/wire.ts';
import { beginLogin, expectLeft, expectPage, REDIRECT_URI } from './app.ts';
import { CIBA_GRANT } from './ciba/ciba-scene.ts';
import { DEVICE_GRANT } from './device/device-scene.ts';
import { ACCESS, GRANT as EXCHANGE_GRANT, IDENTITY, PASSWORD, ROLE, subject } from './token-exchange/exchange-scene.ts';

/**
 * Whatever becomes of a person or an app after something was begun, no grant may lead to tokens any more: every grant is tried after every
 * reason to refuse. The grants are those that discovery lists, so a new one without a row here fails.
 */
const directory = temporaryDirectory();
let server: InProcessServer;
let outside: OutsideProvider;
let users: IdentityStore['users'];
let iam: IAM;
let metadata: oidc.ServerMetadata;
beforeAll(async () => {
  outside = await startOutsideProvider();
  const settings = { issuer: outside.issuer, clientId: OUTSIDE_CLIENT, clientSecret: OUTSIDE_SECRET };
  const connectors = [{ ...settings, name: 'partner', displayName: 'Partner', provisioning: 'linked-only' }];
  const file = join(directory.path, 'config.json');
  writeFileSync(file, JSON.stringify({ oidc: { allowPrivateNetworks: true }, federation: { connectors } }));
  server = await startInProcess({ ROLECALL_CONFIG: file }, (stores) => {
    ({ users } = openIdentityStore(stores.collections));
    return stores;
  });
  outside.register([`${server.url}/federation/partner/callback`]);
  iam = new IAM({ endpoint: server.url, region: 'us-east-1', credentials: server.admin, maxAttempts: 1 });
  const issuer = `${server.url}/oidc`;
  const execute = [oidc.allowInsecureRequests];
  metadata = (await oidc.discovery(new URL(issuer), 'any', undefined, oidc.None(), { execute })).serverMetadata();
  await iam.createOpenIDConnectProvider({ Url: issuer, ClientIDList: ['none'], ThumbprintList: ['a'.repeat(40)] });
  const provider = `arn:aws:iam::${ACCOUNT_ID}:oidc-provider/${issuer.replace('http://', '')}`;
  await iam.createRole({
    RoleName: 'reports',
    AssumeRolePolicyDocument: policy({ Principal: { Federated: provider }, Action: 'sts:AssumeRoleWithWebIdentity' }),
  });
  const anyone = { AWS: `arn:aws:iam::${ACCOUNT_ID}:root` };
  await iam.createRole({
    RoleName: 'dev',
    AssumeRolePolicyDocument: policy({ Principal: anyone, Action: 'sts:AssumeRole' }),
  });
});
afterAll(async () => {
  expect(server.errors).toEqual([]);
  await server.close();
  await outside.close();
  directory.remove();
});

const policy = (statement: object): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
const providerArn = (): string => `arn:aws:iam::${ACCOUNT_ID}:oidc-provider/${server.url.replace('http://', '')}/oidc`;

async function rolecall(operation: string, input: object): Promise<Record<string, unknown>> {
  const answer = await send(server.url, signedJson(server.url, operation, input, server.admin));
  if (answer.status !== 200) throw new Error(answer.body);
  return JSON.parse(answer.body);
}

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, string>>;
}
async function post(path: string, form: Record<string, string>, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(server.url + path, { method: 'POST', headers, body: new URLSearchParams(form) });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}

interface App {
  readonly id: string;
  /** The parameters by which it authenticates. */
  readonly asClient: Record<string, string>;
}
interface Scene {
  readonly name: string;
  readonly key: Key;
  readonly app: App;
  readonly person: Person;
  /** The tokens of one login, for all ways that begin with tokens. */
  readonly tokens: () => Promise<Answer['body']>;
}
/** Begins a grant, up to the request that leads to tokens. */
type Begin = (scene: Scene) => Promise<() => Promise<Answer>>;

async function makeApp(): Promise<App> {
  const { Application, ClientSecret } = (await rolecall('CreateApplication', {
    DisplayName: 'The app',
    Oidc: {
      RedirectUris: [REDIRECT_URI],
      GrantTypes: [
        ...['AUTHORIZATION_CODE', 'REFRESH_TOKEN', 'CLIENT_CREDENTIALS', 'DEVICE_CODE', 'CIBA', 'TOKEN_EXCHANGE'],
      ],
      ClientAuthentication: 'CLIENT_SECRET_POST',
      BackchannelDeliveryMode: 'POLL',
      TokenExchange: {},
    },
  })) as { Application: { ApplicationId: string }; ClientSecret: string };
  const id = Application.ApplicationId;
  await iam.addClientIDToOpenIDConnectProvider({ OpenIDConnectProviderArn: providerArn(), ClientID: id });
  return { id, asClient: { client_id: id, client_secret: ClientSecret } };
}

/** A person at the browser, signed in by the password or, if `linked`, through the connector. */
async function signIn(name: string, linked: boolean): Promise<Person> {
  const person = newPerson(server.url);
  const page = expectPage(await person.open(`${server.url}/sign-in`));
  if (!linked) {
    await page.submit('sign in', { account: ACCOUNT_ID, 'user name': name, password: PASSWORD });
    return person;
  }
  await rolecall('CreateLink', { ConnectorName: 'partner', Subject: name, UserName: name });
  outside.people.set(name, {});
  outside.next = name;
  const left = expectLeft(await page.submit('continue with partner'));
  const callback = expectLeft(await newPerson(outside.issuer).open(left.href));
  expect(expectPage(await person.open(callback.href)).heading).toBe('Your account');
  return person;
}

async function makeScene(name: string, linked: boolean): Promise<Scene> {
  await iam.createUser({ UserName: name });
  await iam.createLoginProfile({ UserName: name, Password: PASSWORD });
  await iam.putUserPolicy({
    UserName: name,
    PolicyName: 'all',
    PolicyDocument: policy({ Action: ['sts:AssumeRole', 'rolecall:GetAccessToken'], Resource: '*' }),
  });
  const { AccessKey } = await iam.createAccessKey({ UserName: name });
  const key = { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
  let tokens: Promise<Answer['body']> | undefined;
  const scene: Scene = {
    ...{ name, key, person: await signIn(name, linked), app: await makeApp() },
    tokens: () => {
      tokens ??= tokensOf(scene);
      return tokens;
    },
  };
  return scene;
}

/** An authorization code, not redeemed yet. */
async function codeOf({ app, person }: Scene): Promise<Record<string, string>> {
  const config = new oidc.Configuration(metadata, app.id);
  oidc.allowInsecureRequests(config);
  const { url, checks } = await beginLogin(config, { scope: 'openid offline_access' });
  const code = expectLeft(await expectPage(await person.open(url.href)).submit('allow')).searchParams.get('code') ?? '';
  const form = { grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI };
  return { ...app.asClient, ...form, code_verifier: checks.pkceCodeVerifier };
}
async function tokensOf(scene: Scene): Promise<Answer['body']> {
  const { status, body } = await post('/oidc/token', await codeOf(scene));
  expect([status, body['error_description']]).toEqual([200, undefined]);
  return body;
}

async function allowDevice(person: Person, form: Record<string, string>): Promise<string> {
  const { body } = await post('/oidc/device/auth', form);
  const seen = expectPage(await person.open(body['verification_uri_complete'] ?? ''));
  await seen.submit('allow');
  return body['device_code'] ?? '';
}

let signed = 0;
/** A presigned GetCallerIdentity, each with another signature. */
function identityFor(key: Key, audience: string): string {
  const { host } = new URL(server.url);
  signed += 1;
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const query = 'Action=GetCallerIdentity&Version=2011-06-15';
  const request = {
    host,
    path: `/?${query}&X-Amz-Expires=${600 + signed}&X-Amz-Date=${date}`,
    service: 'sts',
    region: 'us-east-1',
    signQuery: true,
    headers: { Host: host, 'x-rolecall-audience': audience },
  };
  const { path } = aws4.sign(request as never, key) as unknown as { path: string };
  return `http://${host}${path}`;
}

const token = (form: Record<string, string>) => () => post('/oidc/token', form);

/** By the grant type; where one has several ways, each of them. */
const GRANTS: Readonly<Record<string, readonly [way: string, begin: Begin][]>> = {
  authorization_code: [['a code', async (scene) => token(await codeOf(scene))]],
  refresh_token: [
    [
      'a refresh token',
      async (scene) => {
        const { refresh_token = '' } = await scene.tokens();
        return token({ ...scene.app.asClient, grant_type: 'refresh_token', refresh_token });
      },
    ],
  ],
  client_credentials: [
    ['the secret alone', async ({ app }) => token({ ...app.asClient, grant_type: 'client_credentials' })],
  ],
  [DEVICE_GRANT]: [
    [
      'a device that was allowed',
      async ({ app, person }) => {
        const device_code = await allowDevice(person, { ...app.asClient, scope: 'openid offline_access' });
        return token({ ...app.asClient, grant_type: DEVICE_GRANT, device_code });
      },
    ],
  ],
  [CIBA_GRANT]: [
    [
      'a request that was allowed',
      async ({ app, person, name }) => {
        const form = { ...app.asClient, scope: 'openid offline_access', login_hint: name };
        const { status, body } = await post('/oidc/backchannel', form);
        expect([status, body['error_description']]).toEqual([200, undefined]);
        const list = async () => expectPage(await person.open(`${server.url}/sign-in/requests`));
        await until(async () => (await list()).text.includes('Look at it'));
        await expectPage(await (await list()).follow('Look at it')).submit('allow');
        return token({ ...app.asClient, grant_type: CIBA_GRANT, auth_req_id: body['auth_req_id'] ?? '' });
      },
    ],
  ],
  [EXCHANGE_GRANT]: [
    [
      'a token for a token',
      async (scene) => {
        const { access_token } = await scene.tokens();
        return token({ ...scene.app.asClient, grant_type: EXCHANGE_GRANT, ...subject(access_token, ACCESS) });
      },
    ],
    [
      'a token for credentials of a role',
      async (scene) => {
        const { access_token } = await scene.tokens();
        const form = { ...scene.app.asClient, grant_type: EXCHANGE_GRANT, ...subject(access_token, ACCESS) };
        const resource = `arn:aws:iam::${ACCOUNT_ID}:role/reports`;
        return token({ ...form, requested_token_type: ROLE, resource });
      },
    ],
    [
      'a signature for a token',
      async ({ app, key }) => {
        const form = { ...app.asClient, grant_type: EXCHANGE_GRANT, audience: app.id };
        return () => post('/oidc/token', { ...form, ...subject(identityFor(key, app.id), IDENTITY) });
      },
    ],
  ],
};
/** No grant type of the token endpoint, but a way from a login to credentials. */
const FURTHER: readonly [way: string, begin: Begin][] = [
  [
    'credentials of a role for the command line',
    async ({ person }) => {
      const client_id = 'rolecall-cli';
      const device_code = await allowDevice(person, { client_id, scope: 'openid offline_access' });
      const { body } = await post('/oidc/token', { client_id, grant_type: DEVICE_GRANT, device_code });
      const form = { role_arn: `arn:aws:iam::${ACCOUNT_ID}:role/dev` };
      return () => post('/oidc/role-credentials', form, { authorization: `Bearer ${body['access_token']}` });
    },
  ],
];
const WAYS = [...Object.values(GRANTS).flat(), ...FURTHER];

const MACHINE = 'the secret alone';
const SIGNATURE = 'a signature for a token';
const COMMAND_LINE = 'credentials of a role for the command line';

interface Reason {
  readonly what: string;
  /** Whether the person signs in through a connector. */
  readonly linked?: true;
  readonly act: (scene: Scene) => Promise<unknown>;
  /** The ways that it does not concern. */
  readonly keeps: readonly string[];
}

const changeUser = async (name: string, change: object): Promise<void> => {
  const [user] = (await users.find('byName', [ACCOUNT_ID, foldName(name)])).items;
  await users.update([ACCOUNT_ID, user?.userId ?? ''], (old) => ({ ...old, ...change }));
};

const REASONS: readonly Reason[] = [
  { what: 'nothing', act: async () => {}, keeps: WAYS.map(([way]) => way) },
  {
    what: 'the user is disabled',
    act: ({ name }) => rolecall('DisableUser', { UserName: name, Reason: 'left' }),
    keeps: [MACHINE],
  },
  {
    what: 'the user was disabled, and is enabled again',
    async act({ name }) {
      await rolecall('DisableUser', { UserName: name, Reason: 'left' });
      await rolecall('EnableUser', { UserName: name });
    },
    keeps: [MACHINE, SIGNATURE],
  },
  {
    what: 'the user is deleted',
    async act({ name, key }) {
      await iam.deleteLoginProfile({ UserName: name });
      await iam.deleteAccessKey({ UserName: name, AccessKeyId: key.accessKeyId });
      await iam.deleteUserPolicy({ UserName: name, PolicyName: 'all' });
      await iam.deleteUser({ UserName: name });
    },
    keeps: [MACHINE],
  },
  {
    what: 'an administrator sets another password',
    act: ({ name }) => iam.updateLoginProfile({ UserName: name, Password: 'a lantern, nine kites and rain' }),
    keeps: [MACHINE, SIGNATURE],
  },
  {
    what: 'the password must be changed',
    act: ({ name }) => iam.updateLoginProfile({ UserName: name, PasswordResetRequired: true }),
    keeps: [MACHINE, SIGNATURE],
  },
  {
    what: 'all sessions of the user are ended',
    act: ({ name }) => rolecall('EndUserSessions', { UserName: name }),
    keeps: [MACHINE, SIGNATURE],
  },
  {
    what: 'the link by which the user signed in is removed',
    linked: true,
    act: ({ name }) => rolecall('DeleteLink', { ConnectorName: 'partner', Subject: name }),
    keeps: [MACHINE, SIGNATURE],
  },
  {
    what: 'the link by which the user signed in is removed, and made again',
    linked: true,
    async act({ name }) {
      await rolecall('DeleteLink', { ConnectorName: 'partner', Subject: name });
      await rolecall('CreateLink', { ConnectorName: 'partner', Subject: name, UserName: name });
    },
    keeps: [MACHINE, SIGNATURE],
  },
  {
    what: 'the account of the user ends, and no process has noticed',
    act: ({ name }) => changeUser(name, { endsAt: Date.now() }),
    keeps: [MACHINE],
  },
  {
    what: 'the person revokes the access of the app',
    async act({ person, app }) {
      const page = expectPage(await person.open(`${server.url}/sign-in`));
      await page.submit('revoke access', { app: app.id });
    },
    keeps: [MACHINE, SIGNATURE, COMMAND_LINE],
  },
  {
    what: 'the app is no longer for this person',
    act: ({ app }) => rolecall('UpdateApplication', { ApplicationId: app.id, OpenTo: 'ASSIGNED' }),
    keeps: [MACHINE, SIGNATURE, COMMAND_LINE],
  },
  {
    what: 'the app is disabled',
    act: ({ app }) => rolecall('UpdateApplication', { ApplicationId: app.id, Enabled: false }),
    keeps: [COMMAND_LINE],
  },
  {
    what: 'the app was disabled, and is enabled again',
    async act({ app }) {
      await rolecall('UpdateApplication', { ApplicationId: app.id, Enabled: false });
      await rolecall('UpdateApplication', { ApplicationId: app.id, Enabled: true });
    },
    keeps: [MACHINE, SIGNATURE, COMMAND_LINE],
  },
  {
    what: 'the app may no longer use any of these grants',
    act: ({ app }) =>
      rolecall('UpdateApplication', {
        ApplicationId: app.id,
        Oidc: { GrantTypes: ['AUTHORIZATION_CODE'], BackchannelDeliveryMode: 'NONE' },
      }),
    keeps: ['a code', COMMAND_LINE],
  },
  {
    what: 'the app is deleted',
    act: ({ app }) => rolecall('DeleteApplication', { ApplicationId: app.id }),
    keeps: [COMMAND_LINE],
  },
];

describe('[TRAPS: one gate] no grant leads to tokens once there is a reason to refuse', () => {
  test('each grant type that discovery lists has a row', async () => {
    await makeApp();
    const document = await (await fetch(`${server.url}/oidc/.well-known/openid-configuration`)).json();
    expect([...document.grant_types_supported].sort()).toEqual(Object.keys(GRANTS).sort());
  });

  test.each(REASONS)('$what', async ({ what, act, keeps, linked }) => {
    const scene = await makeScene(what.replace(/\W+/g, '-').slice(0, 64), linked === true);
    const begun: [string, () => Promise<Answer>][] = [];
    for (const [way, begin] of WAYS) begun.push([way, await begin(scene)]);
    await act(scene);
    const ended: Record<string, string> = {};
    for (const [way, redeem] of begun) {
      const { status, body } = await redeem();
      const isRefused = status >= 400 && status < 500 && body['access_token'] === undefined;
      ended[way] = status === 200 ? 'works' : isRefused ? 'refused' : `${status} ${JSON.stringify(body)}`;
    }
    expect(ended).toEqual(Object.fromEntries(WAYS.map(([way]) => [way, keeps.includes(way) ? 'works' : 'refused'])));
  });
});

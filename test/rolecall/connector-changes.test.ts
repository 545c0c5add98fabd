import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { CreateGroupCommand, GetUserCommand, ListGroupsForUserCommand, ListUsersCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  OUTSIDE_CLIENT,
  OUTSIDE_SECRET,
  type OutsideProvider,
  startOutsideProvider,
} from '../../harness/outside-provider.ts';
import { newPerson, type Seen } from '../../harness/person.ts';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { expectLeft, expectPage } from '../oidc/app.ts';
import { makeUser } from '../sts/people.ts';
import { ACCOUNT_ID, type InProcessServer, type Key, startInProcess } from '../support/in-process-server.ts';
import { send, signedJson } from '../support/wire.ts';

const directory = temporaryDirectory();
let server: InProcessServer;
let strict: InProcessServer;
let outside: OutsideProvider;
beforeAll(async () => {
  outside = await startOutsideProvider();
  const filed = {
    name: 'filed',
    issuer: 'https://filed.example.com',
    clientId: 'rolecall',
    clientSecret: 'of the file',
  };
  const connectors = [{ ...filed, domains: ['filed.example.com'] }];
  const file = join(directory.path, 'config.json');
  writeFileSync(file, JSON.stringify({ oidc: { allowPrivateNetworks: true }, federation: { connectors } }));
  server = await startInProcess({ ROLECALL_CONFIG: file });
  strict = await startInProcess();
  outside.register(['partner', 'again'].map((name) => `${server.url}/federation/${name}/callback`));
  outside.people.set('1', { preferred_username: 'ada', groups: ['eng'] });
});
afterAll(async () => {
  await server.close();
  await strict.close();
  await outside.close();
  directory.remove();
});

async function callAt({ url }: Pick<InProcessServer, 'url'>, operation: string, input: object, key: Key) {
  const { body } = await send(url, signedJson(url, operation, input, key));
  const { __type: type, message, Connector } = JSON.parse(body) as Record<string, never>;
  return { type, message: String(message), connector: Connector as Record<string, unknown> | undefined, body };
}
const call = (operation: string, input: object, key: Key = server.admin) => callAt(server, operation, input, key);

/** The input that makes a connector to the outside provider. */
function partner(change: object = {}, settings: object = {}): object {
  const { issuer: Issuer } = outside;
  const Oidc = { Issuer, ClientId: OUTSIDE_CLIENT, ClientSecret: OUTSIDE_SECRET, ...settings };
  return { Name: 'partner', Oidc, ...change };
}

const allow = (...statements: readonly (readonly [string, string])[]): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map(([Action, Resource]) => ({ Effect: 'Allow', Action, Resource })),
  });
const arnOf = (name: string): string => `arn:aws:rolecall::${ACCOUNT_ID}:connector/${name}`;

/** Goes to the provider by a button; answers the address to which the browser is sent back, and the browser. */
async function toProvider(button: string) {
  const person = newPerson(server.url);
  const page = expectPage(await person.open(`${server.url}/sign-in`));
  outside.next = '1';
  const left = expectLeft(await page.submit(button));
  const callback = expectLeft(await newPerson(outside.issuer).open(left.href));
  return { person, callback };
}

async function signIn(button = 'continue with partner'): Promise<Seen> {
  const { person, callback } = await toProvider(button);
  return await person.open(callback.href);
}

async function federatedUsers(): Promise<readonly string[]> {
  const { Users = [] } = await server.iam().send(new ListUsersCommand({ PathPrefix: '/federated/partner/' }));
  return Users.map(({ UserName }) => UserName ?? '').sort();
}

async function refusedAsDisabled(): Promise<number> {
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  return Number(/rolecall_connector_sign_ins_total\{outcome="disabled"\} (\d+)/.exec(metrics)?.[1] ?? 0);
}

/** A server that answers in one way; answers its address. */
async function answering(listener: RequestListener): Promise<{ issuer: string; close(): Promise<void> }> {
  const there = createServer(listener);
  await new Promise<void>((resolve) => there.listen(0, '127.0.0.1', resolve));
  const close = (): Promise<void> => {
    there.closeAllConnections();
    return new Promise((resolve) => there.close(() => resolve()));
  };
  return { issuer: `http://localhost:${(there.address() as AddressInfo).port}`, close };
}

describe('a connector created by the API', () => {
  test('takes sign-ins at once, is changed without its secret, and ends with its deletion; its users stay', async () => {
    await server.iam().send(new CreateGroupCommand({ GroupName: 'Developers' }));
    const before = expectPage(await newPerson(server.url).open(`${server.url}/sign-in`));
    expect(before.buttons).not.toContain('Continue with Partner');
    const rules = { Groups: { Map: [{ Value: 'eng', Group: 'Developers' }] } };
    // As the aws CLI sends a file.
    const secret = { ClientSecret: `${OUTSIDE_SECRET}\n` };
    const created = await call('CreateConnector', partner({ DisplayName: 'Partner', Rules: rules }, secret));
    expect(created.connector).toMatchObject({
      Name: 'partner',
      Arn: arnOf('partner'),
      Origin: 'API',
      Enabled: true,
      Oidc: {
        Preset: 'OIDC',
        Issuer: outside.issuer,
        RedirectUri: expect.stringMatching(/\/federation\/partner\/callback$/),
      },
      Rules: { Groups: { Claim: 'groups', Map: [{ Value: 'eng', Group: 'Developers' }], Always: [] } },
    });
    expectPage(await signIn());
    expect(await federatedUsers()).toEqual(['ada']);
    const groups = await server.iam().send(new ListGroupsForUserCommand({ UserName: 'ada' }));
    expect(groups.Groups?.map(({ GroupName }) => GroupName)).toEqual(['Developers']);

    // The secret is kept: the sign-in works, and it is the same user.
    const changed = await call('UpdateConnector', { Name: 'partner', DisplayName: 'The Partner' });
    expect(changed.connector).toEqual({
      ...created.connector,
      DisplayName: 'The Partner',
      UpdatedAt: changed.connector?.['UpdatedAt'],
    });
    await signIn('continue with the partner');
    expect(await federatedUsers()).toEqual(['ada']);

    const { person, callback } = await toProvider('continue with the partner');
    expect((await call('DeleteConnector', { Name: 'partner' })).body).toBe('{}');
    expect(expectPage(await person.open(callback.href)).heading).toBe('Sign-in did not work');
    expect(server.events.at(-1)).toMatchObject({ eventName: 'ConnectorSignIn', errorCode: 'disabled' });
    const after = expectPage(await newPerson(server.url).open(`${server.url}/sign-in`));
    expect(after.buttons).not.toContain('Continue with The Partner');
    expect((await server.iam().send(new GetUserCommand({ UserName: 'ada' }))).User?.Path).toBe('/federated/partner/');

    // The same name, issuer and subject: still nobody inherits a user (S31).
    await call('CreateConnector', partner({ DisplayName: 'Partner' }));
    await signIn();
    expect(await federatedUsers()).toEqual(['ada', expect.stringMatching(/^ada-[0-9a-f]{8}$/)]);
  });

  test('deleted while the provider answers, it makes no user any more', async () => {
    await call('CreateConnector', partner({ Name: 'again', DisplayName: 'Again' }));
    const { person, callback } = await toProvider('continue with again');
    const before = await refusedAsDisabled();
    const listeners = outside.server.listeners('request') as RequestListener[];
    outside.server.removeAllListeners('request');
    outside.server.on('request', (request, response) => {
      const deleted = request.url === '/token' ? call('DeleteConnector', { Name: 'again' }) : Promise.resolve();
      void deleted.then(() => {
        for (const listener of listeners) listener(request, response);
      });
    });
    const seen = expectPage(await person.open(callback.href));
    outside.server.removeAllListeners('request');
    for (const listener of listeners) outside.server.on('request', listener);
    expect(seen.heading).toBe('Sign-in did not work');
    // Repeated refusals are one audit event; the metric counts each.
    expect(await refusedAsDisabled()).toBe(before + 1);
    const made = await server.iam().send(new ListUsersCommand({ PathPrefix: '/federated/again/' }));
    expect(made.Users).toEqual([]);
  });

  test('while it is disabled, nobody signs in, a sign-in that began is refused, and its provider is not tried', async () => {
    await call('CreateConnector', partner({ Name: 'again', DisplayName: 'Again' }));
    const { person, callback } = await toProvider('continue with again');
    expect((await call('UpdateConnector', { Name: 'again', Enabled: false })).connector?.['Enabled']).toBe(false);
    expect(expectPage(await person.open(callback.href)).heading).toBe('Sign-in did not work');
    const page = expectPage(await newPerson(server.url).open(`${server.url}/sign-in`));
    expect(page.buttons).not.toContain('Continue with Again');
    const gone = { Name: 'again', Oidc: { Issuer: 'http://localhost:9', ClientSecret: 'another' } };
    expect((await call('UpdateConnector', gone)).connector).toMatchObject({ Oidc: { Issuer: 'http://localhost:9' } });
    expect(await call('UpdateConnector', { Name: 'again', Enabled: true })).toMatchObject({
      type: 'ConnectorUnusableException',
      message: expect.stringContaining('http://localhost:9/.well-known/openid-configuration: '),
    });
    await call('DeleteConnector', { Name: 'again' });
  });
});

describe('what is refused', () => {
  test('every problem at once, in the words of the configuration file', async () => {
    const { type, message } = await call('CreateConnector', {
      Name: 'google',
      Oidc: {
        Preset: 'GOOGLE',
        ClientId: 'x',
        Issuer: 'https://id.example.com/{tenant}',
        Scopes: ['two scopes'],
      },
      Domains: ['no domain'],
      Rules: { Condition: '{"StringEqual":{"login:a":"b"}}' },
    });
    expect(type).toBe('ValidationException');
    for (const expected of [
      '6 validation errors detected: ',
      'issuer: must be the URL of an issuer, without placeholders',
      'domains.0: must be a domain such as example.com',
      'scopes.0: must be a scope',
      'rules.condition: is not a valid Condition of a policy: operator StringEqual',
      'hostedDomains: is needed: name the domains of your Google Workspace',
      'clientSecret: is needed',
    ]) {
      expect(message).toContain(expected);
    }
    const text = await call('CreateConnector', partner({ Rules: { Condition: 'not JSON' } }));
    expect(text.message).toBe('1 validation error detected: rules.condition: must be an object, as in a policy');
    const empty = await call('CreateConnector', partner({}, { ClientSecret: '\n' }));
    expect(empty.message).toBe('1 validation error detected: clientSecret: must not be empty');
    const taken = await call('CreateConnector', partner({ Name: 'other', Domains: ['filed.example.com'] }));
    expect(taken.message).toContain('domains: filed.example.com belongs to another connector');
  });

  test('a connector of the configuration file is changed there alone', async () => {
    for (const [operation, input] of [
      ['UpdateConnector', { Name: 'filed', Enabled: false }],
      ['DeleteConnector', { Name: 'filed' }],
    ] as const) {
      expect(await call(operation, input)).toMatchObject({
        type: 'ConnectorFromFileException',
        message: expect.stringContaining('comes from the configuration file. Change federation.connectors there'),
      });
    }
    expect((await call('CreateConnector', partner({ Name: 'filed' }))).type).toBe('ConnectorExistsException');
    expect((await call('UpdateConnector', { Name: 'missing' })).type).toBe('NoSuchConnectorException');
    expect((await call('DeleteConnector', { Name: 'missing' })).type).toBe('NoSuchConnectorException');
  });

  test('a provider that cannot work, with what was tried and what came back', async () => {
    const missing = await answering((_request, response) => void response.writeHead(404).end('a secret page'));
    const refused = await call('CreateConnector', partner({ Name: 'broken' }, { Issuer: missing.issuer }));
    expect(refused).toMatchObject({
      type: 'ConnectorUnusableException',
      message: `The provider cannot be used: ${missing.issuer}/.well-known/openid-configuration answered 404. To save the connector without this check, set Enabled to false.`,
    });
    expect(refused.body).not.toContain('secret page');
    await missing.close();

    const foreign = await answering((_request, response) => void response.end('{"issuer":"https://else.example"}'));
    const named = await call('CreateConnector', partner({ Name: 'broken' }, { Issuer: foreign.issuer }));
    expect(named.message).toContain('names another issuer: "https://else.example"');
    await foreign.close();

    const metadata: Record<string, unknown> = {};
    const narrow = await answering(({ url }, response) => {
      const keys = { keys: [{ kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' }] };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(url === '/jwks' ? keys : metadata));
    });
    Object.assign(metadata, { issuer: narrow.issuer, jwks_uri: `${narrow.issuer}/jwks` });
    const tried = partner({ Name: 'broken' }, { Issuer: narrow.issuer });
    expect((await call('CreateConnector', tried)).message).toContain('authorization_endpoint is not an https URL');
    const endpoint = `${narrow.issuer}/endpoint`;
    Object.assign(metadata, { authorization_endpoint: endpoint, token_endpoint: endpoint });
    Object.assign(metadata, { response_types_supported: ['id_token'] });
    expect((await call('CreateConnector', tried)).message).toContain('response_types_supported does not list code');
    Object.assign(metadata, { response_types_supported: ['code'] });
    Object.assign(metadata, { token_endpoint_auth_methods_supported: ['private_key_jwt'] });
    expect((await call('CreateConnector', tried)).message).toContain('client_secret_basic, only private_key_jwt');
    expect((await call('GetConnector', { Name: 'broken' })).type).toBe('NoSuchConnectorException');
    await narrow.close();
  });

  test('S47: providers at private addresses and without TLS, unless the operator allows them', async () => {
    const at = (Issuer: string) => callAt(strict, 'CreateConnector', partner({}, { Issuer }), strict.admin);
    expect((await at(outside.issuer)).message).toContain('issuer: must begin with https://');
    for (const issuer of ['https://127.0.0.1:9', 'https://169.254.169.254', 'https://[::1]']) {
      expect(await at(issuer)).toMatchObject({
        type: 'ConnectorUnusableException',
        message: expect.stringContaining('is not a public address'),
      });
    }
  });

  test('a new issuer without a new secret: the old one must not go there', async () => {
    await call('CreateConnector', partner({ Name: 'moved' }));
    const thief = 'https://thief.example';
    const { type, message } = await call('UpdateConnector', { Name: 'moved', Oidc: { Issuer: thief } });
    expect([type, message]).toEqual([
      'ValidationException',
      '1 validation error detected: clientSecret: is needed, because the issuer changes',
    ]);
    // Without authentication there is no secret to keep.
    const open = { Name: 'moved', Oidc: { Issuer: thief, ClientAuthentication: 'NONE' }, Enabled: false };
    expect((await call('UpdateConnector', open)).connector).toMatchObject({
      Oidc: { ClientAuthentication: 'NONE' },
    });
    const back = { Name: 'moved', Oidc: { ClientAuthentication: 'CLIENT_SECRET_POST' } };
    expect((await call('UpdateConnector', back)).message).toContain('clientSecret: is needed');
    await call('DeleteConnector', { Name: 'moved' });
  });

  test('settings of no kind of connector', async () => {
    expect(await call('CreateConnector', { Name: 'kindless' })).toMatchObject({
      type: 'ValidationException',
      message:
        '1 validation error detected: one of Oidc, OAuth2, Ldap, Saml is needed: the settings of a kind of connector',
    });
    const both = partner({ Name: 'two-kinds', OAuth2: { ClientId: 'x', ClientSecret: 'y', Preset: 'GITHUB' } });
    expect((await call('CreateConnector', both)).message).toContain('OAuth2: cannot be combined with Oidc');
  });

  test('the 101st connector of an account', async () => {
    const left = 100 - (JSON.parse((await call('ListConnectors', {})).body).Connectors as unknown[]).length;
    const names = Array.from({ length: left }, (_, index) => `many-${index}`);
    await Promise.all(names.map((Name) => call('CreateConnector', partner({ Name, Enabled: false }))));
    expect(await call('CreateConnector', partner({ Name: 'more', Enabled: false }))).toMatchObject({
      type: 'LimitExceededException',
      message: 'Cannot exceed quota for ConnectorsPerAccount: 100',
    });
    await Promise.all(names.map((Name) => call('DeleteConnector', { Name })));
  });
});

test('a policy can allow one connector alone, and deciding who gets its groups needs permission for each of them', async () => {
  const group = `arn:aws:iam::${ACCOUNT_ID}:group/Helpers`;
  await server.iam().send(new CreateGroupCommand({ GroupName: 'Helpers' }));
  await server.iam().send(new CreateGroupCommand({ GroupName: 'Admins' }));
  const policy = allow(['rolecall:*Connector', arnOf('theirs')], ['iam:AddUserToGroup', group]);
  const key = await makeUser(server, 'partner-admin', policy);
  const theirs = (change: object) => partner({ Name: 'theirs', Enabled: false, ...change });
  const giving = (...Always: string[]) => ({ Rules: { Groups: { Always } } });
  for (const input of [theirs({ Name: 'others' }), theirs(giving('Admins')), theirs(giving('Missing'))]) {
    expect((await call('CreateConnector', input, key)).type).toBe('AccessDeniedException');
  }
  expect((await call('CreateConnector', theirs(giving('Helpers')), key)).connector).toBeDefined();
  const added = { Name: 'theirs', ...giving('Helpers', 'Admins') };
  expect((await call('UpdateConnector', added, key)).type).toBe('AccessDeniedException');
  expect((await call('UpdateConnector', added)).connector).toBeDefined();
  // The connector now gives a group that its caller may not: they must not decide who gets it.
  const decisive = [
    added,
    giving('Admins'),
    { Provisioning: 'JUST_IN_TIME' },
    { Oidc: { Issuer: 'http://localhost:9', ClientSecret: 'theirs' } },
    { Oidc: { ClientId: 'theirs' } },
    { Oidc: { SubjectClaim: 'email' } },
    { Oidc: { HostedDomains: ['theirs.example'] } },
    { Oidc: { TrustedFactors: { Amr: ['mfa'] } } },
  ];
  for (const input of decisive) {
    expect((await call('UpdateConnector', { Name: 'theirs', ...input }, key)).type).toBe('AccessDeniedException');
  }
  const harmless = { Name: 'theirs', DisplayName: 'Theirs', Oidc: { ClientSecret: 'a new one' } };
  expect((await call('UpdateConnector', harmless, key)).connector).toBeDefined();
  expect((await call('DeleteConnector', { Name: 'filed' }, key)).type).toBe('AccessDeniedException');
  expect((await call('DeleteConnector', { Name: 'theirs' }, key)).body).toBe('{}');
  expect(server.events.at(-1)).toMatchObject({
    eventSource: 'rolecall',
    eventName: 'DeleteConnector',
    outcome: 'allowed',
    request: { Name: 'theirs' },
    resources: [arnOf('theirs')],
  });
});

test('[S48] the secret is in no answer, event or log line, whatever comes of the call', async () => {
  const ClientSecret = 'planted client secret';
  const answers = [
    await call('CreateConnector', partner({ Name: 'secretive' }, { ClientSecret })),
    await call('CreateConnector', partner({ Name: 'secretive' }, { ClientSecret })),
    await call('CreateConnector', partner({ Name: 'secretive-2' }, { ClientSecret, Issuer: 'http://localhost:9' })),
    await call('CreateConnector', partner({ Name: 'secretive-2' }, { ClientSecret, ClientAuthentication: 'NONE' })),
    await call('CreateConnector', partner({ Name: 'secretive-2' }, { ClientSecret, Scopes: 3 })),
    await call('CreateConnector', partner({ Name: 'secretive-2' }, { ClientSecret: [ClientSecret] })),
    await call('CreateConnector', partner({ Name: 'secretive-2' }, { ClientSecret: ClientSecret.repeat(300) })),
    await call('UpdateConnector', { Name: 'secretive', Oidc: { ClientSecret: `${ClientSecret} 2` } }),
    await call('GetConnector', { Name: 'secretive' }),
    await call('ListConnectors', {}),
  ];
  expect(answers.map(({ type }) => type ?? 'ok')).toEqual([
    'ok',
    'ConnectorExistsException',
    'ConnectorUnusableException',
    'ValidationException',
    'SerializationException',
    'SerializationException',
    'ValidationException',
    'ok',
    'ok',
    'ok',
  ]);
  const bodies = answers.map(({ body }) => body).join();
  expect(`${bodies}${JSON.stringify(server.events)}${JSON.stringify(server.errors)}`).not.toContain(ClientSecret);
  const created = server.events.find(({ request }) => request?.['Name'] === 'secretive');
  expect(created?.request).toMatchObject({
    Oidc: { ClientSecret: '[redacted]', Issuer: outside.issuer, ClientId: OUTSIDE_CLIENT },
  });
});

test('answering for the provider needs permission to link logins to those who may do more than the connector gives', async () => {
  await call('CreateConnector', partner({ Name: 'again', DisplayName: 'Again' }));
  await signIn('continue with again');
  const policy = allow(['rolecall:*Connector', arnOf('again')]);
  const key = await makeUser(server, 'again-admin', policy);
  // Whoever has these keys signs in as anyone who is linked.
  const keys = JSON.stringify({ keys: [generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })] });
  const change = (by: Key) => call('UpdateConnector', { Name: 'again', Enabled: false, Oidc: { Jwks: keys } }, by);
  expect((await change(key)).connector).toMatchObject({ Enabled: false });

  await makeUser(server, 'boss', allow(['*', '*']));
  await call('CreateLink', { ConnectorName: 'again', Subject: 'boss-there', UserName: 'boss' });
  const denied = await change(key);
  expect(denied).toMatchObject({ type: 'AccessDeniedException' });
  expect(denied.message).toContain('rolecall:CreateLink');
  expect(denied.message).toContain(':user/boss');
  expect((await call('UpdateConnector', { Name: 'again', DisplayName: 'Once More' }, key)).connector).toBeDefined();
  const boss = `arn:aws:iam::${ACCOUNT_ID}:user/boss`;
  const linking = ['rolecall:CreateLink', boss] as const;
  const linker = await makeUser(server, 'linker', allow(['rolecall:*Connector', '*'], linking));
  expect(await change(linker)).toMatchObject({
    type: 'AccessDeniedException',
    message: expect.stringContaining('iam:CreateLoginProfile'),
  });
  const giving = ['iam:CreateLoginProfile', boss] as const;
  const trusted = await makeUser(server, 'trusted', allow(['rolecall:*Connector', '*'], linking, giving));
  expect((await change(trusted)).connector).toBeDefined();
  await call('DeleteConnector', { Name: 'again' });
});

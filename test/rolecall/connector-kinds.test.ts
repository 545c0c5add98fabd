import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type InProcessServer, startInProcess } from '../support/in-process-server.ts';
import { send, signedJson } from '../support/wire.ts';

let server: InProcessServer;
beforeAll(async () => {
  server = await startInProcess();
});
afterAll(() => server.close());

async function call(operation: string, input: object) {
  const { body } = await send(server.url, signedJson(server.url, operation, input, server.admin));
  const { __type: type, message, Connector } = JSON.parse(body) as Record<string, never>;
  return { type, message: String(message), connector: Connector as Record<string, unknown> | undefined, body };
}

test.each(['common', 'organizations', 'consumers', '{tenantid}'])(
  '[S31] an Entra connector is for one tenant, not for %s',
  async (tenant) => {
    const Oidc = {
      Preset: 'ENTRA',
      Issuer: `https://login.microsoftonline.com/${tenant}/v2.0`,
      ClientId: 'c',
      ClientSecret: 's',
    };
    const { message } = await call('CreateConnector', { Name: 'tenants', Enabled: false, Oidc });
    expect(message).toContain('issuer: must have the id of your tenant');
  },
);

test.each([
  ['Oidc', { Issuer: 'https://sso.example.com', ClientId: 'c', ClientSecret: 's', SubjectClaim: 'email' }],
  ['Oidc', { Issuer: 'https://sso.example.com', ClientId: 'c', ClientSecret: 's', SubjectClaim: 'preferred_username' }],
  ['OAuth2', { Preset: 'GITHUB', ClientId: 'c', ClientSecret: 's', SubjectClaim: 'email' }],
])('[S31] people are not identified by what can become another person’s: %s %j', async (kind, settings) => {
  const { message } = await call('CreateConnector', { Name: 'weak', Enabled: false, [kind]: settings });
  expect(message).toContain('subjectClaim: must not be');
});

test('S47: the metadata of a SAML provider are not read at private addresses or without TLS', async () => {
  const at = (MetadataUrl: string) =>
    call('CreateConnector', { Name: 'inside', Saml: { MetadataUrl, IdpEntityId: 'https://idp.example' } });
  expect((await at('http://localhost:9/metadata')).message).toContain('metadataUrl: must begin with https://');
  for (const host of ['169.254.169.254', '[::ffff:10.0.0.1]', 'localhost']) {
    expect((await at(`https://${host}/metadata`)).message).toMatch(/is not a public address|has no public address/);
  }
});

test('an Apple connector keeps its key sealed and through changes, and shows the protections that are off', async () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const PrivateKey = String(privateKey.export({ format: 'pem', type: 'pkcs8' }));
  const Oidc = { Preset: 'APPLE', ClientId: 'com.example.services', PrivateKey, TeamId: 'TEAM123456' };
  const missing = await call('CreateConnector', { Name: 'apple', Enabled: false, Oidc });
  expect(missing.message).toBe('1 validation error detected: keyId: is needed: the id that Apple gave the key');
  const given = { Name: 'apple', Enabled: false, Oidc: { ...Oidc, KeyId: 'KEY1234567' } };
  const created = await call('CreateConnector', given);
  expect(created.connector).toMatchObject({
    Kind: 'OIDC',
    DisplayName: 'Apple',
    Deviations: ['NO_PKCE'],
    Oidc: {
      Issuer: 'https://appleid.apple.com',
      ClientAuthentication: 'SIGNED_CLIENT_SECRET',
      ResponseMode: 'FORM_POST',
    },
  });
  const changed = await call('UpdateConnector', { Name: 'apple', Oidc: { KeyId: 'KEY7654321' } });
  expect(changed.connector).toMatchObject({ Oidc: { KeyId: 'KEY7654321', TeamId: 'TEAM123456' } });
  const moved = await call('UpdateConnector', { Name: 'apple', Oidc: { Issuer: 'https://thief.example' } });
  expect(moved.message).toContain('privateKey: is needed, because the issuer changes');
  const secret = await call('UpdateConnector', { Name: 'apple', Oidc: { ClientAuthentication: 'CLIENT_SECRET_POST' } });
  expect(secret.message).toContain('clientSecret: is needed');
  const plainSecret = { ClientAuthentication: 'CLIENT_SECRET_POST', ClientSecret: 'other', KeyId: '', TeamId: '' };
  const emptied = await call('UpdateConnector', { Name: 'apple', Oidc: plainSecret });
  expect(emptied.connector?.['Oidc']).not.toHaveProperty('KeyId');
  expect(emptied.connector?.['Oidc']).not.toHaveProperty('TeamId');
  const bodies = [created, changed, moved, secret].map(({ body }) => body).join();
  expect(`${bodies}${JSON.stringify(server.events)}`).not.toContain(PrivateKey.slice(40, 80));
  await call('DeleteConnector', { Name: 'apple' });
});

test('static endpoints can be removed together, and the secret is then needed again', async () => {
  const at = (path: string) => `https://idp.example.com/${path}`;
  const endpoints = { AuthorizationEndpoint: at('a'), TokenEndpoint: at('t'), JwksUri: at('keys') };
  const client = { Issuer: 'https://idp.example.com', ClientId: 'x', ClientSecret: 'y', Userinfo: false };
  await call('CreateConnector', { Name: 'static', Enabled: false, Oidc: { ...client, ...endpoints } });
  const change = (settings: object) => call('UpdateConnector', { Name: 'static', Oidc: settings });
  expect((await change({ AuthorizationEndpoint: '' })).message).toContain('authorizationEndpoint: is needed');
  const none = { AuthorizationEndpoint: '', TokenEndpoint: '', JwksUri: '' };
  expect((await change(none)).message).toContain('clientSecret: is needed, because the tokenEndpoint changes');
  const { connector } = await change({ ...none, ClientSecret: 'z' });
  for (const name of Object.keys(none)) expect(connector?.['Oidc']).not.toHaveProperty(name);
  await call('DeleteConnector', { Name: 'static' });
});

describe('an OAuth 2 connector', () => {
  const github = (settings: object = {}) => {
    const client = { Preset: 'GITHUB', ClientId: 'Iv1.x', ClientSecret: 'of the app', ...settings };
    return { Name: 'hub', Enabled: false, OAuth2: client };
  };

  test('is filled in by its preset, shows the protections that are off, and keeps its secret to one address', async () => {
    const created = await call('CreateConnector', github({ BaseUrl: 'https://github.corp.example' }));
    expect(created.connector).toMatchObject({
      Kind: 'OAUTH2',
      DisplayName: 'GitHub',
      Deviations: [],
      OAuth2: {
        AuthorizationEndpoint: 'https://github.corp.example/login/oauth/authorize',
        ProfileEndpoint: 'https://github.corp.example/api/v3/user',
        SubjectClaim: 'id',
        Scopes: ['read:user', 'user:email'],
        RedirectUri: expect.stringMatching(/\/federation\/hub\/callback$/),
      },
    });
    expect(created.connector).not.toHaveProperty('Oidc');
    const change = (settings: object) => call('UpdateConnector', { Name: 'hub', OAuth2: settings });
    expect((await change({ TokenEndpoint: 'https://thief.example/token' })).message).toBe(
      '1 validation error detected: clientSecret: is needed, because the tokenEndpoint changes',
    );
    expect((await change({ Pkce: false })).connector).toMatchObject({ Deviations: ['NO_PKCE'] });
    expect((await call('UpdateConnector', { Name: 'hub', Oidc: { ClientId: 'x' } })).message).toContain(
      'Oidc: the kind of the connector is OAUTH2',
    );
    await call('DeleteConnector', { Name: 'hub' });
  });

  test('S31: a changed base URL moves the endpoints that came from it, needs the secret again and has other people', async () => {
    const profileEndpoint = 'https://api.corp.example/user';
    const created = await call('CreateConnector', github({ ProfileEndpoint: profileEndpoint }));
    const change = (settings: object) => call('UpdateConnector', { Name: 'hub', OAuth2: settings });
    const BaseUrl = 'https://github.corp.example';
    expect((await change({ BaseUrl })).message).toBe(
      '1 validation error detected: clientSecret: is needed, because the baseUrl changes',
    );
    const moved = await change({ BaseUrl, ClientSecret: 'of the other app', ProfileEndpoint: '' });
    expect(moved.connector).toMatchObject({
      OAuth2: {
        BaseUrl,
        Issuer: `${BaseUrl}/login/oauth`,
        AuthorizationEndpoint: `${BaseUrl}/login/oauth/authorize`,
        TokenEndpoint: `${BaseUrl}/login/oauth/access_token`,
        ProfileEndpoint: `${BaseUrl}/api/v3/user`,
      },
    });
    // What was given stays, and so does the secret as long as it goes to the same server.
    const own = { AuthorizationEndpoint: 'https://login.corp.example/', Issuer: 'https://login.corp.example' };
    expect((await change(own)).connector).toMatchObject({ OAuth2: own });
    expect((await change({ Scopes: ['read:user'] })).connector).toMatchObject({ OAuth2: own });
    const back = await change({ BaseUrl: '', Issuer: '', AuthorizationEndpoint: '', ClientSecret: 'of the app' });
    expect(back.connector?.['OAuth2']).not.toHaveProperty('BaseUrl');
    expect(back.connector).toMatchObject({
      OAuth2: {
        Issuer: 'https://github.com/login/oauth',
        AuthorizationEndpoint: 'https://github.com/login/oauth/authorize',
        ProfileEndpoint: 'https://api.github.com/user',
      },
    });
    expect(created.connector).toMatchObject({ OAuth2: { ProfileEndpoint: profileEndpoint } });
    await call('DeleteConnector', { Name: 'hub' });
  });

  test('asks its provider again if it is told to, until it is told not to', async () => {
    const created = await call('CreateConnector', github({ RecheckAfter: 3600 }));
    expect(created.connector).toMatchObject({ OAuth2: { RecheckAfter: 3600 } });
    const { message } = await call('UpdateConnector', { Name: 'hub', OAuth2: { RecheckAfter: 59 } });
    expect(message).toContain('recheckAfter: must be at least 60 seconds');
    const changed = await call('UpdateConnector', { Name: 'hub', OAuth2: { RecheckAfter: 0 } });
    expect(changed.connector?.['OAuth2']).not.toHaveProperty('RecheckAfter');
    await call('DeleteConnector', { Name: 'hub' });
  });

  test('cannot lose an endpoint that no preset knows', async () => {
    const at = (path: string) => `https://idp.example.com/${path}`;
    const endpoints = { AuthorizationEndpoint: at('a'), TokenEndpoint: at('t'), ProfileEndpoint: at('p') };
    const client = { ClientId: 'x', ClientSecret: 'y', SubjectClaim: 'id' };
    await call('CreateConnector', { Name: 'plain', Enabled: false, OAuth2: { ...client, ...endpoints } });
    const { message } = await call('UpdateConnector', { Name: 'plain', OAuth2: { ProfileEndpoint: '' } });
    expect(message).toBe('1 validation error detected: profileEndpoint: is needed');
    await call('DeleteConnector', { Name: 'plain' });
  });

  test('is refused without what no preset knows', async () => {
    const { message } = await call('CreateConnector', { Name: 'hub', OAuth2: { ClientId: 'x', Ca: 'no certificate' } });
    for (const field of ['authorizationEndpoint', 'tokenEndpoint', 'profileEndpoint', 'subjectClaim', 'clientSecret']) {
      expect(message).toContain(`${field}: is needed`);
    }
    expect(message).toContain('ca: must be a certificate in PEM');
  });

  test('S47: is refused at private addresses and without TLS, unless the operator allows them', async () => {
    const at = (BaseUrl: string) => call('CreateConnector', { ...github({ BaseUrl }), Enabled: true });
    expect((await at('http://localhost:9')).message).toContain('tokenEndpoint: must begin with https://');
    expect(await at('https://169.254.169.254')).toMatchObject({
      type: 'ConnectorUnusableException',
      message: expect.stringContaining('is not a public address'),
    });
  });
});

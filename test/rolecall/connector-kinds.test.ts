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
  const bodies = [created, changed, moved, secret].map(({ body }) => body).join();
  expect(`${bodies}${JSON.stringify(server.events)}`).not.toContain(PrivateKey.slice(40, 80));
  await call('DeleteConnector', { Name: 'apple' });
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

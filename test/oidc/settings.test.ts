import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as oidc from 'openid-client';
import { newPerson } from '../../harness/person.ts';
import { readSettings } from '../../src/app/settings/read-settings.ts';
import { ConfigError } from '../../src/config/load-config.ts';
import { PROFILE_ATTRIBUTES } from '../../src/identity/documents/users/profile.ts';
import { clientSeeds, oidcSettingsShape } from '../../src/oidc/settings.ts';
import { APPS, beginLogin, discover, expectPage, logIn, SECRET } from './app.ts';
import { ACCOUNT, type Installation, install } from './installation.ts';

const app = { client_id: 'app', token_endpoint_auth_method: 'none', redirect_uris: ['https://app.example/callback'] };

describe('the settings', () => {
  test('have defaults', () => {
    expect(oidcSettingsShape.parse({})).toEqual({
      clients: [],
      allowPrivateNetworks: false,
      authorizationDetailsTypes: [],
      ownProfileAttributes: PROFILE_ATTRIBUTES.filter((attribute) => attribute !== 'name'),
      clientIdMetadataDocuments: {
        enabled: false,
        hosts: [],
        scopes: ['openid', 'profile', 'email', 'offline_access'],
        resources: [],
      },
      frontChannelTokens: false,
      registration: {
        mode: 'off',
        scopes: ['openid', 'profile', 'email', 'offline_access'],
        resources: [],
        requirePkce: true,
        unusedDays: 30,
        open: { openTo: 'account', neverUsedHours: 24, perNetworkPerHour: 60, mostApplications: 10_000 },
      },
      sessions: { idleSeconds: 3600, absoluteSeconds: 86_400 },
      commandLine: { enabled: true, deviceCodes: true, sessionSeconds: 43_200 },
    });
  });

  test.each<[object, string]>([
    [{ ...app, redirect_uri: 'https://app.example' }, 'an unknown key'],
    [{ ...app, token_endpoint_auth_method: undefined }, 'no secret and no other proof'],
    [
      { ...app, token_endpoint_auth_method: 'client_secret_jwt', client_secret: 'x'.repeat(16) },
      'a secret that is too short to sign',
    ],
    [{ ...app, client_secret: 'short' }, 'a short secret'],
    [{ ...app, grant_types: ['implicit'] }, 'a grant without its response type'],
    [{ ...app, account_id: '12' }, 'no account id'],
  ])('%j is refused: %s', (client) => {
    expect(oidcSettingsShape.safeParse({ clients: [client] }).success).toBe(false);
  });

  test('become clients of the first account, or of the one they name', () => {
    const settings = oidcSettingsShape.parse({
      clients: [app, { ...app, client_id: 'other', account_id: '210987654321', open_to: 'everyone' }],
    });
    expect(clientSeeds(settings, '123456789012')).toMatchObject([
      { accountId: '123456789012', clientId: 'app', metadata: { redirect_uris: app.redirect_uris } },
      { accountId: '210987654321', clientId: 'other', openTo: 'everyone' },
    ]);
  });
});

describe('seeding clients', () => {
  const authorize = async ({ issuer }: Installation, redirectUri: string): Promise<number> => {
    const query = new URLSearchParams({
      client_id: 'app',
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: 'openid',
      code_challenge: 'x'.repeat(43),
      code_challenge_method: 'S256',
    });
    return (await fetch(`${issuer.href}/auth?${query}`, { redirect: 'manual' })).status;
  };

  test('repeated, changes nothing; a change takes effect at once; ids of other accounts are refused', async () => {
    const installation = await install();
    try {
      const seed = (redirectUri: string, accountId = '123456789012') => ({
        accountId,
        clientId: 'app',
        metadata: { redirect_uris: [redirectUri], token_endpoint_auth_method: 'none' },
      });
      expect(await authorize(installation, 'https://one.example/')).toBe(400);
      await installation.seedClients([seed('https://one.example/')]);
      await installation.seedClients([seed('https://one.example/')]);
      expect(await authorize(installation, 'https://one.example/')).toBe(303);
      await installation.seedClients([seed('https://two.example/')]);
      expect(await authorize(installation, 'https://one.example/')).toBe(400);
      expect(await authorize(installation, 'https://two.example/')).toBe(303);
      await expect(installation.seedClients([seed('https://evil.example/', '210987654321')])).rejects.toThrow(
        'taken by another account',
      );
      await expect(installation.seedClients([{ ...seed('https://x.example/'), clientId: 'rolecall' }])).rejects.toThrow(
        'the server',
      );
    } finally {
      await installation.close();
    }
  });
});

describe('errors for invalid clients', () => {
  const problemsOf = async (clients: readonly object[]): Promise<readonly string[]> => {
    const file = join(directory, 'config.json');
    await writeFile(file, JSON.stringify({ oidc: { clients } }));
    try {
      readSettings({ ROLECALL_CONFIG: file }, '/nowhere');
      return [];
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      return error.problems;
    }
  };
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'rolecall-clients-'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  test('every one, with the client and the field', async () => {
    expect(
      await problemsOf([
        {
          ...app,
          client_id: 'shop',
          redirect_uris: ['not a url', '*', 'https://a.example/#x', 'https://a.example/ok'],
        },
        { ...app, client_id: 'empty', redirect_uris: [] },
        app,
        app,
        { client_id: 'secretless', redirect_uris: app.redirect_uris },
        { client_id: 'keyless', redirect_uris: app.redirect_uris, token_endpoint_auth_method: 'private_key_jwt' },
        { ...app, client_id: 'rolecall' },
      ]),
    ).toEqual([
      'oidc.clients[shop].redirect_uris.0: must be an absolute address, such as https://app.example.com/callback',
      'oidc.clients[shop].redirect_uris.1: must be a whole address: wildcards are not supported, so list each address',
      'oidc.clients[shop].redirect_uris.2: must not have a fragment (#…)',
      'oidc.clients[empty].redirect_uris: must hold an address, as the client signs people in (grant_types authorization_code)',
      'oidc.clients[secretless].client_secret: is needed with token_endpoint_auth_method client_secret_basic; public clients have none',
      'oidc.clients[keyless].jwks: or jwks_uri is needed with private_key_jwt',
      'oidc.clients[rolecall].client_id: is the name of a client of the server itself: choose another',
      'oidc.clients[app].client_id: is listed twice',
    ]);
  });

  test.each<[object, RegExp]>([
    [{ redirect_uris: ['myapp://callback'], application_type: 'web' }, /redirect_uris.0: must begin with https/],
    [{ redirect_uris: ['javascript:alert(1)'], application_type: 'native' }, /must not use the scheme javascript:/],
    [{ redirect_uris: ['http://app.example/'], application_type: 'native' }, /loopback/],
    [{ redirect_uris: ['https://user:pw@app.example/'] }, /user name/],
    [{ redirect_uris: ['https://app.example/a b'] }, /absolute address/],
    [{ post_logout_redirect_uris: ['nowhere'] }, /post_logout_redirect_uris.0: must be an absolute address/],
    [{ grant_types: [] }, /grant_types: must name a grant/],
    [{ grant_types: ['refresh_token'], redirect_uris: [] }, /refresh_token needs authorization_code/],
    [{ grant_types: ['client_credentials'] }, /needs a client that authenticates/],
    [{ require_pkce: false }, /\[app\].require_pkce: must not be false with token_endpoint_auth_method none: /],
    [
      {
        token_endpoint_auth_method: 'client_secret_basic',
        client_secret: SECRET,
        require_pkce: false,
        require_pushed_authorization_requests: true,
        dpop_bound_access_tokens: true,
      },
      /require_pkce: must not be false with .*: FAPI 2.0 requires PKCE/,
    ],
    [{ require_pkce: 'no' }, /require_pkce: must be true or false/],
    [{ response_types: [] }, /response_types: must name one/],
    [{ response_types: ['token'] }, /response_types.0: must be one of code, id_token/],
    [{ jwks: { keys: [{ kty: 'EC', d: 'x' }] } }, /jwks: must hold public keys only/],
    [{ jwks: { keys: [] }, jwks_uri: 'https://app.example/jwks' }, /jwks: cannot be combined with jwks_uri/],
    [{ backchannel_logout_uri: 'app.example' }, /backchannel_logout_uri: must be an http or https address/],
    [{ resources: [{ resource: 'orders', scopes: [] }] }, /resources.0.resource: must be an absolute address/],
    [{ client_id: 'a\u00e9' }, /visible ASCII/],
    [{ redirect_uris: 'https://app.example/' }, /redirect_uris: must be a list/],
  ])('%j', async (change, problem) => {
    const problems = await problemsOf([{ ...app, ...change }]);
    expect(problems.join('\n')).toMatch(problem);
    expect(problems.join('\n')).not.toMatch(/Invalid input|expected/);
  });

  test('including errors of the library and the store, and then no client is stored', async () => {
    const installation = await install();
    try {
      const seed = (clientId: string, metadata: object, accountId = ACCOUNT) => ({
        accountId,
        clientId,
        metadata: { redirect_uris: ['https://app.example/'], token_endpoint_auth_method: 'none', ...metadata },
      });
      const refused = installation.seedClients([
        seed('good', {}),
        seed('scopes', { scope: 'openid everything' }),
        seed('keys', { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [{ kty: 'EC' }] } }),
        seed('lost', {}, '999999999999'),
      ]);
      await expect(refused).rejects.toMatchObject({
        problems: [
          expect.stringMatching(/^oidc\.clients\[scopes\]: scope must only contain/),
          expect.stringMatching(/^oidc\.clients\[keys\]: .*Key Set is invalid/),
          'oidc.clients[lost]: there is no account 999999999999 (account_id)',
        ],
      });
      expect(await installation.disableOtherClients([])).toEqual([]);
    } finally {
      await installation.close();
    }
  });
});

describe('a client removed from the file', () => {
  test('is disabled on every process, with its tokens, until it is in the file again', async () => {
    const installation = await install({ clients: APPS });
    try {
      await installation.addUser('alice');
      const config = await discover(installation);
      const tokens = await logIn(installation, config, { user: 'alice' });
      expect(await installation.disableOtherClients(['spa', 'native'])).toEqual(['app', 'machine']);
      expect(await installation.disableOtherClients(['spa', 'native'])).toEqual([]);
      await expect(oidc.fetchUserInfo(config, tokens.access_token, oidc.skipSubjectCheck)).rejects.toThrow();
      await expect(oidc.refreshTokenGrant(config, tokens.refresh_token ?? '')).rejects.toMatchObject({ status: 401 });
      const { url } = await beginLogin(config);
      expect(expectPage(await newPerson(installation.url).open(url.href)).status).toBe(400);
      await installation.seedClients(APPS);
      expect((await oidc.fetchUserInfo(config, tokens.access_token, oidc.skipSubjectCheck)).sub).toBeDefined();
    } finally {
      await installation.close();
    }
  });
});

test('[RFC 6749 §2.3.1] client_secret_post is for clients that are registered with it, and for no others', async () => {
  const posting = {
    accountId: ACCOUNT,
    clientId: 'posting',
    clientSecret: SECRET,
    metadata: {
      grant_types: ['client_credentials'],
      response_types: [],
      redirect_uris: [],
      token_endpoint_auth_method: 'client_secret_post',
    },
    resources: [{ resource: 'https://orders.example', scopes: ['orders:read'] }],
  };
  const installation = await install({ clients: [...APPS, posting] });
  try {
    const ask = async (clientId: string, authentication: oidc.ClientAuth) => {
      const options = { execute: [oidc.allowInsecureRequests] };
      const config = await oidc.discovery(installation.issuer, clientId, undefined, authentication, options);
      return await oidc.clientCredentialsGrant(config);
    };
    expect((await ask('posting', oidc.ClientSecretPost(SECRET))).access_token).toEqual(expect.any(String));
    await expect(ask('posting', oidc.ClientSecretBasic(SECRET))).rejects.toMatchObject({ status: 401 });
    await expect(ask('posting', oidc.ClientSecretPost(`${SECRET}x`))).rejects.toMatchObject({
      error: 'invalid_client',
      error_description: 'client authentication failed',
    });
    await expect(ask('machine', oidc.ClientSecretPost(SECRET))).rejects.toMatchObject({
      error: 'invalid_client',
      error_description: expect.stringContaining('registered for client_secret_basic, but sent client_secret_post'),
    });
  } finally {
    await installation.close();
  }
});

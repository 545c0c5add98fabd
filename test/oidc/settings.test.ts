import { describe, expect, test } from '@jest/globals';
import { clientSeeds, oidcSettingsShape } from '../../src/oidc/settings.ts';
import { type Installation, install } from './installation.ts';

const app = { client_id: 'app', token_endpoint_auth_method: 'none', redirect_uris: ['https://app.example/callback'] };

describe('the settings', () => {
  test('have defaults', () => {
    expect(oidcSettingsShape.parse({})).toEqual({
      clients: [],
      allowPrivateNetworks: false,
      sessions: { idleSeconds: 3600, absoluteSeconds: 86_400 },
    });
  });

  test.each<[object, string]>([
    [{ ...app, redirect_uri: 'https://app.example' }, 'an unknown key'],
    [{ ...app, token_endpoint_auth_method: undefined }, 'no secret and no other proof'],
    [
      { ...app, token_endpoint_auth_method: 'client_secret_post', client_secret: 'x'.repeat(16) },
      'a method that is not offered',
    ],
    [{ ...app, client_secret: 'short' }, 'a short secret'],
    [{ ...app, grant_types: ['implicit'] }, 'a grant that is not offered'],
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

  test('twice changes nothing; a change holds at once; foreign ids are refused', async () => {
    const installation = await install();
    try {
      const { oidc } = installation;
      const seed = (redirectUri: string, accountId = '123456789012') => ({
        accountId,
        clientId: 'app',
        metadata: { redirect_uris: [redirectUri], token_endpoint_auth_method: 'none' },
      });
      expect(await authorize(installation, 'https://one.example/')).toBe(400);
      await oidc.seedClients([seed('https://one.example/')]);
      await oidc.seedClients([seed('https://one.example/')]);
      expect(await authorize(installation, 'https://one.example/')).toBe(303);
      await oidc.seedClients([seed('https://two.example/')]);
      expect(await authorize(installation, 'https://one.example/')).toBe(400);
      expect(await authorize(installation, 'https://two.example/')).toBe(303);
      await expect(oidc.seedClients([seed('https://evil.example/', '210987654321')])).rejects.toThrow(
        'taken by another account',
      );
      await expect(oidc.seedClients([{ ...seed('https://x.example/'), clientId: 'rolecall' }])).rejects.toThrow(
        'the server',
      );
    } finally {
      await installation.close();
    }
  });
});

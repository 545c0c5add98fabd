import { describe, expect, test } from '@jest/globals';
import { registeredApplications } from '../../../src/identity/documents/application.ts';
import { readRegistration } from '../../../src/oidc/registration/registration-metadata.ts';
import { ACCOUNT, install } from '../installation.ts';
import { CALLBACK, openSettings, register } from './registration-scene.ts';

const PUBLIC = { client_name: 'Desk Helper', redirect_uris: [CALLBACK], token_endpoint_auth_method: 'none' };

describe('what people would not see', () => {
  const read = (change: Record<string, unknown>) =>
    readRegistration({ ...PUBLIC, ...change }, { scopes: ['openid'], ownOrigins: [] });
  test.each<[string, Record<string, unknown>]>([
    ['our name with a letter that shows nothing', { client_name: 'Rolecall\u3164' }],
    ['a name that shows nothing', { client_name: '\u2800\u2800' }],
    ['a terms address that turns around', { tos_uri: 'https://new.example/\u202emoc.elpmaxe.di//:sptth' }],
    ['a home page in other letters', { client_uri: 'https://\u0440\u0430yroll.example' }],
    [
      'pairwise subjects of a host that it only names',
      { subject_type: 'pairwise', redirect_uris: ['evil://payroll.example/cb'], application_type: 'native' },
    ],
  ])('%s: refused', (_, change) => {
    expect(read({})).toHaveProperty('metadata');
    expect(read(change)).toEqual({ problem: expect.any(String) });
  });
});

test('a client works after it was read again without a change of what the library knows of it', async () => {
  const installation = await install({ registration: openSettings() });
  const { body } = await register(installation.issuer, PUBLIC);
  const asked = { client_id: body.client_id, response_type: 'code', redirect_uri: CALLBACK, scope: 'openid' };
  const pkce = { code_challenge: 'x'.repeat(43), code_challenge_method: 'S256' };
  const answers: number[] = [];
  for (let each = 0; each < 2; each++) {
    const url = `${installation.issuer.href}/auth?${new URLSearchParams({ ...asked, ...pkce })}`;
    answers.push((await fetch(url, { redirect: 'manual' })).status);
    await installation.identities.registeredApplications.update([ACCOUNT, body.client_id], (old) => ({
      ...old,
      updatedAt: old.updatedAt + 1,
    }));
  }
  await installation.close();
  expect(answers).toEqual([303, 303]);
});

describe('limits of open registration', () => {
  test('so many from one network in an hour, so many at a time; refused ones do not count', async () => {
    const limited = await install({
      registration: openSettings({}, { perNetworkPerHour: 3, mostApplications: 4 }),
      trustedProxies: ['127.0.0.1', '::1', '::ffff:127.0.0.1'],
    });
    const from = (address: string, metadata: unknown = PUBLIC) =>
      register(limited.issuer, metadata, { headers: { 'x-forwarded-for': address } });
    try {
      for (let each = 0; each < 5; each++) expect((await from('192.0.2.1', {})).status).toBe(400);
      for (let each = 0; each < 3; each++) expect((await from('192.0.2.1')).status).toBe(201);
      const refused = await from('192.0.2.1');
      expect(refused.status).toBe(429);
      expect(refused.headers.get('retry-after')).toBe('3600');
      expect(refused.headers.get('access-control-allow-origin')).toBe('*');
      expect((await from('192.0.2.2')).status).toBe(201);
      expect(await from('192.0.2.3')).toMatchObject({ status: 429, body: { error: 'temporarily_unavailable' } });
      expect(await limited.identities.registeredApplications.count('key', [ACCOUNT])).toBe(4);
      expect(registeredApplications.counted).toHaveProperty('byVia');
    } finally {
      await limited.close();
    }
  });
});

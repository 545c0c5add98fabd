import { describe, expect, test } from '@jest/globals';
import { registeredApplications } from '../../../src/identity/documents/application.ts';
import { readRegistration } from '../../../src/oidc/registration/registration-metadata.ts';
import { ACCOUNT, install } from '../installation.ts';
import { CALLBACK, manage, openSettings, register } from './registration-scene.ts';

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

describe('[RFC 8252 §7.1] schemes of apps that nobody checked', () => {
  const read = (uri: string, schemes?: readonly string[]) =>
    readRegistration({ ...PUBLIC, redirect_uris: [uri] }, { scopes: ['openid'], ownOrigins: [], schemes });
  test.each([
    'com.example.app:/callback',
    'com.example.app://callback',
    'http://127.0.0.1/cb',
    'https://app.example/cb',
  ])('%s: accepted', (uri) => expect(read(uri)).toHaveProperty('metadata'));
  test.each([
    ...[
      'myapp://callback',
      'cursor://callback',
      'intent://scan/#Intent',
      'intent:scan',
      'view-source:https://a.example',
    ],
    ...['filesystem:https://a.example/x', 'ws://a.example', 'wss://a.example', 'about:blank', 'chrome://settings'],
    ...['ms-msdt:/id', 'javascript:alert(1)', 'data:text/html,x', 'blob:https://a.example/1', 'x-callback-url://a.b'],
  ])('%s: refused', (uri) => expect(read(uri)).toEqual({ problem: expect.stringMatching(/^redirect_uris/) }));
  test('those that the operator knows are accepted; none that is never an app’s', () => {
    expect(read('cursor://callback', ['cursor'])).toHaveProperty('metadata');
    expect(read('intent:scan', ['intent'])).toEqual({ problem: expect.stringContaining('must not use the scheme') });
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
  test('changes count, too, and so does whatever makes this server request an address', async () => {
    const requested: string[] = [];
    const limited = await install({
      registration: openSettings({}, { perNetworkPerHour: 4 }),
      async fetchForStranger(url) {
        requested.push(String(url));
        return new Response('[]', { status: 200 });
      },
    });
    try {
      const { body } = await register(limited.issuer, PUBLIC);
      const change = async (of: Record<string, unknown>) =>
        await manage('PUT', of, { metadata: { ...PUBLIC, client_id: body.client_id } });
      const changed = await change(body);
      expect(changed.status).toBe(200);
      const sector = { ...PUBLIC, subject_type: 'pairwise', sector_identifier_uri: 'https://sector.example/uris' };
      const answers: number[] = [];
      for (let each = 0; each < 4; each++) answers.push((await register(limited.issuer, sector)).status);
      expect(answers).toEqual([400, 400, 429, 429]);
      expect(requested).toEqual(['https://sector.example/uris', 'https://sector.example/uris']);
      const late = await change(changed.body);
      expect([late.status, late.headers.get('retry-after')]).toEqual([429, '3600']);
      // What was refused has changed nothing, the token included.
      expect((await manage('GET', changed.body)).status).toBe(200);
    } finally {
      await limited.close();
    }
  });

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

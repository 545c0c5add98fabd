import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import * as oidc from 'openid-client';
import type { User } from '../../src/identity/documents/user.ts';
import { APPS, discover, logIn, SECRET } from './app.ts';
import { ACCOUNT, type Installation, install } from './installation.ts';

let installation: Installation;
let app: oidc.Configuration;
let alice: User;
beforeAll(async () => {
  installation = await install({ clients: APPS });
  alice = await installation.addUser('alice');
  app = await discover(installation);
});
afterAll(() => installation.close());

const publishedKeys = async () => (await (await fetch(`${installation.issuer.href}/jwks`)).json()) as JSONWebKeySet;

describe('[S19] keys', () => {
  test('rotate without a restart; what the old key signed stays valid', async () => {
    const jwks = async () =>
      (await (await fetch(`${installation.issuer.href}/jwks`)).json()) as { keys: { kid: string; d?: string }[] };
    const before = await logIn(installation, app, { user: 'alice' });
    const known = new Set((await jwks()).keys.map(({ kid }) => kid));
    await installation.keyRing.rotate({ use: 'oidc', leadMs: 1 });
    await installation.keyRing.maintain();
    const after = await jwks();
    expect(after.keys.some(({ kid }) => !known.has(kid))).toBe(true);
    expect(after.keys.every(({ d }) => d === undefined)).toBe(true);
    expect(after.keys.map(({ kid }) => kid)).toContain(decodeProtectedHeader(before.id_token ?? '').kid);
    const fresh = await discover(installation);
    const tokens = await logIn(installation, fresh, { user: 'alice' });
    expect(tokens.claims()?.sub).toBe(alice.userId);
    const out = await fetch(oidc.buildEndSessionUrl(app, { id_token_hint: before.id_token ?? '' }));
    expect(out.status).toBe(200);
  });
});

describe('ID tokens', () => {
  test.each<[string, Record<string, string>, string[]]>([
    ['nothing else', {}, []],
    ['the scope rolecall', { scope: 'openid rolecall' }, ['account_id', 'arn']],
    [
      '[oidcc-claims-essential] one by the claims parameter',
      { claims: '{"id_token":{"arn":{"essential":true}}}' },
      ['arn'],
    ],
  ])('say who the person is in IAM only if asked to: %s', async (_what, more, expected) => {
    const { claims } = await logIn(installation, app, { user: 'alice', more: { scope: 'openid', ...more } });
    const found = claims() ?? {};
    expect(['account_id', 'arn'].filter((name) => name in found)).toEqual(expected);
  });

  test.each(['RS256', 'PS256', 'ES256', 'EdDSA'] as const)(
    'signed with %s if the app is registered for it',
    async (algorithm) => {
      await installation.seedClients([
        {
          accountId: ACCOUNT,
          clientId: `app-${algorithm}`,
          clientSecret: SECRET,
          metadata: { redirect_uris: ['https://app.example/callback'], id_token_signed_response_alg: algorithm },
        },
      ]);
      const config = await discover(installation, `app-${algorithm}`);
      const tokens = await logIn(installation, config, { user: 'alice' });
      expect(decodeProtectedHeader(tokens.id_token ?? '')).toMatchObject({ alg: algorithm });
      const jwks = createLocalJWKSet(await publishedKeys());
      await jwtVerify(tokens.id_token ?? '', jwks, { audience: `app-${algorithm}`, algorithms: [algorithm] });
    },
  );

  test('[OIDC Core §8] pairwise subjects differ by sector and stay the same', async () => {
    const seed = (clientId: string, host: string) => ({
      accountId: ACCOUNT,
      clientId,
      clientSecret: SECRET,
      metadata: { redirect_uris: [`https://${host}/callback`], subject_type: 'pairwise' },
    });
    await installation.seedClients([seed('pair-a', 'a.example'), seed('pair-b', 'b.example')]);
    const subject = async (clientId: string, host: string) =>
      (
        await logIn(installation, await discover(installation, clientId), {
          user: 'alice',
          more: { redirect_uri: `https://${host}/callback` },
        })
      ).claims()?.sub;
    const [a, again, b] = [
      await subject('pair-a', 'a.example'),
      await subject('pair-a', 'a.example'),
      await subject('pair-b', 'b.example'),
    ];
    expect(a).toBe(again);
    expect(a).not.toBe(b);
    expect([a, b]).not.toContain(alice.userId);
  });
});

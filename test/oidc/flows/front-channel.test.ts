import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as oidc from 'openid-client';
import { newPerson } from '../../../harness/person.ts';
import { clientSeeds, oidcSettingsShape } from '../../../src/oidc/settings.ts';
import { beginLogin, discover, expectLeft, expectPage, REDIRECT_URI, SECRET, typeIn } from '../app.ts';
import { ACCOUNT, type Installation, install } from '../installation.ts';
import { verified } from '../jose/key-holder.ts';

const app = { client_secret: SECRET, redirect_uris: [REDIRECT_URI] };
const WITHOUT_TOKENS = [
  { ...app, client_id: 'app' },
  { ...app, client_id: 'hybrid', response_types: ['code', 'id_token code'] },
  { ...app, client_id: 'implicit', grant_types: ['implicit'], response_types: ['id_token'] },
];
const WITH_TOKENS = {
  ...app,
  client_id: 'legacy',
  response_types: ['code token', 'id_token token', 'code id_token token'],
};
const seedsOf = (clients: readonly object[]) => clientSeeds(oidcSettingsShape.parse({ clients }), ACCOUNT);

let installation: Installation;
let open: Installation;
beforeAll(async () => {
  installation = await install({ clients: seedsOf(WITHOUT_TOKENS) });
  open = await install({ clients: seedsOf([...WITHOUT_TOKENS, WITH_TOKENS]), frontChannelTokens: true });
  await Promise.all([installation.addUser('alice'), open.addUser('alice')]);
});
afterAll(() => Promise.all([installation.close(), open.close()]));

async function answerTo(at: Installation, clientId: string, more: Record<string, string | undefined>) {
  const config = await discover(at, clientId);
  const { url, checks } = await beginLogin(config, { scope: 'openid profile' });
  for (const [name, value] of Object.entries(more)) {
    if (value === undefined) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  let seen = await newPerson(at.url).open(url.href);
  if (seen.kind === 'page' && seen.heading === 'Sign in') seen = await typeIn(seen, { user: 'alice' });
  if (seen.kind === 'page' && seen.buttons.some((text) => /allow/i.test(text))) seen = await seen.submit('allow');
  return { seen, checks, config, fragment: new URLSearchParams(seen.kind === 'left' ? seen.url.hash.slice(1) : '') };
}

/** OpenID Connect Core 1.0 §3.3.2.11, for SHA-256. */
const hashOf = (value: string): string =>
  createHash('sha256').update(value).digest().subarray(0, 16).toString('base64url');

describe('[oidcc-hybrid-certification-test-plan] code id_token, for the client that has it', () => {
  test('[oidcc-server] the ID token names the code, and openid-client redeems it', async () => {
    const { seen, checks, config, fragment } = await answerTo(installation, 'hybrid', {
      response_type: 'code id_token',
    });
    expect([...fragment.keys()].sort()).toEqual(['code', 'id_token', 'iss', 'state']);
    const claims = await verified(installation, fragment.get('id_token') ?? '', { audience: 'hybrid' });
    expect(claims).toMatchObject({ nonce: checks.expectedNonce, c_hash: hashOf(fragment.get('code') ?? '') });
    expect(claims['lgn']).toEqual(expect.any(String));
    expect(claims).not.toHaveProperty('at_hash');
    expect(installation.events.map(({ eventName }) => eventName)).toContain('IssueTokens');
    oidc.useCodeIdTokenResponseType(config);
    const tokens = await oidc.authorizationCodeGrant(config, expectLeft(seen), checks);
    expect(tokens.claims()?.sub).toBe(claims.sub);
  });

  test('[oidcc-ensure-request-without-nonce-fails]', async () => {
    const { fragment } = await answerTo(installation, 'hybrid', { response_type: 'code id_token', nonce: undefined });
    expect(fragment.get('error')).toBe('invalid_request');
  });

  test('[S02] PKCE is needed here, too', async () => {
    const change = { response_type: 'code id_token', code_challenge: undefined, code_challenge_method: undefined };
    expect((await answerTo(installation, 'hybrid', change)).fragment.get('error')).toBe('invalid_request');
  });

  test('response_mode=query is refused, form_post is not', async () => {
    const refused = await answerTo(installation, 'hybrid', { response_type: 'code id_token', response_mode: 'query' });
    expect(refused.seen.kind === 'left' ? refused.seen.url.href : refused.seen.text).toContain('invalid_request');
    const posted = await answerTo(installation, 'hybrid', {
      response_type: 'code id_token',
      response_mode: 'form_post',
    });
    expect(expectPage(posted.seen).html).toMatch(/name="id_token" value="ey/);
  });

  test('[oidcc-implicit-certification-test-plan] id_token alone, with the mark of its login', async () => {
    const { checks, fragment } = await answerTo(installation, 'implicit', { response_type: 'id_token' });
    const claims = await verified(installation, fragment.get('id_token') ?? '', { audience: 'implicit' });
    expect(claims).toMatchObject({ nonce: checks.expectedNonce, auth_time: expect.any(Number), amr: ['pwd'] });
    expect(claims['lgn']).toEqual(expect.any(String));
  });

  test('other clients get a code only', async () => {
    for (const type of ['id_token', 'code id_token']) {
      const { fragment, seen } = await answerTo(installation, 'app', { response_type: type });
      expect(fragment.get('error') ?? JSON.stringify(seen)).toContain('invalid_request');
    }
  });
});

describe('[S04] access tokens in the browser', () => {
  test.each(['token', 'code token', 'id_token token', 'code id_token token'])(
    '%s is unknown without the setting',
    async (type) => {
      const { seen, fragment } = await answerTo(installation, 'hybrid', { response_type: type });
      expect(fragment.get('error') ?? (seen.kind === 'page' ? seen.text : seen.url.search)).toContain(
        'unsupported_response_type',
      );
      expect(fragment.get('access_token')).toBeNull();
    },
  );

  test('no client can be registered for them without it', async () => {
    await expect(installation.seedClients(seedsOf([WITH_TOKENS]))).rejects.toThrow(/response_types/);
  });

  test('discovery lists what a client is registered for, and no more', async () => {
    const listed = async (at: Installation) => (await discover(at)).serverMetadata().response_types_supported;
    expect(await listed(installation)).toEqual(['code', 'id_token', 'code id_token']);
    expect(await listed(open)).toEqual([
      'code',
      'id_token',
      'code id_token',
      'code token',
      'id_token token',
      'code id_token token',
    ]);
    await installation.disableOtherClients(['app']);
    expect(await listed(installation)).toEqual(['code']);
    expect((await discover(installation)).serverMetadata().grant_types_supported).not.toContain('implicit');
    await installation.seedClients(seedsOf(WITHOUT_TOKENS));
  });

  test.each(['code token', 'id_token token', 'code id_token token'])(
    'with it, %s works, and ends with the login',
    async (type) => {
      const { fragment } = await answerTo(open, 'legacy', { response_type: type });
      const token = fragment.get('access_token') ?? '';
      const userInfo = () => fetch(`${open.issuer.href}/me`, { headers: { authorization: `Bearer ${token}` } });
      expect(await (await userInfo()).json()).toMatchObject({ preferred_username: 'alice' });
      if (type.includes('id_token')) {
        const claims = await verified(open, fragment.get('id_token') ?? '', { audience: 'legacy' });
        expect(claims['at_hash']).toBe(hashOf(token));
      }
    },
  );

  test('[S36] such a token ends when the person’s logins end', async () => {
    const user = await open.addUser('mallory');
    const config = await discover(open, 'legacy');
    const { url } = await beginLogin(config, { scope: 'openid', response_type: 'id_token token' });
    let seen = await typeIn(await newPerson(open.url).open(url.href), { user: 'mallory' });
    if (seen.kind === 'page') seen = await seen.submit('allow');
    const token = new URLSearchParams(expectLeft(seen).hash.slice(1)).get('access_token') ?? '';
    const status = async () =>
      (await fetch(`${open.issuer.href}/me`, { headers: { authorization: `Bearer ${token}` } })).status;
    expect(await status()).toBe(200);
    await open.identities.users.update([user.accountId, user.userId], (old) => ({ ...old, loginGeneration: 7 }));
    expect(await status()).toBe(401);
  });
});

import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt, jwtVerify } from 'jose';
import type { PageSeen } from '../../../harness/person.ts';
import { expectLeft, expectPage } from '../../oidc/app.ts';
import { ACCOUNT } from '../../oidc/installation.ts';
import { type LyingIssuer, startLyingIssuer } from '../../support/lying-issuer.ts';
import { type Browser, type ConnectorScene, connectorScene, openBrowser, openSignIn } from './scene.ts';

/** LinkedIn and Apple are stand-ins: an issuer of the tests that answers as their documentation says. */
const { privateKey: teamKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const { privateKey: clientKey } = generateKeyPairSync('ed25519');
const { privateKey: rsaKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

let scene: ConnectorScene;
let issuer: LyingIssuer;
beforeAll(async () => {
  scene = await connectorScene();
  issuer = await startLyingIssuer();
  const client = { issuer: issuer.issuer, clientId: 'us' };
  const jwks = { keys: [{ ...issuer.publicKey.export({ format: 'jwk' }), kid: 'one' }] };
  await scene.configure([
    { ...client, name: 'linkedin', preset: 'linkedin', clientSecret: 'secret', userinfo: false },
    {
      ...client,
      name: 'apple',
      preset: 'apple',
      clientId: 'com.example.services',
      privateKey: teamKey.export({ format: 'pem', type: 'pkcs8' }),
      teamId: 'TEAM123456',
      keyId: 'KEY1234567',
    },
    {
      ...client,
      name: 'keyed',
      displayName: 'Keyed',
      clientAuthentication: 'private_key_jwt',
      privateKey: JSON.stringify({ ...clientKey.export({ format: 'jwk' }), kid: 'our-key' }),
    },
    {
      ...client,
      name: 'certified',
      displayName: 'Certified',
      clientAuthentication: 'private_key_jwt',
      privateKey: rsaKey.export({ format: 'pem', type: 'pkcs8' }),
      assertionAudience: 'token_endpoint',
    },
    {
      ...client,
      name: 'static',
      displayName: 'Static',
      clientSecret: 'secret',
      authorizationEndpoint: `${issuer.issuer}/elsewhere/auth`,
      tokenEndpoint: `${issuer.issuer}/token`,
      jwks: JSON.stringify(jwks),
    },
  ]);
});
afterAll(async () => {
  await issuer.close();
  await scene.close();
});

interface Begun {
  readonly browser: Browser;
  readonly left: URL;
  readonly asked: URLSearchParams;
}

async function begin(button: string): Promise<Begun> {
  const browser = openBrowser(scene);
  const { page } = await openSignIn(scene, browser);
  const left = expectLeft(await page.submit(`continue with ${button}`));
  return { browser, left, asked: left.searchParams };
}

const now = (): number => Math.floor(Date.now() / 1000);

/** Comes back with a code, for which the issuer answers an ID token with these claims. */
async function comeBack({ browser, asked }: Begun, claims: object): Promise<PageSeen> {
  const nonce = asked.get('nonce') ?? undefined;
  const basic = { iss: issuer.issuer, aud: asked.get('client_id'), iat: now(), exp: now() + 60, nonce };
  issuer.idToken = await issuer.sign({ ...basic, ...claims });
  const query = new URLSearchParams({ code: 'c', state: asked.get('state') ?? '' });
  return expectPage(await browser.person.open(`${asked.get('redirect_uri')}?${query}`));
}

const lastEvent = () => scene.events.filter(({ eventName }) => eventName === 'ConnectorSignIn').at(-1);
const lastRequest = (): URLSearchParams => issuer.tokenRequests.at(-1) ?? new URLSearchParams();

async function userOf(connector: string) {
  const { items } = await scene.identities.users.find('byName', [ACCOUNT]);
  return items.find(({ path }) => path === `/federated/${connector}/`);
}

describe('LinkedIn (a stand-in)', () => {
  test('signs in without PKCE and nonce and with the secret in the body, and the record says what is off', async () => {
    const begun = await begin('linkedin');
    expect(begun.asked.has('nonce')).toBe(false);
    expect(begun.asked.has('code_challenge')).toBe(false);
    expect((await comeBack(begun, { sub: 'l-1', name: 'Ada' })).heading).toContain('Allow');
    expect(lastRequest().get('client_secret')).toBe('secret');
    expect(lastRequest().has('code_verifier')).toBe(false);
    expect(lastEvent()).toMatchObject({ outcome: 'allowed', request: { deviations: 'no-pkce no-nonce' } });
  });

  test('still has to answer an ID token, of ours and signed', async () => {
    const begun = await begin('linkedin');
    expect((await comeBack(begun, { sub: 'l-1', aud: 'them' })).heading).toBe('Sign-in did not work');
    expect(scene.outcomes.at(-1)).toBe('audience');
    const again = await begin('linkedin');
    issuer.idToken = '';
    const query = new URLSearchParams({ code: 'c', state: again.asked.get('state') ?? '' });
    const page = expectPage(await again.browser.person.open(`${scene.url}/federation/linkedin/callback?${query}`));
    expect(page.heading).toBe('Sign-in did not work');
  });
});

describe('Apple (a stand-in)', () => {
  /** Posts the answer as the browser does from Apple's page, without cookies; answers what the browser then sees. */
  async function answerByPost({ browser, asked }: Begun, claims: object, user?: object): Promise<PageSeen> {
    const basic = { iss: issuer.issuer, aud: 'com.example.services', iat: now(), exp: now() + 60 };
    issuer.idToken = await issuer.sign({ ...basic, nonce: asked.get('nonce'), ...claims });
    const body = new URLSearchParams({ code: 'c', state: asked.get('state') ?? '' });
    if (user !== undefined) body.set('user', JSON.stringify(user));
    const posted = await fetch(asked.get('redirect_uri') ?? '', { method: 'POST', redirect: 'manual', body });
    const next = new URL(posted.headers.get('location') ?? '/', scene.url);
    return expectPage(await browser.person.open(next.href));
  }
  const CLAIMS = {
    sub: '001.abc',
    email: 'x7f@privaterelay.appleid.com',
    email_verified: 'true',
    is_private_email: 'true',
  };

  test('answers by a form; the name of the first answer is kept, and a relay address is one like others', async () => {
    const begun = await begin('apple');
    expect(begun.asked.get('response_mode')).toBe('form_post');
    expect(begun.asked.get('scope')).toBe('openid name email');
    expect(begun.asked.has('nonce')).toBe(true);
    const user = { name: { firstName: 'Ada', lastName: 'Lovelace' }, email: 'forged@corp.example' };
    expect((await answerByPost(begun, CLAIMS, user)).heading).toContain('Allow');
    expect(lastEvent()).toMatchObject({ request: { subject: '001.abc', deviations: 'no-pkce' } });
    const link = { displayName: 'Ada Lovelace', email: 'x7f@privaterelay.appleid.com' };
    expect((await userOf('apple'))?.links).toMatchObject([link]);
    await answerByPost(await begin('apple'), CLAIMS);
    expect((await userOf('apple'))?.links).toMatchObject([link]);
    expect((await userOf('apple'))?.links).toHaveLength(1);
  });

  test('what the field `user` says is a name and nothing else', async () => {
    const user = { name: 'Root', sub: '001.other', groups: ['Admins'] };
    await answerByPost(await begin('apple'), { ...CLAIMS, sub: '002.def' }, user);
    expect(lastEvent()).toMatchObject({ request: { subject: '002.def' } });
    await answerByPost(await begin('apple'), { ...CLAIMS, sub: '003.ghi' }, [1]);
    expect(lastEvent()).toMatchObject({ request: { subject: '003.ghi' } });
  });

  test('the client secret is signed afresh for each call, with ES256 by the key of the team', async () => {
    await answerByPost(await begin('apple'), CLAIMS);
    const first = lastRequest().get('client_secret') ?? '';
    const { payload, protectedHeader } = await jwtVerify(first, createPublicKey(teamKey), { audience: issuer.issuer });
    expect(protectedHeader).toMatchObject({ alg: 'ES256', kid: 'KEY1234567' });
    expect(payload).toMatchObject({ iss: 'TEAM123456', sub: 'com.example.services', aud: issuer.issuer });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBeLessThanOrEqual(300);
    await answerByPost(await begin('apple'), CLAIMS);
    expect(lastRequest().get('client_secret')).not.toBe(first);
  });

  test('an answer in the URL is refused, and so is one without the nonce', async () => {
    expect((await comeBack(await begin('apple'), CLAIMS)).heading).toBe('Sign-in did not work');
    expect(scene.outcomes.at(-1)).toBe('parameters');
    await answerByPost(await begin('apple'), { ...CLAIMS, nonce: undefined });
    expect(scene.outcomes.at(-1)).toBe('nonce');
  });
});

describe('private_key_jwt', () => {
  const verified = (key: KeyObject, audience: string) =>
    jwtVerify(lastRequest().get('client_assertion') ?? '', createPublicKey(key), { audience });

  test('[RFC 7523 §2.2] proves the client by an assertion for the issuer alone, once', async () => {
    expect((await comeBack(await begin('keyed'), { sub: 'k-1' })).heading).toContain('Allow');
    const request = lastRequest();
    expect(request.get('client_assertion_type')).toBe('urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
    expect(request.has('client_secret')).toBe(false);
    const { payload, protectedHeader } = await verified(clientKey, issuer.issuer);
    expect(protectedHeader).toEqual({ alg: 'EdDSA', kid: 'our-key' });
    expect(payload).toMatchObject({ iss: 'us', sub: 'us', aud: issuer.issuer, jti: expect.any(String) });
    expect(lastEvent()?.request).not.toHaveProperty('deviations');
    await comeBack(await begin('keyed'), { sub: 'k-1' });
    expect(decodeJwt(lastRequest().get('client_assertion') ?? '').jti).not.toBe(payload.jti);
  });

  test('names the token endpoint for a provider that insists on it', async () => {
    await comeBack(await begin('certified'), { sub: 'k-2' });
    expect((await verified(rsaKey, `${issuer.issuer}/token`)).protectedHeader).toEqual({ alg: 'RS256' });
  });
});

test('a provider without discovery is used at the endpoints and with the keys that the connector gives', async () => {
  const before = issuer.asked.length;
  const begun = await begin('static');
  expect(begun.left.pathname).toBe('/elsewhere/auth');
  expect((await comeBack(begun, { sub: 's-1' })).heading).toContain('Allow');
  expect(issuer.asked.slice(before)).toEqual(['/token']);
  // Another key under the same id.
  const { sign } = issuer;
  const forged = await startLyingIssuer();
  Object.assign(issuer, { sign: forged.sign });
  expect((await comeBack(await begin('static'), { sub: 's-1' })).heading).toBe('Sign-in did not work');
  expect(scene.outcomes.at(-1)).toBe('signature');
  Object.assign(issuer, { sign });
  await forged.close();
});

test('no secret or private key is in the store, the events or the errors', async () => {
  const stored = (await scene.identities.connectors.find('byName', [])).items;
  const written = JSON.stringify([stored, scene.events, scene.errors, scene.advice]);
  for (const key of [teamKey, clientKey, rsaKey]) {
    expect(written).not.toContain(String(key.export({ format: 'jwk' }).d));
    expect(written).not.toContain(String(key.export({ format: 'pem', type: 'pkcs8' })).slice(40, 80));
  }
});

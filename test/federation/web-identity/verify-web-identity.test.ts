import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { exportJWK, type JWTPayload, SignJWT } from 'jose';
import { webIdentityQuestion } from '../../../src/federation/trust-question.ts';
import { type KeySet, readKeySet } from '../../../src/federation/web-identity/key-set.ts';
import { webIdentityVerifier } from '../../../src/federation/web-identity/verify-web-identity.ts';
import type { VerifyWebIdentity } from '../../../src/federation/web-identity/web-identity.ts';
import { type IdentityStore, openIdentityStore } from '../../../src/identity/store/identity-store.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { type EmbeddedStore, openEmbeddedStore } from '../../../src/store/embedded/open-embedded-store.ts';

const ACCOUNT = '123456789012';
const ISSUER = 'https://login.example.com/tenant';
const URL_PART = 'login.example.com/tenant';
const NOW = Date.UTC(2026, 10, 22, 12);
const seconds = NOW / 1000;

let directory: string;
let embedded: EmbeddedStore;
let store: IdentityStore;
let key: KeyObject;
let otherKey: KeyObject;
/** What the issuer has published since. */
let newer: KeySet | undefined;
let verify: VerifyWebIdentity;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rolecall-'));
  embedded = await openEmbeddedStore({ directory, clock: systemClock });
  store = openIdentityStore(embedded.collections);
  await store.oidcProviders.insert({
    accountId: ACCOUNT,
    arn: `arn:aws:iam::${ACCOUNT}:oidc-provider/${URL_PART}`,
    url: URL_PART,
    clientIds: ['app', 'other-app'],
    thumbprints: [],
    createdAt: NOW,
    tags: [],
  });
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  key = pair.privateKey;
  otherKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'ES256' };
  verify = webIdentityVerifier({
    providers: { find: ({ accountId, arn }) => store.oidcProviders.get([accountId, arn]) },
    keys: { of: async () => readKeySet({ keys: [jwk] }), newerThan: async () => newer },
    ownIssuer: `https://${URL_PART}`,
    ownProfileAttributes: new Set(['phone_number', 'address_locality']),
    loginOf: async ({ sub }) =>
      sub === 'deleted' ? 'over' : { subject: 'AIDA', generation: 0, origin: sub === 'tagged' ? TAGGED : undefined },
  });
});
afterAll(async () => {
  await embedded.close();
  await rm(directory, { recursive: true });
});

const TAGGED = { link: 'l', generation: 0, at: 1, tags: [{ key: 'Department', value: 'blue' }] };

interface Forging {
  readonly claims?: JWTPayload;
  readonly without?: readonly string[];
  readonly typ?: string;
  readonly signer?: KeyObject;
}

function token({ claims = {}, without = [], typ, signer = key }: Forging = {}): Promise<string> {
  const all = { iss: ISSUER, aud: 'app', sub: 'user-1', iat: seconds - 10, exp: seconds + 300, ...claims };
  const payload = Object.fromEntries(Object.entries(all).filter(([name]) => !without.includes(name)));
  return new SignJWT(payload).setProtectedHeader({ alg: 'ES256', kid: 'k1', ...(typ && { typ }) }).sign(signer);
}

test('[S36] what people may say of themselves is no condition key of our own token', async () => {
  const claims = { phone_number: '+442079460000', address: { locality: 'Oxford' }, given_name: 'Ann', amr: ['pwd'] };
  const { conditions } = await verify(ACCOUNT, await token({ claims }), NOW);
  const keys = [...conditions.keys()].filter((name) => name.startsWith(`${URL_PART}:`));
  expect(keys).toEqual(expect.arrayContaining([`${URL_PART}:given_name`, `${URL_PART}:amr`, `${URL_PART}:sub`]));
  expect(keys.filter((name) => /phone|address/.test(name))).toEqual([]);
});

test('[S45] our own token passes the session tags of its outside login, with sts:TagSession', async () => {
  const identity = await verify(ACCOUNT, await token({ claims: { sub: 'tagged' } }), NOW);
  expect(identity).toMatchObject({ tags: TAGGED.tags, transitiveTagKeys: ['Department'] });
  expect(webIdentityQuestion(ACCOUNT, identity, 's').actions).toContain('sts:TagSession');
});

test('[OIDC Core §3.1.3.7] a valid token yields an identity with its condition keys', async () => {
  const identity = await verify(ACCOUNT, await token({ claims: { email: 'a@example.com', amr: ['pwd', 'otp'] } }), NOW);
  expect(identity).toMatchObject({ subject: 'user-1', audience: 'app', tags: [], sourceIdentity: undefined });
  expect(Object.fromEntries(identity.conditions)).toMatchObject({
    'login.example.com/tenant:aud': 'app',
    'login.example.com/tenant:sub': 'user-1',
    'login.example.com/tenant:email': 'a@example.com',
    'login.example.com/tenant:amr': ['pwd', 'otp'],
  });
});

test('[S45] claims whose names differ only in case do not replace the subject and the audience', async () => {
  const { conditions } = await verify(
    ACCOUNT,
    await token({ claims: { SUB: 'admin', Sub: 'admin', AUD: 'other' } }),
    NOW,
  );
  expect(conditions.get('login.example.com/tenant:sub')).toBe('user-1');
  expect(conditions.get('login.example.com/tenant:aud')).toBe('app');
});

test('[S45] of claims whose names differ only in case, the lower-case one is the condition key', async () => {
  for (const claims of [
    { groups: 'staff', GROUPS: 'admins' },
    { GROUPS: 'admins', groups: 'staff' },
  ]) {
    const { conditions } = await verify(ACCOUNT, await token({ claims }), NOW);
    expect(conditions.get('login.example.com/tenant:groups')).toBe('staff');
  }
});

test('[S45] a token with two such claims, neither in lower case, is refused', async () => {
  const forged = await token({ claims: { Groups: 'staff', GROUPS: 'admins' } });
  await expect(verify(ACCOUNT, forged, NOW)).rejects.toMatchObject({ code: 'InvalidIdentityToken' });
});

test('[S45] a provider named like a service sets none of its condition keys', async () => {
  const arn = `arn:aws:iam::${ACCOUNT}:oidc-provider/aws`;
  const provider = {
    accountId: ACCOUNT,
    arn,
    url: 'aws',
    clientIds: ['app'],
    thumbprints: [],
    createdAt: NOW,
    tags: [],
  };
  await store.oidcProviders.insert(provider);
  const claims = {
    iss: 'https://aws',
    SourceIp: '192.0.2.1',
    'PrincipalTag/team': 'red',
    PrincipalOrgID: 'o-1',
    team: 'red',
  };
  const { conditions } = await verify(ACCOUNT, await token({ claims }), NOW);
  expect(conditions).toEqual(new Map());
});

describe('what is refused', () => {
  const cases: readonly (readonly [string, Forging, { code: string; message: RegExp }])[] = [
    [
      'another issuer',
      { claims: { iss: 'https://evil.example' } },
      {
        code: 'InvalidIdentityToken',
        message: /No OpenIDConnect provider found in your account for https:\/\/evil\.example/,
      },
    ],
    [
      'the issuer by another scheme',
      { claims: { iss: 'http://login.example.com/tenant' } },
      { code: 'InvalidIdentityToken', message: /No OpenIDConnect provider found in your account for http:/ },
    ],
    [
      'another audience',
      { claims: { aud: 'stranger' } },
      { code: 'InvalidIdentityToken', message: /^Incorrect token audience$/ },
    ],
    ['no audience', { without: ['aud'] }, { code: 'InvalidIdentityToken', message: /^Missing a required claim: aud$/ }],
    [
      'an authorized party that is not listed',
      { claims: { azp: 'stranger' } },
      { code: 'InvalidIdentityToken', message: /^Incorrect token audience$/ },
    ],
    [
      '[S36] a login that holds no more',
      { claims: { sub: 'deleted' } },
      { code: 'InvalidIdentityToken', message: /has ended/ },
    ],
    ['no subject', { without: ['sub'] }, { code: 'InvalidIdentityToken', message: /^Missing a required claim: sub$/ }],
    ['another key', {}, { code: 'InvalidIdentityToken', message: /signature/ }],
    [
      '[S12] one that is over',
      { claims: { exp: seconds - 60 } },
      {
        code: 'ExpiredTokenException',
        message: /^Token expired: current date\/time 2026-11-22T12:00:00.000Z must be before the expiration/,
      },
    ],
    ['[S12] one that never ends', { without: ['exp'] }, { code: 'InvalidIdentityToken', message: /exp/ }],
    [
      '[S12] one that is not valid yet',
      { claims: { nbf: seconds + 61 } },
      { code: 'InvalidIdentityToken', message: /nbf/ },
    ],
    [
      '[S12] one from the future',
      { claims: { iat: seconds + 61 } },
      { code: 'InvalidIdentityToken', message: /future/ },
    ],
    [
      '[S10] an access token',
      { typ: 'at+jwt' },
      { code: 'InvalidIdentityToken', message: /is a at\+jwt, not an ID token/ },
    ],
    ['[S10] a logout token', { typ: 'logout+jwt' }, { code: 'InvalidIdentityToken', message: /not an ID token/ }],
    [
      'a session tag that is no text',
      { claims: { 'https://aws.amazon.com/tags': { principal_tags: { a: [1] } } } },
      { code: 'IDPRejectedClaim', message: /session tag/ },
    ],
  ];
  test.each(cases)('%s', async (name, forging, expected) => {
    const forged = await token(name === 'another key' ? { ...forging, signer: otherKey } : forging);
    await expect(verify(ACCOUNT, forged, NOW)).rejects.toMatchObject({
      code: expected.code,
      message: expect.stringMatching(expected.message),
    });
  });

  test.each([
    ['text', 'not-a-token'],
    ['empty parts', '..'],
    ['[S11] no algorithm', `${btoa('{"alg":"none"}')}.${btoa(`{"iss":"${ISSUER}","aud":"app","sub":"x"}`)}.`],
    [
      '[S11] a symmetric algorithm',
      `${btoa('{"alg":"HS256"}')}.${btoa(`{"iss":"${ISSUER}","aud":"app","sub":"x"}`)}.AAAA`,
    ],
  ])('%s', async (_name, text) => {
    await expect(verify(ACCOUNT, text.replaceAll('=', ''), NOW)).rejects.toMatchObject({
      code: 'InvalidIdentityToken',
    });
  });

  test('[S46] the provider of another account', async () => {
    await expect(verify('999999999999', await token(), NOW)).rejects.toMatchObject({ code: 'InvalidIdentityToken' });
  });
});

describe('[S12] the clock of an issuer may differ by a minute, in either direction', () => {
  test.each<[string, JWTPayload, JWTPayload]>([
    ['exp', { exp: seconds - 59 }, { exp: seconds - 61 }],
    ['nbf', { nbf: seconds + 59 }, { nbf: seconds + 61 }],
    ['iat', { iat: seconds + 59 }, { iat: seconds + 61 }],
  ])('%s', async (_, within, beyond) => {
    await expect(verify(ACCOUNT, await token({ claims: within }), NOW)).resolves.toBeDefined();
    await expect(verify(ACCOUNT, await token({ claims: beyond }), NOW)).rejects.toMatchObject({
      code: expect.stringMatching(/^(ExpiredTokenException|InvalidIdentityToken)$/),
    });
  });
});

test('session tags and source identity come from the token', async () => {
  const claims = {
    'https://aws.amazon.com/tags': {
      principal_tags: { team: ['blue'], shift: 'late' },
      transitive_tag_keys: ['TEAM'],
    },
    'https://aws.amazon.com/source_identity': 'alice',
  };
  expect(await verify(ACCOUNT, await token({ claims }), NOW)).toMatchObject({
    tags: [
      { key: 'team', value: 'blue' },
      { key: 'shift', value: 'late' },
    ],
    transitiveTagKeys: ['TEAM'],
    sourceIdentity: 'alice',
  });
});

test('[OIDC Core §10.1.1] a rotated key of the issuer verifies, even under the same kid', async () => {
  const rotated = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const fresh = await token({ signer: rotated.privateKey });
  await expect(verify(ACCOUNT, fresh, NOW)).rejects.toMatchObject({ code: 'InvalidIdentityToken' });
  newer = readKeySet({ keys: [{ ...(await exportJWK(rotated.publicKey)), kid: 'k1' }] });
  await expect(verify(ACCOUNT, fresh, NOW)).resolves.toMatchObject({ subject: 'user-1' });
  await expect(verify(ACCOUNT, await token({ signer: otherKey }), NOW)).rejects.toMatchObject({
    code: 'InvalidIdentityToken',
  });
  newer = undefined;
});

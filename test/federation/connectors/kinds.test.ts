import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { temporaryDirectory } from '../../../harness/temporary-directory.ts';
import { privateAddresses } from '../../../src/federation/connectors/address-problems.ts';
import { connectorSeeds, givenAgain, readGivenConnector } from '../../../src/federation/connectors/connector-seeds.ts';
import { connectorListShape } from '../../../src/federation/connectors/connector-settings.ts';
import { deviationsOf, hasSameSubjects } from '../../../src/federation/connectors/kinds.ts';
import { connectorKeySource } from '../../../src/federation/connectors/oidc/connector-keys.ts';
import { OIDC_PRESETS } from '../../../src/federation/connectors/oidc/presets.ts';
import { connectorShape } from '../../../src/identity/documents/connector.ts';
import { makeAuthority, makeKey, startIssuer } from '../web-identity/outside-issuer.ts';

const ACCOUNT = '111122223333';
const OIDC = { name: 'staff', issuer: 'https://sso.example.com', clientId: 'rolecall', clientSecret: 'secret' };

const PEM = String(
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'pem', type: 'pkcs8' }),
);
const JWKS = JSON.stringify({ keys: [generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })] });
const shortKey = (): string =>
  String(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ format: 'pem', type: 'pkcs8' }));
const APPLE = { privateKey: PEM, teamId: 'TEAM123456', keyId: 'KEY1234567' };

/** As the store of an earlier version has it. */
const STORED = {
  accountId: ACCOUNT,
  name: 'staff',
  connectorId: 'c1',
  displayName: 'Staff',
  settings: {
    kind: 'oidc',
    issuer: 'https://sso.example.com',
    clientId: 'rolecall',
    sealedSecret: 'sealed',
    clientAuthentication: 'client_secret_basic',
    scopes: ['openid'],
    subjectClaim: 'sub',
    userinfo: false,
  },
  rules: { userName: [], displayName: [], email: [], groups: { map: [], always: [] } },
  domains: [],
  hasButton: true,
  enabled: true,
  createdAt: 1,
  updatedAt: 1,
};

describe('the kind of a connector', () => {
  test('is oidc if the configuration file does not say', () => {
    expect(connectorListShape.safeParse([OIDC]).success).toBe(true);
    expect(readGivenConnector(OIDC, ACCOUNT)).toEqual(readGivenConnector({ ...OIDC, kind: 'oidc' }, ACCOUNT));
  });

  test('is refused if there is none of the name, and so are settings that it does not have', () => {
    const problems = (given: object) =>
      connectorListShape.safeParse([given]).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    expect(problems({ ...OIDC, kind: 'carrier-pigeon' })).toEqual([
      expect.stringMatching(/^0\.kind: must be one of oidc/),
    ]);
    expect(problems({ ...OIDC, isseur: 'x' })).toEqual([expect.stringContaining('isseur')]);
  });

  test('only the configuration file names files and accounts', () => {
    const { clientSecret: _secret, ...rest } = OIDC;
    expect(() => readGivenConnector({ ...rest, clientSecretFile: '/etc/passwd' }, ACCOUNT)).toThrow('clientSecretFile');
    expect(() => readGivenConnector({ ...OIDC, accountId: '999999999999' }, ACCOUNT)).toThrow('accountId');
  });

  test('documents of earlier versions can be read', () => {
    expect(connectorShape.parse(STORED)).toEqual(STORED);
  });
});

test.each(Object.keys(OIDC_PRESETS))('what preset %s makes is the same when it is given again', (preset) => {
  const { clientSecret: _secret, ...client } = OIDC;
  const secretOf = preset === 'apple' ? APPLE : OIDC;
  const rules = { groups: { always: ['Staff'] } };
  const given = { ...client, ...secretOf, preset, hostedDomains: ['corp.example'], rules };
  const { secret, ...seed } = readGivenConnector(given, ACCOUNT);
  const field = preset === 'apple' ? 'privateKey' : 'clientSecret';
  const stored = connectorShape.parse({ ...STORED, ...seed, settings: { ...seed.settings, sealedSecret: 'sealed' } });
  expect(givenAgain(stored)).not.toHaveProperty('sealedSecret');
  expect(readGivenConnector({ ...givenAgain(stored), [field]: secret }, ACCOUNT)).toEqual({ ...seed, secret });
});

test('what a preset switches off stays on if it was switched on, also after a change', () => {
  const given = { ...OIDC, preset: 'linkedin', pkce: true };
  const { secret, ...seed } = readGivenConnector(given, ACCOUNT);
  expect(deviationsOf(seed.settings)).toEqual(['no-nonce']);
  const stored = connectorShape.parse({ ...STORED, ...seed });
  const again = readGivenConnector({ ...givenAgain(stored), clientSecret: secret }, ACCOUNT);
  expect(deviationsOf(again.settings)).toEqual(['no-nonce']);
});

describe('credentials and keys', () => {
  const directory = temporaryDirectory();
  afterAll(directory.remove);
  const problemsOf = (given: object): string => {
    try {
      connectorSeeds(connectorListShape.parse([{ ...OIDC, ...given }]), ACCOUNT);
      return '';
    } catch (error) {
      return String((error as Error).message);
    }
  };
  const signed = { clientSecret: undefined, clientAuthentication: 'private_key_jwt' };

  test.each([
    ['a password for a key', { ...signed, privateKey: 'hunter2' }, 'must be a private key, as PEM'],
    ['a key of 1024 bits', { ...signed, privateKey: shortKey() }, 'must be RSA with 2048 bits'],
    ['a key beside a secret', { privateKey: PEM }, 'has no use with clientAuthentication client_secret_basic'],
    ['no key', signed, 'or privateKeyFile is needed'],
    [
      'no ids at Apple',
      { ...signed, preset: 'apple', clientAuthentication: undefined, privateKey: PEM },
      'the id of your team',
    ],
    ['one endpoint', { tokenEndpoint: 'https://sso.example.com/token' }, 'authorizationEndpoint'],
    ['keys that are none', { jwks: '{"keys":[]}' }, 'it has no public key for signatures'],
    ['keys in two places', { jwks: JWKS, jwksUri: 'https://sso.example.com/keys' }, 'cannot be combined with jwks'],
    ['no certificate', { ca: 'x' }, 'must be a certificate in PEM'],
  ])('%s is refused', (_name, given, expected) => {
    expect(problemsOf(given)).toContain(expected);
  });

  test('files are checked like texts, and their content is not repeated', () => {
    const file = join(directory.path, 'wrong');
    writeFileSync(file, 'a secret in the wrong file');
    for (const given of [{ ...signed, privateKeyFile: file }, { jwksFile: file }, { caFile: file }]) {
      const problems = problemsOf(given);
      expect(problems).toMatch(/federation\.connectors\[staff\]\.\w+File: .*wrong (must be|is not JSON)/);
      expect(problems).not.toContain('a secret');
    }
  });

  test('private keys among uploaded ones are not kept', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const jwks = { keys: [privateKey.export({ format: 'jwk' }), { ...publicKey.export({ format: 'jwk' }), kid: 'k' }] };
    const { settings } = readGivenConnector({ ...OIDC, jwks: JSON.stringify(jwks) }, ACCOUNT);
    expect(JSON.stringify(settings)).not.toContain(String(privateKey.export({ format: 'jwk' }).d));
    expect(settings).toMatchObject({ jwks: JSON.stringify({ keys: jwks.keys.slice(1) }) });
  });

  test('[S47] a provider with a private certificate authority is reached by the one that the connector gives', async () => {
    const authority = makeAuthority(directory.path);
    const key = await makeKey('k1');
    const provider = await startIssuer([key.jwk], authority);
    const access = {
      issuerSettings: () => undefined,
      allowPrivate: true,
      directories: { allowPrivate: true, allowPlain: true },
    };
    const keysWith = (ca: string | undefined) => {
      const { settings } = readGivenConnector({ ...OIDC, issuer: provider.url, ca }, ACCOUNT);
      if (settings.kind !== 'oidc') throw new Error('another kind');
      return connectorKeySource(access, settings)();
    };
    await expect(keysWith(undefined)).rejects.toThrow(/certificate/);
    expect((await keysWith(readFileSync(authority.caFile, 'utf8'))).text).toBe(JSON.stringify([key.jwk]));
    await provider.close();
  });
});

test('S31: a subject means the same person only at the same issuer and by the same claim', () => {
  const { settings } = connectorShape.parse(STORED);
  const changed = (change: object) => Object.assign({ ...settings }, change);
  expect(hasSameSubjects(settings, changed({ clientId: 'another', scopes: [] }))).toBe(true);
  expect(hasSameSubjects(settings, changed({ issuer: 'https://else.example.com' }))).toBe(false);
  expect(hasSameSubjects(settings, changed({ subjectClaim: 'oid' }))).toBe(false);
});

test('S31: people of an OAuth 2 provider stay the same with a new version of its API, and at no other server', () => {
  const settingsOf = (given: object) => {
    const { name, clientId, clientSecret } = OIDC;
    return readGivenConnector({ name, clientId, clientSecret, kind: 'oauth2', ...given }, ACCOUNT).settings;
  };
  const facebook = { preset: 'facebook' };
  const profileEndpoint = 'https://graph.facebook.com/v99.0/me?fields=id,name';
  expect(hasSameSubjects(settingsOf(facebook), settingsOf({ ...facebook, profileEndpoint }))).toBe(true);
  expect(hasSameSubjects(settingsOf(facebook), settingsOf({ ...facebook, clientId: 'another app' }))).toBe(false);
  // Public profiles of others, and a field that is called by the name of another one.
  for (const other of ['v99.0/4?fields=id,name', 'v99.0/me?fields=name.as(id)', 'v99.0/me?ids=4', 'me/../4']) {
    const changed = { ...facebook, profileEndpoint: `https://graph.facebook.com/${other}` };
    expect([other, hasSameSubjects(settingsOf(facebook), settingsOf(changed))]).toEqual([other, false]);
  }
  const github = { preset: 'github' };
  const ofOther = { ...github, profileEndpoint: 'https://api.github.com/users/victim' };
  expect(hasSameSubjects(settingsOf(github), settingsOf(ofOther))).toBe(false);
  expect(hasSameSubjects(settingsOf(github), settingsOf({ ...github, clientId: 'another app' }))).toBe(true);
  const enterprise = { ...github, baseUrl: 'https://github.corp.example' };
  expect(hasSameSubjects(settingsOf(github), settingsOf(enterprise))).toBe(false);
  expect(hasSameSubjects(settingsOf(github), settingsOf({ ...github, baseUrl: 'https://github.com' }))).toBe(true);
  const below = (path: string) => settingsOf({ ...github, baseUrl: `https://git.corp.example/${path}` });
  expect(hasSameSubjects(below('a'), below('b'))).toBe(false);
  expect(hasSameSubjects(settingsOf(github), settingsOf({ ...github, subjectClaim: 'login' }))).toBe(false);
});

test('S47: private networks that are allowed for an issuer are not lent to other addresses', () => {
  const issuer = 'https://sso.internal';
  const problemsOf = (given: object) =>
    privateAddresses(
      readGivenConnector({ name: 'staff', clientId: 'c', clientSecret: 's', ...given }, ACCOUNT),
      (each) => [issuer, 'https://keys.internal'].includes(each),
    ).map((problem) => problem.split(':')[0]);
  const endpoints = (at: string, jwksUri: string) => ({
    issuer,
    authorizationEndpoint: 'https://sso.public.example/authorize',
    tokenEndpoint: `${at}/token`,
    jwksUri,
  });
  expect(problemsOf(endpoints(issuer, 'https://keys.internal/jwks'))).toEqual([]);
  expect(problemsOf(endpoints('https://10.0.0.1', 'https://vault.internal/jwks'))).toEqual([
    'tokenEndpoint',
    'jwksUri',
  ]);
  const profile = { kind: 'oauth2', subjectClaim: 'id', profileEndpoint: 'https://10.0.0.1/me' };
  const { jwksUri: _none, ...oauth2 } = endpoints(issuer, '');
  expect(problemsOf({ ...profile, ...oauth2 })).toEqual(['profileEndpoint']);
  // Public addresses only: the operator allowed nothing for this issuer.
  expect(problemsOf({ ...endpoints('https://10.0.0.1', 'https://10.0.0.1'), issuer: 'https://else.example' })).toEqual(
    [],
  );
});

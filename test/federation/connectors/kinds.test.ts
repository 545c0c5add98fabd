import { describe, expect, test } from '@jest/globals';
import { givenAgain, readGivenConnector } from '../../../src/federation/connectors/connector-seeds.ts';
import { connectorListShape } from '../../../src/federation/connectors/connector-settings.ts';
import { hasSameSubjects } from '../../../src/federation/connectors/kinds.ts';
import { OIDC_PRESETS } from '../../../src/federation/connectors/oidc/presets.ts';
import { connectorShape } from '../../../src/identity/documents/connector.ts';
import { postingPage } from '../../../src/sign-in/pages/posting-page.ts';

const ACCOUNT = '111122223333';
const OIDC = { name: 'staff', issuer: 'https://sso.example.com', clientId: 'rolecall', clientSecret: 'secret' };

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
  const given = { ...OIDC, preset, hostedDomains: ['corp.example'], rules: { groups: { always: ['Staff'] } } };
  const { secret, ...seed } = readGivenConnector(given, ACCOUNT);
  const stored = connectorShape.parse({ ...STORED, ...seed, settings: { ...seed.settings, sealedSecret: 'sealed' } });
  expect(givenAgain(stored)).not.toHaveProperty('sealedSecret');
  expect(readGivenConnector({ ...givenAgain(stored), clientSecret: secret }, ACCOUNT)).toEqual({ ...seed, secret });
});

test('S31: a subject means the same person only at the same issuer and by the same claim', () => {
  const { settings } = connectorShape.parse(STORED);
  const changed = (change: object) => Object.assign({ ...settings }, change);
  expect(hasSameSubjects(settings, changed({ clientId: 'another', scopes: [] }))).toBe(true);
  expect(hasSameSubjects(settings, changed({ issuer: 'https://else.example.com' }))).toBe(false);
  expect(hasSameSubjects(settings, changed({ subjectClaim: 'oid' }))).toBe(false);
});

test('a form for a provider is posted from a page that escapes what is in it', () => {
  const page = postingPage({ action: 'https://idp.example.com/sso?a=1&b=2', fields: { RelayState: '"><script>' } });
  expect(page.markup).toContain('<form method="post" action="https://idp.example.com/sso?a=1&amp;b=2">');
  expect(page.markup).toContain('name="RelayState" value="&quot;&gt;&lt;script&gt;"');
});

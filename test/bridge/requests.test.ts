import { describe, expect, test } from '@jest/globals';
import { formatFor, pairwiseId, sessionIndexOf } from '../../src/bridge/answers/name-id.ts';
import { contextOf, MFA_CONTEXT, PASSWORD_CONTEXT } from '../../src/bridge/requests/authn-context.ts';
import { checkAuthnRequest, chooseAcs } from '../../src/bridge/requests/check-authn-request.ts';
import { type Comparison, readAuthnRequest } from '../../src/bridge/requests/read-authn-request.ts';
import { decideSignOn } from '../../src/bridge/sign-on/decide-sign-on.ts';
import { parseMessage } from '../../src/federation/saml/xml.ts';
import { ACS, SETTINGS } from './scene.ts';

const HEAD =
  'xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_1" Version="2.0" IssueInstant="2026-11-29T12:00:00Z"';
const read = (attributes: string, content = '', head = HEAD) =>
  readAuthnRequest(
    parseMessage(
      `<samlp:AuthnRequest ${head} ${attributes}><saml:Issuer>sp</saml:Issuer>${content}</samlp:AuthnRequest>`,
    ),
  );

describe('[SAML V2.0 Core §3.4.1] AuthnRequest', () => {
  test('what is absent has its default', () => {
    expect(read('')).toEqual({
      id: '_1',
      issuer: 'sp',
      issuedAt: Date.UTC(2026, 10, 29, 12),
      forceAuthn: false,
      isPassive: false,
    });
  });

  test('Scoping, Conditions and Extensions are ignored', () => {
    const ignored = '<samlp:Extensions><x/></samlp:Extensions><samlp:Scoping ProxyCount="1"/>';
    expect(read('', ignored).issuer).toBe('sp');
  });

  test.each<[string, string, string | RegExp]>([
    ['ForceAuthn', 'ForceAuthn="yes"', 'ForceAuthn is not true or false'],
    ['IsPassive', 'IsPassive="TRUE"', 'IsPassive is not true or false'],
    ['index', 'AssertionConsumerServiceIndex="65536"', /not a number up to 65535/],
    ['negative index', 'AssertionConsumerServiceIndex="-1"', /not a number up to 65535/],
  ])('a bad %s is refused', (_name, attributes, message) => {
    expect(() => read(attributes)).toThrow(message);
  });

  test.each([
    ['an ID that is no XML name', HEAD.replace('"_1"', '"1 2"'), 'not an XML name'],
    ['no ID', HEAD.replace('ID="_1"', ''), 'not an XML name'],
    ['another version', HEAD.replace('2.0" Issue', '1.1" Issue'), 'not a SAML 2.0 AuthnRequest'],
    ['no time', HEAD.replace(/IssueInstant="[^"]*"/, ''), 'not a date and time'],
  ])('%s is refused', (_name, head, message) => {
    expect(() => read('', '', head)).toThrow(message);
  });
});

const policy = (attributes: string) => `<samlp:NameIDPolicy ${attributes}/>`;
const subject = (value: string, attributes = '') =>
  `<saml:Subject><saml:NameID ${attributes}>${value}</saml:NameID></saml:Subject>`;
test.each<[string, (text: string) => Parameters<typeof read>]>([
  ['ProtocolBinding', (text) => [`ProtocolBinding="${text}"`]],
  ['Format', (text) => ['', policy(`Format="${text}"`)]],
  ['SPNameQualifier', (text) => ['', policy(`SPNameQualifier="${text}"`)]],
  ['NameID', (text) => ['', subject(text)]],
  ['NameQualifier', (text) => ['', subject('x', `NameQualifier="${text}"`)]],
  ['SPNameQualifier of the NameID', (text) => ['', subject('x', `SPNameQualifier="${text}"`)]],
  ['Format of the NameID', (text) => ['', subject('x', `Format="${text}"`)]],
  [
    'AuthnContextClassRef',
    (text) => [
      '',
      `<samlp:RequestedAuthnContext><saml:AuthnContextClassRef>${text}</saml:AuthnContextClassRef></samlp:RequestedAuthnContext>`,
    ],
  ],
])('[attack] a %s that would fill the store is refused', (_name, partsWith) => {
  expect(() => read(...partsWith('x'.repeat(1024)))).not.toThrow();
  expect(() => read(...partsWith('x'.repeat(1025)))).toThrow('has more than 1024 characters');
});

describe('[SAML V2.0 Core §3.4.1.4] the address of the response', () => {
  test.each([
    [{ acsUrl: undefined, acsIndex: undefined }, ACS],
    [{ acsUrl: ACS, acsIndex: undefined }, ACS],
    [{ acsUrl: undefined, acsIndex: 7 }, 'https://app.example.com/other-acs'],
  ])('%j: %s', (asked, expected) => {
    expect(chooseAcs(SETTINGS, asked)).toBe(expected);
  });

  const near = [`${ACS}/`, `${ACS}?x=1`, ACS.toUpperCase(), ACS.replace('https', 'http'), `${ACS}#f`, ` ${ACS}`, ''];
  test.each(near)('[attack] %j is not registered', (acsUrl) => {
    expect(() => chooseAcs(SETTINGS, { acsUrl, acsIndex: undefined })).toThrow('is not registered');
  });

  test('[attack] an index out of range, or an index beside a URL', () => {
    expect(() => chooseAcs(SETTINGS, { acsUrl: undefined, acsIndex: 1 })).toThrow('with the index 1');
    expect(() => chooseAcs(SETTINGS, { acsUrl: ACS, acsIndex: 0 })).toThrow('AssertionConsumerServiceIndex');
  });
});

const SSO = 'https://id.example/saml/idp/1/sso';
test.each([
  [SSO, SSO, true],
  [SSO.replace('.example', '.example:443'), SSO, true],
  [SSO, SSO.replace('.example', '.example:443'), true],
  ['http://localhost:80/sso', 'http://localhost/sso', true],
  [SSO.replace('.example', '.example:8443'), SSO, false],
  [SSO.replace('.example', '.example:80'), SSO, false],
  [`${SSO}:443`, SSO, false],
  ['https://id.example:443@evil.example/sso', 'https://id.example@evil.example/sso', false],
  [`${SSO}/`, SSO, false],
])('the Destination %s is %s: %s', (destination, sso, isSame) => {
  const request = read(`Destination="${destination}"`);
  const check = () => checkAuthnRequest(request, { sso, isVerified: true, now: request.issuedAt });
  if (isSame) expect(check).not.toThrow();
  else expect(check).toThrow('the Destination is not');
});

const PASSWORD = { amr: ['pwd'] };
const MFA = { amr: ['pwd', 'otp', 'mfa'] };
const TOKEN = 'urn:oasis:names:tc:SAML:2.0:ac:classes:TimeSyncToken';
const CONTRACT = 'urn:oasis:names:tc:SAML:2.0:ac:classes:MobileTwoFactorContract';
const OWN = [{ classRef: 'urn:own:strong', needsMfa: true }];

test.each<[string, readonly string[], Comparison, typeof PASSWORD, string]>([
  ['password for password', [PASSWORD_CONTEXT], 'exact', PASSWORD, PASSWORD_CONTEXT],
  ['a second factor meets a password', [PASSWORD_CONTEXT], 'exact', MFA, PASSWORD_CONTEXT],
  ['the first of a list that is met', [MFA_CONTEXT, PASSWORD_CONTEXT], 'exact', PASSWORD, PASSWORD_CONTEXT],
  ['the first of a list', [MFA_CONTEXT, PASSWORD_CONTEXT], 'exact', MFA, MFA_CONTEXT],
  ['mfa needs mfa', [MFA_CONTEXT], 'exact', PASSWORD, 'needs-mfa'],
  ['own class', ['urn:own:strong'], 'exact', MFA, 'urn:own:strong'],
  ['own class needs mfa', ['urn:own:strong'], 'exact', PASSWORD, 'needs-mfa'],
  ['unknown', ['urn:unknown'], 'exact', MFA, 'impossible'],
  ['a token needs one', [TOKEN], 'exact', MFA, TOKEN],
  ['another second factor is no token', [TOKEN], 'exact', { amr: ['pwd', 'hwk', 'mfa'] }, 'needs-mfa'],
  ['a phone contract is nothing we know of', [CONTRACT], 'exact', MFA, 'impossible'],
  ['a password that an app asks for, of a connector', [PASSWORD_CONTEXT], 'exact', { amr: [] }, PASSWORD_CONTEXT],
  ['at least a password', [PASSWORD_CONTEXT], 'minimum', PASSWORD, PASSWORD_CONTEXT],
  ['at least mfa', [MFA_CONTEXT], 'minimum', PASSWORD, 'needs-mfa'],
  ['better than a password', [PASSWORD_CONTEXT], 'better', MFA, 'urn:own:strong'],
  ['better than a password, without mfa', [PASSWORD_CONTEXT], 'better', PASSWORD, 'needs-mfa'],
  ['better than mfa', [MFA_CONTEXT], 'better', MFA, 'impossible'],
  ['at most mfa', [MFA_CONTEXT], 'maximum', PASSWORD, 'urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified'],
])('[SAML V2.0 Core §3.3.2.2.1] context: %s', (_name, classRefs, comparison, login, expected) => {
  const answer = contextOf({ classRefs, comparison }, login, OWN);
  expect('unmet' in answer ? answer.unmet : answer.classRef).toBe(expected);
});

test.each([
  [['pwd', 'otp', 'mfa'], MFA_CONTEXT],
  [['pwd'], PASSWORD_CONTEXT],
  [[], 'urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified'],
  [['fed'], 'urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified'],
])('nothing asked for, and a login by %j: %s', (amr, classRef) => {
  expect(contextOf(undefined, { amr }, [])).toEqual({ classRef });
});

describe('a login through a provider that its connector trusts with a passkey', () => {
  const origin = { link: 'l', generation: 0, at: 0, connector: 'sso', strength: 'phr' } as const;
  const login = { amr: ['fed'], origin };
  test('meets the MFA profile, asked for or not', () => {
    expect(contextOf(undefined, login, [])).toEqual({ classRef: MFA_CONTEXT });
    expect(contextOf({ classRefs: [MFA_CONTEXT], comparison: 'exact' }, login, [])).toEqual({ classRef: MFA_CONTEXT });
  });
  test('without that trust it is nothing that we know', () => {
    const { strength: _, ...plain } = origin;
    expect(contextOf(undefined, { amr: ['fed'], origin: plain }, [])).toEqual({
      classRef: 'urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified',
    });
    const asked = { classRefs: [MFA_CONTEXT], comparison: 'exact' } as const;
    expect(contextOf(asked, { amr: ['fed'], origin: plain }, [])).toEqual({ unmet: 'needs-mfa' });
  });
});

test('[attack] an own list does not make a password of the MFA profile', () => {
  const asked = { classRefs: [MFA_CONTEXT], comparison: 'exact' } as const;
  expect(contextOf(asked, PASSWORD, [{ classRef: MFA_CONTEXT, needsMfa: false }])).toEqual({ unmet: 'needs-mfa' });
});

test.each([
  ['urn:oasis:names:tc:SAML:2.0:nameid-format:persistent', 'emailAddress', undefined],
  ['urn:oasis:names:tc:SAML:2.0:nameid-format:transient', 'emailAddress', undefined],
  ['urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified', 'persistent', undefined],
  ['urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified', 'unspecified', 'ann'],
  ['urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress', 'persistent', 'ann'],
] as const)('a Subject with the format %s, at an app with %s: the sign-in begins with %s', (format, own, hint) => {
  const settings = { ...SETTINGS, nameId: { format: own } };
  const named = { value: 'ann', format, nameQualifier: undefined, spNameQualifier: undefined };
  const request = { ...read(''), subject: named };
  const signOn = { accountId: '1', applicationId: 'a', acs: ACS, request, relayState: undefined, begunAt: 0 };
  const application = { entityId: 'sp', settings } as Parameters<typeof decideSignOn>[0]['application'];
  const decision = decideSignOn({ signOn, application, login: undefined, mayUse: () => true, now: 0 });
  expect(decision).toEqual({ kind: 'sign-in', reauthenticate: false, hint });
});

const FORMAT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:';
test.each([
  ['persistent', 'transient', 'transient'],
  ['transient', 'transient', 'transient'],
  ['transient', 'persistent', undefined],
  ['emailAddress', 'persistent', 'persistent'],
] as const)('[attack] an app with %s NameIDs that asks for %s gets %s', (own, asked, expected) => {
  const policy = { format: FORMAT + asked, spNameQualifier: undefined };
  expect(formatFor(policy, { own, entityId: 'sp' })).toBe(expected);
});

test('[SAML V2.0 Core §8.3.7] pairwise identifiers depend on the key, the account, the app and the person', () => {
  const of = { accountId: '1', entityId: 'sp', subject: 'AIDA1' };
  const secret = Buffer.alloc(32, 1);
  const ids = [
    pairwiseId(secret, of),
    pairwiseId(Buffer.alloc(32, 2), of),
    pairwiseId(secret, { ...of, accountId: '2' }),
    pairwiseId(secret, { ...of, entityId: 'sp2' }),
    pairwiseId(secret, { ...of, subject: 'AIDA2' }),
    sessionIndexOf(secret, { entityId: 'sp', uid: 'AIDA1' }),
  ];
  expect(new Set(ids).size).toBe(ids.length);
  expect(pairwiseId(secret, of)).toBe(ids[0]);
  expect(ids[0]).toMatch(/^[0-9a-f]{64}$/);
});

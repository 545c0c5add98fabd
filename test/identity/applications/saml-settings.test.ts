import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { samlApplicationListShape } from '../../../src/identity/applications/saml/saml-settings.ts';
import { samlRefusal, samlSettings } from '../../../src/identity/applications/saml-seeds.ts';
import { selfSignedCertificate } from '../../../src/keys/self-signed-certificate.ts';

function certificate({ publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject }): string {
  const dates = { notBefore: new Date('2020-01-01'), notAfter: new Date('2021-01-01') };
  return selfSignedCertificate({ publicKey, privateKey, commonName: 'sp', serial: Buffer.from([1]), ...dates });
}
const RSA = certificate(generateKeyPairSync('rsa', { modulusLength: 2048 }));
const WEAK = certificate(generateKeyPairSync('rsa', { modulusLength: 1024 }));
const EC = certificate(generateKeyPairSync('ec', { namedCurve: 'P-256' }));
const K1 = certificate(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }));

const ACS = 'https://wiki.example/acs';
const wiki = { id: 'wiki', entityId: 'https://wiki.example/saml', acs: [{ url: ACS }] };

describe('the settings of a SAML application', () => {
  test('have defaults that work', () => {
    const [given] = samlApplicationListShape.parse([
      {
        ...wiki,
        acs: [{ url: ACS }, { url: `${ACS}2`, isDefault: true, index: 7 }],
        attributes: [{ name: 'mail', values: ['x'] }],
      },
    ]);
    expect(given && samlSettings(given)).toEqual({
      protocol: 'SAML',
      acs: [
        { url: ACS, index: 0, isDefault: false },
        { url: `${ACS}2`, index: 7, isDefault: true },
      ],
      certificates: [],
      nameId: { format: 'persistent' },
      attributes: [{ name: 'mail', nameFormat: 'basic', values: ['x'] }],
      signResponse: false,
      signAssertion: true,
      signatureAlgorithm: 'RSA_SHA256',
      wantSignedRequests: false,
      authnContexts: [],
    });
  });

  test('take certificates in PEM and in base64, also expired ones: only the key counts', () => {
    const pem = `-----BEGIN CERTIFICATE-----\n${RSA.replace(/(.{64})/g, '$1\n')}\n-----END CERTIFICATE-----\n`;
    const [given] = samlApplicationListShape.parse([{ ...wiki, certificates: [pem, RSA, EC] }]);
    expect(given?.certificates).toEqual([RSA, RSA, EC]);
  });

  test.each<[string, object, string]>([
    ['no ACS', { acs: [] }, 'acs: must not be empty'],
    ['an ACS without TLS', { acs: [{ url: 'http://wiki.example/acs' }] }, 'acs.0.url: must begin with https'],
    ['a wildcard', { acs: [{ url: 'https://*.example/acs' }] }, 'acs.0.url: must be a whole address: wildcards'],
    ['a fragment', { acs: [{ url: `${ACS}#x` }] }, 'acs.0.url: must not have a fragment'],
    ['a password', { acs: [{ url: 'https://u:p@wiki.example/' }] }, 'acs.0.url: must not hold a user name'],
    ['a script', { acs: [{ url: 'javascript:alert(1)' }] }, 'acs.0.url: must begin with https'],
    ['a line break', { acs: [{ url: 'https://wiki.example/\nacs' }] }, 'acs.0.url: must be an absolute address'],
    ['one index twice', { acs: [{ url: ACS, index: 1 }, { url: `${ACS}2` }] }, 'acs.1.index: is there twice (1)'],
    [
      'two defaults',
      {
        acs: [
          { url: ACS, isDefault: true },
          { url: ACS, isDefault: true },
        ],
      },
      'acs: must have one',
    ],
    ['SHA-1', { signatureAlgorithm: 'RSA_SHA1' }, 'signatureAlgorithm: must be one of RSA_SHA256'],
    ['nothing signed', { signAssertion: false }, 'signAssertion: must be true unless signResponse is'],
    ['signed requests without a key', { wantSignedRequests: true }, 'certificates: must hold a certificate'],
    ['a short key', { certificates: [WEAK] }, 'certificates.0: must have an RSA key of at least 2048 bits'],
    [
      'a key that nothing can be encrypted for',
      { encryptionCertificate: EC },
      'encryptionCertificate: must have an RSA key, not ec: nothing else can be encrypted for',
    ],
    ['another curve', { certificates: [K1] }, 'certificates.0: must have an EC key on P-256, P-384 or P-521'],
    ['another encryption of keys', { keyEncryption: 'RSA_1_5' }, 'keyEncryption: must be one of RSA_OAEP'],
    ['no certificate', { certificates: ['MIIB'] }, 'certificates.0: must be one certificate, in PEM'],
    ...['name', 'givenName', 'nickname', 'picture', 'phoneNumber'].map((each): [string, object, string] => [
      `a NameID of ${each}, which people can change`,
      { nameId: { value: `\${account:id}/\${user:${each}}` } },
      `nameId.value: must not have \${user:${each}}, which people can change`,
    ]),
    ['an unknown variable', { nameId: { value: '${user:x}' } }, 'nameId.value: has an unknown variable'],
    [
      'an MFA context without a second factor',
      { authnContexts: [{ classRef: 'https://refeds.org/profile/mfa', needsMfa: false }] },
      'authnContexts.0.needsMfa: must be true',
    ],
    ['control characters', { displayName: 'Wiki\u202e' }, 'displayName: must not have control characters'],
    ['a path as id', { id: '../x' }, 'id: must be 1 to 128 letters'],
    ['our own id', { id: 'rolecall' }, 'id: is the name of a client of the server itself'],
    ['an unknown key', { acsUrl: ACS }, 'Unrecognized key'],
  ])('are refused with %s', (_, change, problem) => {
    const result = samlApplicationListShape.safeParse([{ ...wiki, ...change }]);
    const problems = result.error?.issues.map(({ path, message }) => `${path.slice(1).join('.')}: ${message}`) ?? [];
    expect(problems.join('\n')).toContain(problem);
  });

  const EMAIL = { format: 'emailAddress' as const };
  test.each([
    [{}, true],
    [{ format: 'transient' as const }, true],
    [{ format: 'unspecified' as const }, true],
    [{ value: '${user:subject}' }, true],
    [{ ...EMAIL, value: '${user:preferredUsername}@${account:id}.example' }, true],
    [{ format: 'unspecified' as const, value: '${user:arn}' }, true],
    [EMAIL, false],
    [{ value: '${user:preferredUsername}' }, false],
    [{ ...EMAIL, value: '${user:tag/subject}' }, false],
  ])('[attack] the NameID %j may be that of an app for everyone: %s', (nameId, isAllowed) => {
    const given = samlApplicationListShape.safeParse([{ ...wiki, openTo: 'everyone', nameId }]);
    const messages = given.error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];
    expect(messages).toEqual(isAllowed ? [] : [expect.stringContaining('0.nameId: must tell people')]);
    const [own] = samlApplicationListShape.parse([{ ...wiki, nameId }]);
    if (own === undefined) throw new Error('not parsed');
    const settings = samlSettings(own);
    expect(samlRefusal({ settings, openTo: 'account' })).toBeUndefined();
    expect(samlRefusal({ settings, openTo: 'everyone' }) === undefined).toBe(isAllowed);
  });

  test('hold each id once, and each entity id once per account', () => {
    const listed = samlApplicationListShape.safeParse([wiki, wiki, { ...wiki, id: 'x', accountId: '123456789012' }]);
    expect(listed.error?.issues.map(({ path }) => path.join('.'))).toEqual(['1.id', '1.entityId']);
  });
});

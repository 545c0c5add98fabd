import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { EXCLUSIVE, encrypted, RSA_SHA256, signed } from '../../../harness/saml-responses.ts';
import { SamlFault } from '../../../src/federation/saml/fault.ts';
import {
  ALL_KEYS,
  assertion,
  assertionSigned,
  contentOf,
  DECRYPTING,
  EC_KEY,
  KEY,
  OTHER_KEY,
  personOf,
  response,
  responseSigned,
} from './scene.ts';

const SHA1 = 'http://www.w3.org/2000/09/xmldsig#sha1';
const bothSigned = () => signed(assertionSigned(), 'Response', KEY);

describe('[SAML Profiles §4.1.4.3] signed', () => {
  test.each([
    ['the assertion', assertionSigned()],
    ['the response', responseSigned()],
    ['both', bothSigned()],
    [
      'with RSA and SHA-384',
      assertionSigned({}, KEY, { algorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha384' }),
    ],
    [
      'with RSA and SHA-512',
      assertionSigned({}, KEY, {
        algorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
        digest: 'http://www.w3.org/2001/04/xmlenc#sha512',
      }),
    ],
    [
      'with RSA-PSS',
      assertionSigned(
        {},
        { ...KEY, privateKey: KEY.privateKey.export({ type: 'pkcs8', format: 'pem' }) as never },
        { algorithm: 'http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1' },
      ),
    ],
  ])('%s', (_name, xml) => {
    expect(personOf(xml)).toBe('person-1');
  });

  test('by any of several certificates, as during a roll-over, also of another type', () => {
    const ecdsa = { algorithm: 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256' };
    expect(personOf(assertionSigned({}, KEY), { signingKeys: ALL_KEYS })).toBe('person-1');
    expect(personOf(assertionSigned({}, EC_KEY, ecdsa), { signingKeys: ALL_KEYS })).toBe('person-1');
  });

  test('line breaks in the base64 of the signature, as character references too', () => {
    const xml = assertionSigned().replace(/(<ds:SignatureValue>.{64})(.{64})/, '$1&#13;\n$2\n');
    expect(personOf(xml)).toBe('person-1');
  });
});

describe('S38: signatures that do not count', () => {
  const good = assertionSigned();
  test.each([
    ['none', response(assertion()), 'neither the response nor its assertion is signed'],
    ['of another identity provider', assertionSigned({}, OTHER_KEY), 'no signing certificate of the provider verifies'],
    [
      'by the key in its own KeyInfo',
      assertionSigned({}, OTHER_KEY),
      'no signing certificate of the provider verifies',
    ],
    ['over a changed NameID', good.replace('person-1', 'person-2'), 'the signed element has been changed'],
    [
      'over a changed attribute of an element',
      good.replace('ID="_assertion" Version', 'ID="_assertion" x="1" Version'),
      'the signed element has been changed',
    ],
    [
      'with 17,000 prefixes to keep, which the canonicaliser would look for at each attribute',
      good.replace('/></ds:Transforms>', `><i PrefixList="${'a '.repeat(17_000)}"/></ds:Transform></ds:Transforms>`),
      'lists more than 50 prefixes',
    ],
    [
      'with a changed SignatureValue',
      good.replace(/<ds:SignatureValue>../, '<ds:SignatureValue>AA'),
      'no signing certificate',
    ],
    [
      'without a SignatureValue',
      good.replace(/<ds:SignatureValue>.*<\/ds:SignatureValue>/, '<ds:SignatureValue/>'),
      'no signing certificate',
    ],
    [
      '[node-saml/passport-saml#281] a broken one of the response beside a good one',
      bothSigned().replace(
        'urn:oasis:names:tc:SAML:2.0:status:Success"',
        'urn:oasis:names:tc:SAML:2.0:status:Success" x="1"',
      ),
      'the signed element has been changed',
    ],
    [
      'a good one of the response beside a broken one',
      signed(assertionSigned({}, OTHER_KEY), 'Response', KEY),
      'no signing certificate',
    ],
    ['two', good.replace(/<ds:Signature .*<\/ds:Signature>/, '$&$&'), 'more than one Signature'],
    ['over the whole document', good.replace('URI="#_assertion"', 'URI=""'), 'not to the element that contains'],
    ['over another element', good.replace('URI="#_assertion"', 'URI="#_response"'), 'not to the element that contains'],
    [
      'over an external document',
      good.replace('URI="#_assertion"', 'URI="https://evil.example.com/"'),
      'not to the element that contains',
    ],
    [
      'in the Status',
      response(assertion()).replace(
        '</samlp:Status>',
        `${/<ds:Signature .*<\/ds:Signature>/.exec(good)?.[0]}</samlp:Status>`,
      ),
      'a signature in an unexpected place',
    ],
    ['with two references', good.replace(/<ds:Reference.*<\/ds:Reference>/, '$&$&'), 'more than one Reference'],
    ['with an Object', good.replace('</ds:Signature>', '<ds:Object/></ds:Signature>'), 'unexpected elements'],
    ['with two SignedInfo', good.replace(/<ds:SignedInfo>.*<\/ds:SignedInfo>/, '$&$&'), 'no SignatureValue'],
    [
      'with elements in the DigestValue',
      good.replace('<ds:DigestValue>', '<ds:DigestValue><a/>'),
      'DigestValue has unexpected elements',
    ],
    [
      'with the enveloped transform alone',
      assertionSigned({}, KEY, { transforms: ['http://www.w3.org/2000/09/xmldsig#enveloped-signature'] }),
      'no Transform',
    ],
    [
      'with inclusive canonicalisation',
      assertionSigned({}, KEY, { canonicalisation: 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315' }),
      'CanonicalizationMethod',
    ],
    [
      'with a transform by XSLT',
      good.replace(
        `<ds:Transform Algorithm="${EXCLUSIVE}"`,
        '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"',
      ),
      'is not accepted',
    ],
    [
      'with RSA and SHA-1',
      assertionSigned({}, KEY, { algorithm: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1' }),
      'SignatureMethod http://www.w3.org/2000/09/xmldsig#rsa-sha1 is not accepted: its sender must sign with SHA-256 or better',
    ],
    [
      '[SAML-Toolkits/java-saml#295] with a digest by SHA-1',
      assertionSigned({}, KEY, { digest: SHA1 }),
      'DigestMethod http://www.w3.org/2000/09/xmldsig#sha1 is not accepted',
    ],
  ])('%s', (_name, xml, message) => {
    expect(() => personOf(xml)).toThrow(message);
  });

  test('algorithm confusion: an HMAC under the public certificate', () => {
    const hmac = 'http://www.w3.org/2000/09/xmldsig#hmac-sha1';
    const [, info = ''] = /(<ds:SignedInfo>.*<\/ds:SignedInfo>)/.exec(good) ?? [];
    const value = createHmac('sha1', KEY.certificate).update(info).digest('base64');
    const forged = good
      .replace(RSA_SHA256, hmac)
      .replace(/<ds:SignatureValue>.*<\/ds:SignatureValue>/, `<ds:SignatureValue>${value}</ds:SignatureValue>`);
    expect(() => personOf(forged)).toThrow(`SignatureMethod ${hmac} is not accepted`);
  });

  test('an algorithm of another type of key', () => {
    const forged = good.replace(RSA_SHA256, 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256');
    expect(() => personOf(forged, { signingKeys: ALL_KEYS })).toThrow('no signing certificate');
    expect(() => personOf(forged, { signingKeys: [] })).toThrow('no signing certificate');
  });
});

describe('S38: markup', () => {
  test.each([
    ['a comment in the NameID', assertionSigned({ nameId: '<saml:NameID>admin<!-- -->.evil.com</saml:NameID>' })],
    ['a comment in an attribute value', assertionSigned({ attributes: { uid: ['admin<!---->.evil.com'] } })],
    [
      'a comment outside of the signed part',
      assertionSigned().replace('</samlp:Response>', '<!-- --></samlp:Response>'),
    ],
    [
      '[OneUptime/oneuptime#2988] a processing instruction in the NameID',
      assertionSigned().replace('person-1', 'person-<?x 1?>'),
    ],
    ['a CDATA section', assertionSigned().replace('person-1', '<![CDATA[person-1]]>')],
    ['a document type', `<!DOCTYPE r>${assertionSigned()}`],
    ['XXE', `<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>${assertionSigned().replace('person-1', '&x;')}`],
    [
      'an entity bomb',
      `<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>${assertionSigned().replace('person-1', '&b;')}`,
    ],
  ])('%s is refused', (_name, xml) => {
    expect(() => personOf(xml)).toThrow('comment, CDATA section, processing instruction or document type');
  });

  test.each([
    ['an undeclared entity', assertionSigned().replace('person-1', '&x;'), 'not well-formed'],
    [
      'elements in the NameID',
      assertionSigned({ nameId: '<saml:NameID>admin<saml:x/>.evil.com</saml:NameID>' }),
      'contains elements where text is expected',
    ],
    [
      'two elements with one ID',
      assertionSigned().replace('<samlp:Status', '<samlp:Status ID="_assertion"'),
      'an ID occurs more than once',
    ],
    [
      'the same ID in another spelling',
      assertionSigned().replace('<samlp:Status', '<samlp:Status Id="_assertion"'),
      'an ID occurs more than once',
    ],
    ['an ID with a quote', assertionSigned().replace('ID="_response"', `ID="_response'"`), 'an ID is not an XML name'],
    [
      'an element nested 1,000 levels deep',
      assertionSigned().replace('<samlp:Status', `${'<a>'.repeat(1000)}${'</a>'.repeat(1000)}<samlp:Status`),
      'more than 50 levels deep',
    ],
    // the parser skips such end tags, so the elements would be nested 1,000 levels deep
    [
      'end tags that close nothing',
      response(`${'<a></b>'.repeat(1000)}${'</a>'.repeat(1000)}${assertion()}`),
      'not well-formed',
    ],
    ['an end tag with a space that is not XML', response(`<a></a\u00A0></a>${assertion()}`), 'not well-formed'],
    ['too many elements', response(`${'<a/>'.repeat(3000)}${assertion()}`), 'it has more than 2500 elements'],
    [
      'too many attributes',
      response(`<a ${Array.from({ length: 101 }, (_, at) => `a${at}=""`).join(' ')}/>${assertion()}`),
      'an element with more than 100 attributes',
    ],
    [
      'too many namespaces',
      response(
        `${`<a ${Array.from({ length: 90 }, (_, at) => `xmlns:n${at}="u"`).join(' ')}>`.repeat(6)}${'</a>'.repeat(6)}${assertion()}`,
      ),
      'more than 500 namespace declarations',
    ],
    ['no response', assertion(), 'not a SAML 2.0 Response'],
    ['an empty message', '', 'not well-formed'],
    ['a response without assertion', response(''), 'exactly one assertion'],
    ['two assertions', response(assertion() + assertion({ id: '_2' })), 'exactly one assertion'],
  ])('%s', (_name, xml, message) => {
    expect(() => personOf(xml)).toThrow(message);
  });

  test('75 KB of attributes, the largest message, take well under a second', () => {
    const attributes = Object.fromEntries(
      Array.from({ length: 500 }, (_, index) => [`urn:a${index}`, ['x'.repeat(30)]]),
    );
    expect(personOf(assertionSigned({ attributes }))).toBe('person-1');
  });
});

test('[SAML Core §3.2.2.2] a response that reports no success is refused with its status', () => {
  const status = (value: string) => `<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:${value}">`;
  const denied = response(assertion()).replace(
    /<samlp:StatusCode [^>]*>/,
    `${status('Responder')}${status('AuthnFailed').replace('>', '/>')}</samlp:StatusCode>`,
  );
  expect(() => personOf(denied)).toThrow('the identity provider reports Responder, AuthnFailed');
});

describe('[SAML Core §6] encrypted assertions', () => {
  const inner = () => signed(assertion(), 'Assertion', KEY);
  const GCM = 'http://www.w3.org/2009/xmlenc11#aes128-gcm';
  const CBC = 'http://www.w3.org/2001/04/xmlenc#aes256-cbc';
  const OAEP11 = 'http://www.w3.org/2009/xmlenc11#rsa-oaep';

  test.each([
    ['AES-256-GCM', {}],
    ['AES-128-GCM', { cipher: GCM }],
    ['[keycloak/keycloak#19689] OAEP with a digest by SHA-256 and MGF1 by SHA-1', { digest: 'sha256' }],
    ['OAEP of XML Encryption 1.1', { transport: OAEP11, digest: 'sha256', mgf: 'sha256' }],
  ])('signed, then encrypted: %s', async (_name, how) => {
    expect(personOf(response(await encrypted(inner(), DECRYPTING, how)), { isEncryptionRequired: true })).toBe(
      'person-1',
    );
  });

  test('[crewjam/saml#270] encrypted, then the response signed', async () => {
    expect(personOf(signed(response(await encrypted(assertion(), DECRYPTING)), 'Response', KEY))).toBe('person-1');
    expect(personOf(signed(response(await encrypted(inner(), DECRYPTING)), 'Response', KEY))).toBe('person-1');
  });

  test('namespaces that the message declares, and an XML declaration', async () => {
    const plain = `<?xml version="1.0"?>${inner().replace(' xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"', '')}`;
    expect(personOf(response(await encrypted(plain, DECRYPTING)))).toBe('person-1');
  });

  test('S38: AES-CBC only in a signed response', async () => {
    const message = response(await encrypted(inner(), DECRYPTING, { cipher: CBC }));
    expect(() => personOf(message)).toThrow('the encryption algorithm of EncryptedData is not accepted');
    expect(personOf(signed(message, 'Response', KEY))).toBe('person-1');
  });

  test('[CVE-2026-2092] S38: encryption does not replace a signature', async () => {
    const unsigned = response(await encrypted(assertion(), DECRYPTING));
    expect(() => personOf(unsigned)).toThrow('neither the response nor its assertion is signed');
    const foreign = signed(assertion(), 'Assertion', OTHER_KEY);
    const encryptedForeign = response(await encrypted(foreign, DECRYPTING));
    expect(() => personOf(encryptedForeign)).toThrow('no signing certificate');
  });

  test('S38: what is encrypted must be one assertion, with signatures in their places', async () => {
    const two = response(await encrypted(inner() + assertion({ id: '_2' }), DECRYPTING));
    expect(() => personOf(two)).toThrow('the encrypted content is not one Assertion');
    const escaping = response(await encrypted(`${inner()}</wrapper><wrapper>`, DECRYPTING));
    expect(() => personOf(escaping)).toThrow('not well-formed');
    const nested = response(
      await encrypted(
        `${assertion({ id: '_evil' }).replace('</saml:Assertion>', inner())}</saml:Assertion>`,
        DECRYPTING,
      ),
    );
    expect(() => personOf(nested)).toThrow('a signature in an unexpected place');
    const comment = response(await encrypted(inner().replace('person-1', 'per<!---->son-1'), DECRYPTING));
    expect(() => personOf(comment)).toThrow('comment');
  });

  test('S38: RSA PKCS #1 v1.5 and other ciphers are refused', async () => {
    const old = { transport: 'http://www.w3.org/2001/04/xmlenc#rsa-1_5' };
    const message = response(await encrypted(inner(), DECRYPTING, old));
    expect(() => personOf(message)).toThrow('the encryption algorithm of EncryptedKey is not accepted');
    const tripleDes = { cipher: 'http://www.w3.org/2001/04/xmlenc#tripledes-cbc' };
    const signedOne = signed(response(await encrypted(inner(), DECRYPTING, tripleDes)), 'Response', KEY);
    expect(() => personOf(signedOne)).toThrow('the encryption algorithm of EncryptedData is not accepted');
  });

  test('a changed ciphertext, another key and no key: the same refusal', async () => {
    const good = response(await encrypted(inner(), DECRYPTING));
    const changed = good
      .replace(/(<\/KeyInfo>[\s\S]*<e:CipherValue>)..../, '$1AAAA')
      .replace(/(<\/KeyInfo>[\s\S]*<xenc:CipherValue>)..../, '$1AAAA');
    expect(changed).not.toBe(good);
    for (const [xml, keys] of [
      [changed, {}],
      [good, { privateKeys: () => [KEY.privateKey] }],
      [good, { privateKeys: () => [] }],
    ] as const) {
      expect(() => personOf(xml, keys)).toThrow(
        'the assertion cannot be decrypted with the private keys of the provider',
      );
    }
  });

  test('each of the private keys is tried', async () => {
    const privateKeys = () => [KEY.privateKey, DECRYPTING.privateKey];
    expect(personOf(response(await encrypted(inner(), DECRYPTING)), { privateKeys })).toBe('person-1');
  });

  test('a plain assertion is refused where encryption is required', () => {
    expect(() => personOf(assertionSigned(), { isEncryptionRequired: true })).toThrow(
      'the provider requires encrypted assertions',
    );
  });

  test('two keys, or a reference to one elsewhere, are refused', async () => {
    const good = response(await encrypted(inner(), DECRYPTING));
    const twoKeys = good.replace(/<e:EncryptedKey[\s\S]*<\/e:EncryptedKey>/, '$&$&');
    expect(twoKeys).not.toBe(good);
    expect(() => personOf(twoKeys)).toThrow('one EncryptedData and one EncryptedKey');
  });
});

test('what is read comes from the verified bytes: insignificant differences are gone', () => {
  const spaced = assertionSigned().replace('<saml:Assertion ', '<saml:Assertion     ');
  expect(personOf(spaced)).toBe('person-1');
});

test('S38: no change of a single character is both accepted and noticed', () => {
  const good = assertionSigned({ attributes: { uid: ['alice'], mail: ['alice@example.com'] } });
  const read = (xml: string): string | undefined => {
    try {
      return contentOf(xml);
    } catch (error) {
      if (error instanceof SamlFault) return undefined;
      throw error;
    }
  };
  const expected = read(good);
  expect(expected).toContain('alice@example.com');
  for (let at = 0; at < good.length; at += 3) {
    const changed = `${good.slice(0, at)}${good[at] === 'x' ? 'y' : 'x'}${good.slice(at + 1)}`;
    expect([undefined, expected]).toContain(read(changed));
  }
});

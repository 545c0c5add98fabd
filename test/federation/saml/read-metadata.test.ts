import { describe, expect, test } from '@jest/globals';
import {
  ENTITY_ID,
  ecKey,
  entityDescriptor,
  keyDescriptor,
  metadataOf,
  rsaKey,
  SERVICE,
} from '../../../harness/saml-metadata.ts';
import { readMetadata } from '../../../src/federation/saml/read-metadata.ts';

const first = rsaKey();
const second = ecKey();
const SERVICE_PROVIDER =
  '<md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:AssertionConsumerService index="0" Binding="b" Location="https://sp.example.com/acs"/></md:SPSSODescriptor>';

test('[SAML Metadata §2.4] issuer, certificates, single sign-on locations and expiry', () => {
  const services = `${SERVICE}<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example.com/post"/>`;
  expect(readMetadata(metadataOf(first, { services, attributes: 'validUntil="2030-01-02T03:04:05Z"' }))).toEqual({
    entityId: ENTITY_ID,
    signingCertificates: [first.certificate],
    singleSignOn: [
      { binding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect', location: 'https://idp.example.com/sso' },
      { binding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST', location: 'https://idp.example.com/post' },
    ],
    validUntil: Date.UTC(2030, 0, 2, 3, 4, 5),
  });
});

test('every signing certificate of a roll-over is kept', () => {
  const keys = keyDescriptor(first.certificate, 'signing') + keyDescriptor(second.certificate, 'signing');
  const { signingCertificates } = readMetadata(entityDescriptor({ keys }));
  expect(signingCertificates).toEqual([first.certificate, second.certificate]);
});

test('[SAML Metadata §2.4.1.1] S38: a key without `use` signs, one for encryption does not', () => {
  const keys = keyDescriptor(first.certificate, 'encryption') + keyDescriptor(second.certificate);
  expect(readMetadata(entityDescriptor({ keys })).signingCertificates).toEqual([second.certificate]);
});

test('[SAML Metadata Interoperability Profile] an expired certificate still carries its key', () => {
  const expired = rsaKey(2048, new Date(Date.UTC(2001, 0, 1)));
  expect(readMetadata(metadataOf(expired)).signingCertificates).toEqual([expired.certificate]);
});

test('other roles of the entity, comments and an XML declaration are skipped', () => {
  const text = `<?xml version="1.0" encoding="utf-8"?>\n<!-- idp -->${metadataOf(first, { further: SERVICE_PROVIDER })}`;
  expect(readMetadata(text).entityId).toBe(ENTITY_ID);
});

describe('[SAML Metadata §2.3] EntitiesDescriptor', () => {
  const around = (content: string, attributes = '') =>
    `<EntitiesDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" ${attributes}>${content}</EntitiesDescriptor>`;
  const other = `<EntityDescriptor entityID="https://sp.example.com" xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">${SERVICE_PROVIDER}</EntityDescriptor>`;

  test('its only identity provider is read, with the earliest expiry of all levels', () => {
    const inner = metadataOf(first, { attributes: 'validUntil="2040-01-01T00:00:00Z"' });
    const read = readMetadata(around(around(other + inner), 'validUntil="2031-01-01T00:00:00Z"'));
    expect(read).toMatchObject({ entityId: ENTITY_ID, validUntil: Date.UTC(2031, 0, 1) });
  });

  test('several identity providers are refused by name', () => {
    const another = metadataOf(second, { entityId: 'https://other.example.com' });
    expect(() => readMetadata(around(metadataOf(first) + another))).toThrow(
      `it describes several identity providers, keep one of them: ${ENTITY_ID}, https://other.example.com`,
    );
  });

  test('none is refused', () => {
    expect(() => readMetadata(around(other))).toThrow('it describes no SAML 2.0 identity provider');
  });
});

describe('S38: refused', () => {
  const good = metadataOf(first);
  test.each([
    ['text', 'not XML at all', 'it is not well-formed XML'],
    ['an element that is not closed', good.replace('</md:EntityDescriptor>', ''), 'it is not well-formed XML'],
    ['something after the root', `${good}<a/>`, 'it is not well-formed XML'],
    ['an unknown entity', good.replace('https://idp.example.com/sso"', '&idp;"'), 'it is not well-formed XML'],
    [
      '[S38] a document type with entities',
      `<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>${good}`,
      'document type',
    ],
    ['[S38] an entity bomb', `<!doctype x [<!ENTITY a "aaa"><!ENTITY b "&a;&a;">]>${good}`, 'document type'],
    ['a byte order mark', `\uFEFF${good}`, 'byte order mark'],
    ['another encoding', `<?xml version="1.0" encoding="utf-16"?>${good}`, 'its encoding is not UTF-8'],
    ['a character that XML excludes', good.replace('idp.example', 'idp\u0001.example'), 'characters that XML excludes'],
    ['deep nesting', good.replace('<md:IDP', `${'<a>'.repeat(60)}${'</a>'.repeat(60)}<md:IDP`), 'more than 50 levels'],
    ['another root', '<a/>', 'the root element must be EntityDescriptor'],
    ['SAML 1.1 alone', good.replace('SAML:2.0:protocol', 'SAML:1.1:protocol'), 'no SAML 2.0 identity provider'],
    ['no issuer', good.replace(/entityID="[^"]*"/, ''), 'entityID must have 1 to 1024 characters'],
    ['an issuer of 1025 characters', metadataOf(first, { entityId: `u:${'x'.repeat(1023)}` }), 'entityID must have'],
    ['no key', entityDescriptor({ keys: '' }), 'no signing certificate'],
    [
      'a key for encryption alone',
      entityDescriptor({ keys: keyDescriptor(first.certificate, 'encryption') }),
      'no signing',
    ],
    ['an unreadable certificate', entityDescriptor({ keys: keyDescriptor('AAAA', 'signing') }), 'cannot be read'],
    ['a key of 512 bits', metadataOf(rsaKey(512)), 'fewer than 1024 bits'],
    ['no single sign-on', metadataOf(first, { services: '' }), 'no SingleSignOnService'],
    [
      'a script as location',
      good.replace('https://idp.example.com/sso', 'javascript:alert(1)'),
      'must be an https URL',
    ],
    [
      'an end that is no time',
      metadataOf(first, { attributes: 'validUntil="tomorrow"' }),
      'validUntil is not a date and time',
    ],
  ])('%s', (_name, text, message) => {
    expect(() => readMetadata(text)).toThrow(message);
  });

  test('two IDPSSODescriptors', () => {
    const [descriptor = ''] = /<md:IDPSSODescriptor[\s\S]*<\/md:IDPSSODescriptor>/.exec(good) ?? [];
    expect(() => readMetadata(metadataOf(first, { further: descriptor }))).toThrow('several IDPSSODescriptors');
  });
});

test('quotes and markup in attributes and comments do not hide the depth', () => {
  const open = '<a b=">">'.repeat(60);
  const text = metadataOf(first, { further: `<!-- </a> -->${open}${'</a>'.repeat(60)}` });
  expect(() => readMetadata(text)).toThrow('more than 50 levels');
});

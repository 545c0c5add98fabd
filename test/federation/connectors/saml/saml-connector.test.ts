import { type KeyObject, verify, X509Certificate } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { ENTITY_ID, metadataOf } from '../../../../harness/saml-metadata.ts';
import { authnStatement, base64, encrypted, nameIdOf, signed } from '../../../../harness/saml-responses.ts';
import { BINDINGS } from '../../../../src/federation/connectors/saml/bindings.ts';
import type { OwnKey } from '../../../../src/federation/connectors/saml/own-keys.ts';
import { onlyChild } from '../../../../src/federation/saml/elements.ts';
import { XMLDSIG } from '../../../../src/federation/saml/namespaces.ts';
import { verifySignature } from '../../../../src/federation/saml/verify-signature.ts';
import { parseMessage } from '../../../../src/federation/saml/xml.ts';
import {
  ADDRESSES,
  answerTo,
  assertionFor,
  checkOf,
  KEY,
  NOW,
  responseFor,
  type SamlScene,
  samlScene,
} from './scene.ts';

const POST_SERVICE = `<md:SingleSignOnService Binding="${BINDINGS.post}" Location="https://idp.example.com/post"/>`;
const MFA = 'https://refeds.org/profile/mfa';
const TRANSIENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient';

const publicKeyOf = ({ certificate }: OwnKey): KeyObject =>
  new X509Certificate(Buffer.from(certificate, 'base64')).publicKey;

let scene: SamlScene;
beforeAll(async () => {
  scene = await samlScene();
});

describe('requests', () => {
  test('the name that a person gave is sent where the provider takes it, outside of what is signed', async () => {
    const loginHint = 'ada+x@corp.example&SAMLRequest=x';
    const named = await scene.connector({ loginHintParameter: 'login_hint' }).begin({ loginHint });
    expect(named.url?.searchParams.getAll('login_hint')).toEqual([loginHint]);
    expect(named.url?.searchParams.getAll('SAMLRequest')).toHaveLength(1);
    const [, text = '', signature = ''] = /[?&](SAMLRequest=.*)&Signature=(.*)$/.exec(named.url?.search ?? '') ?? [];
    const given = Buffer.from(decodeURIComponent(signature), 'base64');
    expect(verify('sha256', Buffer.from(text), publicKeyOf(scene.keys.signing[0]), given)).toBe(true);
    expect((await scene.connector().begin({ loginHint })).url?.href).not.toContain('ada');
    const nobody = await scene.connector({ loginHintParameter: 'login_hint' }).begin();
    expect(nobody.url?.searchParams.has('login_hint')).toBe(false);
  });

  test('by redirect: deflated, and signed over the query string as it is sent', async () => {
    const { url, id } = await scene.connector().begin();
    const [text = '', signature = ''] = url?.search.slice(1).split('&Signature=') ?? [];
    const publicKey = publicKeyOf(scene.keys.signing[0]);
    expect(verify('sha256', Buffer.from(text), publicKey, Buffer.from(decodeURIComponent(signature), 'base64'))).toBe(
      true,
    );
    const xml = inflateRawSync(Buffer.from(url?.searchParams.get('SAMLRequest') ?? '', 'base64')).toString();
    expect(url?.searchParams.get('RelayState')).toBe('the-state');
    expect(xml).toContain(`ID="${id}"`);
    expect(xml).toContain(`AssertionConsumerServiceURL="${ADDRESSES.acs}"`);
    expect(xml).toContain(`<saml:Issuer>${ADDRESSES.entityId}</saml:Issuer>`);
    // What a provider could fail to fit in is asked for by those connectors only that want it.
    expect(xml).not.toMatch(/NameIDPolicy|RequestedAuthnContext|ForceAuthn/);
  });

  test('by POST: signed in the message', async () => {
    const connector = scene.connector({ metadata: metadataOf(KEY, { services: POST_SERVICE }) });
    const { fields } = await connector.begin();
    const request = parseMessage(Buffer.from(fields['SAMLRequest'] ?? '', 'base64').toString());
    const signature = onlyChild(request, XMLDSIG, 'Signature');
    const publicKey = publicKeyOf(scene.keys.signing[0]);
    expect(signature && verifySignature(request, signature, [publicKey])).toContain('AuthnRequest');
    expect(fields['RelayState']).toBe('the-state');
  });

  test('what a connector asks for is in it', async () => {
    const connector = scene.connector({ nameIdFormat: TRANSIENT, authnContexts: [MFA], signRequests: false });
    const { url } = await connector.begin({ reauthenticate: true });
    const xml = inflateRawSync(Buffer.from(url?.searchParams.get('SAMLRequest') ?? '', 'base64')).toString();
    expect(xml).toContain(`Format="${TRANSIENT}"`);
    expect(xml).toContain(`>${MFA}<`);
    expect(xml).toContain('ForceAuthn="true"');
    expect(url?.searchParams.has('Signature')).toBe(false);
  });
});

describe('who signs in', () => {
  test('the NameID with its format, the attributes as claims, how and when', async () => {
    const connector = scene.connector();
    const begun = await connector.begin();
    const answer = answerTo(begun, {
      attributes: { mail: ['ada@example.com'], groups: ['staff', 'dev'] },
      furtherAttributes:
        '<saml:Attribute Name="urn:oid:2.5.4.42" FriendlyName="givenName"><saml:AttributeValue>Ada</saml:AttributeValue></saml:Attribute>',
      authnStatement: authnStatement({ at: NOW - 5000, classRef: MFA, attributes: ' SessionIndex="s1"' }),
    });
    expect(await connector.finish(begun, answer)).toEqual({
      subject: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent!!!person-1',
      claims: {
        nameId: 'person-1',
        nameIdFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
        mail: 'ada@example.com',
        groups: ['staff', 'dev'],
        givenName: 'Ada',
        'urn:oid:2.5.4.42': 'Ada',
        email_verified: false,
      },
      amr: [],
      acr: MFA,
      authTime: NOW / 1000 - 5,
      vouchesForFactors: true,
      sessionId: 's1',
      logoutSubject: 'person-1',
      providerSession: { kept: expect.stringContaining('"sessionIndex":"s1"') },
    });
  });

  test.each([
    ['qualifiers that name the two parties are the default', ` NameQualifier="${ENTITY_ID}"`, '!!!'],
    ['other qualifiers make another person', ' NameQualifier="x!y" SPNameQualifier="z"', '!x%21y!z!'],
  ])('%s', async (_, qualifiers, between) => {
    const connector = scene.connector();
    const begun = await connector.begin();
    const nameId = nameIdOf('p').replace('<saml:NameID', `<saml:NameID${qualifiers}`);
    const { subject } = await connector.finish(begun, answerTo(begun, { nameId }));
    expect(subject).toBe(`urn:oasis:names:tc:SAML:2.0:nameid-format:persistent${between}p`);
  });

  test('[S31] NameIDs and attributes count exactly as given: look-alikes are different people', async () => {
    const alike = [
      'kate',
      'Kate',
      '\u212Aate',
      'k\u0430te',
      'kate\u200B',
      'kate\u00A0',
      '\uFEFFkate',
      'kate ',
      ' kate',
      'ka\u0301te',
      'k\u00E1te',
    ];
    const connectors = [scene.connector(), scene.connector({ subjectAttribute: 'uid' })];
    const subjects = new Set<string>();
    for (const connector of connectors) {
      for (const name of alike) {
        const begun = await connector.begin();
        const answer = answerTo(begun, { nameId: nameIdOf(name), attributes: { uid: [name] } });
        subjects.add((await connector.finish(begun, answer)).subject);
      }
    }
    expect(subjects.size).toBe(2 * alike.length);
  });

  test('an attribute, if the connector says so, with a transient NameID or none', async () => {
    const connector = scene.connector({ subjectAttribute: 'uid' });
    const begun = await connector.begin();
    const answer = answerTo(begun, { nameId: nameIdOf('t', TRANSIENT), attributes: { uid: ['ada'] } });
    expect((await connector.finish(begun, answer)).subject).toBe('ada');
  });

  test.each([
    ['a transient NameID', { nameId: nameIdOf('t', TRANSIENT) }, {}],
    ['a blank NameID', { nameId: nameIdOf('  ') }, {}],
    ['no NameID', { nameId: '<saml:NameID></saml:NameID>' }, {}],
    ['a subject attribute that is absent', {}, { subjectAttribute: 'uid' }],
    ['a blank one', { attributes: { uid: [' '] } }, { subjectAttribute: 'uid' }],
    ['one with two values', { attributes: { uid: ['a', 'b'] } }, { subjectAttribute: 'uid' }],
  ])('nobody by %s', async (_, parts, settings) => {
    const connector = scene.connector(settings);
    const begun = await connector.begin();
    expect(await checkOf(connector.finish(begun, answerTo(begun, parts)))).toBe('subject');
  });

  test('the authentication context that was asked for must come back', async () => {
    const connector = scene.connector({ authnContexts: [MFA] });
    const begun = await connector.begin();
    expect(await checkOf(connector.finish(begun, answerTo(begun)))).toBe('authn-context');
    const statement = authnStatement({ at: NOW, classRef: MFA });
    expect((await connector.finish(begun, answerTo(begun, { authnStatement: statement }))).acr).toBe(MFA);
  });

  test('ForceAuthn: an earlier authentication is refused', async () => {
    const connector = scene.connector();
    const begun = await connector.begin({ reauthenticate: true });
    const old = authnStatement({ at: NOW - 3_600_000 });
    expect(await checkOf(connector.finish(begun, answerTo(begun, { authnStatement: old })))).toBe('auth-time');
    expect(await checkOf(connector.finish(begun, answerTo(begun)))).toBe('none');
  });

  test('an assertion without AuthnStatement is no login', async () => {
    const connector = scene.connector();
    const begun = await connector.begin();
    expect(await checkOf(connector.finish(begun, answerTo(begun, { authnStatement: '' })))).toBe('response');
  });
});

describe('encryption', () => {
  const encryptionKey = () => {
    const [key] = scene.keys.encryption;
    return { ...key, publicKey: publicKeyOf(key) };
  };

  test('an encrypted assertion, which the connector may require', async () => {
    const connector = scene.connector({ requireEncryption: true });
    const begun = await connector.begin();
    expect(await checkOf(connector.finish(begun, answerTo(begun)))).toBe('encryption');
    const inner = await encrypted(signed(assertionFor(begun.id), 'Assertion', KEY), encryptionKey());
    const answer = base64(responseFor(begun.id, inner));
    expect(await checkOf(connector.finish(begun, answer))).toBe('none');
  });

  test('the signed response of an encrypted assertion that is itself not signed', async () => {
    const connector = scene.connector();
    const begun = await connector.begin();
    const inner = await encrypted(assertionFor(begun.id), encryptionKey());
    expect(await checkOf(connector.finish(begun, base64(responseFor(begun.id, inner))))).toBe('signature');
    const answer = base64(signed(responseFor(begun.id, inner), 'Response', KEY));
    expect(await checkOf(connector.finish(begun, answer))).toBe('none');
  });

  test('an encrypted NameID', async () => {
    const connector = scene.connector();
    const begun = await connector.begin();
    const nameId = nameIdOf('hidden').replace(
      '<saml:NameID',
      '<saml:NameID xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"',
    );
    const id = (await encrypted(nameId, encryptionKey())).replaceAll('EncryptedAssertion', 'EncryptedID');
    expect((await connector.finish(begun, answerTo(begun, { nameId: id }))).subject).toMatch(/!hidden$/);
  });
});

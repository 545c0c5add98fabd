import { generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { encrypted } from '../../../../harness/saml-responses.ts';
import type { OwnKey } from '../../../../src/federation/connectors/saml/own-keys.ts';
import { answerTo, checkOf, type SamlScene, samlScene } from './scene.ts';

let scene: SamlScene;
beforeAll(async () => {
  scene = await samlScene();
});

function ownKey(): OwnKey & { readonly publicKey: KeyObject } {
  const [key] = scene.keys.encryption;
  return { ...key, publicKey: new X509Certificate(Buffer.from(key.certificate, 'base64')).publicKey };
}

describe('the attributes of a login', () => {
  describe('attributes that are named by OID alone', () => {
    const MAIL = 'urn:oid:0.9.2342.19200300.100.1.3';
    const PRINCIPAL = 'urn:oid:1.3.6.1.4.1.5923.1.1.1.6';
    const signInWith = async (attributes: Record<string, string[]>, subjectAttribute?: string, further = '') => {
      const connector = scene.connector(subjectAttribute === undefined ? {} : { subjectAttribute });
      const begun = await connector.begin();
      return await connector.finish(begun, answerTo(begun, { attributes, furtherAttributes: further }));
    };

    test('have their short names as well', async () => {
      const { claims } = await signInWith({ [MAIL]: ['ada@example.com'], [PRINCIPAL]: ['ada@uni.example'] });
      expect(claims).toMatchObject({ mail: 'ada@example.com', eduPersonPrincipalName: 'ada@uni.example' });
      expect(claims).toMatchObject({ [MAIL]: 'ada@example.com', [PRINCIPAL]: 'ada@uni.example' });
    });

    test('do not take the place of what the provider calls by the short name', async () => {
      expect((await signInWith({ mail: ['own@x.example'], [MAIL]: ['ada@x.example'] })).claims['mail']).toBe(
        'own@x.example',
      );
      const friendly =
        '<saml:Attribute Name="urn:x" FriendlyName="mail"><saml:AttributeValue>own@x.example</saml:AttributeValue></saml:Attribute>';
      expect((await signInWith({ [MAIL]: ['ada@x.example'] }, undefined, friendly)).claims['mail']).toBe(
        'own@x.example',
      );
    });

    test('an unknown OID has none', async () => {
      const { claims } = await signInWith({ [`${MAIL}9`]: ['x'], [MAIL.toUpperCase()]: ['y'] });
      expect(claims).not.toHaveProperty('mail');
    });

    test('[S31] identify a person by the short name only if it means one value', async () => {
      const name = 'eduPersonPrincipalName';
      expect((await signInWith({ [PRINCIPAL]: ['ada'] }, name)).subject).toBe('ada');
      expect((await signInWith({ [PRINCIPAL]: ['ada'], [name]: ['ada'] }, name)).subject).toBe('ada');
      expect(await checkOf(signInWith({ [PRINCIPAL]: ['ada'], [name]: ['eve'] }, name))).toBe('subject');
      expect(await checkOf(signInWith({ [MAIL]: ['ada'] }, name))).toBe('subject');
    });
  });

  test('[Core §2.4.1] a subject without NameID signs in by an attribute, and has no name to sign out by', async () => {
    const connector = scene.connector({ subjectAttribute: 'uid' });
    const begun = await connector.begin();
    const login = await connector.finish(begun, answerTo(begun, { nameId: '', attributes: { uid: ['ada'] } }));
    expect(login).toMatchObject({ subject: 'ada', logoutSubject: undefined });
    expect(login.claims).not.toHaveProperty('nameId');
    expect(login.providerSession).toBeUndefined();
    const other = scene.connector();
    const again = await other.begin();
    expect(await checkOf(other.finish(again, answerTo(again, { nameId: '', attributes: { uid: ['ada'] } })))).toBe(
      'subject',
    );
  });

  test('an encrypted attribute, which counts like any other', async () => {
    const connector = scene.connector({ subjectAttribute: 'uid' });
    const begun = await connector.begin();
    const attribute =
      '<saml:Attribute xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" Name="uid"><saml:AttributeValue>hidden</saml:AttributeValue></saml:Attribute>';
    const sent = (await encrypted(attribute, ownKey())).replaceAll('EncryptedAssertion', 'EncryptedAttribute');
    expect((await connector.finish(begun, answerTo(begun, { furtherAttributes: sent }))).subject).toBe('hidden');
    const foreign = { ...ownKey(), publicKey: generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey };
    const unread = (await encrypted(attribute, foreign)).replaceAll('EncryptedAssertion', 'EncryptedAttribute');
    const again = await connector.begin();
    expect(await checkOf(connector.finish(again, answerTo(again, { furtherAttributes: unread })))).not.toBe('none');
  });
});

import { expect, test } from '@jest/globals';
import { ExclusiveCanonicalization } from 'xml-crypto';
import { rsaKey } from '../../harness/saml-metadata.ts';
import {
  loginResponse,
  type ResponseProtection,
  refusalResponse,
  type StatusCode,
} from '../../src/bridge/answers/response.ts';
import { checkAssertion } from '../../src/federation/saml/check-assertion.ts';
import { CANONICAL_SIGNATURES } from '../../src/federation/saml/outgoing/sign-canonical.ts';
import { readAssertion } from '../../src/federation/saml/read-assertion.ts';
import { verifyResponse } from '../../src/federation/saml/verify-response.ts';
import { parseMessage } from '../../src/federation/saml/xml.ts';
import { ACS, CONTENT, ENVELOPE, IDP, IDP_KEY, NOW, SIGNING, SP } from './scene.ts';

const PROTECTION: ResponseProtection = {
  signing: SIGNING,
  signResponse: true,
  signAssertion: true,
  encryption: undefined,
};
const SP_KEY = rsaKey();
const encryption = { publicKey: SP_KEY.publicKey, keyEncryption: 'RSA_OAEP' } as const;
const KEYS = { signingKeys: [IDP_KEY.publicKey], privateKeys: () => [SP_KEY.privateKey], isEncryptionRequired: false };

test('[Exclusive XML Canonicalization] a response is written in its canonical form, so that what is signed is what is sent', () => {
  const xml = loginResponse(ENVELOPE, CONTENT, PROTECTION);
  const canonical = (text: string) => new ExclusiveCanonicalization().process(parseMessage(text), {});
  expect(xml).toBe(canonical(xml));
  const keyEncryption = 'RSA_OAEP_256';
  const encrypted = loginResponse(ENVELOPE, CONTENT, { ...PROTECTION, encryption: { ...encryption, keyEncryption } });
  expect(encrypted).toBe(canonical(encrypted));
});

const PROTECTIONS: readonly (readonly [string, Partial<ResponseProtection>])[] = [
  ['assertion signed', { signResponse: false }],
  ['response signed', { signAssertion: false }],
  ['both signed', {}],
  ['assertion signed and encrypted', { signResponse: false, encryption }],
  ['assertion encrypted, response signed', { signAssertion: false, encryption }],
  ['everything', { encryption }],
  ['encrypted by RSA-OAEP with SHA-256', { encryption: { ...encryption, keyEncryption: 'RSA_OAEP_256' } }],
];

test.each(PROTECTIONS)('[SAML V2.0 Profiles §4.1.4.3] a service provider accepts a response: %s', (_name, change) => {
  const verified = verifyResponse(loginResponse(ENVELOPE, CONTENT, { ...PROTECTION, ...change }), KEYS);
  const assertion = readAssertion(verified.assertion);
  checkAssertion(assertion, { issuer: IDP, recipients: [ACS], audiences: [SP], now: NOW });
  expect(verified).toMatchObject({ destination: ACS, issuer: IDP, inResponseTo: '_request' });
  expect(verified.signed).toEqual({
    response: change.signResponse ?? true,
    assertion: change.signAssertion ?? true,
  });
  expect(assertion.nameId).toMatchObject({ value: 'p1', nameQualifier: IDP, spNameQualifier: SP });
  expect(assertion.confirmation).toMatchObject({ recipient: ACS, inResponseTo: '_request', notBefore: undefined });
  expect(assertion.sessionNotOnOrAfter).toBe(NOW + 3_600_000);
  expect(assertion.attributes.get('groups')).toEqual(['a & b', '<c>', 'd"e']);
  expect(assertion.friendlyNames.get('groups')).toBe('Groups');
});

test.each(Object.keys(CANONICAL_SIGNATURES) as (keyof typeof CANONICAL_SIGNATURES)[])('signs with %s', (algorithm) => {
  const xml = loginResponse(ENVELOPE, CONTENT, { ...PROTECTION, signing: { ...SIGNING, algorithm } });
  expect(verifyResponse(xml, KEYS).signed).toEqual({ response: true, assertion: true });
  expect(xml).toContain(CANONICAL_SIGNATURES[algorithm].signature);
  expect(xml).not.toMatch(/#rsa-sha1|xmldsig#sha1/);
});

test('[IdP] Conditions/NotBefore is a minute in the past, IssueInstant is not', () => {
  const { assertion } = verifyResponse(loginResponse(ENVELOPE, CONTENT, PROTECTION), KEYS);
  const read = readAssertion(assertion);
  expect(read.notBefore).toBe(NOW - 60_000);
  expect(read.issuedAt).toBe(NOW);
});

test('a response that nobody asked for names no request', () => {
  const xml = loginResponse(
    { ...ENVELOPE, inResponseTo: undefined },
    { ...CONTENT, inResponseTo: undefined },
    PROTECTION,
  );
  expect(xml).not.toContain('InResponseTo');
});

test('characters that XML excludes do not break a response', () => {
  const attributes = [{ name: 'name', nameFormat: 'basic' as const, values: ['a\u0000b\uFFFFc\uD800d'] }];
  const { assertion } = verifyResponse(loginResponse(ENVELOPE, { ...CONTENT, attributes }, PROTECTION), KEYS);
  expect(readAssertion(assertion).attributes.get('name')).toEqual(['abcd']);
});

test('an attribute without values, and a statement without attributes, are left out', () => {
  const attributes = [{ name: 'email', nameFormat: 'basic' as const, values: [] }];
  expect(loginResponse(ENVELOPE, { ...CONTENT, attributes }, PROTECTION)).not.toContain('AttributeStatement');
});

test('[attack] an assertion for one service provider is not accepted by another', () => {
  const { assertion } = verifyResponse(loginResponse(ENVELOPE, CONTENT, PROTECTION), KEYS);
  const expected = { issuer: IDP, recipients: [ACS], audiences: ['https://other.example.com'], now: NOW };
  expect(() => checkAssertion(readAssertion(assertion), expected)).toThrow('the Audience is not');
});

test.each<[StatusCode, string]>([
  ['NoPassive', 'Responder'],
  ['InvalidNameIDPolicy', 'Requester'],
  ['RequestDenied', 'Responder'],
])('[SAML V2.0 Core §3.2.2.2] a refusal with %s is signed, and has no assertion', (status, first) => {
  const xml = refusalResponse(ENVELOPE, status, SIGNING);
  expect(() => verifyResponse(xml, KEYS)).toThrow(`the identity provider reports ${first}, ${status}`);
  expect(xml).toContain('<ds:SignatureValue>');
  expect(xml).not.toContain('Assertion ');
});

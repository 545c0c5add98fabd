import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { personOf } from './scene.ts';

/** Responses that xmlsec1 signed, which shares no code with ours. The certificate's key is not kept. */
const read = (file: string): string => readFileSync(new URL(`vectors/${file}`, import.meta.url), 'utf8');
const signingKeys = [new X509Certificate(read('certificate.pem')).publicKey];

test.each([
  ['a prefix that only attribute values use, as in OpenSAML and Okta', 'inclusive-namespaces.xml', 'per\rs&o<n-é-"1"'],
  ['several such prefixes', 'several-inclusive-namespaces.xml', 'per\rs&o<n-é-"1"'],
  ['default namespaces throughout, as in Entra and AD FS', 'default-namespaces.xml', 'person-1'],
])('[Exclusive XML Canonicalization 1.0] %s', (_name, file, person) => {
  expect(personOf(read(file), { signingKeys })).toBe(person);
});

test('S38: a namespace that the signature includes cannot be changed', () => {
  const changed = read('inclusive-namespaces.xml').replace('http://www.w3.org/2001/XMLSchema"', 'urn:other"');
  expect(() => personOf(changed, { signingKeys })).toThrow('the signed element has been changed');
});

import { describe, expect, test } from '@jest/globals';
import { assertion, assertionSigned, personOf, response, responseSigned } from './scene.ts';

/** The eight known variants (Somorovsky et al., "On Breaking SAML", 2012), as tools for testing number them. */

const EVIL = 'administrator';
const good = assertionSigned();
const goodResponse = responseSigned();

function part(xml: string, pattern: RegExp): string {
  const [found] = pattern.exec(xml) ?? [];
  if (found === undefined) throw new Error(`the message has no ${pattern}`);
  return found;
}

const signatureIn = (xml: string) => part(xml, /<ds:Signature .*<\/ds:Signature>/);
const signedAssertion = part(good, /<saml:Assertion.*<\/saml:Assertion>/);
const signature = signatureIn(good);
const bareAssertion = signedAssertion.replace(signature, '');
const bareResponse = goodResponse.replace(signatureIn(goodResponse), '');
const evil = (xml: string, id = '_evil') =>
  xml.replaceAll('person-1', EVIL).replace(/ID="_(?:assertion|response)"/, `ID="${id}"`);
const evilAssertion = (id?: string) => evil(bareAssertion, id);
/** The forged assertion with the genuine signature, and something within the signature. */
const withSignature = (within = '', id?: string) =>
  evilAssertion(id).replace(
    '</saml:Issuer>',
    `</saml:Issuer>${signature.replace('</ds:Signature>', `${within}</ds:Signature>`)}`,
  );
const evilResponse = (inPlaceOfSignature: string) =>
  evil(goodResponse.replace(signatureIn(goodResponse), '@')).replace('@', inPlaceOfSignature);

test('the genuine responses are accepted', () => {
  expect([personOf(good), personOf(goodResponse)]).toEqual(['person-1', 'person-1']);
});

describe.each(['_evil', '_assertion'])('S38: signature wrapping, forged assertion with the ID %s', (id) => {
  test.each([
    [
      'XSW1: the genuine response within the signature',
      evilResponse(signatureIn(goodResponse).replace('</ds:Signature>', `${bareResponse}</ds:Signature>`)),
    ],
    ['XSW2: the genuine response before the signature', evilResponse(bareResponse + signatureIn(goodResponse))],
    ['XSW3: a forged assertion before the genuine one', response(evilAssertion(id) + signedAssertion)],
    ['XSW3: a forged assertion after the genuine one', response(signedAssertion + evilAssertion(id))],
    [
      'XSW4: the genuine assertion within a forged one',
      response(evilAssertion(id).replace('</saml:Assertion>', `${signedAssertion}</saml:Assertion>`)),
    ],
    [
      'XSW5: a forged assertion with the signature, the genuine one at the end',
      response(withSignature('', id) + bareAssertion),
    ],
    ['XSW6: the genuine assertion within the signature of the forged one', response(withSignature(bareAssertion, id))],
    [
      'XSW7: a forged assertion in Extensions',
      response(`<samlp:Extensions>${evilAssertion(id)}</samlp:Extensions>${signedAssertion}`),
    ],
    [
      'XSW7: the genuine assertion in Extensions',
      response(`<samlp:Extensions>${signedAssertion}</samlp:Extensions>${evilAssertion(id)}`),
    ],
    [
      'XSW8: the genuine assertion in an Object of the signature',
      response(withSignature(`<ds:Object>${bareAssertion}</ds:Object>`, id)),
    ],
    [
      'the genuine assertion in the Advice of a forged one',
      response(
        evilAssertion(id).replace(
          '<saml:AttributeStatement>',
          `<saml:Advice>${signedAssertion}</saml:Advice><saml:AttributeStatement>`,
        ),
      ),
    ],
    [
      'the genuine response within the forged one',
      evilResponse('').replace('</samlp:Response>', `${goodResponse}</samlp:Response>`),
    ],
  ])('%s', (_name, xml) => {
    expect(xml).toContain(EVIL);
    expect(() => personOf(xml)).toThrow(expect.objectContaining({ name: 'SamlFault' }));
  });
});

test('S38: an assertion that is only signed is not helped by an ID in another attribute', () => {
  const forged = response(withSignature('', '_evil').replace('<saml:Assertion ', '<saml:Assertion Id="_assertion" '));
  expect(() => personOf(forged)).toThrow('the Reference is not to the element that contains the Signature');
  const prefixed = response(
    withSignature('', '_evil').replace('<saml:Assertion ', '<saml:Assertion xmlns:x="urn:x" x:ID="_assertion" '),
  );
  expect(() => personOf(prefixed)).toThrow(expect.objectContaining({ name: 'SamlFault' }));
});

test('S38: the same prefix for another namespace does not make a SAML element', () => {
  const other = 'urn:example:not-saml';
  expect(() => personOf(good.replaceAll('urn:oasis:names:tc:SAML:2.0:assertion', other))).toThrow(
    'exactly one assertion',
  );
  expect(() => personOf(good.replaceAll('http://www.w3.org/2000/09/xmldsig#"', `${other}"`))).toThrow(
    'neither the response nor its assertion is signed',
  );
});

test('[getmoto/moto#3523] other prefixes and default namespaces make no difference', () => {
  const renamed = response(assertion())
    .replaceAll('samlp:', '')
    .replace('xmlns:samlp', 'xmlns')
    .replaceAll('saml:', 's:')
    .replaceAll('xmlns:saml', 'xmlns:s');
  expect(renamed).not.toContain('saml:');
  expect(() => personOf(renamed)).toThrow('neither the response nor its assertion is signed');
});

import { sign } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { ecKey, rsaKey } from '../../../harness/saml-metadata.ts';
import { SamlFault } from '../../../src/federation/saml/fault.ts';
import { readRedirect, redirectUrl, requireSignedQuery } from '../../../src/federation/saml/redirect-binding.ts';

/** SAML V2.0 Bindings §3.4. */

const KEY = rsaKey();
const XML = '<x>ü</x>';
const RSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
const message = { location: 'https://idp.example/slo?tenant=1#x', parameter: 'SAMLRequest', xml: XML } as const;
const queryOf = (url: string): string => url.slice(url.indexOf('?') + 1);

function checkOf(act: () => unknown): string {
  try {
    act();
    return 'none';
  } catch (error) {
    if (error instanceof SamlFault) return error.check;
    throw error;
  }
}

/** A signed query string, as an encoder makes it that writes lower-case hexadecimal digits (Entra, ADFS). */
function lowerCase(parts: readonly (readonly [string, string])[], key = KEY): string {
  const encode = (value: string) => encodeURIComponent(value).replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
  const text = parts.map(([name, value]) => `${name}=${encode(value)}`).join('&');
  return `${text}&Signature=${encode(sign('sha256', Buffer.from(text), key.privateKey).toString('base64'))}`;
}

const deflated = (xml: string): string => deflateRawSync(Buffer.from(xml)).toString('base64');

test('what is sent is read again, and its signature verifies with its key alone', () => {
  const url = redirectUrl({ ...message, relayState: 'a b&c', signingKey: KEY.privateKey });
  expect(url).toMatch(/^https:\/\/idp\.example\/slo\?tenant=1&SAMLRequest=[^#]+$/);
  const read = readRedirect(queryOf(url));
  expect(read).toMatchObject({ parameter: 'SAMLRequest', xml: XML, relayState: 'a b&c' });
  expect(() => requireSignedQuery(read, [rsaKey().publicKey, KEY.publicKey])).not.toThrow();
  expect(checkOf(() => requireSignedQuery(read, [rsaKey().publicKey, ecKey().publicKey]))).toBe('signature');
});

test.each([
  [
    'with RelayState',
    [
      ['SAMLRequest', deflated(XML)],
      ['RelayState', 'https://x/?ü'],
      ['SigAlg', RSA_SHA256],
    ],
  ],
  [
    'without',
    [
      ['SAMLResponse', deflated(XML)],
      ['SigAlg', RSA_SHA256],
    ],
  ],
] as const)('the bytes as they were sent are verified: lower-case percent encoding, %s', (_, parts) => {
  const read = readRedirect(lowerCase(parts));
  expect(() => requireSignedQuery(read, [KEY.publicKey])).not.toThrow();
});

describe('refused', () => {
  const good = queryOf(redirectUrl({ ...message, relayState: 'r', signingKey: KEY.privateKey }));
  const verify = (query: string) => requireSignedQuery(readRedirect(query), [KEY.publicKey]);

  test.each([
    ['a changed RelayState', good.replace('RelayState=r', 'RelayState=s'), 'signature'],
    ['a RelayState taken out', good.replace('&RelayState=r', ''), 'signature'],
    ['no signature', queryOf(redirectUrl({ ...message, relayState: 'r', signingKey: undefined })), 'signature'],
    ['SigAlg without Signature', good.replace(/&Signature=.*/, ''), 'signature'],
    ['Signature without SigAlg', good.replace(/&SigAlg=[^&]*/, ''), 'signature'],
    [
      'SHA-1',
      good.replace(/SigAlg=[^&]*/, `SigAlg=${encodeURIComponent('http://www.w3.org/2000/09/xmldsig#rsa-sha1')}`),
      'signature',
    ],
    ['a repeated message', `${good}&SAMLRequest=${encodeURIComponent(deflated('<y/>'))}`, 'encoding'],
    ['a repeated RelayState', `RelayState=x&${good}`, 'encoding'],
    ['a parameter by another spelling', `${good}&%52elayState=x`, 'encoding'],
    ['a request and a response', `${good}&SAMLResponse=x`, 'encoding'],
    ['no message', 'RelayState=r', 'encoding'],
    ['another encoding', `${good}&SAMLEncoding=urn:other`, 'encoding'],
    [
      'a message that is not deflated',
      `SAMLRequest=${encodeURIComponent(Buffer.from(XML).toString('base64'))}`,
      'encoding',
    ],
    ['a broken percent encoding', 'SAMLRequest=%zz', 'encoding'],
  ])('%s', (_, query, check) => {
    expect(checkOf(() => verify(query))).toBe(check);
  });

  test('a message that inflates to more than 64 KiB (CVE-2026-2575)', () => {
    const bomb = encodeURIComponent(deflated(' '.repeat(64 * 1024 + 1)));
    expect(bomb.length).toBeLessThan(1000);
    expect(checkOf(() => readRedirect(`SAMLRequest=${bomb}`))).toBe('encoding');
    expect(readRedirect(`SAMLRequest=${encodeURIComponent(deflated(' '.repeat(64 * 1024)))}`).xml).toHaveLength(65_536);
  });
});

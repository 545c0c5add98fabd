import { expect, test } from '@jest/globals';
import { rpIdFault, rpIdOf } from '../../../src/identity/passkeys/passkey-settings.ts';

test.each([
  ['https://id.example.org', 'id.example.org'],
  ['https://id.example.org', 'example.org'],
  ['https://a.b.example.org:8443', 'b.example.org'],
  ['http://localhost:8080', 'localhost'],
  ['http://id.acme.localhost:8080', 'acme.localhost'],
])('[S27] [WebAuthn Level 3 §5.1.3] %s may have passkeys for %s', (url, rpId) => {
  expect(rpIdFault(url, rpId)).toBeUndefined();
});

test.each([
  ['https://id.example.org', 'other.org'],
  ['https://id.example.org', 'ample.org'],
  ['https://id.example.org', 'login.id.example.org'],
  ['https://id.example.org', 'org'],
  ['http://id.localhost', 'localhost'],
])('[S27] %s may not have passkeys for %s, and the message lists what it may', (url, rpId) => {
  expect(rpIdFault(url, rpId)).toMatch(/^must be the host of the public URL or a domain that contains it: /);
});

test('the message names every domain that is allowed', () => {
  expect(rpIdFault('https://a.b.example.org', 'example.com')).toBe(
    'must be the host of the public URL or a domain that contains it: a.b.example.org or b.example.org or example.org',
  );
});

test('a server at an address has no passkeys, whatever is set', () => {
  expect(rpIdFault('https://192.0.2.1', 'example.org')).toContain('is an IP address');
  expect(rpIdOf('https://[2001:db8::1]', 'example.org')).toBeUndefined();
  expect(rpIdOf('https://id.example.org', undefined)).toBe('id.example.org');
});

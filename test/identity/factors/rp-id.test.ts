import { describe, expect, test } from '@jest/globals';
import { rpIdFault, rpIdOf } from '../../../src/identity/passkeys/passkey-settings.ts';
import { relatedOriginFault, relatedOriginsFault } from '../../../src/identity/passkeys/related-origins.ts';

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
  ['https://id.example.co.uk', 'co.uk'],
  ['https://me.github.io', 'github.io'],
  ['https://id.example.org.', 'example.org'],
  ['http://id.localhost', 'localhost'],
])('[S27] %s may not have passkeys for %s, and the message lists what it may', (url, rpId) => {
  expect(rpIdFault(url, rpId)).toMatch(/^must be the host of the public URL or a domain that contains it: /);
});

test('the message names every domain that is allowed', () => {
  expect(rpIdFault('https://a.b.example.org', 'example.com')).toBe(
    'must be the host of the public URL or a domain that contains it: a.b.example.org or b.example.org or example.org. To use the passkeys of another domain here, list https://a.b.example.org in signIn.passkeyOrigins',
  );
});

test('a server at an address has no passkeys, whatever is set', () => {
  expect(rpIdFault('https://192.0.2.1', 'example.org')).toContain('is an IP address');
  expect(rpIdOf('https://[2001:db8::1]', 'example.org')).toBeUndefined();
  expect(rpIdOf('https://id.example.org', undefined)).toBe('id.example.org');
});

test('[S27] [WebAuthn Level 3 §5.11] a server may use the passkeys of another domain if its own origin is listed', () => {
  const listed = ['https://login.example.com'];
  expect(rpIdFault('https://login.example.com', 'id.example.org', listed)).toBeUndefined();
  expect(rpIdFault('https://login.example.com:8443', 'id.example.org', listed)).toContain(
    'list https://login.example.com:8443 in',
  );
  expect(rpIdFault('https://192.0.2.1', 'id.example.org', ['https://192.0.2.1'])).toContain('is an IP address');
});

describe('[S27] [WebAuthn Level 3 §5.11] related origins', () => {
  test.each([
    'https://example.org',
    'https://login.example.co.uk:8443',
    'https://id.acme.localhost',
    'https://xn--bcher-kva.example',
  ])('%s can be listed', (origin) => {
    expect(relatedOriginFault(origin)).toBeUndefined();
  });

  test.each([
    ['http://example.org', 'must be an https origin'],
    ['example.org', 'must be an https origin'],
    ['*', 'must be an https origin'],
    ['android:apk-key-hash:x', 'must be an https origin'],
    ['https://example.org/', 'https://example.org, without path'],
    ['https://example.org:443', 'https://example.org, without path'],
    ['https://Example.org', 'https://example.org, without path'],
    ['https://ann@example.org', 'https://example.org, without path'],
    ['https://example.org/login?x', 'https://example.org, without path'],
    ['https://bücher.example', 'https://xn--bcher-kva.example, without path'],
    ['https://192.0.2.1', 'browsers skip IP addresses'],
    ['https://[2001:db8::1]', 'browsers skip IP addresses'],
    ['https://localhost', 'browsers skip IP addresses'],
    ['https://co.uk', 'browsers skip IP addresses'],
    ['https://pages.dev', 'browsers skip IP addresses'],
  ])('%s cannot, and the message says why', (origin, why) => {
    expect(relatedOriginFault(origin)).toContain(why);
  });

  test('at most five names of domains, as browsers count them', () => {
    const five = ['https://a.org', 'https://b.org', 'https://c.org', 'https://d.org', 'https://login.e.com'];
    expect(relatedOriginsFault(five)).toBeUndefined();
    expect(
      relatedOriginsFault([...five, 'https://www.e.org', 'https://x.y.e.co.uk:8443', 'https://a.com.au']),
    ).toBeUndefined();
    expect(relatedOriginsFault([...five, 'https://f.co.uk'])).toContain('there are 6 (a, b, c, d, e, f)');
    expect(relatedOriginsFault([...five, 'https://me.github.io'])).toContain('(a, b, c, d, e, me)');
    expect(relatedOriginsFault([...five, 'https://x.f.kawasaki.jp', 'https://city.kawasaki.jp'])).toContain(
      'there are 7',
    );
  });
});

import { expect, test } from '@jest/globals';
import { mergedClaims } from '../../../src/federation/connectors/oidc/merged-claims.ts';
import type { OpenOidcSettings } from '../../../src/federation/connectors/oidc/open-settings.ts';
import { readLogin } from '../../../src/federation/connectors/oidc/read-login.ts';

test('what is signed wins over the userinfo endpoint, which adds what is absent', () => {
  expect(mergedClaims({ sub: 's', name: 'signed' }, { sub: 's', name: 'other', groups: ['a'] })).toEqual({
    sub: 's',
    name: 'signed',
    groups: ['a'],
  });
});

test.each<[string, object, object, object]>([
  ['of the ID token', { email: 'a@x', email_verified: true }, {}, { email: 'a@x', email_verified: true }],
  ['of the userinfo endpoint', {}, { email: 'a@x', email_verified: true }, { email: 'a@x', email_verified: true }],
  ['of both', { email: 'a@x' }, { email: 'a@x', email_verified: true }, { email: 'a@x', email_verified: true }],
  [
    'of the ID token, which says no',
    { email: 'a@x', email_verified: false },
    { email: 'a@x', email_verified: true },
    { email: 'a@x', email_verified: false },
  ],
  [
    '[S31] not of another address',
    { email: 'victim@x' },
    { email: 'own@y', email_verified: true },
    { email: 'victim@x' },
  ],
  ['[S31] not of no address', { email_verified: true }, { email: 'victim@x' }, { email: 'victim@x' }],
  ['[S31] not of an address that is elsewhere', { email: 'victim@x' }, { email_verified: true }, { email: 'victim@x' }],
])('an address is verified by its own source: %s', (_, signed, userinfo, expected) => {
  expect(mergedClaims({ ...signed }, { ...userinfo })).toEqual(expected);
});

test('[S37] when the person authenticated counts only as the ID token says it', () => {
  const settings = { subjectClaim: 'sub' } as OpenOidcSettings;
  const authTimeOf = (signed: Record<string, unknown>): number | undefined =>
    readLogin(settings, mergedClaims(signed, { sub: 's', auth_time: 900 }), { signed, authenticatedSince: undefined })
      .authTime;
  expect([authTimeOf({ sub: 's' }), authTimeOf({ sub: 's', auth_time: 100 })]).toEqual([undefined, 100]);
});

test('[S12, S37] a new authentication may be a minute old by the clock of the provider, and no older', () => {
  const settings = { subjectClaim: 'sub' } as OpenOidcSettings;
  const read = (authTime: number) => {
    const signed = { sub: 's', auth_time: authTime };
    return readLogin(settings, signed, { signed, authenticatedSince: 1000 }).authTime;
  };
  expect(read(941)).toBe(941);
  expect(() => read(939)).toThrow('auth-time');
});

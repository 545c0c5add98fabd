import { expect, test } from '@jest/globals';
import { isReservedPrefix } from '../../src/policy/catalogue/reserved-prefixes.ts';
import { findSignInKey, SIGNIN_KEYS } from '../../src/policy/catalogue/signin-keys.ts';

test('keys of sign-in policies are found in any case, and no others', () => {
  for (const { name } of SIGNIN_KEYS) {
    expect(name).toMatch(/^signin:[A-Z]/);
    expect(findSignInKey(name.toUpperCase())?.name).toBe(name);
  }
  for (const name of ['signin:', 'signin:Unknown', 'aws:SourceIp', 'Strength']) {
    expect(findSignInKey(name)).toBeUndefined();
  }
  expect(new Set(SIGNIN_KEYS.map(({ name }) => name.toLowerCase())).size).toBe(SIGNIN_KEYS.length);
});

test.each(['signin', 'SignIn', 'aws', 'saml', 'sts', 'iam', 'rolecall', 's3', 'token'])(
  '[S45] claims of an issuer named %s could be taken for our own keys or those of a service',
  (issuer) => {
    expect(isReservedPrefix(issuer)).toBe(true);
  },
);

test.each(['signin.example.com', 'signin:8443', 'aws/oidc', 'localhost:8080', 'keycloak', ''])(
  'claims of an issuer named %s could not',
  (issuer) => {
    expect(isReservedPrefix(issuer)).toBe(false);
  },
);

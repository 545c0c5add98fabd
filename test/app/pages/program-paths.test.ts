import { expect, test } from '@jest/globals';
import { isForPrograms } from '../../../src/app/pages/program-paths.ts';

test.each([
  '/oidc/token',
  '/oidc/token/',
  '/oidc/token/introspection',
  '/oidc/token/revocation',
  '/oidc/me',
  '/oidc/jwks',
  '/oidc/request',
  '/oidc/device/auth',
  '/oidc/role-credentials',
  '/oidc/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server/oidc',
  '/federation/acme/backchannel-logout',
  '/saml/acme/metadata',
  '/saml/idp/111122223333/metadata',
])('%s never waits', (path) => {
  expect(isForPrograms(path)).toBe(true);
});

test.each([
  '/sign-in',
  '/sign-in/factors',
  '/start',
  '/device',
  '/recovery',
  '/oidc/auth',
  '/oidc/auth/abc',
  '/oidc/device',
  '/oidc/interaction/abc',
  '/oidc/session/end',
  '/oidc/tokens',
  '/federation',
  '/federation/acme/callback',
  '/saml/acme/acs',
  '/saml/acme/slo',
  '/saml/idp/111122223333/sso',
  '/unknown',
])('%s is for browsers', (path) => {
  expect(isForPrograms(path)).toBe(false);
});

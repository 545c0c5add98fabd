import base from './jest.clients.config.js';

/**
 * Suites that are left out on store servers, because their subject is the part of a browser, of another program or of the wire in an
 * exchange. What such exchanges store is also stored by a suite that runs there, or by the demo.
 */
const SAME_ON_ANY_STORE = [
  // Directories as peers: directory-sign-in, directory-sync and sync-directory-command run.
  'active-directory',
  'directory-groups',
  'large-directory',
  'openldap',
  // Clients of OpenID Connect: openid-client and openid-attacks run.
  'apache',
  'browser-returns',
  'library-defaults',
  'rolecall-login',
  'start-page',
  // An outside OpenID provider: the demo has one, too.
  'connector',
  // SAML of other makers: saml-connector and mellon run.
  'pysaml2',
  'pysaml2-login',
  'simplesamlphp',
  // Ways to a role's credentials, and input that is refused: aws-cli-sts and web-identity run.
  'bad-input',
  'minio',
];

/** The client suites in which much is stored, on MongoDB's protocol and Redis (`scripts/with-stores.ts`). */
export default {
  ...base,
  testPathIgnorePatterns: [
    ...base.testPathIgnorePatterns,
    `/test/clients/(${SAME_ON_ANY_STORE.join('|')})\\.test\\.ts$`,
  ],
};

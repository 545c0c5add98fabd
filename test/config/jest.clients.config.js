import base from './jest.config.js';

/** Whether the servers under test keep their data in MongoDB and Redis (scripts/with-stores.ts). */
const isOnStores = process.env.ROLECALL_TEST_MONGODB_URI !== undefined;

/**
 * The suites that store servers cannot make fail: what a browser shows and does with pages, how one more client speaks a protocol that another
 * suite speaks on the stores, and what reads no store. `.ci/README.md` says which suites prove the same flows there.
 */
const EMBEDDED_ONLY = [
  // Pages and browsers.
  ['browser-returns', 'further-pages', 'invited-passkey', 'pages', 'passkey-host', 'passkey-script', 'rare-pages'],
  ['start-page'],
  // OpenID Connect and certificates: openid-client, openid-attacks and chains run on the stores.
  ['apache', 'connector', 'go-clients', 'java-clients', 'library-defaults', 'mcp-sdk', 'mtls', 'single-page-app'],
  // SAML: chains, pysaml2-app and simplesamlphp run on the stores.
  ['mellon', 'pysaml2', 'pysaml2-login', 'saml-connector', 'simplesamlphp-app'],
  // STS: aws-cli-story, aws-cli-sts and sdk run on the stores.
  ['auditors', 'aws-cli-simulation', 'boto3', 'minio', 'terraform', 'web-identity'],
  // No store.
  ['active-directory', 'directory-groups', 'large-directory', 'openldap', 'reload'],
].flat();

/** The suites that drive the server with real clients (aws CLI, openid-client, Chromium); `.ci/run` installs those. */
export default {
  ...base,
  // Clients install and run programs there.
  globalSetup: null,
  testMatch: ['<rootDir>/test/clients/**/*.test.ts'],
  testPathIgnorePatterns: [
    '/node_modules/',
    ...(isOnStores ? EMBEDDED_ONLY.map((name) => `<rootDir>/test/clients/${name}\\.test\\.ts$`) : []),
  ],
  testTimeout: 600_000,
};

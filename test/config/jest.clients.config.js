import base from './jest.config.js';

/** The suites that drive the server with real clients (aws CLI, openid-client, Chromium); `.ci/run` installs those. */
export default {
  ...base,
  // Clients install and run programs there.
  globalSetup: null,
  testMatch: ['<rootDir>/test/clients/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 600_000,
};

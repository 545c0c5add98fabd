import base from './jest.config.js';

/** The suites that start real store servers and do to them what goes wrong with such; `.ci/run` installs those. */
export default {
  ...base,
  // Real stores and clients work on a real disk.
  globalSetup: null,
  testMatch: ['<rootDir>/test/servers/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
};

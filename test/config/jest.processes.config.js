import base from './jest.config.js';

/** The suites that start processes of ours, kill them and wait for them (`npm run test:processes`). They need nothing but Node and bash. */
export default {
  ...base,
  testMatch: ['<rootDir>/test/processes/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
};

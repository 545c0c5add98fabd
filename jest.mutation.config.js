import base from './jest.config.js';

/** The tests that mutants must fall to: those of the policy language that are the same in every run, so not the random comparisons. */
export default {
  ...base,
  testMatch: ['<rootDir>/test/policy/**/*.test.ts'],
  testPathIgnorePatterns: ['/reference\\.test\\.ts$', '/laws\\.test\\.ts$'],
};

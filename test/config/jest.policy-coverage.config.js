import base from './jest.config.js';

/** How much of the policy engine its own tests reach (`npm run test:policy-coverage`): every branch. */
export default {
  ...base,
  // The sources themselves, not their bundle.
  globalSetup: null,
  testMatch: ['<rootDir>/test/policy/**/*.test.ts'],
  collectCoverage: true,
  collectCoverageFrom: ['<rootDir>/src/policy/**/*.ts'],
  coverageReporters: ['text'],
  coverageThreshold: { global: { branches: 100, functions: 100, lines: 100, statements: 100 } },
};

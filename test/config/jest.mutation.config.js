import base from './jest.config.js';

/** The tests that mutants of the operators and of the combination must fall to: the same in every run, so without those that are random. */
export default {
  ...base,
  // The mutated sources themselves, not a bundle.
  globalSetup: null,
  testMatch: [
    'conditions',
    'statements',
    'decide',
    'explain',
    'stages',
    'fails-closed',
    'linear',
    'require-valid-policy',
  ].map((name) => `<rootDir>/test/policy/${name}.test.ts`),
};

/**
 * A variable of ours as CI sets it. The product refuses it, so a test that hands it to a server or to a command fails here as it would there:
 * children get `childEnvironment()` (harness/child-environment.ts).
 */
process.env.ROLECALL_TEST_ONLY ??= 'not for children';

/**
 * The unit and flow tests (`npm test`): they need nothing but Node. The suites in test/processes mostly wait for processes of ours, and those
 * in test/clients and test/servers need real clients and servers; `.ci/run` runs them. package.json names this file, so that a bare
 * `npx jest NAME` runs one of them.
 */
export default {
  rootDir: '../..',
  testEnvironment: '<rootDir>/test/config/environment/environment.cjs',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': [
      '<rootDir>/test/config/sources/transform.cjs',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2023' },
        module: { type: 'es6' },
        sourceMaps: true,
      },
    ],
  },
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/(clients|processes|servers)/'],
  modulePathIgnorePatterns: ['<rootDir>/.stryker-tmp/'],
  globalSetup: '<rootDir>/test/config/global-setup.cjs',
  resolver: '<rootDir>/test/config/packages/resolve-packages.cjs',
  setupFilesAfterEnv: ['<rootDir>/test/support/close-leftovers.ts'],
  // For a machine with twenty times the work it can do: only what hangs takes so long.
  testTimeout: 300_000,
};

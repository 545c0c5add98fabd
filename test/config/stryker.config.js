/**
 * Mutation testing of what decides (`npm run test:mutation`): how patterns match, every operator of the policy language
 * and the rules by which layers are combined. A mutant that survives is a sentence of the language that no test holds.
 */
export default {
  mutate: ['src/policy/match/**/*.ts', 'src/policy/evaluate/**/*.ts', 'src/policy/combine/**/*.ts'],
  testRunner: 'jest',
  plugins: ['@stryker-mutator/jest-runner'],
  jest: { projectType: 'custom', configFile: 'test/config/jest.mutation.config.js', enableFindRelatedTests: false },
  // the tests are ES modules
  testRunnerNodeArgs: ['--experimental-vm-modules', '--no-warnings'],
  coverageAnalysis: 'perTest',
  // what runs once, when a module is loaded, cannot be switched between tests
  ignoreStatic: true,
  // types are stripped, not checked; and Stryker would rewrite tsconfig.json by an interface that TypeScript 7 no longer has
  disableTypeChecks: false,
  tsconfigFile: 'none',
  concurrency: 2,
  timeoutMS: 20_000,
  tempDirName: '.stryker-tmp',
  ignorePatterns: [
    '*',
    '!src/**',
    '!test/policy/**',
    '!test/reference/**',
    '!*.json',
    '!test/config/**',
    '!test/support/**',
  ],
  reporters: ['progress-append-only', 'clear-text', 'json'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: '.stryker-tmp/report.json' },
  cleanTempDir: 'always',
  thresholds: { high: 95, low: 90, break: 90 },
};

/** What is reached from where, for `scripts/check-unused.ts`. A `!` marks what the product consists of. */
export default {
  entry: [
    'src/app/main.ts!',
    'test/**/*.test.ts',
    'test/**/children/*.ts',
    // Run by hand, once for each version of the stored format.
    'test/fixtures/stored/make-fixture.ts',
    'scripts/*.{ts,mjs}',
    // Run by the Dockerfile.
    'scripts/build/keep-external-packages.ts',
    'scripts/knip.config.js',
    '.ci/*.mjs',
    'docs/examples/*.mjs',
  ],
  project: [
    'src/**/*.ts!',
    // The contracts of the stores stand beside the ports, and are run by the tests of each store.
    '!src/ports/contract/**!',
    '{harness,test,scripts,bench}/**/*.{ts,mjs}',
    '.ci/*.mjs',
    '*.{js,cjs}',
  ],
  jest: { config: ['test/config/jest*.config.js'] },
  stryker: { config: ['test/config/stryker.config.js'] },
  ignoreExportsUsedInFile: true,
  // The worker that hashes passwords finds it by `require.resolve`.
  ignoreDependencies: ['@node-rs/argon2'],
  // Of the machine, not of a package.
  ignoreBinaries: ['openssl', 'prlimit', 'redis-cli', 'redis-server', 'setpriv', 'taskset'],
  // A script of bash, which knip takes for a module.
  ignoreUnresolved: ['scripts/check-image.sh'],
};

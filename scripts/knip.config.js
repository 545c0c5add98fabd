/** Entry points and dependencies for `scripts/check-unused.ts`. A `!` marks parts of the product. */
export default {
  entry: [
    'src/app/main.ts!',
    'src/cli/main.ts!',
    'test/**/*.test.ts',
    'test/**/children/*.ts',
    // Run manually, once for each version of the stored format.
    'test/fixtures/stored/make-fixture.ts',
    'scripts/*.{ts,mjs}',
    // Run by the Dockerfile.
    'scripts/build/keep-external-packages.ts',
    'scripts/knip.config.js',
    // Run by the tests' global setup.
    'test/config/packages/bundle-packages.ts',
    'test/config/sources/bundle-sources.ts',
    '.ci/*.mjs',
    'docs/examples/*.mjs',
  ],
  project: [
    'src/**/*.ts!',
    // The contract suites of the stores are next to the ports and are run by each store's tests.
    '!src/ports/contract/**!',
    '{harness,test,scripts,bench}/**/*.{ts,mjs}',
    '.ci/*.mjs',
    '*.{js,cjs}',
  ],
  jest: { config: ['test/config/jest*.config.js'] },
  stryker: { config: ['test/config/stryker.config.js'] },
  ignoreExportsUsedInFile: true,
  // The worker that hashes passwords locates it with `require.resolve`.
  ignoreDependencies: ['@node-rs/argon2'],
  // Installed on the machine, not from a package.
  ignoreBinaries: ['javac', 'ldapmodify', 'openssl', 'prlimit', 'redis-cli', 'redis-server', 'setpriv', 'taskset'],
  // A bash script, which knip mistakes for a module.
  ignoreUnresolved: ['scripts/check-image.sh'],
};

const { existsSync } = require('node:fs');
const { join, sep } = require('node:path');

const SOURCES = join(__dirname, '../../../src') + sep;

/** Jest's resolver: our own modules get the bundled packages (bundle-packages.ts), and packages get each other as usual. */
module.exports = function resolvePackage(request, options) {
  const { basedir, conditions, defaultResolver } = options;
  if (request === '#test-sources') return join(process.env.TEST_SOURCES, 'sources.mjs');
  if (request === '#test-packages') return join(process.env.TEST_PACKAGES, 'packages.mjs');
  // Read with each request: without workers, this file is loaded before the global setup sets it.
  const { TEST_PACKAGES: directory, TEST_SOURCES: sources } = process.env;
  // The script of the sources is under node_modules, but imports for them.
  const isFromSources = basedir === sources || basedir.startsWith(SOURCES);
  const isOurs = (isFromSources || !basedir.includes(`${sep}node_modules${sep}`)) && conditions?.includes('import');
  if (directory !== undefined && isOurs && /^[@a-z]/.test(request)) {
    const folders = isFromSources ? [join(directory, 'schemas'), directory] : [directory];
    const file = folders.map((folder) => join(folder, `${request}.mjs`)).find(existsSync);
    if (file !== undefined) return file;
  }
  return defaultResolver(request, options);
};

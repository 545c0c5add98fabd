const { execFileSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const { existsSync, readFileSync } = require('node:fs');
const { join } = require('node:path');

const ROOT = join(__dirname, '../../..');
const SCRIPT = join(__dirname, 'bundle-packages.ts');
const CACHE = join(ROOT, 'node_modules/.cache/rolecall-test-packages');
/** A change in any of these changes the bundles. */
const INPUTS = ['package-lock.json', 'scripts/build/wire-schemas.ts', 'test/config/environment/script-bundle.ts']
  .map((path) => join(ROOT, path))
  .concat(SCRIPT);

/** Bundles the packages that tests load, unless that has been done since they last changed, and tells the resolver where they are. */
module.exports = function bundleIfChanged() {
  const hash = createHash('sha256').update(process.version);
  for (const path of INPUTS) hash.update(readFileSync(path));
  const directory = join(CACHE, hash.digest('hex').slice(0, 16));
  if (!existsSync(directory))
    execFileSync(process.execPath, ['--import', 'tsx', SCRIPT, directory], { cwd: ROOT, stdio: 'inherit' });
  process.env.TEST_PACKAGES = directory;
};

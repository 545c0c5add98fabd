const { execFileSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const { existsSync, readdirSync, readFileSync, rmSync, statSync } = require('node:fs');
const { join } = require('node:path');
const { childFiles, sourceFiles } = require('./source-files.cjs');

const ROOT = join(__dirname, '../../..');
const SCRIPT = join(__dirname, 'bundle-sources.ts');
/** A change in any of these changes the bundle, too. */
const INPUTS = [
  'package-lock.json',
  'scripts/build/bundle-options.ts',
  'test/config/environment/script-bundle.ts',
  'test/config/sources/line-map.ts',
]
  .map((path) => join(ROOT, path))
  .concat(SCRIPT);
const CACHE = join(ROOT, 'node_modules/.cache/rolecall-test-sources');
/** Longer than any run of the tests that may still use a former bundle. */
const KEEP_MS = 3 * 60 * 60 * 1000;

/** Bundles the sources, unless that has been done since they last changed, and tells the transformer where the bundle is. */
module.exports = function bundleIfChanged() {
  const files = [...sourceFiles(ROOT), ...childFiles(ROOT)];
  const hash = createHash('sha256');
  for (const path of [...INPUTS, ...files.map((file) => join(ROOT, file))])
    hash.update(`${path}\n`).update(readFileSync(path));
  const directory = join(CACHE, hash.digest('hex').slice(0, 16));
  if (!existsSync(directory)) {
    removeFormer();
    execFileSync(process.execPath, ['--import', 'tsx', SCRIPT, directory], { cwd: ROOT, stdio: 'inherit' });
  }
  process.env.TEST_SOURCES = directory;
};

function removeFormer() {
  for (const name of existsSync(CACHE) ? readdirSync(CACHE) : []) {
    const path = join(CACHE, name);
    const { mtimeMs = 0 } = statSync(path, { throwIfNoEntry: false }) ?? {};
    if (mtimeMs < Date.now() - KEEP_MS) rmSync(path, { recursive: true, force: true });
  }
}

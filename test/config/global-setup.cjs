const useMemory = require('./memory-directory.cjs');
const bundlePackages = require('./packages/bundle-if-changed.cjs');
const bundleSources = require('./sources/bundle-if-changed.cjs');

/** Before all tests. */
module.exports = function prepare() {
  useMemory();
  bundlePackages();
  bundleSources();
};

const asyncHooks = require('node:async_hooks');

/** Those of the present test file. */
const storages = new Set();

asyncHooks.AsyncLocalStorage = class extends asyncHooks.AsyncLocalStorage {
  constructor(...options) {
    super(...options);
    storages.add(this);
  }
};

/** Each `AsyncLocalStorage` in use makes every promise of the process slower, and keeps all of its test file in memory. */
module.exports.disableStorages = function disableStorages() {
  for (const storage of storages) storage.disable();
  storages.clear();
};

const asyncHooks = require('node:async_hooks');

/** All of this process. One that a test file disabled is enabled again when it is next used. */
const storages = new Set();

asyncHooks.AsyncLocalStorage = class extends asyncHooks.AsyncLocalStorage {
  constructor(...options) {
    super(...options);
    storages.add(this);
  }
};

/** Each `AsyncLocalStorage` in use makes every promise of the process slower, and keeps what it has of a test file in memory. */
module.exports.disableStorages = function disableStorages() {
  for (const storage of storages) storage.disable();
};

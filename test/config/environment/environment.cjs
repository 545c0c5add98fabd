const { TestEnvironment } = require('jest-environment-node');
const { startOver } = require('./rsa-keys.cjs');
const { scriptAt } = require('./scripts.cjs');
const { disableStorages } = require('./storages.cjs');

/** Jest's environment of a test file, in a process that has others before and after it. */
module.exports = class Environment extends TestEnvironment {
  async setup() {
    await super.setup();
    startOver();
    this.global[Symbol.for('rolecall.run-script')] = (path) => scriptAt(path).runInContext(this.context);
  }

  async teardown() {
    await super.teardown();
    disableStorages();
  }
};

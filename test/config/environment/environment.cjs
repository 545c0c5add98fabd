const { createContext, runInContext, constants } = require('node:vm');
const { ModernFakeTimers } = require('@jest/fake-timers');
const { ModuleMocker } = require('jest-mock');
const { installCommonGlobals } = require('jest-util');
require('./hashing-threads.cjs');
const { keepGlobals } = require('./kept-globals.cjs');
const { startOver } = require('./rsa-keys.cjs');
const { scriptAt } = require('./scripts.cjs');
const { disableStorages } = require('./storages.cjs');

/** The context of all test files that run in this process, and how to put its globals back. */
let shared;

/** What the scripts export that have run in it, and the `require` and `import` that they have now, by path. */
const running = new Map();

function openContext() {
  // Without interceptors, which would make each access to a global slow.
  const context = createContext(constants.DONT_CONTEXTIFY);
  const global = runInContext('globalThis', context);
  for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(globalThis))) {
    if (Object.hasOwn(global, name)) continue;
    if ('value' in descriptor) Object.defineProperty(global, name, descriptor);
    // Some getters need the `this` of their own.
    else defineLazily(global, name, descriptor.enumerable);
  }
  // Node's own modules have these.
  Object.assign(global, { global, Buffer, ArrayBuffer, Uint8Array });
  installCommonGlobals(global, {});
  // Node 20 has these in its own context only.
  for (const name of ['dispose', 'asyncDispose']) global.Symbol[name] ??= Symbol[name];
  global.Error.stackTraceLimit = 100;
  global[Symbol.for('rolecall.run-script')] = (path) => (require, importModule) => run(path, { require, importModule });
  return { context, global, restore: keepGlobals(global) };
}

function defineLazily(global, name, enumerable) {
  const define = (value) =>
    Object.defineProperty(global, name, { value, enumerable, configurable: true, writable: true });
  Object.defineProperty(global, name, {
    enumerable,
    configurable: true,
    get: () => define(globalThis[name])[name],
    set: define,
  });
}

/**
 * Runs a script (script-bundle.ts) once in this process, since that is most of what a test file would cost. A module in it that runs later,
 * and what it imports dynamically, comes from the test file of that time.
 */
function run(path, imports) {
  const known = running.get(path);
  if (known !== undefined) {
    known.imports = imports;
    return known.exported;
  }
  const script = { imports, exported: undefined };
  running.set(path, script);
  script.exported = scriptAt(path).runInContext(shared.context)(
    (name) => script.imports.require(name),
    (name) => script.imports.importModule(name),
  );
  return script.exported;
}

/**
 * Jest's environment of a test file. It is that of the files before and after it in the same process: what they load from the bundles is
 * evaluated and compiled once. What a file changes of the globals is undone after it.
 */
module.exports = class Environment {
  customExportConditions = ['node', 'node-addons'];

  constructor({ projectConfig: config }) {
    shared ??= openContext();
    const { context, global } = shared;
    this.context = context;
    this.global = global;
    // A copy of the process for each file, as Jest makes one for each context.
    const common = { Symbol, Date };
    installCommonGlobals(common, {});
    global.process = common.process;
    this.moduleMocker = new ModuleMocker(global);
    this.fakeTimersModern = new ModernFakeTimers({ config, global });
  }

  async setup() {
    startOver();
  }

  async teardown() {
    this.fakeTimersModern.dispose();
    this.context = null;
    shared.restore();
    disableStorages();
  }

  exportConditions() {
    return this.customExportConditions;
  }

  getVmContext() {
    return this.context;
  }
};

const { readFileSync } = require('node:fs');
const { setFlagsFromString } = require('node:v8');
const vm = require('node:vm');

// What has been compiled stays, for the next test file.
setFlagsFromString('--no-flush-bytecode');

/** What this process has compiled, by path. */
const scripts = new Map();

function compiled(path, text, options) {
  let script = scripts.get(path);
  if (script === undefined) {
    script = new vm.Script(text(), { filename: path, ...options });
    scripts.set(path, script);
  }
  return script;
}

/** The script at a path (script-bundle.ts), which a process compiles once. */
module.exports.scriptAt = (path) => compiled(path, () => readFileSync(path, 'utf8'));

/** Jest's own modules, of which it runs a dozen for each test file. */
const OF_JEST = /\/node_modules\/(?:@jest\/|jest-|expect)/;
const { compileFunction } = vm;

/** As Node's, but compiles each of Jest's own modules once. They import nothing dynamically, so that all may share the function's code. */
vm.compileFunction = (text, parameters, options) => {
  const { filename, parsingContext } = options ?? {};
  if (parsingContext === undefined || !OF_JEST.test(filename)) return compileFunction(text, parameters, options);
  const head = `(function (${parameters.join(', ')}) {`;
  return compiled(filename, () => `${head}${text}\n})`, { columnOffset: -head.length }).runInContext(parsingContext);
};

import type { BuildOptions } from 'esbuild';

/**
 * What a script takes from the global object once, since every look-up there is slow in the contexts in which Jest runs tests. Without what
 * tests replace, such as `Date`, `fetch` and the timers.
 */
const GLOBALS = [
  'AggregateError',
  'Array',
  'ArrayBuffer',
  'BigInt',
  'Boolean',
  'Buffer',
  'DataView',
  'Error',
  'Function',
  'Infinity',
  'Int32Array',
  'JSON',
  'Map',
  'Math',
  'NaN',
  'Number',
  'Object',
  'Promise',
  'Proxy',
  'RangeError',
  'Reflect',
  'RegExp',
  'Set',
  'String',
  'Symbol',
  'SyntaxError',
  'TextDecoder',
  'TextEncoder',
  'TypeError',
  'URL',
  'URLSearchParams',
  'Uint16Array',
  'Uint32Array',
  'Uint8Array',
  'WeakMap',
  'WeakRef',
  'WeakSet',
];

/**
 * A bundle in the form of a function expression: called with Node's `require` and an `import`, it returns what it exports as `NAME`. Unlike
 * a module, such a script is compiled once in a process (environment.cjs), not for every test file.
 */
export const scriptOptions = (name: string) =>
  ({
    bundle: true,
    format: 'iife',
    globalName: 'bundle',
    platform: 'node',
    target: 'node20.19',
    banner: { js: `(function (require, importModule) { let { ${GLOBALS.join(', ')} } = globalThis;` },
    footer: { js: `return bundle.${name}; })` },
  }) as const satisfies BuildOptions;

/** The text of such a script, whose own imports go through Jest. */
export const withImports = (text: string): string => text.replaceAll(/\bimport\((?=")/g, 'importModule(');

/** The module that runs the script `NAME.js` beside it. */
export const moduleOf = (name: string): string =>
  [
    `import { createRequire } from 'node:module';`,
    `import { fileURLToPath } from 'node:url';`,
    `const run = globalThis[Symbol.for('rolecall.run-script')];`,
    `const path = fileURLToPath(new URL('./${name}.js', import.meta.url));`,
    `export const ${name} = run(path)(createRequire(import.meta.url), (specifier) => import(specifier));`,
  ].join('\n');

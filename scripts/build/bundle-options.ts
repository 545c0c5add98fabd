import { readFileSync } from 'node:fs';
import type { BuildOptions, Plugin } from 'esbuild';
import { EXTERNAL_PACKAGES } from './external-packages.ts';
import { wireSchemas } from './wire-schemas.ts';

/** Includes the packages' JSON files as text that is parsed on demand, which is much faster than loading them as JavaScript. */
const parsedJson: Plugin = {
  name: 'parsed-json',
  setup(build) {
    build.onLoad({ filter: /node_modules\/.*\.json$/ }, ({ path }) => {
      const text = JSON.stringify(JSON.parse(readFileSync(path, 'utf8')));
      return { contents: `module.exports = JSON.parse(${JSON.stringify(text)});`, loader: 'js' };
    });
  },
};

/**
 * How the product is bundled. Names and lines are kept, so that stacks and profiles of the built server are readable. Dynamic
 * imports become separate files.
 */
export const bundleOptions = {
  entryPoints: ['src/app/main.ts'],
  outdir: 'dist/app',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  external: [...EXTERNAL_PACKAGES],
  plugins: [wireSchemas, parsedJson],
  // CommonJS packages use `require` for Node's modules.
  banner: {
    js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
  },
  // These are in the licence file.
  legalComments: 'none',
  sourcemap: 'external',
  sourcesContent: false,
  metafile: true,
  logLevel: 'warning',
} as const satisfies BuildOptions;

/**
 * The program `rolecall`: one file without any package, because it runs for every command of the AWS tools that needs credentials. It
 * imports the server by a URL, and only for the server's own commands.
 */
export const commandLineOptions = {
  entryPoints: { rolecall: 'src/cli/main.ts' },
  outdir: 'dist/cli',
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  banner: { js: '#!/usr/bin/env node' },
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
} as const satisfies BuildOptions;

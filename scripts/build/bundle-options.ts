import { readFileSync } from 'node:fs';
import type { BuildOptions, Plugin } from 'esbuild';
import { EXTERNAL_PACKAGES } from './external-packages.ts';
import { wireSchemas } from './wire-schemas.ts';

/** JSON of packages as text that is parsed when it is needed: reading it as JavaScript takes many times as long. */
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
 * How the product is bundled. Names and lines stay as they are, so that a stack or a profile of the built server can be read. What is
 * imported when it is needed becomes a file of its own.
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
  // Packages in CommonJS call `require` for the modules of Node.
  banner: {
    js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
  },
  // They are in the file of licences.
  legalComments: 'none',
  sourcemap: 'external',
  sourcesContent: false,
  metafile: true,
  logLevel: 'warning',
} as const satisfies BuildOptions;

/**
 * `bundle-packages.ts DIRECTORY` bundles the packages that most tests load into a few files: `NAME.mjs`, and `schemas/NAME.mjs`. Jest loads every module anew for every test
 * file, and these packages have 600 of them. All packages are bundled together, so that they share the modules they have in common.
 *
 * For the sources under `src`, the SDK's packages are replaced by their schemas, as in the build; tests get the whole clients.
 */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { EXTERNAL_PACKAGES } from '../../../scripts/build/external-packages.ts';
import { schemaModule } from '../../../scripts/build/wire-schemas.ts';

const SDK = ['@aws-sdk/client-iam', '@aws-sdk/client-sts'];
const PACKAGES = [
  ...SDK,
  '@koa/router',
  '@peculiar/asn1-schema',
  '@peculiar/asn1-x509',
  '@smithy/core/protocols',
  '@smithy/core/schema',
  '@smithy/signature-v4',
  '@xmldom/xmldom',
  'fast-check',
  'jose',
  'koa',
  'ldapts',
  'oidc-provider',
  'openid-client',
  'otplib',
  'pino',
  'prom-client',
  'xml-crypto',
  'xml-encryption',
  'zod',
];

/** A module for each package that exports what Node finds in it. esbuild alone would not see the names that CommonJS exports. */
const packages: Plugin = {
  name: 'packages',
  setup({ onResolve, onLoad }) {
    const namespace = 'packages';
    onResolve({ filter: /^package:/ }, ({ path }) => ({ path: path.slice('package:'.length), namespace }));
    onLoad({ filter: /./, namespace }, async ({ path }) => {
      const from = JSON.stringify(path);
      const names = Object.keys(await import(path)).filter((name) => /^[\w$]+$/.test(name));
      const statements = names.map((name, n) =>
        name === 'default'
          ? `import whole from ${from}; export default whole;`
          : `const name${n} = all.${name}; export { name${n} as ${name} };`,
      );
      return { contents: [`import * as all from ${from};`, ...statements].join('\n'), resolveDir: process.cwd() };
    });
  },
};

const [directory = ''] = process.argv.slice(2);
// Under a temporary name first, since several runs may do this at once.
const temporary = `${directory}.${process.pid}`;
mkdirSync(temporary, { recursive: true });
await build({
  entryPoints: Object.fromEntries(PACKAGES.map((name) => [name, `package:${name}`])),
  outdir: temporary,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  // The files that Node would load, not those meant for bundlers.
  conditions: ['node'],
  mainFields: ['main'],
  external: [...EXTERNAL_PACKAGES],
  plugins: [packages],
  banner: {
    js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
  },
  legalComments: 'none',
  logLevel: 'warning',
});
for (const name of SDK) {
  const path = join(temporary, 'schemas', `${name}.mjs`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, schemaModule(await import(name)));
}
try {
  renameSync(temporary, directory);
} catch {
  // Another run was faster.
  rmSync(temporary, { recursive: true });
}

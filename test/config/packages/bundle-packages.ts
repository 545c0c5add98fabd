/**
 * `bundle-packages.ts DIRECTORY` bundles the packages that most tests load into one script, `packages.js`, and writes for each a module that
 * exports what the package exports, taken from the script: `NAME.mjs`, and `schemas/NAME.mjs`. Jest loads every module anew for every test
 * file, and these packages have 600 of them. A package in the script runs when it is first needed, once for each test file.
 *
 * For the sources under `src`, the SDK's packages are replaced by their schemas, as in the build; tests get the whole clients.
 */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { EXTERNAL_PACKAGES } from '../../../scripts/build/external-packages.ts';
import { schemaModule } from '../../../scripts/build/wire-schemas.ts';
import { moduleOf, scriptOptions, withImports } from '../environment/script-bundle.ts';

const SDK = [
  '@aws-sdk/client-cloudtrail',
  '@aws-sdk/client-iam',
  '@aws-sdk/client-organizations',
  '@aws-sdk/client-sts',
];
const PACKAGES = [
  ...SDK,
  '@koa/router',
  '@peculiar/asn1-schema',
  '@peculiar/asn1-x509',
  '@simplewebauthn/server',
  '@simplewebauthn/server/helpers',
  '@smithy/core/protocols',
  '@smithy/core/schema',
  '@smithy/signature-v4',
  '@xmldom/xmldom',
  'fast-check',
  'ioredis',
  'jose',
  'koa',
  'ldapts',
  'maxmind',
  'nodemailer',
  'oidc-provider',
  'oidc-provider/lib/helpers/grants.js',
  'openid-client',
  'otplib',
  'pino',
  'prom-client',
  'uqr',
  'xml-crypto',
  'xml-encryption',
  'zod',
];

/** What Node finds in each package. esbuild alone would not see the names that CommonJS exports. */
const exported = new Map<string, readonly string[]>();
for (const name of PACKAGES)
  exported.set(
    name,
    Object.keys(await import(name)).filter((each) => /^[\w$]+$/.test(each)),
  );

/** A module for each package, with all that Node finds in it. */
const packages: Plugin = {
  name: 'packages',
  setup({ onResolve, onLoad }) {
    const namespace = 'packages';
    onResolve({ filter: /^package:/ }, ({ path }) => ({ path: path.slice('package:'.length), namespace }));
    onLoad({ filter: /./, namespace }, ({ path }) => {
      const from = JSON.stringify(path);
      const statements = (exported.get(path) ?? []).map((name, n) =>
        name === 'default'
          ? `import whole from ${from}; export default whole;`
          : `const name${n} = all.${name}; export { name${n} as ${name} };`,
      );
      return { contents: [`import * as all from ${from};`, ...statements].join('\n'), resolveDir: process.cwd() };
    });
  },
};

function packageModule(name: string): string {
  const names = exported.get(name) ?? [];
  return [
    `import { packages } from '#test-packages';`,
    `const { ${names.map((each, n) => `${each}: name${n}`).join(', ')} } = packages[${JSON.stringify(name)}]();`,
    `export { ${names.map((each, n) => `name${n} as ${each}`).join(', ')} };`,
  ].join('\n');
}

const [directory = ''] = process.argv.slice(2);
// Under a temporary name first, since several runs may do this at once.
const temporary = `${directory}.${process.pid}`;

function write(name: string, text: string): void {
  const path = join(temporary, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

const { outputFiles } = await build({
  stdin: {
    contents: `export const packages = {\n${PACKAGES.map((name) => `'${name}': () => require('package:${name}'),`).join('\n')}\n};`,
    resolveDir: process.cwd(),
  },
  ...scriptOptions('packages'),
  // The files that Node would load, not those meant for bundlers.
  conditions: ['node'],
  mainFields: ['main'],
  external: [...EXTERNAL_PACKAGES],
  plugins: [packages],
  write: false,
  legalComments: 'none',
  logLevel: 'warning',
});
for (const { text } of outputFiles) write('packages.js', withImports(text));
write('packages.mjs', moduleOf('packages'));
for (const name of PACKAGES) write(`${name}.mjs`, packageModule(name));
for (const name of SDK) write(`schemas/${name}.mjs`, schemaModule(await import(name)));
try {
  renameSync(temporary, directory);
} catch {
  // Another run was faster.
  rmSync(temporary, { recursive: true });
}

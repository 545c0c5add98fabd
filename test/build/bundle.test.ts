import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
// The build imports both at once, but Jest cannot link two modules that share others at the same time.
import '@aws-sdk/client-iam';
import '@aws-sdk/client-sts';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { build, type Metafile } from 'esbuild';
import { bundleOptions, commandLineOptions } from '../../scripts/build/bundle-options.ts';
import { EXTERNAL_PACKAGES } from '../../scripts/build/external-packages.ts';
import { licencesFile, packageDirectories, readPackage } from '../../scripts/build/licences.ts';

/** What the driver of MongoDB uses if it is installed; we do not install it. */
const OPTIONAL: readonly string[] = [
  '@aws-sdk/credential-providers',
  '@mongodb-js/zstd',
  'gcp-metadata',
  'kerberos',
  'mongodb-client-encryption',
  'snappy',
  'socks',
];

let metafile: Metafile;
beforeAll(async () => {
  ({ metafile } = await build({ ...bundleOptions, write: false }));
});

const outputNamed = (start: string): string => {
  const found = Object.keys(metafile.outputs).find(
    (path) => path.startsWith(`dist/app/${start}`) && path.endsWith('.js'),
  );
  if (found === undefined) throw new Error(`the build has no ${start}`);
  return found;
};

/** The packages, and the sources, that are loaded with a built file before anything in it runs. */
function loadedWith(...entries: readonly string[]): { readonly packages: Set<string>; readonly sources: Set<string> } {
  const waiting = entries.map(outputNamed);
  const seen = new Set<string>();
  const inputs: string[] = [];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const output = metafile.outputs[path];
    inputs.push(...Object.keys(output?.inputs ?? {}));
    for (const { path: imported, kind, external } of output?.imports ?? [])
      if (kind === 'import-statement')
        (external ? inputs : waiting).push(external ? `node_modules/${imported}` : imported);
  }
  const packageOf = (input: string): string | undefined => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1];
  return {
    packages: new Set(inputs.flatMap((input) => packageOf(input) ?? []).filter((name) => !name.startsWith('node:'))),
    sources: new Set(inputs.filter((input) => input.startsWith('src/'))),
  };
}

describe('what is loaded', () => {
  test('`rolecall --help` and `--version` load no package and little of our code', () => {
    const { packages, sources } = loadedWith('main', 'run-command');
    expect([...packages]).toEqual([]);
    expect(sources.size).toBeLessThan(25);
  });

  test('the server loads no driver of a store that is not configured, and no AWS client', () => {
    const { packages, sources } = loadedWith('main', 'run-server', 'open-embedded-store');
    expect([...sources]).not.toContain('src/identity/services/aws-service-data.ts');
    expect([...packages]).toEqual(expect.arrayContaining(['zod', 'koa', 'lmdb']));
    for (const name of [
      'mongoose',
      'mongodb',
      'ioredis',
      'uqr',
      '@aws-sdk/client-iam',
      '@aws-sdk/client-sts',
      'fast-xml-parser',
    ])
      expect([...packages]).not.toContain(name);
  });

  test('only packages with native code are read from node_modules', () => {
    const outside = Object.values(metafile.outputs).flatMap(({ imports }) =>
      imports.filter(({ external }) => external).map(({ path }) => path),
    );
    const packages = new Set(outside.filter((path) => !isBuiltin(path) && !OPTIONAL.includes(path)));
    expect([...packages].sort()).toEqual(['lmdb']);
    expect(EXTERNAL_PACKAGES).toEqual(['@node-rs/argon2', 'lmdb']);
  });
});

test('the program of `rolecall login` holds its own sources only: no package, and nothing of the server or the stores', async () => {
  const program = await build({ ...commandLineOptions, write: false });
  const [[path, output] = ['', undefined], ...others] = Object.entries(program.metafile.outputs);
  expect([path, others]).toEqual(['dist/cli/rolecall.js', []]);
  expect(Object.keys(output?.inputs ?? {}).filter((input) => !/^src\/cli\/[\w-]+\.ts$/.test(input))).toEqual([]);
  expect(output?.imports.map((each) => each.path).filter((name) => !isBuiltin(name))).toEqual([]);
  // These are slow to load, and only a sign-in needs them.
  const early = output?.imports.filter(({ kind }) => kind === 'import-statement').map((each) => each.path);
  for (const name of ['node:http', 'node:child_process']) expect(early).not.toContain(name);
});

describe('the licences of what is bundled', () => {
  test('each package is named with its version and its complete licence texts', () => {
    const inputs = Object.values(metafile.outputs).flatMap((output) => Object.keys(output.inputs));
    const directories = packageDirectories(inputs);
    const text = licencesFile(directories.map(readPackage));
    const roots = new Set(inputs.flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? []));
    expect(roots.size).toBeGreaterThan(50);
    for (const root of [...roots, 'node_modules/@aws-sdk/client-iam', 'node_modules/@aws-sdk/client-sts']) {
      const { name, version } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as Record<string, string>;
      expect(text).toContain(`\n${name} ${version} (`);
    }
    for (const path of [
      'node_modules/koa/LICENSE',
      'node_modules/zod/LICENSE',
      'node_modules/@aws-sdk/client-iam/LICENSE',
    ])
      expect(text).toContain(readFileSync(path, 'utf8').trim());
  });

  test('every package has a licence text', () => {
    const inputs = Object.values(metafile.outputs).flatMap((output) => Object.keys(output.inputs));
    for (const { name, texts } of packageDirectories(inputs).map(readPackage))
      expect([name, texts.join('').length > 200]).toEqual([name, true]);
  });
});

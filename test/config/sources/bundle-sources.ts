/**
 * `bundle-sources.ts DIRECTORY` bundles all of `src` into one script, `sources.js`, and writes `shims.json`: for each source file, a module
 * that exports what the file exports, taken from the script. Jest's transformer (transform.cjs) returns these modules instead of the files.
 * Otherwise Jest would read, look up, compile and link 500 modules anew for every test file that starts a server.
 *
 * The scripts that tests run as other processes are bundled into `children/`, with their packages, because `tsx` would compile as much for
 * each of them.
 *
 * A module in the bundle runs when it is first needed, as it would by itself, and once for each test file. What it needs of packages is
 * handed over by the module that stands for it, so that a test file only loads the packages that its sources use.
 */
import { readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Metafile, type Plugin } from 'esbuild';
import { bundleOptions } from '../../../scripts/build/bundle-options.ts';
import { moduleOf, scriptOptions, withImports } from '../environment/script-bundle.ts';
import { lineMap } from './line-map.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const PACKAGES = 'globalThis[Symbol.for("rolecall.test-packages")]';
const PACKAGE = 'package:';

const { childFiles, sourceFiles } = createRequire(import.meta.url)('./source-files.cjs') as Record<
  'childFiles' | 'sourceFiles',
  (root: string) => string[]
>;
const files = sourceFiles(ROOT);
const texts = new Map(files.map((file) => [file, readFileSync(join(ROOT, file), 'utf8')]));

/** The names that the sources import from each package. */
async function importedNames(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const found = new Map<string, Set<string>>();
  const whole = new Set<string>();
  for (const text of texts.values()) {
    for (const [, clause = '', name = ''] of text.matchAll(
      /^(?:import|export) (?!type )([^;']*?) from '([^.'][^']*)';$/gm,
    )) {
      const names = found.get(name) ?? new Set();
      found.set(name, names);
      if (clause.includes('* as')) whole.add(name);
      for (const each of /\{([^}]*)\}/.exec(clause)?.[1]?.split(',') ?? []) {
        const [imported = ''] = each.trim().split(' as ');
        if (imported !== '' && !imported.startsWith('type ')) names.add(imported);
      }
      if (/^\w/.test(clause)) names.add('default');
    }
  }
  for (const name of whole) for (const each of Object.keys(await import(name))) found.get(name)?.add(each);
  return found;
}

const names = await importedNames();

const plugin: Plugin = {
  name: 'sources',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:/ }, () => ({ external: true }));
    onResolve({ filter: /^[@a-z]/ }, ({ path, kind }) =>
      kind === 'dynamic-import' ? { path, external: true } : { path: path, namespace: 'package' },
    );
    // Through Jest, so that the packages that it needs are there.
    onResolve({ filter: /^\./ }, ({ path, kind, resolveDir }) =>
      kind === 'dynamic-import' ? { path: resolve(resolveDir, path), external: true } : undefined,
    );
    onLoad({ filter: /./, namespace: 'package' }, ({ path }) => ({
      contents: [
        `const all = ${PACKAGES}[${JSON.stringify(path)}];`,
        ...[...(names.get(path) ?? [])].map(
          (name, n) => `const name${n} = all.${name}; export { name${n} as ${name} };`,
        ),
      ].join('\n'),
    }));
  },
};

/** Files find others by their own place. */
const ownPlaces: Plugin = {
  name: 'own-places',
  setup({ onLoad }) {
    onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path }) => {
      const url = JSON.stringify(pathToFileURL(path).href);
      return {
        contents: (texts.get(relative(ROOT, path)) ?? readFileSync(path, 'utf8')).replaceAll('import.meta.url', url),
        loader: 'ts',
      };
    });
  },
};

/** What each file exports. */
async function exportedNames(): Promise<ReadonlyMap<string, readonly string[]>> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [...files],
    outdir: ROOT,
    format: 'esm',
    write: false,
    metafile: true,
  });
  return new Map(Object.values(metafile.outputs).map(({ entryPoint = '', exports }) => [entryPoint, exports] as const));
}

/** The packages that a file and those below it import. */
function packagesOf(file: string, inputs: Metafile['inputs'], seen = new Set<string>()): ReadonlySet<string> {
  seen.add(file);
  for (const { path, kind } of inputs[file]?.imports ?? []) {
    if (kind !== 'dynamic-import' && !seen.has(path)) packagesOf(path, inputs, seen);
  }
  return new Set([...seen].flatMap((path) => (path.startsWith(PACKAGE) ? [path.slice(PACKAGE.length)] : [])));
}

const [directory = ''] = process.argv.slice(2);
const { metafile, outputFiles } = await build({
  absWorkingDir: ROOT,
  stdin: {
    contents: `export const sources = {\n${files.map((file) => `${JSON.stringify(file)}: () => require('./${file}'),`).join('\n')}\n};`,
    resolveDir: ROOT,
  },
  outfile: join(directory, 'sources.js'),
  ...scriptOptions('sources'),
  plugins: [plugin, ownPlaces],
  sourcemap: 'linked',
  sourcesContent: false,
  metafile: true,
  write: false,
  logLevel: 'warning',
});
const exported = await exportedNames();
const shims = files.map((file) => {
  const packages = [...packagesOf(file, metafile.inputs)];
  const lines = [
    ...packages.map((name, n) => `import * as package${n} from ${JSON.stringify(name)};`),
    `import { sources } from '#test-sources';`,
    `const packages = (${PACKAGES} ??= {});`,
    ...packages.map((name, n) => `packages[${JSON.stringify(name)}] = package${n};`),
    `const { ${(exported.get(file) ?? []).map((name, n) => `${name}: name${n}`).join(', ')} } = sources[${JSON.stringify(file)}]();`,
    `export { ${(exported.get(file) ?? []).map((name, n) => `name${n} as ${name}`).join(', ')} };`,
  ];
  return [file, lines.join('\n')] as const;
});

// Under a temporary name first, since several runs may do this at once.
const temporary = `${directory}.${process.pid}`;
await mkdir(temporary, { recursive: true });
const textOf = (name: string): string => outputFiles.find(({ path }) => path.endsWith(name))?.text ?? '';
const script = withImports(textOf('sources.js'));
await writeFile(join(temporary, 'sources.js'), script);
await writeFile(join(temporary, 'sources.js.map'), lineMap(textOf('sources.js.map'), script));
await writeFile(join(temporary, 'sources.mjs'), moduleOf('sources'));
await build({
  ...bundleOptions,
  absWorkingDir: ROOT,
  entryPoints: childFiles(ROOT),
  outbase: ROOT,
  outdir: join(temporary, 'children'),
  plugins: [ownPlaces, ...bundleOptions.plugins],
  sourcemap: false,
});
await writeFile(join(temporary, 'package.json'), '{"type":"module"}');
await writeFile(join(temporary, 'shims.json'), JSON.stringify(Object.fromEntries(shims)));
try {
  await rename(temporary, directory);
} catch {
  // Another run was faster.
  await rm(temporary, { recursive: true });
}
